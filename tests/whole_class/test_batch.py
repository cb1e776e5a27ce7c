"""A class graded into a folder: which attempt counts, what is asked, what people gave, and what changed.

The submissions run in this process: sandboxes have tests of their own, and what is tested here are the
decisions around them.
"""

import contextlib
from datetime import UTC, datetime

import msgspec
import pytest

from autograder import config
from autograder.errors import ConfigError
from autograder.observation import Loading, Raised, Returned
from autograder.reports.rows import NO_ROLL, Absent, Roll
from autograder.results import Outcome, Status
from autograder.runners.local import Begun, Graded, NotGraded
from autograder.sandbox.level import Level
from autograder.submission import (
    HandIn,
    Received,
    UnreadableSubmission,
    absent,
    hand_ins,
    read_choices,
    read_roster,
)
from autograder.submission.files import SubmittedFile, submission
from autograder.whole_class.batch import Batch, Finished, Started, prepare
from autograder.whole_class.folder import ResultsFolder
from autograder.whole_class.overrides import FILE, read_overrides
from autograder.wire.messages import Error

MAIN = "sizes.py"
CONFIG = """
schema = "autograder/assignment/v1"
title = "Sizes"
file = "sizes.py"
attempts = "last"

[[checks]]
kind = "function"
name = "output_size"
problem = "output_size"
points.basic = { visible = 1, hidden = 1 }
points.padding = { visible = 1, hidden = 1 }
points.stride = { visible = 1, hidden = 1 }

[[checks]]
kind = "values"
name = "answers"
items = [{ name = "size", variable = "SIZE", points = 2, accept = [4] }]
"""
WRITTEN = """
[[checks]]
kind = "written"
name = "why"
question = "Why?"
variable = "WHY"
rubric = [{ points = 2, text = "says why" }]
"""
RIGHT = """
def output_size(size, kernel_size, stride=1, padding=0):
    return (size - kernel_size + 2 * padding) // stride + 1
SIZE = 4
WHY = "The kernel must fit."
"""
WRONG = RIGHT.replace("+ 1", "+ 2")  # keeps the value
NOTHING = "SIZE = 3\n"


class Worker:
    """Runs a submission here."""

    def __init__(self, found):
        [file] = [file for file in found.files if file.path == found.main]
        self.variables = {}
        exec(file.data.decode(), self.variables)

    def load(self):
        functions = tuple(name for name, value in self.variables.items() if callable(value))
        return Loading(frozenset(functions), functions)

    def call(self, function, calls, allowance, *, go_on=True):
        return [Returned(self.variables[function](*each.positional, **each.named)) for each in calls]

    def fetch(self, places, allowance):
        return [
            Returned(self.variables[place.variable])
            if place.variable in self.variables
            else Raised(Error("NameError", "no", []))
            for place in places
        ]

    def notes(self):
        return ()

    def printed(self):
        return ""

    def close(self):
        return 0.0


class Runner:
    """Grades one submission after the other; of those in `lost`, a fault of ours keeps it."""

    def __init__(self, lost=(), stops=()):
        self.lost, self.stops, self.ran = lost, stops, []

    def run(self, todo, judge):
        for each in todo:
            if each.id in self.stops:
                raise KeyboardInterrupt
            self.ran.append(each.id)
            yield Begun(each)
            if each.id in self.lost:
                yield NotGraded(each, "the sandbox did not start")
            else:
                yield Graded(each, judge(each, Worker(each)))


class Class:
    """A class, graded again and again into one folder."""

    def __init__(self, folder):
        self.course, self.results = folder, ResultsFolder(folder / "results")
        (folder / "grading_configs").mkdir()
        self.configure()

    def configure(self, attempts="last", *, written=False):
        text = CONFIG.replace('"last"', f'"{attempts}"') + (WRITTEN if written else "")
        (self.course / "grading_configs" / "sizes.toml").write_text(text)

    def grade(self, *found, lost=(), stops=(), roll=NO_ROLL, **options):
        assignment = config.load(self.course, "sizes")
        marking = prepare(assignment, Level.PROCESS, bytes(16), self.results.cases)
        max_scores = {each.name: each.max_score for each in marking.checks}
        overrides = read_overrides(self.results.path, max_scores).entries
        self.batch = Batch(marking, found, self.results, overrides=overrides, **options)
        self.runner = Runner(lost, stops)
        self.events = []
        with contextlib.suppress(KeyboardInterrupt):
            self.events.extend(self.batch.run(self.runner))
        self.report = self.batch.report(roll)
        return self.batch.grades

    def override(self, student, check, points):
        (self.results.path / FILE).write_text(
            f'[[overrides]]\nstudent = "{student}"\ncheck = "{check}"\npoints = {points}\n'
            'reason = "read again"\ngrader = "h.k."\n'
        )


