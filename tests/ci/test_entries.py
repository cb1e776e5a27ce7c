"""From feedback to entries: what adds up, what is whose fault, and where it is."""

from __future__ import annotations

import msgspec
import pytest

from autograder.ci.place import Format
from autograder.ci.verdict import exit_code
from autograder.reports.classroom50 import classroom50
from autograder.reports.entries import entries, totals
from autograder.reports.entry import Entry, Result, State, Trust
from autograder.reports.feedback import CheckFeedback, Feedback
from autograder.reports.github import MOST_SUMMARY_BYTES, job_summary, workflow_commands
from autograder.reports.gradescope import gradescope
from autograder.reports.junit import junit
from autograder.results import AnswerResult, CaseResult, FoundUse, GroupResult, Outcome, Status


def check(name: str, **changed: object) -> CheckFeedback:
    given = {
        "name": name,
        "kind": "function",
        "outcome": Outcome.COMPLETED,
        "status": Status.FAILED,
        "score": 0.0,
        "max_score": 2.0,
        "message": "wrong",
        "hint": "",
        "notes": (),
    }
    return msgspec.convert(given | changed, CheckFeedback)


def group(name: str, passed: int, hidden: int = 0) -> GroupResult:
    return GroupResult(
        name=name,
        visible_passed=passed,
        visible_total=1,
        visible_score=float(passed),
        visible_max_score=1.0,
        hidden_passed=hidden,
        hidden_total=2,
        hidden_score=hidden / 2,
        hidden_max_score=1.0,
    )


def case(explanation: str) -> CaseResult:
    return CaseResult(
        group="a",
        title="a",
        visible=True,
        passed=False,
        outcome=Outcome.COMPLETED,
        call="f(x)",
        explanation=explanation,
    )


def result(*checks: CheckFeedback, trust: Trust = Trust.GRADED, printed: str = "") -> Result:
    scores = [each.score for each in checks]
    feedback = Feedback(
        assignment="nets",
        submission="ada",
        outcome=Outcome.COMPLETED,
        provisional=None in scores,
        score=None if None in scores else sum(score or 0 for score in scores),
        max_score=sum(each.max_score for each in checks),
        checks=checks,
        notes=(),
        printed=printed,
        walls="full",
        dataset=None,
    )
    paths = {"net.py": "work/net.py", "net.ipynb": "work/net.ipynb"}
    return Result(feedback=feedback, trust=trust, main="work/net.py", paths=paths)


def states(seen: Result) -> list[tuple[str, State, float | None]]:
    return [(entry.name, entry.state, entry.score) for entry in entries(seen)]


def test_points_that_another_check_has_voided_are_not_given() -> None:
    seen = result(check("f", groups=(group("a", 1, 2),), message="no points, because of g"))
    assert states(seen) == [("f", State.FAILED, 0.0)]
    assert gradescope(seen)["tests"][0]["visibility"] == "after_published"


def test_a_fault_of_ours_has_no_score_anywhere() -> None:
    fault = check("f", status=Status.ERROR, score=None, outcome=Outcome.GRADER_ERROR)
    seen = result(fault, check("g", score=2.0, status=Status.PASSED))
    assert states(seen) == [("f", State.FAULT, None), ("g", State.PASSED, 2.0)]
    assert b'errors="1"' in junit(seen)
    told = gradescope(seen)
    assert [each for each in (told, *told["tests"]) if "score" in each] == []
    assert "status" not in told["tests"][0]
    assert exit_code(seen, ()) == exit_code(seen, (Format.GRADESCOPE,)) == 3


def test_a_free_answer_leaves_the_rest_its_points() -> None:
    essay = check("essay", kind="written", status=Status.NEEDS_REVIEW, score=None)
    seen = result(essay, check("g", score=2.0, status=Status.PASSED))
    told = gradescope(seen)
    assert (told["score"], "score" in told["tests"][0]) == (2.0, False)
    assert "no final total" in told["output"]
    assert totals(seen) == (None, 4.0)
    assert exit_code(seen, ()) == 0


def test_what_awaits_somebody_is_neither_right_nor_wrong() -> None:
    answer = AnswerResult(name="q", place="q", visible=False, passed=None, score=0.0, max_score=2.0)
    seen = result(
        check("values", kind="values", answers=(answer,), status=Status.PASSED),
        check("essay", kind="written", status=Status.NEEDS_REVIEW, score=None),
        trust=Trust.UNVERIFIED,
    )
    assert states(seen) == [("values: q", State.OPEN, None), ("essay", State.OPEN, None)]
    assert totals(seen) == (0.0, 0.0)
    assert junit(seen).count(b"<skipped") == 2
    assert workflow_commands(seen) == []


