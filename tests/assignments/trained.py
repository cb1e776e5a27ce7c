"""What tests of assignments with Keras models share: a class graded for real, and what a handout must say."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from autograder import config
from autograder.config import (
    Assignment,
    AutoencoderCheckConfig,
    ModelCheckConfig,
    TrainingCheckConfig,
    ValuesCheckConfig,
    WrittenCheckConfig,
)
from autograder.config.autoencoders import Measured, Sparsity, asked_parts, moved
from autograder.config.training import AboutTraining, threshold_of
from autograder.wire.models import CompiledSeen, ModelSeen
from tests.models.configurations import Configuration, judge

ROOT = Path(__file__).resolve().parent.parent.parent
Report = dict[str, Any]
Score = float | tuple[float, float] | None
"""Points of a check; between two where the draw of weights decides; None where a person does."""


@dataclass(frozen=True)
class Due:
    """What a submission must get.

    Attributes:
        scores: The points of each check that is not full.
        said: Of a check, what its message, its hint and its notes must say.
        outcome: How its running ended.
    """

    scores: dict[str, Score] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    outcome: str = "completed"


@dataclass(frozen=True)
class Material:
    """An assignment's files.

    Attributes:
        slug: Its name.
    """

    slug: str

    @property
    def folder(self) -> Path:
        """The folder with the handout, the starter and the sample class."""
        return ROOT / "assignments" / self.slug

    @property
    def handout(self) -> str:
        """The handout's text."""
        return (self.folder / "README.md").read_text()

    @property
    def assignment(self) -> Assignment:
        """Its configuration."""
        return config.load(ROOT, self.slug)

    @property
    def written(self) -> str:
        """The name of the check that a person marks."""
        [found] = [
            check.name for check in self.assignment.config.checks if isinstance(check, WrittenCheckConfig)
        ]
        return found

    def check(self, name: str) -> Any:
        """Return the configuration of a check."""
        [found] = [check for check in self.assignment.config.checks if check.name == name]
        return found

    def section(self, title: str) -> str:
        """Return a section of the handout."""
        return self.handout.partition(f"\n## {title}\n")[2].partition("\n## ")[0]

    def answers(self, file: Path) -> dict[str, Any]:
        """Return the dictionary ANSWERS of a file, of which nothing else runs."""
        source = file.read_text()
        names: dict[str, Any] = {}
        exec(source[source.index("ANSWERS = {") :].partition("\nif __name__")[0], names)
        found: dict[str, Any] = names["ANSWERS"]
        return found