@pytest.fixture
def graded(tmp_path):
    return Class(tmp_path)


def attempt(student, source, number=1, *, is_late=None, name=None):
    received = Received(
        number, datetime(2030, 1, number, 12, tzinfo=UTC), is_late, name, f"{student}-{number}.zip"
    )
    files = [SubmittedFile(MAIN, source.encode())]
    return submission(student, files, MAIN, (), received)


def hand_in(student, *sources, **known):
    attempts = [attempt(student, source, number, **known) for number, source in enumerate(sources, start=1)]
    return HandIn(student, tuple(attempts))


class TestTheLastAttemptCounts:
    def test_and_the_others_are_not_run(self, graded):
        grades = graded.grade(hand_in("ada", RIGHT, NOTHING, WRONG))
        assert graded.runner.ran == ["ada"]
        assert grades["ada"].score == 2.0
        assert grades["ada"].notes == ()
        info = grades["ada"].hand_in
        assert (info.attempt, info.attempts, info.time) == (3, 3, "2030-01-03T12:00:00+00:00")
        assert info.source == "ada-3.zip"

    def test_also_if_it_is_the_same_as_an_earlier_one(self, graded):
        twice = hand_in("ada", RIGHT, WRONG, RIGHT)
        assert graded.grade(twice)["ada"].hand_in.attempt == 3

    def test_also_if_it_cannot_be_read(self, graded):
        first = attempt("ada", RIGHT)
        last = UnreadableSubmission("ada", "expected the file sizes.py; received nothing", None)
        grade = graded.grade(HandIn("ada", (first, last)))["ada"]
        assert (grade.score, grade.outcome) == (0.0, Outcome.UNREADABLE_SUBMISSION)
        assert graded.runner.ran == []

    def test_a_new_attempt_is_graded_and_is_a_change(self, graded):
        graded.grade(hand_in("ada", WRONG), hand_in("bo", RIGHT))
        graded.grade(hand_in("ada", WRONG, RIGHT), hand_in("bo", RIGHT))
        assert graded.runner.ran == ["ada"]
        [change] = graded.batch.changes()
        assert (change.submission, change.before, change.after) == ("ada", 2.0, 8.0)
        assert (change.version_before, change.version_after) == (1, 2)
        assert [each.name for each in change.checks] == ["output_size"]

    def test_who_and_when_and_late_is_in_the_report(self, graded):
        graded.grade(hand_in("ada", RIGHT, is_late=True, name="Ada L."), hand_in("bo", RIGHT))
        [ada, bo] = graded.report.rows
        assert (ada.name, ada.is_late, ada.attempt) == ("Ada L.", True, 1)
        assert (bo.name, bo.is_late) == (None, None)
        assert graded.report.counts.late == 1