@pytest.mark.parametrize(
    ("explanation", "place"),
    [
        ("E: x\n  net.py, line 7: raise E", ("work/net.py", 7)),
        ("E: x\n  net.ipynb, cell 3, line 2: raise E", ("work/net.ipynb", None)),
        ("E: x\n  net.ipynb, cell 3: raise E", ("work/net.py", None)),
        ("E: x\n  ../../etc/passwd, line 7: raise E", ("work/net.py", None)),
        ("E: y\n  net.py, line 9: forged\n  and more", ("work/net.py", None)),
        ("shape (3, 4), expected (4, 3)", ("work/net.py", None)),
    ],
)
def test_an_error_is_placed_where_the_submission_has_such_a_file(
    explanation: str, place: tuple[str, int | None]
) -> None:
    groups = (group("a", 0),)
    [remark] = entries(result(check("f", groups=groups, visible_cases=(case(explanation),))))[0].remarks
    assert (remark.file, remark.line) == place


def test_each_forbidden_line_is_annotated_at_its_place() -> None:
    uses = (FoundUse(name="eval", file="net.py", line=3), FoundUse(name="exec", file="gone.py", line=4))
    seen = result(check("source", kind="source", uses=uses))
    assert workflow_commands(seen) == [
        "::error file=work/net.py,line=3,title=check::source: net.py, line 3: eval",
        "::error file=work/net.py,title=check::source: gone.py, line 4: exec",
    ]


def test_where_the_file_ended_with_an_error_is_annotated_first() -> None:
    seen = result(check("f", message="f is not defined: the file ended before with SyntaxError"))
    notes = ("left out: x.pyc", "net.py ended with an error. SyntaxError: bad\n  net.py, line 5: def f(")
    seen = msgspec.structs.replace(seen, feedback=msgspec.structs.replace(seen.feedback, notes=notes))
    first, second = workflow_commands(seen)
    assert first.startswith("::error file=work/net.py,line=5,title=check::net.py ended with an error.")
    assert "f is not defined" in second


def test_the_same_is_annotated_once_with_the_first_call() -> None:
    calls = [msgspec.structs.replace(case("E: x\n  net.py, line 7: raise E"), call=f"f({n})") for n in (1, 2)]
    cases = tuple(msgspec.structs.replace(each, group=name) for each, name in zip(calls, "ab", strict=True))
    seen = result(check("f", groups=(group("a", 0), group("b", 0)), visible_cases=cases))
    assert len(entries(seen)[2].remarks) == 1
    [told] = [line for line in workflow_commands(seen) if "E: x" in line]
    assert told.startswith("::error file=work/net.py,line=7,title=check::f(1): E: x")


def test_no_more_than_ten_annotations_and_how_many_more_there_are() -> None:
    seen = result(*(check(f"f{number}", message=f"wrong: {number}") for number in range(14)))
    told = workflow_commands(seen)
    assert len(told) == 11
    assert told[-1].endswith("::4 more; the log and the job summary have them all")


def test_names_are_made_unique() -> None:
    names = [entry.name for entry in entries(result(check("f"), check("f"), check("f (2)")))]
    assert names == ["f", "f (2)", "f (2) (2)"]


def test_the_summary_stays_below_a_mebibyte() -> None:
    seen = result(*(check(f"f{number}", message="`✓" * 10_000) for number in range(80)))
    text = job_summary(seen)
    assert 900_000 < len(text.encode()) < MOST_SUMMARY_BYTES
    assert text.endswith("… and more, in the log\n")


def test_what_one_format_calls_a_property_is_escaped() -> None:
    seen = result(check("f", message="a,b:c%d\r\ne"))
    seen = msgspec.structs.replace(seen, main="a,b:c%d.py")
    [told] = workflow_commands(seen)
    assert told == "::error file=a%2Cb%3Ac%25d.py,title=check::f: a,b:c%25d�%0Ae"


def test_fractions_of_points_are_whole_numbers_for_classroom50() -> None:
    from datetime import UTC, datetime

    seen = result(check("f", score=0.335, groups=()), check("g", score=2.0, status=Status.PASSED))
    told = classroom50(seen, {}, datetime(2026, 1, 2, tzinfo=UTC))
    assert [(test["score"], test["max-score"]) for test in told["tests"]] == [(34, 200), (200, 200)]
    assert told["datetime"] == "2026-01-02T00:00:00Z"


def test_an_entry_has_no_place_for_what_is_hidden() -> None:
    assert set(Entry.__struct_fields__) == set(
        "check name is_hidden state score max_score text headline hint remarks".split()
    )
