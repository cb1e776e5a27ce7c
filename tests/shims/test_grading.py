"""Notes on their way to a grade; the sample classes are worth the same under "period"."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import numpy as np
import pytest

from autograder import config
from autograder.checks.making import make_checks, wanted_by
from autograder.config import Assignment, AssignmentConfig
from autograder.environment import describe
from autograder.grading import Marking, grade_submission
from autograder.observation import Allowance, Call, Returned, Stopped
from autograder.problems import PROBLEMS
from autograder.reports.rows import row_of
from autograder.runners.local import LocalRunner
from autograder.runners.session import Session
from autograder.sandbox.level import Level
from autograder.sandbox.plain_process import PlainProcess
from autograder.sandbox.survey import missing
from autograder.submission import HandIn, Submission, SubmittedFile, hand_ins
from autograder.whole_class import cases
from autograder.whole_class.batch import Batch, prepare
from autograder.whole_class.folder import ResultsFolder
from autograder.wire.frames import decode_reply, encode_frame
from autograder.wire.surroundings import MAX_NOTE, MAX_NOTES, Noted, Surroundings
from tests.shims.conftest import Place

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = {
    "schema": "autograder/assignment/v1",
    "title": "Sizes",
    "file": "code.py",
    "checks": [
        {
            "kind": "function",
            "name": "output_size",
            "problem": "output_size",
            "points": {name: {"visible": 1, "hidden": 1} for name in PROBLEMS["output_size"].groups},
        }
    ],
}
RIGHT = """
def output_size(size, kernel_size, stride=1, padding=0):
    {first}
    return (size - kernel_size + 2 * padding) // stride + 1
{then}
"""


def graded(source: str):
    settings = msgspec.convert(ASSIGNMENT, AssignmentConfig)
    problem = PROBLEMS["output_size"]
    assignment = Assignment("sizes", Path("sizes.toml"), settings, "", {"output_size": problem})
    checks = make_checks(assignment, {"output_size": problem.draw(np.random.default_rng(0))})
    found = Submission("ada", (SubmittedFile("code.py", source.encode()),), "code.py", "")
    session = Session(lambda: PlainProcess(1, 512), found, settings.limits, wanted_by(assignment))
    return grade_submission(found, Marking(assignment, checks, describe("process"), ""), session)


class TestNotes:
    def test_they_stand_in_the_grade_as_what_they_are(self) -> None:
        grade = graded(RIGHT.format(first="pass", then="input()"))
        assert grade.score == grade.max_score
        assert row_of(grade).remark == ""
        assert grade.notes == (
            "while it ran: input() returned an empty text: nobody answers while work is graded",
        )

    def test_none_comes_from_a_hidden_case(self) -> None:
        """One could hold what is hidden: of each case its input is told, as a file that is downloaded."""
        grade = graded(
            "from google.colab import files\n" + RIGHT.format(first="files.download(str(size))", then="")
        )
        examples = {case.inputs["size"] for case in PROBLEMS["output_size"].examples}
        assert len(grade.checks[0].details.cases) > len(examples)
        assert {note.split("'")[1] for note in grade.notes} == {str(size) for size in examples}

    def test_forged_ones_are_cut_and_marked(self) -> None:
        forged = """
import autograder.worker.shims.notes as own
own.Notes.texts = lambda self: ["full points\\n\\x1b[31m" + "x" * 5000] * 3 + [str(n) for n in range(900)]
"""
        notes = graded(forged + RIGHT.format(first="pass", then="")).notes
        assert len(notes) <= MAX_NOTES
        assert all(note.startswith("while it ran: ") for note in notes)
        assert max(map(len, notes)) <= MAX_NOTE + 30
        assert "\n" not in "".join(notes)

    def test_what_is_no_list_of_texts_ends_the_worker_alone(self, place: Place) -> None:
        source = (
            "import autograder.worker.shims.notes as own\nown.Notes.texts = lambda self: [1]\n"
            "def f(): return 7"
        )
        session = place.session(source, Surroundings(), {})
        try:
            assert session.load().error is None
            assert session.notes() == ()
            assert session.call("f", [Call((), {})], Allowance(60.0)) == [Returned(7, (), "int")]
        finally:
            session.close()

    def test_no_worker_has_no_notes(self, place: Place) -> None:
        session = place.session("import os\nos._exit(3)", Surroundings(), {})
        try:
            assert isinstance(session.load().stopped, Stopped)
            assert session.notes() == ()
        finally:
            session.close()

    def test_they_travel(self) -> None:
        sent = encode_frame(Noted(3, ["a  b\nc", "a b c", "", "x" * 999]))
        reply = decode_reply(sent[8:])
        assert isinstance(reply, Noted)
        assert reply.cut() == ("a b c", "x" * MAX_NOTE)


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["convolution", "output-sizes", "pooling", "tensors"])
def test_sample_classes_are_worth_the_same_under_period(slug: str, tmp_path: Path) -> None:
    if missing(Level.FULL):
        pytest.skip("the level full does not stand here")
    strict = config.load(ROOT, slug)
    period = dataclasses.replace(
        strict, config=msgspec.structs.replace(strict.config, compatibility="period")
    )
    students = hand_ins(ROOT / "assignments" / slug / "sample_class", strict.config.file)
    before, after = (
        _class_grades(each, students, tmp_path / name)
        for each, name in ((strict, "strict"), (period, "period"))
    )
    assert before == after
    assert len(before) > 5


def _class_grades(assignment: Assignment, students: list[HandIn], folder: Path) -> dict[str, object]:
    results = ResultsFolder(folder)
    marking = prepare(assignment, Level.FULL, bytes(16), results.cases)
    batch = Batch(marking, students, results)
    runner = LocalRunner(
        assignment,
        Level.FULL,
        2,
        lambda each: cases.keyed_integer(bytes(16), each.digest),
        wanted=wanted_by(assignment),
    )
    for _ in batch.run(runner):
        pass
    return {
        name: (grade.score, grade.provisional, grade.notes, [each.message for each in grade.checks])
        for name, grade in batch.grades.items()
    }