class TestTheBestAttemptCounts:
    @pytest.fixture(autouse=True)
    def _best(self, graded):
        graded.configure("best")

    def test_each_is_run_and_the_best_is_the_student_s(self, graded):
        grade = graded.grade(hand_in("ada", WRONG, RIGHT, NOTHING))["ada"]
        assert graded.runner.ran == ["ada/attempts/1", "ada/attempts/2", "ada/attempts/3"]
        assert (grade.submission, grade.score) == ("ada", 8.0)
        assert grade.notes == ("attempt 2 of 3 counts: the best one",)
        assert (grade.hand_in.attempt, grade.hand_in.attempts) == (2, 3)
        assert [graded.results.read(f"ada/attempts/{number}").score for number in (1, 2, 3)] == [
            2.0,
            8.0,
            0.0,
        ]

    def test_of_two_alike_the_later_one(self, graded):
        grade = graded.grade(hand_in("ada", RIGHT, NOTHING, RIGHT + "# mended\n"))["ada"]
        assert grade.notes == ("attempt 3 of 3 counts: the best one",)
        assert grade.hand_in.attempt == 3

    def test_also_of_two_that_are_the_same(self, graded):
        grade = graded.grade(hand_in("ada", RIGHT, RIGHT))["ada"]
        assert grade.notes == ("attempt 2 of 2 counts: the best one",)
        assert grade.hand_in.attempt == 2

    def test_there_is_one_row_for_each_student(self, graded):
        graded.grade(hand_in("ada", WRONG, RIGHT), hand_in("bo", RIGHT))
        assert [row.submission for row in graded.report.rows] == ["ada", "bo"]
        assert graded.report.counts.submissions == 2
        finished = [event for event in graded.events if isinstance(event, Finished)]
        assert sorted(event.grade.submission for event in finished) == ["ada", "bo"]
        assert Started("ada/attempts/2") in graded.events

    def test_a_single_one_has_no_folder_of_attempts(self, graded):
        grade = graded.grade(hand_in("ada", RIGHT))["ada"]
        assert grade.notes == ()
        assert not (graded.results.path / "ada" / "attempts").exists()

    def test_one_more_is_all_that_is_run_again(self, graded):
        graded.grade(hand_in("ada", WRONG, NOTHING))
        grade = graded.grade(hand_in("ada", WRONG, NOTHING, RIGHT))["ada"]
        assert graded.runner.ran == ["ada/attempts/3"]
        assert (grade.score, grade.version) == (8.0, 2)
        assert graded.grade(hand_in("ada", WRONG, NOTHING, RIGHT))["ada"] == grade
        assert graded.runner.ran == []

    def test_a_worse_one_changes_no_points(self, graded):
        graded.grade(hand_in("ada", RIGHT, NOTHING))
        grade = graded.grade(hand_in("ada", RIGHT, NOTHING, WRONG))["ada"]
        assert (grade.score, grade.hand_in.attempt) == (8.0, 1)
        assert grade.notes == ("attempt 1 of 3 counts: the best one",)
        assert graded.batch.changes() == ()

    def test_one_that_cannot_be_read_counts_nothing(self, graded):
        broken = UnreadableSubmission("ada", "no file", None)
        grade = graded.grade(HandIn("ada", (attempt("ada", WRONG), broken)))["ada"]
        assert (grade.score, grade.hand_in.attempt) == (2.0, 1)

    def test_a_fault_of_ours_in_one_is_tried_again(self, graded):
        both = hand_in("ada", WRONG, RIGHT)
        grade = graded.grade(both, lost={"ada/attempts/2"})["ada"]
        assert (grade.score, grade.outcome) == (None, Outcome.GRADER_ERROR)
        assert graded.grade(both)["ada"].score == 8.0
        assert graded.runner.ran == ["ada/attempts/2"]

    def test_points_that_a_person_gave_are_the_student_s_and_no_attempt_s(self, graded):
        graded.override("ada", "answers", 1)
        grade = graded.grade(hand_in("ada", WRONG, RIGHT))["ada"]
        assert grade.score == 7.0
        assert graded.results.read("ada/attempts/2").score == 8.0


