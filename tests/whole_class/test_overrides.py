"""Overrides: what a person gives stands in the place of what was found, and nothing else does."""

import hashlib

import msgspec
import pytest

from autograder.errors import ConfigError
from autograder.reports.rows import Absent, Roll
from autograder.results import (
    CheckResult,
    Environment,
    Grade,
    Outcome,
    Override,
    Status,
    Timing,
    WrittenDetails,
    with_checks,
)
from autograder.whole_class.overrides import (
    FILE,
    OverrideEntry,
    answer_digest,
    open_note,
    outdated,
    outdated_note,
    read_overrides,
    unknown_students,
    with_overrides,
    with_points,
)

MAX_SCORES = {"conv2d": 4.0, "why": 2.0}
ENTRY = """\
[[overrides]]
student = "ada"
check = "why"
points = 1.5
reason = "names the neighbourhood"
grader = "h.k."
"""


def check(name="conv2d", score=3.0, status=Status.PARTIAL, max_score=4.0, **changes):
    return CheckResult(
        name=name,
        kind="function",
        outcome=changes.pop("outcome", Outcome.COMPLETED),
        status=status,
        score=score,
        max_score=max_score,
        message="6 of 9 cases are right",
        **changes,
    )


def grade(*checks):
    empty = Grade(
        assignment="convolution",
        submission="ada",
        outcome=Outcome.COMPLETED,
        provisional=False,
        score=0.0,
        max_score=0.0,
        checks=(),
        timing=Timing(wall_seconds=0, worker_cpu_seconds=0),
        environment=Environment(
            autograder="0",
            code_digest="",
            python="3",
            numpy="2",
            tensorflow=None,
            packages_digest="",
            device="cpu",
            walls="full",
        ),
        config_digest="",
        submission_digest="",
        cases_digest="",
    )
    return with_checks(empty, checks)


def entry(check="why", points=1.5, **changes):
    named = {"student": "ada", "reason": "good", "grader": "h.k.", **changes}
    return OverrideEntry(check=check, points=points, **named)


FREE = check("why", None, Status.NEEDS_REVIEW, 2.0)


class TestGiving:
    def test_a_free_answer_gets_its_points_and_the_grade_its_total(self):
        before = grade(check(), FREE)
        assert (before.score, before.provisional) == (None, True)
        after = with_overrides(before, {"why": entry()})
        assert (after.score, after.provisional, after.max_score) == (4.5, False, 6.0)
        assert after.checks[0] == before.checks[0]
        given = after.checks[1]
        assert (given.score, given.status, given.message) == (1.5, Status.PARTIAL, "6 of 9 cases are right")
        assert given.override == Override(
            points=1.5, reason="good", grader="h.k.", found_score=None, found_status=Status.NEEDS_REVIEW
        )

    @pytest.mark.parametrize(
        ("points", "status"), [(2.0, Status.PASSED), (1.0, Status.PARTIAL), (0.0, Status.FAILED)]
    )
    def test_the_status_follows_from_the_points(self, points, status):
        assert with_overrides(grade(FREE), {"why": entry(points=points)}).checks[0].status is status

    def test_what_was_found_is_kept_and_comes_back_without_the_override(self):
        before = grade(check(), FREE)
        after = with_overrides(before, {"conv2d": entry("conv2d", 4.0), "why": entry()})
        assert after.checks[0].override.found_score == 3.0
        assert after.checks[0].override.found_status is Status.PARTIAL
        assert with_overrides(after, {}) == before

    def test_another_override_takes_the_place_of_the_first(self):
        once = with_overrides(grade(FREE), {"why": entry(points=1.0)})
        twice = with_overrides(once, {"why": entry(points=2.0, reason="read again")})
        assert twice == with_overrides(grade(FREE), {"why": entry(points=2.0, reason="read again")})
        assert twice.checks[0].override.found_score is None

    def test_applied_again_nothing_changes(self):
        once = with_overrides(grade(check(), FREE), {"why": entry()})
        assert with_overrides(once, {"why": entry()}) == once

    def test_a_fault_of_ours_can_be_given_points_for(self):
        lost = check("conv2d", None, Status.ERROR, outcome=Outcome.GRADER_ERROR)
        after = with_overrides(grade(lost), {"conv2d": entry("conv2d", 4.0)})
        assert (after.score, after.provisional, after.outcome) == (4.0, False, Outcome.GRADER_ERROR)

    def test_one_of_two_open_checks_leaves_the_grade_provisional(self):
        after = with_overrides(grade(FREE, check("other", None, Status.NEEDS_REVIEW)), {"why": entry()})
        assert (after.score, after.provisional) == (None, True)

    def test_an_override_of_a_check_that_was_not_run_is_kept_for_later(self):
        before = grade(check())
        assert with_overrides(before, {"why": entry()}) == before

    def test_it_is_read_back_as_it_was_written(self):
        after = with_overrides(grade(check(), FREE), {"why": entry()})
        assert msgspec.json.decode(msgspec.json.encode(after), type=Grade) == after


