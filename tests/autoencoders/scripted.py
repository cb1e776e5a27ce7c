"""A worker that answers an autoencoder check by a script; configurations of models, as Keras writes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from autograder.checks.autoencoder import AutoencoderCheck
from autograder.checks.hidden_images import HiddenImages
from autograder.checks.reconstruction import rows_of
from autograder.config import AutoencoderCheckConfig
from autograder.observation import Allowance, Loading, Observation, Raised, Returned, Schooling, TrainedModel
from autograder.results import CheckResult
from autograder.wire.messages import Error
from autograder.wire.trained import FitRun, Trained
from autograder.wire.training import Preparation

UNIT = Preparation([1 / 255], [0.0], [64], "float32", "0..1")
Model = Callable[[Any], Any]


def copied(rows: Any) -> Any:
    """Give back what comes in."""
    return rows


def better_by(share: float, mean: Any) -> Model:
    """Return what gives back images, drawn so far from their mean that this share of it remains."""
    return lambda rows: mean + share * (rows - mean)


@dataclass
class Scripted:
    """Answers for a model: what it gives back of rows from 0 to 1, and its code.

    Attributes:
        text: Of its configuration; nothing where a clean process cannot make it.
        gives: What a clean process gives back.
        own: What its own process does; the same, where it is left out. A text is an exception.
        codes: The code of rows.
        told: More that its process says.
    """

    text: bytes
    gives: Model = copied
    own: Any = None
    codes: Model = copied
    told: dict[str, Any] = field(default_factory=dict)
    asked: list[Schooling] = field(default_factory=list)
    given: list[Any] = field(default_factory=list)

    def train(self, schooling: Schooling, allowance: Allowance) -> Observation:
        self.asked.append(schooling)
        told = {"preparation": UNIT, "fit": FitRun(5, 5, 50, 2.0, "")} | self.told
        trained = Trained(1, "net", "Sequential", told.pop("by", "submission"), None, ["w"])
        weights = [np.frombuffer(self.text, np.uint8), np.ones(1, np.float32)] if self.text else []
        return Returned(TrainedModel(msgspec.structs.replace(trained, **told), weights))

    def predict(self, _: TrainedModel, inputs: Any, *__: Any) -> Observation:
        self.given.append(inputs)
        if isinstance(self.own, str):
            return Raised(Error("ValueError", self.own, []))
        return Returned((self.own or self.gives)(rows_of(inputs)))

    def referee(self, model: Any, inputs: Any, prepared: Any, allowance: Any, layer: str = "") -> Observation:
        return Returned((self.codes if layer else self.gives)(rows_of(inputs)))


def judged(worker: Scripted, hidden: HiddenImages | None, **config: Any) -> CheckResult:
    """Return what a check says, seen through to the end."""
    settings = {"kind": "autoencoder", "name": "coder", **config}
    check = AutoencoderCheck(msgspec.convert(settings, AutoencoderCheckConfig), "mnist", hidden)
    allowance = Allowance(600.0)
    seen = check.observe_visible(worker, Loading(), allowance)  # type: ignore[arg-type]
    seen = check.observe_hidden(worker, Loading(), allowance, seen)  # type: ignore[arg-type,assignment]
    return check.judge(Loading(), check.observe_refereed(worker, allowance, seen))  # type: ignore[arg-type]


def chain(*layers: tuple[str, dict[str, Any]], shape: tuple[int, ...] = (64,)) -> bytes:
    """Return the configuration of a Sequential model, as Keras writes it."""
    given = {"class_name": "InputLayer", "config": {"batch_shape": [None, *shape], "name": "in"}}
    made = [
        {
            "module": "keras.layers",
            "class_name": kind,
            "config": {"name": f"layer_{at}", **settings},
            "registered_name": None,
        }
        for at, (kind, settings) in enumerate(layers)
    ]
    config = {"name": "net", "layers": [given, *made]}
    return json.dumps({"module": "keras", "class_name": "Sequential", "config": config}).encode()


def dense(units: int, activation: str = "relu", **more: Any) -> tuple[str, dict[str, Any]]:
    return "Dense", {"units": units, "activation": activation, "use_bias": True, **more}


def past_the_code() -> bytes:
    """Return the configuration of a model that adds its input to what it makes of a code of 4."""

    def node(*names: str, shape: tuple[int, ...] = (64,)) -> dict[str, Any]:
        tensors = [
            {
                "class_name": "__keras_tensor__",
                "config": {
                    "shape": [None, 4 if name == "small" else 64],
                    "dtype": "float32",
                    "keras_history": [name, 0, 0],
                },
            }
            for name in names
        ]
        return {"args": [tensors if len(tensors) > 1 else tensors[0]], "kwargs": {}}

    def layer(kind: str, name: str, config: dict[str, Any], *nodes: dict[str, Any]) -> dict[str, Any]:
        return {
            "module": "keras.layers",
            "class_name": kind,
            "config": {"name": name, **config},
            "name": name,
            "inbound_nodes": list(nodes),
        }

    layers = [
        layer("InputLayer", "in", {"batch_shape": [None, 64], "dtype": "float32"}),
        layer("Dense", "small", dense(4)[1], node("in")),
        layer("Dense", "large", dense(64, "linear")[1], node("small")),
        layer("Add", "sum", {}, node("in", "large")),
    ]
    config = {
        "name": "net",
        "layers": layers,
        "input_layers": [["in", 0, 0]],
        "output_layers": [["sum", 0, 0]],
    }
    return json.dumps({"module": "keras", "class_name": "Functional", "config": config}).encode()