class TestAQuestion:
    """Two files fit. Somebody has to say which is meant; until then there is no grade, and no zero."""

    @pytest.fixture
    def folder(self, graded):
        folder = graded.course / "class"
        for name, source in {"first/sizes.py": WRONG, "second/sizes.py": RIGHT}.items():
            (folder / "ada" / name).parent.mkdir(parents=True)
            (folder / "ada" / name).write_text(source)
        (folder / "bo").mkdir()
        (folder / "bo" / "sizes.py").write_text(RIGHT)
        return folder

    def test_the_grade_is_provisional_and_the_row_asks(self, graded, folder):
        grades = graded.grade(*hand_ins(folder, MAIN))
        grade = grades["ada"]
        assert (grade.score, grade.provisional) == (None, True)
        assert {check.status for check in grade.checks} == {Status.NEEDS_REVIEW}
        question = (
            "which file is to be graded: first/sizes.py or second/sizes.py? Write it into files.toml, "
            'below [files]: "ada" = "first/sizes.py"'
        )
        assert {check.message for check in grade.checks} == {question}
        assert graded.report.rows[0].remark == question
        assert (graded.report.counts.questions, graded.report.counts.graded) == (1, 1)
        assert (graded.report.counts.unreadable, graded.report.counts.faults) == (0, 0)
        assert graded.runner.ran == ["bo"]

    def test_once_it_is_said_it_is_graded_and_the_others_are_left_alone(self, graded, folder):
        graded.grade(*hand_ins(folder, MAIN))
        choices = graded.results.path / "files.toml"
        choices.write_text('[files]\n"ada" = "second/sizes.py"\n')
        grades = graded.grade(*hand_ins(folder, MAIN, choices=read_choices(choices)))
        assert graded.runner.ran == ["ada"]
        assert (grades["ada"].score, grades["ada"].version) == (8.0, 2)
        assert graded.report.counts.questions == 0
        [change] = graded.batch.changes()
        assert (change.submission, change.before, change.after) == ("ada", None, 8.0)

    def test_another_choice_is_another_grade(self, graded, folder):
        for file, score in (("second/sizes.py", 8.0), ("first/sizes.py", 2.0)):
            grades = graded.grade(*hand_ins(folder, MAIN, choices={"ada": file}))
            assert grades["ada"].score == score


class TestWhatPeopleGave:
    def test_it_survives_a_rerun_that_runs_nothing(self, graded):
        graded.grade(hand_in("ada", WRONG))
        graded.override("ada", "output_size", 5)
        first = graded.grade(hand_in("ada", WRONG))["ada"]
        assert (graded.runner.ran, first.score, first.version) == ([], 7.0, 2)
        [change] = graded.batch.changes()
        assert (change.before, change.after) == (2.0, 7.0)
        assert graded.grade(hand_in("ada", WRONG))["ada"] == first
        assert graded.batch.changes() == ()

    def test_it_survives_grading_anew(self, graded):
        graded.override("ada", "output_size", 5)
        first = graded.grade(hand_in("ada", WRONG))["ada"]
        again = graded.grade(hand_in("ada", WRONG), fresh=True)["ada"]
        assert graded.runner.ran == ["ada"]
        assert (again.score, again.version) == (7.0, first.version)

    def test_it_holds_for_new_work_too_beside_what_is_found_there(self, graded):
        graded.override("ada", "output_size", 5)
        graded.grade(hand_in("ada", WRONG))
        grade = graded.grade(hand_in("ada", WRONG, RIGHT))["ada"]
        assert grade.score == 7.0
        assert grade.checks[0].override.found_score == 6.0

    def test_taken_back_what_was_found_comes_back(self, graded):
        graded.override("ada", "output_size", 5)
        graded.grade(hand_in("ada", WRONG))
        (graded.results.path / FILE).unlink()
        grade = graded.grade(hand_in("ada", WRONG))["ada"]
        assert (graded.runner.ran, grade.score, grade.checks[0].override) == ([], 2.0, None)

    def test_marks_for_a_free_answer_complete_the_grade(self, graded):
        graded.configure(written=True)
        grade = graded.grade(hand_in("ada", RIGHT))["ada"]
        assert (grade.score, graded.report.counts.reviews) == (None, 1)
        graded.override("ada", "why", 1.5)
        grade = graded.grade(hand_in("ada", RIGHT))["ada"]
        assert graded.runner.ran == []
        assert (grade.score, grade.provisional, graded.report.counts.reviews) == (9.5, False, 0)
        assert graded.report.rows[0].remark == "why: read again (h.k.)"

    def test_they_reach_nobody_else(self, graded):
        graded.override("ada", "output_size", 0)
        grades = graded.grade(hand_in("ada", RIGHT), hand_in("bo", RIGHT))
        assert (grades["ada"].score, grades["bo"].score) == (2.0, 8.0)


