"""A class's report: counts, means and rates by hand-made grades, and whose wrong answers agree."""

import io
from string import ascii_lowercase

import msgspec
import pytest
from msgspec import structs
from rich.console import Console

from autograder.reports.class_report import ClassReport, Heading, class_report
from autograder.reports.class_view import class_view
from autograder.results import (
    CheckResult,
    Environment,
    FunctionDetails,
    Grade,
    GroupResult,
    HandInInfo,
    Outcome,
    SourceDetails,
    Status,
    Timing,
    total,
)

ENVIRONMENT = Environment(
    autograder="0",
    code_digest="",
    python="3",
    numpy="2",
    tensorflow=None,
    packages_digest="",
    device="cpu",
    walls="full",
)

HEADING = Heading(assignment="convolution", title="Convolution", max_score=4.0, environment=ENVIRONMENT)


def group(name, hidden_passed=2, visible_passed=1):
    return GroupResult(
        name=name,
        visible_passed=visible_passed,
        visible_total=1,
        visible_score=0.0,
        visible_max_score=1.0,
        hidden_passed=hidden_passed,
        hidden_total=2,
        hidden_score=0.0,
        hidden_max_score=1.0,
    )


def check(name, score, *, message="", misconception=None, wrong=None, groups=(), **changes):
    passed = score == 2.0
    return CheckResult(
        name=name,
        kind="function",
        outcome=changes.pop("outcome", Outcome.COMPLETED),
        status=changes.pop("status", Status.PASSED if passed else Status.PARTIAL),
        score=score,
        max_score=2.0,
        message=message,
        details=FunctionDetails(groups=groups, cases=(), misconception=misconception, wrong_answers=wrong),
        **changes,
    )


def grade(submission, *checks, notes=()):
    score, provisional = total(checks)
    outcomes = [each.outcome for each in checks if each.outcome is not Outcome.COMPLETED]
    return Grade(
        assignment="convolution",
        submission=submission,
        outcome=outcomes[0] if outcomes else Outcome.COMPLETED,
        provisional=provisional,
        score=score,
        max_score=4.0,
        checks=checks,
        notes=notes,
        timing=Timing(wall_seconds=0, worker_cpu_seconds=0),
        environment=ENVIRONMENT,
        config_digest="",
        submission_digest="",
        cases_digest="",
    )


def ours(name):
    return check(name, None, status=Status.ERROR, outcome=Outcome.GRADER_ERROR, message="lost\nmore")


def report(*grades, remaining=0) -> ClassReport:
    return class_report(HEADING, grades, remaining)


CLASS = (
    grade("zoe", check("a", 2.0), check("b", 2.0)),
    grade("ada", check("a", 1.0, message="half"), check("b", 2.0)),
    grade("bo", check("a", 0.0, misconception="flipped kernel"), check("b", 0.5)),
    grade("cy", ours("a"), ours("b")),
    grade(
        "di",
        *(
            check(name, 0.0, outcome=Outcome.UNREADABLE_SUBMISSION, message="no file", status=Status.FAILED)
            for name in ("a", "b")
        ),
    ),
)


class TestFigures:
    def test_counts(self):
        counts = report(*CLASS, remaining=3).counts
        assert (counts.submissions, counts.graded, counts.unreadable) == (8, 4, 1)
        assert (counts.provisional, counts.remaining) == (1, 3)

    def test_mean_and_median_are_of_the_scores_there_are(self):
        found = report(*CLASS)
        assert found.mean == (4.0 + 3.0 + 0.5 + 0.0) / 4
        assert found.median == (3.0 + 0.5) / 2
        assert found.max_score == 4.0

    def test_each_check_has_its_mean_and_its_pass_rate(self):
        first, second = report(*CLASS).checks
        assert (first.name, first.mean, first.pass_rate, first.max_score) == ("a", 0.75, 0.25, 2.0)
        assert (second.name, second.mean, second.pass_rate) == ("b", 1.125, 0.5)

    def test_a_group_passes_with_all_of_its_cases(self):
        grades = [
            grade("a", check("c", 2.0, groups=(group("stride"), group("bias")))),
            grade("b", check("c", 1.0, groups=(group("stride", hidden_passed=1), group("bias")))),
            grade("c", check("c", 1.0, groups=(group("stride", visible_passed=0), group("bias")))),
            grade("d", ours("c")),
        ]
        [rate] = report(*grades).checks
        assert [(each.name, each.pass_rate) for each in rate.groups] == [("stride", 0.3333), ("bias", 1.0)]

    def test_an_empty_class(self):
        found = report(remaining=2)
        assert (found.mean, found.median, found.checks, found.rows, found.agreements) == (
            None,
            None,
            (),
            (),
            (),
        )
        assert (found.counts.submissions, found.counts.graded, found.counts.remaining) == (2, 0, 2)

    def test_a_class_of_faults_only(self):
        found = report(grade("a", ours("a")))
        assert found.mean is None
        assert found.checks[0].mean is None
        assert found.checks[0].pass_rate == 0.0