class TestTheAnswer:
    """Points for a free answer are for that answer alone, where the entry says which."""

    FREE = check(
        "why", None, Status.NEEDS_REVIEW, 2.0, details=WrittenDetails(question="", answer="yes", rubric=())
    )

    def test_its_digest_is_of_the_text(self):
        assert answer_digest("yes") == hashlib.sha256(b"yes").hexdigest()[:8]

    def test_for_this_answer_it_applies(self):
        found = with_overrides(grade(self.FREE), {"why": entry(answer=answer_digest("yes"))})
        assert found.score == 1.5
        assert outdated(grade(self.FREE), {"why": entry(answer=answer_digest("yes"))}) == []

    def test_for_another_it_does_not_and_that_is_said(self):
        entries = {"why": entry(answer=answer_digest("no"))}
        assert with_overrides(grade(self.FREE), entries) == grade(self.FREE)
        assert outdated(grade(self.FREE), entries) == ["why"]
        assert outdated_note("ada", "why") == (
            "overrides.toml: ada, why: not applied: the answer is another one than the one that was marked"
        )
        once = with_overrides(grade(self.FREE), {"why": entry()})
        assert with_overrides(once, entries) == grade(self.FREE)

    def test_for_an_answer_that_is_gone_it_does_not(self):
        gone = check("why", 0.0, Status.FAILED, 2.0)
        assert with_overrides(grade(gone), {"why": entry(answer="12345678")}) == grade(gone)


def test_who_handed_in_nothing_can_be_given_points():
    roll = Roll(absent=(Absent(id="zoe"), Absent(id="ada")))
    found = with_points(roll, {"zoe": {"why": entry(), "conv2d": entry("conv2d", 2.0)}})
    given = found.absent[0]
    assert given.points == {"why": 1.5, "conv2d": 2.0}
    assert given.remark == "by hand: why: good (h.k.); conv2d: good (h.k.)"
    assert found.absent[1] == Absent(id="ada")


