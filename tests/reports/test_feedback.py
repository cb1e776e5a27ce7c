"""Feedback: nothing of a hidden case reaches a student, and a new field is hidden until it is named."""

import random
from pathlib import Path

import msgspec
import numpy as np
import pytest

from autograder import config
from autograder.checks.check import Seen
from autograder.checks.comparison import Kind
from autograder.checks.function import FunctionCheck
from autograder.checks.making import make_checks
from autograder.config import Assignment, AssignmentConfig
from autograder.environment import describe
from autograder.grading import Marking, grade_submission, not_graded, unreadable
from autograder.observation import Loading, Raised, Returned, Stopped
from autograder.problems import PROBLEMS
from autograder.reports import feedback as module
from autograder.reports.autoencoder_view import AutoencoderFeedback
from autograder.reports.feedback import feedback
from autograder.reports.training_view import TrainingFeedback
from autograder.results import (
    AnswerResult,
    CaseResult,
    FoundUse,
    Grade,
    GroupResult,
    HandInInfo,
    Outcome,
    Status,
    with_checks,
)
from autograder.submission import Submission, SubmittedFile, UnreadableSubmission
from autograder.whole_class.overrides import OverrideEntry, with_overrides
from autograder.wire.messages import Error, Traceback, Use

ROOT = Path(__file__).resolve().parent.parent.parent
ADA = Submission("ada", (SubmittedFile("convolution.py", b""),), "convolution.py", "sha256:ada")


