"""What tests of assignments with Keras models share: a class graded for real, and figures of a handout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder import config
from autograder.config import Assignment, ModelCheckConfig, TrainingCheckConfig, ValuesCheckConfig
from autograder.config.training import threshold_of
from autograder.wire.models import CompiledSeen, ModelSeen
from reference.models import configuration
from tests.models.configurations import Configuration, compiled, judge

ROOT = Path(__file__).resolve().parent.parent.parent
Report = dict[str, Any]


@dataclass(frozen=True)
class Due:
    """What a submission must get.

    Attributes:
        scores: The points of each check that is not full; None where a person decides; a pair where what
            a network comes to decides.
        said: For a check, what its message, its hint and its notes must say.
        outcome: How its running ended.
    """

    scores: dict[str, float | tuple[float, float] | None] = field(default_factory=dict)
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

    def check(self, name: str) -> Any:
        """Return the configuration of a check."""
        [found] = [check for check in self.assignment.config.checks if check.name == name]
        return found

    def starter(self) -> dict[str, Any]:
        """Return what the starter defines, which trains nothing."""
        [path] = (self.folder / "starter").glob("*.py")
        namespace: dict[str, Any] = {"__name__": "starter"}
        source = path.read_text()
        exec(
            compile(source[source.index("ANSWERS = {") :].partition("\nif __name__")[0], path, "exec"),
            namespace,
        )
        return namespace


def graded(slug: str, submissions: Path, results: Path, *more: str) -> dict[str, Report]:
    """Return the reports of a folder of submissions, graded behind all walls on stand-in data."""
    arguments = ["grade", slug, submissions, "--out", results, "--course", ROOT, "--jobs", "2", *more]
    seen = subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, arguments), "--allow-stand-in"],
        env={**os.environ, "AUTOGRADER_SEED": "5" * 32, "AUTOGRADER_DATA": str(results.parent / "data")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert seen.returncode == 0, seen.stderr
    return {path.parent.name: json.loads(path.read_text()) for path in results.glob("*/report.json")}


def compare(report: Report, due: Due, written: str) -> None:
    """Compare a report with what is due, the check that a person marks left out."""
    for check in report["checks"]:
        name = check["name"]
        if name == written:
            continue
        score = due.scores.get(name, check["max_score"])
        if score is None:
            assert check["status"] == "needs_review", (name, check["message"])
        else:
            least, most = score if isinstance(score, tuple) else (score, score)
            assert check["score"] is not None, (name, check["message"])
            assert least <= check["score"] <= most, (name, check["score"], check["message"])
        told = "; ".join([check["message"], check["hint"], *check["notes"]])
        assert due.said.get(name, "") in told
    assert report["outcome"] == due.outcome


def of_reference(check: ModelCheckConfig, name: str, seen: CompiledSeen | None = None) -> tuple[float, str]:
    """Return the points of a reference model in a check, and what is said."""
    return of_configuration(check, configuration(name), seen)


def of_configuration(
    check: ModelCheckConfig, model: Configuration, seen: CompiledSeen | None = None
) -> tuple[float, str]:
    """Return the points of a model in a check, and what is said."""
    found = ModelSeen(1, "net", model["class_name"], False, [], compiled=seen or compiled(from_logits=True))
    asked = {key: value for key, value in msgspec.to_builtins(check).items() if key not in ("kind", "name")}
    result, _ = judge(found, json.dumps(model), **asked)
    return result.score or 0.0, result.message


class OfAHandout:
    """What every such handout must say, by its configuration."""

    material: Material

    def test_it_has_ten_points_and_the_handout_those_of_every_check(self):
        told = {
            name: float(points)
            for name, points in re.findall(r"^\| .+ \| (\w+) \| ([\d.]+) \|$", self.parts()[0], re.MULTILINE)
        }
        checks = self.material.assignment.config.checks
        assert told == {check.name: pytest.approx(config.points_of(check)) for check in checks}
        assert self.material.assignment.max_score == 10.0

    def test_the_handout_has_the_points_of_every_part(self):
        told: dict[tuple[str, str], float] = {}
        name = ""
        table = self.material.handout.partition("\n## Points\n")[2].partition("\n## ")[0]
        for named, part, points in re.findall(r"^\| (\w*) *\| (\w*) *\| ([\d.]+) \|", table, re.MULTILINE):
            name = named or name
            told[name, part] = float(points)
        given: dict[tuple[str, str], float] = {}
        for check in self.material.assignment.config.checks:
            points = getattr(check, "points", None)
            if isinstance(points, float | int):
                given[check.name, ""] = points
            elif isinstance(points, msgspec.Struct):
                parts = msgspec.to_builtins(points)
                given |= {(check.name, part): worth for part, worth in parts.items() if worth}
            elif isinstance(points, dict):
                given |= {(check.name, group): each.visible + each.hidden for group, each in points.items()}
        assert told == pytest.approx(given)

    def parts(self) -> list[str]:
        return self.material.handout.split("\n## ")

    def test_the_handout_and_the_starter_have_every_key(self):
        checks = self.material.assignment.config.checks
        entries = [
            item.entry for check in checks if isinstance(check, ValuesCheckConfig) for item in check.items
        ]
        [written] = [check for check in checks if check.kind == "written"]
        table = self.material.handout.partition("\n## `ANSWERS`\n")[2].partition("\n## ")[0]
        assert re.findall(r'^\| `"(\w+)"` \|', table, re.MULTILINE) == [*entries, written.entry]
        assert list(self.material.starter()["ANSWERS"]) == [*entries, written.entry]
        assert written.question in table
        for line in written.rubric:
            assert re.search(rf"^\| {line.points} \|", table, re.MULTILINE)

    def test_one_answer_is_given_and_no_near_miss_is_right(self):
        [values] = [c for c in self.material.assignment.config.checks if isinstance(c, ValuesCheckConfig)]
        assert [item.visible for item in values.items] == [item.points == 0 for item in values.items]
        assert sum(item.visible for item in values.items) == 1
        for item in values.items:
            for near in item.near:
                assert near.value not in item.accept, item.entry
                assert type(near.value) is not type(item.accept[0]) or near.note

    def test_budgets_and_accuracies_are_those_of_the_handout(self):
        handout = self.material.handout
        for check in self.material.assignment.config.checks:
            if not isinstance(check, TrainingCheckConfig):
                continue
            budget = check.budget
            assert budget.steps is not None
            said = f"{budget.epochs} epochs, {budget.steps:,} batches or {budget.seconds:g} seconds"
            assert said in handout
            asked = threshold_of(check)
            [zero] = [accuracy for accuracy, share in check.curve if share == 0]
            for reached in self.material.assignment.calibration.of(check.name):
                ease = max(0.0, asked - reached.threshold)
                row = f"| {check.name} | {percent(asked - ease)} | {percent(zero - ease)} |"
                assert row in handout, row
                assert reached.budget == budget, "autograder calibrate anew"
            assert re.search(rf"\b{percent(asked)}", handout)
            assert re.search(rf"\b{percent(zero)}", handout)


def percent(share: float) -> str:
    """Return an accuracy as handouts write it.

    >>> percent(0.9)
    '90 %'
    """
    return f"{round(100 * share)} %"
