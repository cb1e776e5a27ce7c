"""What an assignment's file may say of training; and the record of what was calibrated."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.authoring.calibrating.record import toml_of, write
from autograder.checks.making import wanted_by
from autograder.config import Calibrated, Calibration, load, slugs
from autograder.config.calibration import place_of, read_calibration
from autograder.config.training import (
    Training,
    TrainingBudget,
    TrainingCheckConfig,
    budget_at_loading,
    why_not_trained,
)
from autograder.datasets import prepare
from autograder.errors import ConfigError
from autograder.whole_class.evaluating import evaluation_of, require_calibrated
from tests.training.conftest import assignment_of

FILE = """
schema = "autograder/assignment/v1"
title = "Nets"
file = "net.py"
dataset = "mnist"

[[checks]]
kind = "training"
name = "accuracy"
points = 4
threshold = 0.9
"""
ENTRY = Calibrated(
    check="accuracy",
    data="mnist (MNIST: handwritten digits, 28×28)",
    digest="sha256:" + "a" * 64,
    device="cpu",
    reference="school_cnn",
    budget=TrainingBudget(epochs=3),
    epochs=3,
    batch_size=64,
    seeds=2,
    accuracies=(0.91, 0.934),
    threshold=0.88,
    failing=0.008,
)


def check_of(**settings: Any) -> TrainingCheckConfig:
    whole = {"kind": "training", "name": "net", "points": 1, "threshold": 0.9, **settings}
    return msgspec.convert(whole, TrainingCheckConfig)


@pytest.mark.parametrize(
    ("settings", "key", "said"),
    [
        ({"threshold": None}, "threshold", "expected this key, or a curve; both are missing"),
        ({"curve": [[0.5, 0], [0.9, 0.8]]}, "curve", "expected the share 1 at its end; received 0.8"),
        ({"curve": [[0.9, 0], [0.5, 1]]}, "curve", "expected accuracies that ascend"),
        ({"curve": [[0.5, 0.4], [0.7, 0.2], [0.9, 1]]}, "curve", "shares that do not descend"),
        (
            {"curve": [[0.5, 0], [0.8, 1]]},
            "curve",
            "expected the share 1 at the threshold, 0.9",
        ),
        ({"recipe": {"epochs": 31}}, "recipe.epochs", "expected at most budget.epochs, 30; received 31"),
        (
            {"preprocess": {"scale": "standard"}},
            "preprocess.scale",
            '"standard" with mean and std',
        ),
        ({"preprocess": {"mean": [1.0], "std": [2.0]}}, "preprocess.scale", '"standard" with mean and std'),
        ({"variable": "net", "file": "net.h5"}, "file", "expected one of variable, function and file"),
        ({"arguments": [3]}, "arguments", "expected a function that they are given to"),
        ({"train_function": "f", "train": "never"}, "train_function", 'received "never"'),
    ],
)
def test_what_cannot_be_meant_is_said(settings: dict[str, Any], key: str, said: str) -> None:
    wrong = why_not_trained(check_of(**settings), "mnist")
    assert wrong is not None
    assert wrong[0] == key
    assert said in wrong[1]


def test_what_can_be_meant_is_taken() -> None:
    assert why_not_trained(check_of(), "mnist") is None
    assert why_not_trained(check_of(threshold=None, curve=[[0.5, 0], [0.9, 1], [1, 1]]), "mnist") is None
    channels = {"scale": "standard", "mean": [1.0, 2.0, 3.0], "std": [2.0]}
    assert why_not_trained(check_of(preprocess=channels), "mnist") is None
    wrong = why_not_trained(check_of(), None)
    assert wrong is not None
    assert 'expected dataset = "NAME"' in wrong[1]


class TestFitAtLoading:
    def test_it_has_the_budget_of_the_check_that_gives_most(self) -> None:
        checks = (
            check_of(budget={"epochs": 40, "steps": 10, "seconds": 5.0}),
            check_of(budget={"epochs": 3, "steps": 90, "seconds": 50.0}),
        )
        found = budget_at_loading(Training(), checks)
        assert (found.fit, found.epochs, found.steps, found.seconds) == ("shorten", 40, 90, 50.0)
        assert budget_at_loading(Training(), (*checks, check_of())).steps is None

    def test_what_is_trained_anew_in_any_case_is_skipped(self) -> None:
        always = check_of(train="always")
        assert budget_at_loading(Training(), (always, check_of(train_function="f"))).fit == "skip"
        assert budget_at_loading(Training(), (always, check_of())).fit == "shorten"

    def test_what_the_file_says_itself_holds(self) -> None:
        own = Training(fit="shorten", epochs=1)
        assert budget_at_loading(own, (check_of(),)) == own
        assert budget_at_loading(Training(), ()) == Training()

    def test_loading_may_take_as_much_longer(self) -> None:
        wanted = wanted_by(assignment_of({"points": 1, "threshold": 0.9, "budget": {"seconds": 70.0}}))
        assert (wanted.training_seconds, wanted.surroundings.threads) == (70.0, 1)
        always = wanted_by(assignment_of({"points": 1, "threshold": 0.9, "train": "always"}))
        assert always.training_seconds == 0.0


class TestTheRecord:
    def test_it_reads_back_as_it_was_written(self, tmp_path: Path) -> None:
        calibration = Calibration(calibrated=(ENTRY, msgspec.structs.replace(ENTRY, digest="sha256:b")))
        (tmp_path / "x.toml").write_text(toml_of(calibration))
        assert read_calibration(tmp_path / "x.toml") == calibration

    def test_an_entry_takes_the_place_of_that_of_the_same_data(self) -> None:
        other = msgspec.structs.replace(ENTRY, digest="sha256:b")
        newer = msgspec.structs.replace(ENTRY, threshold=0.5)
        calibration = Calibration().with_entry(ENTRY).with_entry(other).with_entry(newer)
        assert [each.threshold for each in calibration.of("accuracy")] == [0.88, 0.5]
        assert calibration.on("accuracy", "sha256:b") == other
        assert calibration.on("accuracy", "sha256:c") is None
        gpu = msgspec.structs.replace(ENTRY, device="gpu", threshold=0.6)
        both = calibration.with_entry(gpu)
        assert len(both.of("accuracy")) == 3
        lowest = both.on("accuracy", ENTRY.digest)
        assert lowest is not None
        assert lowest.threshold == 0.5

    def test_it_is_no_assignment_and_a_part_of_the_digest_of_its_own(self, tmp_path: Path) -> None:
        (tmp_path / "grading_configs").mkdir()
        (tmp_path / "grading_configs" / "nets.toml").write_text(FILE)
        before = load(tmp_path, "nets")
        path = write(before, [ENTRY])
        assert path == place_of(tmp_path, "nets")
        assert slugs(tmp_path) == ["nets"]
        after = load(tmp_path, "nets")
        assert after.calibration.calibrated == (ENTRY,)
        assert after.digest != before.digest

    @pytest.mark.parametrize("text", ["calibrated = 3", "x", 'schema = "autograder/calibration/v9"'])
    def test_what_is_none_is_said(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "x.toml").write_text(text)
        with pytest.raises(ConfigError, match="expected"):
            read_calibration(tmp_path / "x.toml")


def test_a_threshold_belongs_to_one_digest(tmp_path: Path) -> None:
    """Work is not graded on data for which it was not found out; nor are hidden samples ever shown twice."""
    prepared = prepare("mnist", tmp_path)
    assignment = dataclasses.replace(
        assignment_of({"points": 1, "threshold": 0.9, "samples": 5_000}), dataset=prepared
    )
    require_calibrated(assignment)  # nothing was calibrated: what the configuration says holds
    other = msgspec.structs.replace(ENTRY, check="net")
    known = dataclasses.replace(assignment, calibration=Calibration(calibrated=(other,)))
    with pytest.raises(ConfigError, match="expected net to be calibrated on the data at hand, mnist"):
        require_calibrated(known)
    here = msgspec.structs.replace(other, digest=prepared.digest)
    require_calibrated(dataclasses.replace(known, calibration=known.calibration.with_entry(here)))
    hidden, again = (evaluation_of(assignment, bytes(16)) for _ in range(2))
    assert hidden is not None
    assert again is not None
    assert len(hidden.labels) == prepared.manifest.held_back
    assert np.array_equal(hidden.inputs, again.inputs)
    assert hidden.classes == tuple("0123456789")