class TestRows:
    def test_rows_are_in_order_whatever_order_they_were_graded_in(self):
        assert [row.submission for row in report(*CLASS).rows] == ["ada", "bo", "cy", "di", "zoe"]
        assert report(*CLASS) == report(*reversed(CLASS))

    def test_a_provisional_row_has_no_score(self):
        row = next(row for row in report(*CLASS).rows if row.submission == "cy")
        assert (row.score, row.provisional, row.outcome) == (None, True, Outcome.GRADER_ERROR)
        assert row.checks == {"a": None, "b": None}

    @pytest.mark.parametrize(
        ("submission", "remark"),
        [
            ("zoe", ""),
            ("ada", "a: half"),
            ("bo", "a: flipped kernel"),
            ("cy", "a: lost"),
            ("di", "no file"),
        ],
    )
    def test_a_remark_says_the_first_thing_there_is_to_say_in_one_line(self, submission, remark):
        assert next(row for row in report(*CLASS).rows if row.submission == submission).remark == remark

    def test_what_takes_the_points_of_a_check_comes_before_what_else_is_wrong_with_it(self):
        by_hand = structs.replace(
            check("by_hand", 0.0, message="a.py, line 1: scipy is not allowed", status=Status.FAILED),
            kind="source",
            details=SourceDetails(uses=(), voids=("b",)),
        )
        wrong = check("b", 0.0, misconception="integer overflow", message="0 of 5 cases are right")
        [row] = report(grade("a", check("a", 1.0, message="half"), wrong, by_hand)).rows
        assert row.remark == "b: no points, because of by_hand: a.py, line 1: scipy is not allowed"

    def test_a_note_is_the_remark_of_a_right_one(self):
        [row] = report(grade("a", check("a", 2.0, notes=("returns a list",)))).rows
        assert row.remark == "returns a list"
        [row] = report(grade("a", check("a", 2.0), notes=("ended with an error\nmore",))).rows
        assert row.remark == "ended with an error"

    def test_a_message_that_says_nothing_is_no_fault(self):
        assert report(grade("a", check("a", 1.0, message=""))).rows[0].remark == "a: "


class TestAgreements:
    def test_those_whose_wrong_answers_agree_are_named(self):
        grades = [
            grade("a", check("x", 0, wrong="1", misconception="flipped kernel"), check("y", 0, wrong="9")),
            grade("b", check("x", 0, wrong="1", misconception="flipped kernel"), check("y", 0, wrong="8")),
            grade("c", check("x", 0, wrong="1", misconception="flipped kernel"), check("y", 0, wrong="8")),
            grade("d", check("x", 0, wrong="2"), check("y", 0, wrong="1")),
            grade("e", check("x", 2.0), check("y", 2.0)),
            grade("f", check("x", 2.0), check("y", 2.0)),
        ]
        first, second = report(*grades).agreements
        assert (first.check, first.submissions, first.misconception) == (
            "x",
            ("a", "b", "c"),
            "flipped kernel",
        )
        assert (second.check, second.submissions, second.misconception) == ("y", ("b", "c"), None)
        assert first.message == "these 3 agree: look at the handout"

    def test_of_many_the_first_are_shown(self):
        for number, end in ((12, "k, l – these 12 agree"), (26, "k and 15 more – these 26 agree")):
            grades = [grade(name, check("x", 0, wrong="1")) for name in ascii_lowercase[:number]]
            console = Console(width=200, record=True, file=io.StringIO())
            console.print(class_view(report(*grades)))
            assert f"x: a, b, c, d, e, f, g, h, i, j, {end}: look at the handout" in console.export_text()
            assert len(report(*grades).agreements[0].submissions) == number

    def test_who_handed_in_together_does_not_agree_unless_with_others(self):
        def partner(submission, source="submission_1"):
            found = grade(submission, check("x", 0, wrong="1"))
            return msgspec.structs.replace(
                found, submission_digest="sha256:1", hand_in=HandInInfo(source=source)
            )

        assert report(partner("a"), partner("b")).agreements == ()
        [same_file] = report(partner("a"), partner("c", "submission_2")).agreements
        assert same_file.submissions == ("a", "c")
        [agreement] = report(partner("a"), partner("b"), grade("c", check("x", 0, wrong="1"))).agreements
        assert agreement.submissions == ("a", "b", "c")

    def test_nobody_agrees_with_a_fault_of_ours(self):
        assert report(grade("a", ours("x")), grade("b", ours("x"))).agreements == ()


def test_it_is_read_back_as_it_was_written():
    found = report(*CLASS, remaining=1)
    assert msgspec.json.decode(msgspec.json.encode(found), type=ClassReport) == found