class Canaries:
    """Random words and numbers that stand in hidden observations and nowhere else."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self.planted: list[str] = []

    def word(self) -> str:
        self.planted.append("canary" + "".join(self._rng.choices("abcdefghijklmnop", k=12)))
        return self.planted[-1]

    def number(self) -> int:
        self.planted.append(str(self._rng.randrange(10**11, 10**12)))
        return int(self.planted[-1])

    def error(self) -> Error:
        trace = [Traceback(self.word(), self.number(), self.word(), self.word())]
        return Error(self.word(), self.word(), trace)

    def observation(self):
        """Return a hidden observation of some kind, a canary in each of its fields."""
        match self._rng.randrange(9):
            case 0:
                return Raised(self.error())
            case 1:
                return Raised(Error("", self.word(), []))
            case 2:
                return Raised(Error("MemoryError", self.word(), self.error().traceback))
            case 3:
                outcome = self._rng.choice([Outcome.TIMEOUT, Outcome.CRASHED, Outcome.MEMORY_LIMIT])
                return Stopped(outcome, self.word(), self._rng.random() < 0.5)
            case 4:
                value = np.full((2, 3), self.number())
            case 5:
                value = [[self.number()], (self.number(), 2.5)]
            case 6:
                value = self.word()
            case 7:
                value = {self.word(): self.word()}
            case _:
                value = [self.word(), None]
        return Returned(value, (self.word(), "0"), self.word())


FUNCTIONS = config.load(ROOT, "convolution").functions


class ScriptedWorker:
    """Says what it is told to say: the observations of a submission, without one."""

    def __init__(self, hidden, printed_hidden: str) -> None:
        self._hidden = hidden
        self._printed_hidden = printed_hidden
        self._in_hidden = False
        self._examples_left = set(FUNCTIONS)

    def load(self):
        return Loading(FUNCTIONS, tuple(FUNCTIONS))

    def call(self, function, calls, allowance, *, go_on=True):
        if function in self._examples_left:
            self._examples_left.remove(function)
            problem = PROBLEMS[function]
            return [Returned(problem.reference(**case.inputs)) for case in problem.examples]
        assert not self._examples_left  # every visible case comes before the first hidden one
        self._in_hidden = True
        return [self._hidden() for _ in calls]

    def notes(self):
        return ()

    def printed(self):
        return "printed before" + (self._printed_hidden if self._in_hidden else "")

    def close(self):
        return 0.5


def marking(draws) -> Marking:
    assignment = config.load(ROOT, "convolution")
    checks = tuple(
        FunctionCheck(check, PROBLEMS[check.problem], draws(PROBLEMS[check.problem]))
        for check in assignment.config.checks
    )
    return Marking(assignment, checks, describe("full"), "sha256:cases")


def figures_of(text: str) -> set[str]:
    return set("".join(each if each in "-.0123456789" else " " for each in text).split())


def numbers_in(grade: Grade) -> set[str]:
    """Return the long figures of the hidden cases, which staff see and which no visible case has."""
    hidden, visible = set(), set()
    for check in grade.checks:
        for case in check.details.cases:
            shown = msgspec.json.encode([case.inputs, case.expected]).decode()
            (visible if case.visible else hidden).update(figures_of(shown))
    return {figure for figure in hidden - visible if len(figure.lstrip("-")) > 6}


@pytest.mark.parametrize("seed", range(12))
def test_nothing_of_a_hidden_case_reaches_a_student(seed):
    canaries = Canaries(seed)
    rng = np.random.default_rng(seed)
    printed = canaries.word()
    worker = ScriptedWorker(canaries.observation, printed)
    grade = grade_submission(ADA, marking(lambda problem: problem.draw(rng)), worker)
    staff, student = (msgspec.json.encode(each).decode() for each in (grade, feedback(grade)))
    assert len(canaries.planted) > 100
    assert printed in grade.printed_hidden
    assert sum(canary in staff for canary in canaries.planted) > 50  # they did arrive
    assert [canary for canary in canaries.planted if canary in student] == []
    secret = numbers_in(grade)
    assert len(secret) > 50
    assert figures_of(student) & secret == set()
    assert "printed before" in student


def test_all_hidden_cases_are_left_out_and_all_visible_ones_are_there():
    canaries = Canaries(1)
    worker = ScriptedWorker(canaries.observation, "")
    grade = grade_submission(ADA, marking(lambda p: p.draw(np.random.default_rng(0))), worker)
    for check, seen in zip(grade.checks, feedback(grade).checks, strict=True):
        assert all(case.visible for case in seen.visible_cases)
        assert seen.visible_cases == tuple(case for case in check.details.cases if case.visible)
        for group in seen.groups:
            assert set(group.hidden_differences) <= {kind.value for kind in Kind}


def test_of_each_structure_only_what_is_allowed_is_shown():
    assert module.Feedback.__struct_fields__ == (
        *("schema", "assignment", "submission", "outcome", "provisional", "score", "max_score"),
        *("checks", "notes", "printed", "walls", "dataset", "version", "hand_in", "cells"),
    )
    assert module.CellFeedback.__struct_fields__ == ("number", "ran", "seconds", "error")
    assert module.CheckFeedback.__struct_fields__ == (
        *("name", "kind", "outcome", "status", "score", "max_score", "message", "hint", "notes"),
        *("groups", "visible_cases", "answers", "uses", "missing", "question", "model", "training"),
        *("autoencoder", "given"),
    )
    assert TrainingFeedback.__struct_fields__ == (
        *("by", "data", "samples", "percent", "threshold", "epochs_asked", "epochs_run", "seconds", "curve"),
        "confused",
    )
    assert AutoencoderFeedback.__struct_fields__ == (
        *("by", "data", "samples", "code_size", "error", "error_of_pca", "error_of_mean", "noisy_db"),
        *("denoised_db", "epochs_asked", "epochs_run", "seconds", "parts", "curve"),
    )
    assert module.Given.__struct_fields__ == ("points", "reason", "grader")
    assert HandInInfo.__struct_fields__ == ("attempt", "attempts", "time", "is_late", "name", "source")
    assert FoundUse.__struct_fields__ == ("name", "file", "line", "within")
    assert AnswerResult.__struct_fields__ == (
        *("name", "place", "visible", "passed", "score", "max_score", "note", "received", "expected"),
    )
    assert GroupResult.__struct_fields__ == (
        *("name", "visible_passed", "visible_total", "visible_score", "visible_max_score"),
        *("hidden_passed", "hidden_total", "hidden_score", "hidden_max_score", "hidden_differences"),
    )
    assert CaseResult.__struct_fields__ == (
        *(
            "group",
            "title",
            "visible",
            "passed",
            "outcome",
            "call",
            "carried",
            "inherited",
            "difference",
            "explanation",
        ),
        *("inputs", "expected", "received", "notes"),
    )


def test_nothing_of_the_machine_reaches_a_student():
    worker = ScriptedWorker(lambda: Returned(None), "")
    grade = grade_submission(ADA, marking(lambda p: p.draw(np.random.default_rng(0))), worker)
    student = msgspec.json.encode(feedback(grade)).decode()
    for secret in (
        grade.cases_digest,
        grade.config_digest,
        grade.submission_digest,
        grade.environment.code_digest,
        "wrong_answers",
        "printed_hidden",
        "misconception",
    ):
        assert secret not in student


def test_a_fault_of_ours_is_called_one_without_its_text():
    seen = feedback(not_graded(ADA, "Traceback: canary in /srv/grader.py", marking(lambda p: [])))
    assert "canary" not in msgspec.json.encode(seen).decode()
    assert seen.provisional
    assert seen.score is None
    assert {check.message for check in seen.checks} == {"not graded yet: a fault of the grader, not yours"}
    assert {check.status for check in seen.checks} == {Status.ERROR}


def test_an_unreadable_hand_in_says_why():
    reason = "expected the file convolution.py; received conv.py"
    seen = feedback(unreadable(UnreadableSubmission("bo", reason), marking(lambda p: [])))
    assert (seen.submission, seen.score, seen.outcome) == ("bo", 0.0, Outcome.UNREADABLE_SUBMISSION)
    assert {check.message for check in seen.checks} == {reason}


def test_feedback_is_read_back_as_it_was_written():
    worker = ScriptedWorker(lambda: Returned(None), "")
    seen = feedback(grade_submission(ADA, marking(lambda p: p.draw(np.random.default_rng(0))), worker))
    assert msgspec.json.decode(msgspec.json.encode(seen), type=module.Feedback) == seen


def graded_by(config, seen, loading=None):
    """Return the grade and the feedback of one check's result."""
    [check] = make_checks(
        Assignment("a", Path("a.toml"), msgspec.convert(config, AssignmentConfig), "", {}), {}
    )
    result = check.judge(loading or Loading(), Seen(seen))
    grade = with_checks(not_graded(ADA, "", marking(lambda p: [])), (result,))
    return grade, feedback(grade)