class TestTheRoster:
    def test_who_handed_in_nothing_has_a_row_and_no_part_in_the_mean(self, graded):
        (graded.course / "roster.csv").write_text("id,name\nada,Ada L.\nbo,Bo\nzoe,Zoë Z.\n")
        found = [hand_in("ada", RIGHT), hand_in("bo", WRONG)]
        missing = absent(read_roster(graded.course / "roster.csv"), found)
        roll = Roll(absent=tuple(Absent(id=each.student, name=each.name) for each in missing))
        graded.grade(*found, roll=roll)
        row = graded.report.rows[-1]
        assert (row.submission, row.name, row.score, row.handed_in) == ("zoe", "Zoë Z.", 0.0, False)
        assert row.remark == "handed in nothing"
        counts = graded.report.counts
        assert (counts.absent, counts.submissions, counts.graded) == (1, 2, 2)
        assert graded.report.mean == 5.0
        assert not (graded.results.path / "zoe").exists()

    def test_who_wrote_on_paper_has_the_points_that_a_person_gave(self, graded):
        graded.override("zoe", "answers", 1.5)
        graded.grade(hand_in("ada", RIGHT), roll=Roll(absent=(Absent(id="zoe"),)))
        row = graded.report.rows[-1]
        assert (row.score, row.checks, row.handed_in, row.provisional) == (
            1.5,
            {"answers": 1.5},
            False,
            False,
        )
        assert row.remark == "by hand: answers: read again (h.k.)"


class TestStopping:
    """By Ctrl-C. What is valid on the disk stays in the class's report, and the rest is said to be left."""

    CLASS = hand_in("ada", RIGHT), hand_in("bo", WRONG), hand_in("cy", NOTHING)

    def scores(self, graded):
        return {row.submission: row.score for row in graded.report.rows}

    def test_a_fresh_run_keeps_the_rows_that_are_still_valid(self, graded):
        graded.grade(*self.CLASS)
        graded.grade(*self.CLASS, fresh=True, stops={"bo"})
        assert graded.runner.ran == ["ada"]
        assert self.scores(graded) == {"ada": 8.0, "bo": 2.0, "cy": 0.0}
        assert graded.report.counts.remaining == 0
        assert graded.batch.left == ["bo", "cy"]
        assert graded.batch.regrade == ("bo", "cy")

    def test_and_the_next_run_goes_on_with_the_rest(self, graded):
        graded.grade(*self.CLASS)
        graded.grade(*self.CLASS, fresh=True, stops={"bo"})
        graded.grade(*self.CLASS, regrade=graded.batch.regrade, stops={"cy"})
        assert graded.runner.ran == ["bo"]
        graded.grade(*self.CLASS, regrade=(*graded.batch.regrade, "gone"))
        assert graded.runner.ran == ["cy"]
        assert (graded.batch.left, graded.batch.regrade) == ([], ())

    def test_one_student_anew_leaves_who_is_to_follow(self, graded):
        graded.grade(*self.CLASS)
        graded.grade(*self.CLASS, fresh=True, students=["ada"], regrade=("bo",))
        assert (graded.runner.ran, graded.batch.regrade) == (["ada"], ("bo",))

    def test_a_row_of_earlier_work_is_not_valid(self, graded):
        graded.grade(*self.CLASS)
        graded.grade(hand_in("ada", WRONG), hand_in("bo", RIGHT), self.CLASS[2], stops={"bo"})
        assert self.scores(graded) == {"ada": 2.0, "cy": 0.0}
        assert (graded.batch.left, graded.report.counts.remaining) == (["bo"], 1)

    def test_of_several_attempts_too(self, graded):
        graded.configure("best")
        both = hand_in("ada", WRONG, RIGHT)
        graded.grade(both)
        graded.grade(both, fresh=True, stops={"ada/attempts/2"})
        assert self.scores(graded) == {"ada": 8.0}
        graded.grade(hand_in("ada", WRONG, RIGHT, NOTHING), stops={"ada/attempts/3"})
        assert self.scores(graded) == {}