class TestReading:
    def read(self, folder, text):
        (folder / FILE).write_text(text, "utf-8")
        return read_overrides(folder, MAX_SCORES).entries

    def refused(self, folder, text):
        with pytest.raises(ConfigError) as caught:
            self.read(folder, text)
        return str(caught.value).removeprefix(f"{folder / FILE}: ")

    def test_no_file_and_an_empty_one_give_none(self, tmp_path):
        assert read_overrides(tmp_path, MAX_SCORES).entries == {}
        assert self.read(tmp_path, "") == {}

    def test_entries_are_found_by_student_and_check(self, tmp_path):
        other = ENTRY.replace('"ada"', '"zoë"').replace("1.5", "0")
        found = self.read(tmp_path, ENTRY + other + other.replace('"why"', '"conv2d"'))
        assert found["ada"] == {
            "why": OverrideEntry(
                student="ada", check="why", points=1.5, reason="names the neighbourhood", grader="h.k."
            )
        }
        assert found["zoë"].keys() == {"why", "conv2d"}

    def test_who_is_not_in_the_class_is_told(self, tmp_path):
        found = self.read(tmp_path, ENTRY)
        assert unknown_students(found, ["ada", "bo"]) == []
        assert unknown_students(found, ["Ada", "bo"]) == ["ada"]

    def test_a_check_that_is_none(self, tmp_path):
        assert self.refused(tmp_path, ENTRY.replace('"why"', '"whi"')) == (
            "ada, whi: expected a check among conv2d, why; received 'whi'"
        )

    def test_more_points_than_the_check_is_worth(self, tmp_path):
        assert self.refused(tmp_path, ENTRY.replace("1.5", "2.5")) == (
            "ada, why: expected points from 0 to 2; received 2.5"
        )
        assert self.read(tmp_path, ENTRY.replace("1.5", "2"))["ada"]["why"].points == 2.0

    def test_two_entries_for_one_check(self, tmp_path):
        assert self.refused(tmp_path, ENTRY + ENTRY) == "ada, why: expected one entry; received two"

    @pytest.mark.parametrize("points", ["nan", "inf", "-1", '"1"', "true"])
    def test_points_that_are_none(self, points, tmp_path):
        assert self.refused(tmp_path, ENTRY.replace("1.5", points))

    @pytest.mark.parametrize(
        "missing",
        ['student = "ada"', 'reason = "names the neighbourhood"', 'grader = "h.k."', "points = 1.5"],
    )
    def test_an_entry_is_whole(self, missing, tmp_path):
        said = self.refused(tmp_path, ENTRY.replace(missing + "\n", ""))
        key = missing.partition(" ")[0]
        who = "entry 1, why" if key == "student" else "ada, why"
        assert said == (
            f"{who}: expected {key}; there is none (an entry [[overrides]] has student, check, points, "
            "reason, grader, and perhaps answer)"
        )

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("1.5", "nan", "ada, why: expected points from 0 to 2; received nan"),
            ("1.5", "-1", "ada, why: expected points from 0 to 2; received -1"),
            ("1.5", "'1'", "ada, why: expected points from 0 to 2; received '1'"),
            ("1.5", "true", "ada, why: expected points from 0 to 2; received true"),
            ("names the neighbourhood", "", "ada, why: expected reason, a text; received ''"),
            ('"h.k."', "7", "ada, why: expected grader, a text; received 7"),
            (
                "reason",
                "raeson",
                (
                    "ada, why: an entry [[overrides]] has student, check, points, reason, grader, and "
                    "perhaps answer; received raeson"
                ),
            ),
            ("[[overrides]]", "[[override]]", "expected entries [[overrides]] alone; received override"),
            (
                "points",
                "answer = 'x'\npoints",
                (
                    "ada, why: expected answer, the eight digits that autograder review --toml prints; "
                    "received 'x'"
                ),
            ),
        ],
    )
    def test_a_mistake_is_said_in_words(self, old, new, said, tmp_path):
        assert self.refused(tmp_path, ENTRY.replace(old, new)) == said

    def test_what_is_no_list(self, tmp_path):
        assert self.refused(tmp_path, "overrides = 1") == (
            "expected entries [[overrides]]; received overrides = 1"
        )

    def test_entries_that_are_yet_to_be_filled_in_are_counted_and_passed_over(self, tmp_path):
        still_open = ENTRY.replace("1.5", '"?"').replace("names the neighbourhood", "").replace("h.k.", "")
        (tmp_path / FILE).write_text(still_open + ENTRY + still_open)
        found = read_overrides(tmp_path, MAX_SCORES)
        assert (list(found.entries["ada"]), found.still_open) == (["why"], 2)
        assert open_note(1) == "overrides.toml: 1 entry without points yet"
        assert open_note(3) == "overrides.toml: 3 entries without points yet"

    def test_what_is_no_toml(self, tmp_path):
        assert self.refused(tmp_path, "[[overrides]\n").startswith("expected TOML; ")
        (tmp_path / FILE).write_bytes(b"\xff\xfe")
        with pytest.raises(ConfigError, match="expected TOML"):
            read_overrides(tmp_path, MAX_SCORES)
