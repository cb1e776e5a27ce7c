"""The assignment `zip-codes`: its sample class trained and graded for real, its handout, its figures."""

from __future__ import annotations

from typing import Any

import pytest

from tests.assignments import trained
from tests.assignments.trained import Due, Material

ZIP_CODES = Material("zip-codes")
WRITTEN = "improvement"
NEITHER = {"base_accuracy": 0.0, "improved_accuracy": 0.0}
BY_A_PERSON = {"base_accuracy": None, "improved_accuracy": None}


def neither(said: str, **rest: Any) -> Due:
    """Return what is due to whom neither network is accurate, with what is said of both."""
    return Due(NEITHER, {"base_accuracy": said, "improved_accuracy": said}, **rest)


RIGHT = {student: Due() for student in ("amira", "boris", "chiara", "davit", "emil")}
WRONG = {
    "farah": Due(
        {"base": 0.0, "improved": 0.5, "answers": 0.3},
        {"improved": "`padding='same'` in both convolutions makes Flatten 3136 long instead of 1600"},
    ),
}
CLASS = RIGHT | WRONG


class TestTheHandout(trained.OfAHandout):
    material = ZIP_CODES


class TestTheNetworks:
    @pytest.mark.parametrize(
        ("check", "name"), [("base", "zip_code_base"), ("improved", "zip_code_improved")]
    )
    def test_the_reference_passes(self, check, name):
        found = ZIP_CODES.check(check)
        score, message = trained.of_reference(found, name)
        assert score == sum(each for each in trained.points_of(found).values())
        assert message.startswith("the model is as it must be")