def graded(slug: str, submissions: Path, results: Path) -> dict[str, Report]:
    """Return the reports of a folder of submissions, graded behind all walls on stand-ins for real data."""
    data = results.parent / "data"
    data.mkdir(exist_ok=True)
    arguments = ["grade", slug, submissions, "--out", results, "--course", ROOT, "--jobs", "2"]
    seen = subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, arguments), "--allow-stand-in"],
        env={**os.environ, "AUTOGRADER_SEED": "5" * 32, "AUTOGRADER_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert seen.returncode == 0, seen.stderr
    return {path.parent.name: json.loads(path.read_text()) for path in results.glob("*/report.json")}


def compare(report: Report, due: Due, written: str) -> None:
    """Compare a report with what is due; what a person marks is left out."""
    assert report["outcome"] == due.outcome
    checks = {check["name"]: check for check in report["checks"] if check["name"] != written}
    for name, check in checks.items():
        score = due.scores.get(name, check["max_score"])
        told = "; ".join([check["message"], check["hint"], *check["notes"]])
        if "cut short by the budget of seconds" in told:
            pytest.skip(f"{name}: this machine is too busy to train within the guard of its seconds")
        if score is None:
            assert check["status"] == "needs_review", (name, told)
        else:
            least, most = score if isinstance(score, tuple) else (score, score)
            assert check["score"] is not None, (name, told)
            assert least <= check["score"] <= most, (name, check["score"], told)
        assert due.said.get(name, "") in told, (name, told)
    assert not due.said.keys() - checks.keys()


def judged(
    check: ModelCheckConfig, model: Configuration, seen: CompiledSeen | None = None
) -> tuple[float | None, str]:
    """Return the points of a configuration in a check, and what is said."""
    found = ModelSeen(1, "net", model["class_name"], False, [], compiled=seen)
    asked = {key: value for key, value in msgspec.to_builtins(check).items() if key not in ("kind", "name")}
    result, _ = judge(found, json.dumps(model), **asked)
    return result.score, result.message


def percent(share: float) -> str:
    """Return a share as handouts write it."""
    return f"{round(100 * share)} %"


def _ends(part: Measured, *, is_stand_in: bool) -> tuple[str, str]:
    """Return from where on all points are earned, and up to where none are, as handouts write it."""
    full, curve = moved(part, is_stand_in=is_stand_in)
    [zero] = [value for value, share in curve if share == 0]
    if isinstance(part, Sparsity):
        return f"{100 * full:.3g}", f"{100 * zero:.3g}"
    return f"{full:.3g}", f"{zero:.3g}"


class OfAHandout:
    """What every such handout must say, by its configuration and its sample class."""

    material: ClassVar[Material]
    due: ClassVar[dict[str, Due]]

    def test_it_has_ten_points_and_the_handout_those_of_every_check(self):
        checks = self.material.assignment.config.checks
        table = self.material.handout.partition("\n## ")[0]
        rows = re.findall(r"^\| .+ \| (\w+) \| ([\d.]+) \|$", table, re.MULTILINE)
        told = {name: float(points) for name, points in rows}
        assert told == {check.name: pytest.approx(config.points_of(check)) for check in checks}
        assert self.material.assignment.max_score == 10.0

    def test_the_handout_has_the_points_of_every_part(self):
        told: dict[tuple[str, str], float] = {}
        name = ""
        rows = re.findall(
            r"^\| (\w*) *\| (\w*) *\| ([\d.]+) \|", self.material.section("Points"), re.MULTILINE
        )
        for named, part, points in rows:
            name = named or name
            told[name, part] = float(points)
        assert told == pytest.approx(dict(self._points()))

    def _points(self) -> Iterator[tuple[tuple[str, str], float]]:
        for check in self.material.assignment.config.checks:
            points = getattr(check, "points", None)
            if isinstance(check, TrainingCheckConfig):
                yield (check.name, ""), check.points
            elif isinstance(points, dict):
                for group, worth in points.items():
                    assert worth.visible == pytest.approx(1.5 * worth.hidden)
                    yield (check.name, group), worth.visible + worth.hidden
            elif isinstance(points, msgspec.Struct):
                yield from (
                    ((check.name, part), worth)
                    for part, worth in msgspec.to_builtins(points).items()
                    if worth
                )

    def test_the_handout_and_the_starter_have_every_key(self):
        checks = self.material.assignment.config.checks
        [values] = [check for check in checks if isinstance(check, ValuesCheckConfig)]
        written = self.material.check(self.material.written)
        keys = [item.entry for item in values.items] + [written.entry]
        section = self.material.section("`ANSWERS`")
        assert re.findall(r'^\| `"(\w+)"` \|', section, re.MULTILINE) == keys
        [starter] = (self.material.folder / "starter").glob("*.py")
        assert list(self.material.answers(starter)) == keys
        assert written.question in section
        for line in written.rubric:
            assert re.search(rf"^\| {line.points:g} \|", section, re.MULTILINE)

    def test_one_answer_is_given_and_no_near_miss_is_right(self):
        [values] = [c for c in self.material.assignment.config.checks if isinstance(c, ValuesCheckConfig)]
        assert [item.entry for item in values.items if item.visible] == [values.items[0].entry]
        assert all((item.points == 0) == item.visible for item in values.items)
        assert not any(near.value in item.accept for item in values.items for near in item.near)

    def test_budgets_and_accuracies_are_those_of_the_handout(self):
        handout, calibration = self.material.handout, self.material.assignment.calibration
        for check in self.material.assignment.config.checks:
            if not isinstance(check, AboutTraining):
                continue
            budget = check.budget
            assert (
                f"{budget.epochs} epochs, {budget.steps:,} batches or {budget.seconds:g} seconds" in handout
            )
            if isinstance(check, AutoencoderCheckConfig):
                self._compare_bounds(check)
                continue
            if check.train_function is not None:
                assert f"within {100 * check.near:g} percentage points" in handout
            full, zero = threshold_of(check), check.curve[0][0]
            assert percent(full) in handout
            assert percent(zero) in handout
            for reached in calibration.of(check.name):
                assert reached.budget == budget, "autograder calibrate anew"
                ease = max(0.0, full - reached.threshold)
                assert f"| {check.name} | {percent(full - ease)} | {percent(zero - ease)} |" in handout

    def _compare_bounds(self, check: AutoencoderCheckConfig) -> None:
        """Compare what earns all points, and what none, of each part that is measured."""
        for name in asked_parts(check):
            part = getattr(check, name, None)
            if not isinstance(part, Measured):
                continue
            told = self.material.handout.partition("\n## Points\n")[0]
            [row] = re.findall(rf"^\| {check.name} \| {name} \| .*", told, re.MULTILINE)
            ends = [_ends(part, is_stand_in=is_stand_in) for is_stand_in in (True, False)]
            assert all(re.search(rf"\b{end}\b", row) for end in ends[0]), (row, ends)
            assert all(re.search(rf"\b{end}\b", self.material.handout) for end in ends[1]), ends

    def test_everybody_in_the_class_is_in_its_table_with_the_points(self):
        text = (self.material.folder / "sample_class.md").read_text()
        rows = dict(re.findall(r"^\| ([a-z]+) \|.*\| ([^|]+?) \|$", text, re.MULTILINE))
        rows.pop("student", None)
        assert rows == {student: self._in_words(due) for student, due in self.due.items()}
        assert rows.keys() == {folder.name for folder in (self.material.folder / "sample_class").iterdir()}

    def _in_words(self, due: Due) -> str:
        """Return points as the table has them: from the least to the most, and whether a person adds some."""
        ends = [0.0, 0.0]
        for check in self.material.assignment.config.checks:
            if check.name == self.material.written:
                continue
            score = due.scores.get(check.name, config.points_of(check))
            if score is None:
                continue
            least, most = score if isinstance(score, tuple) else (score, score)
            ends = [ends[0] + least, ends[1] + most]
        told = [f"{round(end, 2):g}" for end in ends]
        said = told[0] if told[0] == told[1] else " to ".join(told)
        return said + (" + ?" if None in due.scores.values() else "")
