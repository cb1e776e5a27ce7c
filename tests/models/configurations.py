"""Keras' configurations as data, and how a check judges them: no Keras, no worker."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from typing import Any

import msgspec

from autograder.checks.check import Seen
from autograder.checks.model import ModelCheck
from autograder.config import ModelCheckConfig
from autograder.config.models import why_not_meant
from autograder.observation import FoundModel, Loading, Returned
from autograder.results import CheckResult, ModelDetails
from autograder.wire.models import CompiledSeen, FitSeen, LossSeen, ModelSeen

Configuration = dict[str, Any]
SLIDING = {"padding": "valid", "data_format": "channels_last"}


def layer(kind: str, name: str = "", **settings: Any) -> Configuration:
    """Return a layer as Keras writes it, `ops.Relu` an operation."""
    module = "keras.src.ops.nn" if kind.startswith("ops.") else "keras.layers"
    return {
        "module": module,
        "class_name": kind.removeprefix("ops."),
        "config": {"name": name, **settings},
    }


def conv(filters: int, size: int = 3, **settings: Any) -> Configuration:
    """Return a convolution."""
    usual = {
        "strides": [1, 1],
        "dilation_rate": [1, 1],
        "groups": 1,
        "use_bias": True,
        "activation": "linear",
    }
    return layer(
        "Conv2D", **{"filters": filters, "kernel_size": [size, size], **SLIDING, **usual, **settings}
    )


def pool(kind: str = "MaxPooling2D", size: int = 2, **settings: Any) -> Configuration:
    """Return a pooling."""
    return layer(kind, **{"pool_size": [size, size], "strides": [size, size], **SLIDING, **settings})


def dense(units: int, activation: Any = "linear", **settings: Any) -> Configuration:
    """Return a dense layer."""
    return layer("Dense", **{"units": units, "use_bias": True, "activation": activation, **settings})


def act(name: str) -> Configuration:
    """Return an activation as a layer of its own."""
    return layer("Activation", activation=name)


def norm() -> Configuration:
    """Return a batch normalisation."""
    return layer("BatchNormalization", axis=-1, center=True, scale=True)


FLAT = layer("Flatten", data_format="channels_last")
RELU = layer("ReLU", max_value=None, negative_slope=0.0, threshold=0.0)
HALF = layer("Dropout", rate=0.5)
OWN = layer("MyOwn") | {"module": "code"}
RESCALING = layer("Rescaling", scale=1 / 255, offset=0)


def sequential(shape: Sequence[int], *layers: Configuration) -> Configuration:
    """Return a sequential model, its layers numbered by kind, as Keras does."""
    made = [layer("InputLayer", "input", batch_shape=[None, *shape])]
    counts: dict[str, int] = {}
    for each in map(copy.deepcopy, layers):
        kind = each["class_name"].lower()
        number = counts[kind] = counts.get(kind, -1) + 1
        each["config"]["name"] = each["config"]["name"] or (f"{kind}_{number}" if number else kind)
        made.append(each)
    return {"module": "keras", "class_name": "Sequential", "config": {"name": "net", "layers": made}}


def functional(
    inputs: dict[str, Sequence[int]], outputs: Sequence[str], **calls: tuple[Configuration, list[str]]
) -> Configuration:
    """Return a functional model: of each layer, by name, what it is and whose outputs it takes."""
    layers = [
        {**layer("InputLayer", name, batch_shape=[None, *shape]), "name": name, "inbound_nodes": []}
        for name, shape in inputs.items()
    ]
    for name, (each, sources) in calls.items():
        tensors = [
            {"class_name": "__keras_tensor__", "config": {"keras_history": [s, 0, 0]}} for s in sources
        ]
        made = copy.deepcopy(each) | {"name": name}
        made["config"]["name"] = name
        made["inbound_nodes"] = [{"args": [tensors if len(tensors) > 1 else tensors[0]], "kwargs": {}}]
        layers.append(made)
    config = {
        "name": "net",
        "layers": layers,
        "input_layers": [[name, 0, 0] for name in inputs],
        "output_layers": [[name, 0, 0] for name in outputs],
    }
    return {"module": "keras.src.models.functional", "class_name": "Functional", "config": config}


def compiled(
    loss: str | None = "sparse_categorical_crossentropy",
    from_logits: bool | None = False,
    optimizer: str = "Adam",
    rate: float | None = 0.001,
    metrics: Sequence[str] = ("accuracy",),
    **own: Any,
) -> CompiledSeen:
    """Return what a model is compiled with."""
    losses = [LossSeen(loss, own.get("is_keras_own", True), from_logits)] if loss else []
    return CompiledSeen(True, optimizer, rate, losses, list(metrics))


def judged(
    configuration: Configuration,
    compiled: CompiledSeen | None = None,
    fits: Sequence[FitSeen] = (),
    **check: Any,
) -> tuple[CheckResult, ModelDetails]:
    """Return what a check says of a configuration whose weights were not seen."""
    seen = ModelSeen(1, "net", configuration["class_name"], False, [], compiled=compiled, fits=list(fits))
    return judge(seen, json.dumps(configuration), **check)


def judge(seen: ModelSeen, configuration: str, **check: Any) -> tuple[CheckResult, ModelDetails]:
    """Return what a check says of what a worker has seen."""
    config = msgspec.convert({"kind": "model", "name": "net", "points": {}, **check}, ModelCheckConfig)
    assert why_not_meant(config) is None
    found = FoundModel(seen, configuration)
    result = ModelCheck(config).judge(Loading(), Seen([Returned(found)]))
    assert isinstance(result.details, ModelDetails)
    return result, result.details
