"""Configurations that no Keras writes, or that are out of all proportion: judged, and in no time at all."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import pytest

from autograder.config.models import reference_models
from autograder.reports.model_view import model_text
from autograder.results import Status
from reference.models import configuration
from tests.models.configurations import (
    OWN,
    RELU,
    Configuration,
    compiled,
    dense,
    judged,
    sequential,
)
from tests.models.test_layers import BEFORE_DENSE

ODD: list[Any] = [
    None,
    -1,
    0,
    3,
    2**70,
    0.5,
    True,
    "",
    "same",
    "x" * 300,
    [],
    [3],
    [[3]],
    {},
    {"config": 3},
    [None],
]
ASKED = {
    "pattern": [*BEFORE_DENSE],
    "layers": [{"kind": "Conv2D", "filters": 3, "activation": "relu"}, {"kind": "Dense"}],
    "parameters": 1_234,
    "fits_loss": True,
    "points": {"layers": 1},
}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths to everything in a configuration."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inside in items:
        found += places(inside, (*path, key))
    return found


def changed(value: Configuration, rng: random.Random) -> Configuration:
    """Return a configuration with something odd in up to three places."""
    found = json.loads(json.dumps(value))
    for _ in range(rng.randint(1, 3)):
        *path, last = rng.choice(places(found))
        inside = found
        for key in path:
            inside = inside[key]
        if rng.random() < 0.3 and isinstance(inside, dict):
            del inside[last]
        else:
            inside[last] = rng.choice(ODD)
    return found


@pytest.mark.parametrize("name", reference_models()[::3])
def test_whatever_stands_in_it_is_judged(name: str) -> None:
    rng = random.Random(name)
    asked = [{"model": name, "points": {"layers": 1, "parameters": 1}}, ASKED]
    for number in range(12):
        model = changed(configuration(name), rng)
        if "class_name" in model:
            result, details = judged(model, compiled(), **asked[number % 2])
            assert result.status in Status
            assert len(result.message) < 20_000
            assert len(model_text(details)) < 100_000


@pytest.mark.parametrize(
    "one",
    [dense(4), RELU, OWN],
    ids=lambda one: one["class_name"],
)
def test_a_model_out_of_all_proportion_takes_no_time_out_of_it(one: Configuration) -> None:
    model = sequential([4], *[one] * 5_000)
    began = time.process_time()
    result, details = judged(model, compiled(), **ASKED)
    assert result.status in Status
    assert len(details.layers) <= 2_000
    assert time.process_time() - began < 10
