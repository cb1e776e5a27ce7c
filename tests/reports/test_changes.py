"""What has changed between two gradings: whose grade, by how much, in which check; and why it might."""

import msgspec
from rich.console import Console

from autograder.reports.changes import Change, CheckChange, changes, reports_differ
from autograder.reports.class_report import Heading, class_report
from autograder.reports.class_view import changes_view
from autograder.reports.rows import Row
from autograder.results import Environment, Outcome

ENVIRONMENT = Environment(
    autograder="0",
    code_digest="sha256:code",
    python="3.11.7",
    numpy="2.1",
    tensorflow=None,
    packages_digest="",
    device="cpu",
    walls="full",
)
HEADING = Heading(
    assignment="convolution",
    title="Convolution",
    max_score=4.0,
    environment=ENVIRONMENT,
    config_digest="sha256:config",
    cases_digest="sha256:cases",
)


def row(submission, *, version=1, **checks):
    scores = list(checks.values())
    provisional = None in scores
    return Row(
        submission=submission,
        outcome=Outcome.COMPLETED,
        provisional=provisional,
        score=None if provisional else sum(scores),
        max_score=10.0,
        checks=checks,
        remark="",
        version=version,
    )


def text(changed, width=100):
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(changes_view(changed))
    return [line.rstrip() for line in captured.get().splitlines() if line.strip()]


class TestWhoseGradeDiffers:
    def test_nobody_s(self):
        rows = [row("ada", conv=4.0), row("bo", conv=None)]
        assert changes(rows, rows) == ()
        assert changes([], []) == ()
        assert (
            changes(rows, [msgspec.structs.replace(each, version=2, remark="again") for each in rows]) == ()
        )

    def test_by_how_much_and_in_which_check(self):
        before = [row("ada", version=1, conv=4.0, pool=1.0), row("bo", conv=4.0, pool=2.0)]
        after = [row("ada", version=2, conv=3.5, pool=1.0), row("bo", version=2, conv=4.0, pool=2.0)]
        assert changes(before, after) == (
            Change(
                submission="ada",
                before=5.0,
                after=4.5,
                version_before=1,
                version_after=2,
                checks=(CheckChange(name="conv", before=4.0, after=3.5),),
            ),
        )

    def test_checks_that_make_up_for_each_other_are_a_change(self):
        [change] = changes([row("ada", a=1.0, b=2.0)], [row("ada", a=2.0, b=1.0)])
        assert (change.before, change.after) == (3.0, 3.0)
        assert [each.name for each in change.checks] == ["a", "b"]

    def test_points_that_came_to_be_known(self):
        [change] = changes([row("ada", a=1.0, why=None)], [row("ada", version=2, a=1.0, why=1.5)])
        assert (change.before, change.after) == (None, 2.5)
        assert change.checks == (CheckChange(name="why", before=None, after=1.5),)

    def test_who_came_and_who_went(self):
        gone, new = changes([row("ada", a=1.0)], [row("zoe", a=0.0)])
        assert (gone.submission, gone.before, gone.after, gone.version_after) == ("ada", 1.0, None, None)
        assert (new.submission, new.before, new.after, new.version_before) == ("zoe", None, 0.0, None)

    def test_who_came_without_a_grade_is_a_change_too(self):
        [new] = changes([], [row("zoe", a=None)])
        assert (new.submission, new.before, new.after) == ("zoe", None, None)

    def test_a_check_that_was_added_without_points(self):
        [change] = changes([row("ada", a=1.0)], [row("ada", a=1.0, why=None)])
        assert change.checks == (CheckChange(name="why", before=None, after=None),)

    def test_they_are_in_the_order_of_the_students(self):
        before = [row(name, a=1.0) for name in "cab"]
        after = [row(name, a=2.0) for name in "bca"]
        assert [change.submission for change in changes(before, after)] == ["a", "b", "c"]


class TestTheTable:
    """Exact text, at a fixed width."""

    def test_steps_with_their_sign(self):
        before = [
            row("ada", conv=4.0, pool=1.0),
            row("bo", conv=0.0, pool=0.0),
            row("cy", conv=1.0, pool=None),
        ]
        after = [
            row("ada", version=2, conv=3.5, pool=1.0),
            row("bo", version=3, conv=2.25, pool=0.0),
            row("cy", version=2, conv=1.0, pool=2.0),
        ]
        assert text(changes(before, after)) == [
            "3 changed",
            "  submission   version   total              checks",
            " ─────────────────────────────────────────────────────────────────",
            "  ada          1 → 2     5 → 4.5 (-0.50)    conv 4 → 3.5 (-0.50)",
            "  bo           1 → 3     0 → 2.25 (+2.25)   conv 0 → 2.25 (+2.25)",
            "  cy           1 → 2     – → 3              pool – → 2",
        ]

    def test_who_came_and_who_went(self):
        lines = text(changes([row("ada", a=1.0)], [row("zoe", a=0.0)]))
        assert lines[3:] == [
            "  ada          1 → –     1 → –   a 1 → –",
            "  zoe          – → 1     – → 0   a – → 0",
        ]

    def test_a_name_does_not_reach_the_terminal_as_it_is(self):
        lines = text(changes([], [row("\x1b[31mred", a=0.0)]))
        assert "\x1b" not in "".join(lines)


class TestConditions:
    def of(self, heading=HEADING, **changed):
        environment = msgspec.structs.replace(ENVIRONMENT, **changed)
        return class_report(msgspec.structs.replace(heading, environment=environment), [], 0)

    def test_the_same_ones_are_not_worth_a_word(self):
        assert reports_differ(self.of(), self.of()) == []
        assert reports_differ(self.of(), self.of(packages_digest="other")) == []

    def test_what_differs_is_named_with_both_values(self):
        assert reports_differ(self.of(), self.of(numpy="2.2", walls="process", python="3.13.0")) == [
            "NumPy: 2.1, 2.2",
            "Python: 3.11.7, 3.13.0",
            "the walls: full, process",
        ]
        assert reports_differ(self.of(), self.of(tensorflow="2.21")) == ["TensorFlow: None, 2.21"]
        assert reports_differ(self.of(), self.of(device="gpu: A")) == ["the device: cpu, gpu: A"]

    def test_of_digests_it_is_enough_that_they_differ(self):
        other = msgspec.structs.replace(HEADING, config_digest="sha256:a", cases_digest="sha256:b sha256:c")
        assert reports_differ(self.of(), self.of(other, code_digest="sha256:d")) == [
            "the configuration",
            "the hidden cases",
            "the toolkit's code",
        ]

    def test_another_assignment_comes_first(self):
        other = msgspec.structs.replace(HEADING, assignment="pooling")
        assert reports_differ(self.of(), self.of(other)) == ["the assignment: convolution, pooling"]

    def test_a_report_from_before_there_were_digests(self):
        old = msgspec.structs.replace(HEADING, config_digest="", cases_digest="")
        assert reports_differ(self.of(old), self.of()) == ["the configuration", "the hidden cases"]
