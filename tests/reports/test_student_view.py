"""What a student reads in a terminal of values, sources, free answers and given points. Exact text."""

from rich.console import Console

from autograder.reports.feedback import CheckFeedback, Feedback, Given
from autograder.reports.student_view import all_visible_pass, feedback_view, visible_points, visible_view
from autograder.results import AnswerResult, FoundUse, HandInInfo, Outcome, Shown, Status


def answer(name, passed, *, visible=False, note="", received=None, expected=None):
    return AnswerResult(
        name=name,
        place=f"ANSWERS[{name!r}]",
        visible=visible,
        passed=passed,
        score=1.0 if passed else 0.0,
        max_score=1.0,
        note=note,
        received=None if received is None else Shown(description="int", text=received),
        expected=None if expected is None else Shown(description="int", text=expected),
    )


def check(name, kind, status, score, max_score, message="", **parts):
    return CheckFeedback(
        name=name,
        kind=kind,
        outcome=Outcome.COMPLETED,
        status=status,
        score=score,
        max_score=max_score,
        message=message,
        hint=parts.pop("hint", ""),
        notes=(),
        **parts,
    )


def feedback(*checks, **changes):
    scores = [each.score for each in checks]
    provisional = None in scores
    return Feedback(
        assignment="output-sizes",
        submission="ada",
        outcome=Outcome.COMPLETED,
        provisional=provisional,
        score=None if provisional else sum(scores),
        max_score=sum(each.max_score for each in checks),
        checks=checks,
        notes=(),
        printed="",
        walls="full",
        dataset=None,
        **changes,
    )


VALUES = check(
    "answers",
    "values",
    Status.PARTIAL,
    1.0,
    3.0,
    "1 of 3 values is right",
    answers=(
        answer("size", True, visible=True),
        answer("rank", False, note="The rank counts axes.", received="6"),
        answer("shape", False, visible=True, received="  7  7", expected="  7  7  2"),
    ),
    hint="The rank counts axes.",
)
SOURCE = check(
    "by_hand",
    "source",
    Status.FAILED,
    0.0,
    0.0,
    "code.py, line 3: scipy.signal is not allowed",
    uses=(FoundUse(name="scipy.signal", file="code.py", line=3, within=("conv2d", "layer")),),
    hint="Write the loops yourself.",
)
WRITTEN = check(
    "why",
    "written",
    Status.NEEDS_REVIEW,
    None,
    2.0,
    "an answer of 4 words, which a person marks",
    question="Why?",
)


def text(view):
    console = Console(width=100, color_system=None)
    with console.capture() as captured:
        console.print(view)
    return [line.rstrip() for line in captured.get().splitlines() if line.strip()]


class TestAGrade:
    def test_values_with_what_came_and_what_is_known_of_it(self):
        assert text(feedback_view(feedback(VALUES))) == [
            "ada, output-sizes: 1 of 3",
            "answers  1 of 3  partial",
            "  1 of 3 values is right",
            "  ✓ size",
            "  ✗ rank  ANSWERS['rank']  received 6  (The rank counts axes.)",
            "  ✗ shape  ANSWERS['shape']  received 7  7, expected 7  7  2",
            "  Hint: The rank counts axes.",
        ]

    def test_uses_with_file_line_and_the_functions_that_reach_them(self):
        assert text(feedback_view(feedback(SOURCE)))[1:] == [
            "by_hand  0 of 0  failed",
            "  code.py, line 3: scipy.signal is not allowed",
            "  code.py, line 3: scipy.signal, in conv2d, layer",
            "  Hint: Write the loops yourself.",
        ]

    def test_a_free_answer_awaits_its_marks(self):
        assert text(feedback_view(feedback(WRITTEN))) == [
            "ada, output-sizes: no total yet",
            "why  – of 2  needs_review",
            "  an answer of 4 words, which a person marks",
        ]

    def test_given_points_are_told_with_their_reason(self):
        given = Given(points=1.5, reason="no example", grader="h.k.")
        marked = check("why", "written", Status.PARTIAL, 1.5, 2.0, "an answer of 4 words", given=given)
        assert text(feedback_view(feedback(marked)))[1:] == [
            "why  1.5 of 2  partial",
            "  1.5 points by h.k.: no example",
            "  an answer of 4 words",
        ]

    def test_how_it_was_handed_in_where_there_is_something_to_say(self):
        def said(**known):
            return text(feedback_view(feedback(VALUES, hand_in=HandInInfo(**known))))[1]

        time = "2030-01-31T23:59:01+01:00"
        assert said(attempt=2, attempts=3, time=time, is_late=True) == f"handed in: attempt 2, {time}, late"
        assert said(time=time, is_late=False) == f"handed in: {time}"
        assert said(is_late=True) == "handed in: late"
        assert said() == "answers  1 of 3  partial"


class TestAnOwnCheck:
    LATER = check(
        "answers",
        "values",
        Status.PASSED,
        1.0,
        2.0,
        "its value is right; 1 more value is judged after you hand in",
        answers=(answer("size", True, visible=True), answer("rank", None, received="6")),
    )

    def test_what_is_only_judged_later_is_said_to_be(self):
        assert text(visible_view(feedback(self.LATER))) == [
            "answers  1 of 1 visible points",
            "  its value is right; 1 more value is judged after you hand in",
            "  ✓ size",
            "  · rank  judged after you hand in",
            "all visible checks pass: 1 of 1 points; 1 points are graded after you hand in",
        ]

    def test_what_counts_as_visible(self):
        assert visible_points(feedback(VALUES)) == (1.0, 2.0)
        assert visible_points(feedback(SOURCE, WRITTEN)) == (0.0, 0.0)
        worth = check("by_hand", "source", Status.PASSED, 1.0, 1.0)
        assert visible_points(feedback(worth, self.LATER)) == (2.0, 2.0)

    def test_a_missing_value_a_forbidden_use_and_no_answer_keep_it_from_passing(self):
        assert all_visible_pass(feedback(self.LATER, WRITTEN))
        assert not all_visible_pass(feedback(self.LATER, SOURCE))
        assert not all_visible_pass(feedback(VALUES))
        assert not all_visible_pass(feedback(check("why", "written", Status.FAILED, 0.0, 2.0)))

    def test_what_a_submission_wrote_does_not_reach_the_terminal_as_it_is(self):
        hostile = check(
            "answers",
            "values",
            Status.FAILED,
            0.0,
            1.0,
            "\x1b[2J",
            answers=(answer("size", False, note="\x1b]0;x\x07", received="\x1b[31m"),),
            uses=(FoundUse(name="\x1b[1m", file="\x1b[2m.py", line=1),),
        )
        assert "\x1b" not in "".join(text(feedback_view(feedback(hostile))))