def assignment_of(**check):
    return {"schema": "autograder/assignment/v1", "title": "A", "file": "a.py", "checks": [check]}


class TestOtherKinds:
    ITEMS = (
        {"name": "seen", "variable": "SEEN", "accept": [4711], "points": 1, "visible": True},
        {
            "name": "unseen",
            "variable": "UNSEEN",
            "accept": [815, 816],
            "tolerance": 0.123,
            "points": 1,
            "near": [{"value": 2, "note": "Count from 0."}, {"value": 999, "note": "Not told."}],
        },
    )

    def test_of_values_the_right_answer_of_visible_ones_alone_is_told(self):
        config = assignment_of(kind="values", name="answers", items=list(self.ITEMS))
        _, seen = graded_by(config, [Returned(1), Returned(2)])
        [check] = seen.checks
        first, second = check.answers
        assert (first.passed, first.expected.text) == (False, "4711")
        assert (second.passed, second.expected, second.note) == (False, None, "Count from 0.")
        student = msgspec.json.encode(seen).decode()
        for secret in ("815", "816", "0.123", "999", "Not told"):
            assert secret not in student

    def test_of_a_free_answer_the_question_and_the_marks_are_told_and_not_the_rubric(self):
        rubric = [{"points": 1, "text": "canary of the rubric"}, {"points": 2, "text": "another canary"}]
        config = assignment_of(kind="written", name="why", question="Why?", variable="WHY", rubric=rubric)
        grade, seen = graded_by(config, [Returned("The kernel must fit.")])
        assert "canary of the rubric" in msgspec.json.encode(grade).decode()
        assert "canary" not in msgspec.json.encode(seen).decode()
        assert (seen.checks[0].question, seen.checks[0].score, seen.provisional) == ("Why?", None, True)
        entry = OverrideEntry(student="ada", check="why", points=2, reason="no example", grader="h.k.")
        [check] = feedback(with_overrides(grade, {"why": entry})).checks
        assert check.given == module.Given(points=2.0, reason="no example", grader="h.k.")
        assert (check.score, check.status) == (2.0, Status.PARTIAL)

    def test_of_sources_the_lines_are_told(self):
        config = assignment_of(kind="source", name="by_hand", forbidden=["scipy"], points=1)
        loading = Loading(uses=(Use("scipy.signal", "a.py", 3, ["conv2d"]), Use("numpy", "a.py", 1, [])))
        _, seen = graded_by(config, [], loading)
        [check] = seen.checks
        assert check.uses == (FoundUse(name="scipy.signal", file="a.py", line=3, within=("conv2d",)),)
        assert check.message == "a.py, line 3: scipy.signal is not allowed"
