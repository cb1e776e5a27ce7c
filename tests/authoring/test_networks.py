"""Validating checks of models: references earn everything, changed ones are told, a starter is graded."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autograder import config
from autograder.authoring.networks.mutants import changed_networks
from autograder.authoring.validating import Options, Validation, validate
from autograder.authoring.validating.networks import checks_with_references
from autograder.authoring.validating.view import validation_view
from autograder.checks.counted_model import count_configuration
from autograder.sandbox.level import Level
from autograder.sandbox.survey import missing
from reference.models import NAMES, configuration
from tests.cli.conftest import ROOT

CONFIG = """
schema = "autograder/assignment/v1"
title = "Nets"
file = "nets.py"
[limits]
load_seconds = 90
call_seconds = 90
check_seconds = 90
memory_mib = 4096
[[checks]]
kind = "model"
name = "small"
function = "build_small"
model = "autoencoder_32"
fixed = ["units"]
last_activation = "sigmoid"
points = { layers = 1, parameters = 1, last_activation = 1 }
[[checks]]
kind = "model"
name = "compiled"
function = "build_small"
loss = ["binary_crossentropy"]
fits_loss = true
optimizer = ["SGD"]
learning_rate = { least = 0.1, most = 0.2 }
metrics = ["mae"]
points = { loss = 1, fits_loss = 1, optimizer = 1, learning_rate = 1, metrics = 1 }
[[checks]]
kind = "model"
name = "contradicted"
function = "build_deep"
model = "deep_autoencoder"
parameters = 7
points = { parameters = 1 }
[[checks]]
kind = "model"
name = "capsules"
function = "build_capsules"
model = "capsule_net"
points = { input_shape = 1, output_shape = 1, parameters = 1, trainable = 1 }
[[checks]]
kind = "model"
name = "class"
function = "Autoencoder"
model = "subclassed_autoencoder"
points = { input_shape = 1, output_shape = 1, parameters = 1, layers = 1 }
[[checks]]
kind = "model"
name = "open"
function = "build_open"
pattern = ["...", "Dense"]
points = { pattern = 1 }
"""
STARTER = """
import keras

def build_small():
    return keras.Sequential([keras.Input((784,)), keras.layers.Dense(32), keras.layers.Dense(784)])
"""


@pytest.fixture(scope="module")
def validation(tmp_path_factory: pytest.TempPathFactory) -> Validation:
    course = tmp_path_factory.mktemp("course")
    for name, text in {
        "grading_configs/nets.toml": CONFIG,
        "assignments/nets/starter/nets.py": STARTER,
    }.items():
        (course / name).parent.mkdir(parents=True)
        (course / name).write_text(text)
    level = Level.PROCESS if missing(Level.FULL) else Level.FULL
    *_, found = validate(config.load(course, "nets"), Options(level, 2, None))
    assert isinstance(found, Validation)
    return found


@pytest.mark.slow
def test_references_earn_everything_where_the_check_allows_it(validation: Validation) -> None:
    tried = {each.check: each for each in validation.networks}
    assert {name: (each.score, each.max_score) for name, each in tried.items()} == {
        "small": (3.0, 3.0),
        "compiled": (5.0, 5.0),
        "contradicted": (0.0, 1.0),
        "capsules": (4.0, 4.0),  # with layers of its own
        "class": (4.0, 4.0),  # a class of models
    }
    findings = {each.where: each.message for each in validation.findings if each.kind == "model"}
    assert (
        "expected deep_autoencoder to earn all 1 points; it earns 0: expected 7 parameters; rec"
        in (findings["contradicted"])
    )
    assert not validation.holds
    assert validation.of_models == ("open",)


@pytest.mark.slow
def test_changed_references_lose_points_or_are_listed(validation: Validation) -> None:
    [small] = [each for each in validation.networks if each.check == "small"]
    assert small.changed == 6
    [made] = [each for each in validation.networks if each.check == "class"]
    assert made.changed == 5
    assert [said.partition(": ")[2][:10] for said in made.kept] == ["activation"] * 2
    assert small.kept == ("code: activation 'relu' → 'tanh'",)  # which `fixed` leaves open
    shown = io.StringIO()
    Console(file=shown, width=120).print(validation_view(validation))
    assert "autoencoder_32 earns 3 of 3 points in small" in shown.getvalue()
    assert "5 of 6 networks that differ from it in one place lose points" in shown.getvalue()
    assert "code: activation 'relu' → 'tanh'" in shown.getvalue()


@pytest.mark.slow
def test_a_starter_that_earns_something_is_told(validation: Validation) -> None:
    starter = {each.where: each.message for each in validation.findings if each.kind == "starter"}
    assert starter["nets.py, small"] == "expected no points; it earns 2 of 3"
    assert validation.starter_score == 2.0


@pytest.mark.parametrize("name", NAMES)
def test_each_change_is_another_network(name: str) -> None:
    before = configuration(name)
    said = [each.said for each in changed_networks(before)]
    assert len(set(said)) == len(said)
    assert all(each.configuration != before for each in changed_networks(before))
    assert configuration(name) == before


def test_in_a_graph_what_a_layer_took_goes_on_to_those_that_took_from_it() -> None:
    changed = {each.said: each.configuration for each in changed_networks(_graph())}
    shorter = count_configuration(changed["second (Dense) left out"])
    assert [layer.name for layer in shorter.layers] == ["first", "sum", "out"]
    assert shorter.total == (4 * 4 + 4) + (4 + 1)
    assert "sum (Add) left out" not in changed  # it joins several


def _graph() -> dict[str, object]:
    def call(*names: str) -> list[object]:
        tensors = [
            {
                "class_name": "__keras_tensor__",
                "config": {"shape": [None, 4], "dtype": "float32", "keras_history": [name, 0, 0]},
            }
            for name in names
        ]
        return [{"args": tensors if len(tensors) == 1 else [tensors], "kwargs": {}}]

    def layer(kind: str, name: str, *inputs: str, **settings: object) -> dict[str, object]:
        config = {"name": name, **settings}
        nodes = call(*inputs) if inputs else []
        return {
            "module": "keras.layers",
            "class_name": kind,
            "name": name,
            "config": config,
            "inbound_nodes": nodes,
        }

    layers = [
        layer("InputLayer", "x", batch_shape=[None, 4]),
        layer("Dense", "first", "x", units=4, use_bias=True, activation="relu"),
        layer("Dense", "second", "first", units=4, use_bias=True, activation="relu"),
        layer("Add", "sum", "first", "second"),
        layer("Dense", "out", "sum", units=1, use_bias=True, activation="linear"),
    ]
    ends = {"input_layers": [["x", 0, 0]], "output_layers": [["out", 0, 0]]}
    config = {"name": "graph", "layers": layers, **ends}
    return {"module": "keras.src.models.functional", "class_name": "Functional", "config": config}


def test_the_reference_of_a_training_check_is_that_of_the_same_functions_model_checks() -> None:
    tried = {each.check.name: each.reference for each in checks_with_references(config.load(ROOT, "fashion"))}
    assert tried == dict.fromkeys(("network", "integers", "one_hot"), "fashion_mnist")