class TestWhoIsGone:
    def test_they_are_among_the_changes(self, graded):
        graded.grade(hand_in("ada", RIGHT), hand_in("cy", WRONG))
        gone = [row for row in graded.report.rows if row.submission == "cy"]
        graded.grade(hand_in("ada", RIGHT), gone=gone)
        [change] = graded.batch.changes()
        assert (change.submission, change.before, change.after) == ("cy", 2.0, None)
        assert [row.submission for row in graded.report.rows] == ["ada"]
        assert graded.results.read("cy").score == 2.0

    def test_where_one_student_is_graded_their_rows_stay(self, graded):
        graded.grade(hand_in("ada", RIGHT), hand_in("cy", WRONG))
        before = graded.report.rows
        graded.grade(hand_in("ada", RIGHT), students=["ada"], gone=before[1:])
        assert graded.report.rows == before
        assert graded.batch.changes() == ()


class TestWhatIsNew:
    def new(self, graded):
        return [event.grade.submission for event in graded.events if getattr(event, "is_new", False)]

    def test_an_unreadable_hand_in_is_new_once(self, graded):
        broken = HandIn("ada", (UnreadableSubmission("ada", "no file", None),))
        graded.grade(broken)
        assert self.new(graded) == ["ada"]
        graded.grade(broken)
        assert self.new(graded) == []
        graded.grade(HandIn("ada", (UnreadableSubmission("ada", "a link", None),)))
        assert self.new(graded) == ["ada"]

    def test_points_that_a_person_gives_make_nothing_new(self, graded):
        graded.grade(hand_in("ada", RIGHT))
        graded.override("ada", "answers", 1)
        graded.grade(hand_in("ada", RIGHT))
        assert self.new(graded) == []


class TestParts:
    def test_one_student_is_graded_and_the_others_are_kept(self, graded):
        both = hand_in("ada", WRONG), hand_in("bo", WRONG)
        graded.grade(*both)
        changed = hand_in("ada", RIGHT), hand_in("bo", RIGHT)
        graded.grade(*changed, students=["ada"])
        assert graded.runner.ran == ["ada"]
        assert {row.submission: row.score for row in graded.report.rows} == {"ada": 8.0, "bo": 2.0}
        with pytest.raises(ConfigError, match="--student: expected one of ada, bo; received zoe"):
            graded.grade(*both, students=["zoe"])

    def test_one_check_alone_leaves_the_rest_open_and_the_next_run_whole(self, graded):
        graded.grade(hand_in("ada", RIGHT), only="answers")
        assert [check.status for check in graded.batch.grades["ada"].checks] == [
            Status.SKIPPED,
            Status.PASSED,
        ]
        grade = graded.grade(hand_in("ada", RIGHT))["ada"]
        assert (graded.runner.ran, grade.score, grade.provisional) == (["ada"], 8.0, False)

    def test_one_check_after_the_other_makes_a_whole(self, graded):
        graded.grade(hand_in("ada", RIGHT), only="answers")
        grade = graded.grade(hand_in("ada", RIGHT), only="output_size")["ada"]
        assert (grade.score, grade.provisional) == (8.0, False)
        assert graded.grade(hand_in("ada", RIGHT))["ada"] == grade
        assert graded.runner.ran == []

    def test_a_check_that_was_skipped_is_run_later_though_a_person_gave_points_for_it(self, graded):
        graded.override("ada", "output_size", 5)
        graded.grade(hand_in("ada", RIGHT), only="answers")
        (graded.results.path / FILE).unlink()
        assert graded.grade(hand_in("ada", RIGHT))["ada"].score == 8.0

    def test_a_fault_of_ours_is_a_row_without_a_grade_and_is_tried_again(self, graded):
        grade = graded.grade(hand_in("ada", RIGHT), lost={"ada"})["ada"]
        assert (grade.score, grade.provisional, grade.outcome) == (None, True, Outcome.GRADER_ERROR)
        assert graded.report.counts.faults == 1
        assert graded.grade(hand_in("ada", RIGHT))["ada"].score == 8.0

    def test_the_class_s_report_is_read_back(self, graded):
        graded.grade(hand_in("ada", RIGHT))
        assert graded.results.read_class() == graded.report
        assert msgspec.json.decode((graded.results.path / "class.json").read_bytes())["run"] == 1
