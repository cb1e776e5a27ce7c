"""The sample class, graded for real: every student by a table, which agrees with ``sample_class.md``.

The sandbox, the workers, the clock and the files are the real ones; only the seed is fixed.
"""

import dataclasses
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest

from autograder import config
from autograder.results import Grade, Outcome, Status, with_checks
from autograder.runners.local import LocalRunner
from autograder.sandbox.level import Level
from autograder.submission import hand_ins
from autograder.whole_class import cases
from autograder.whole_class.batch import Batch, Finished, prepare
from autograder.whole_class.folder import ResultsFolder

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = ROOT / "assignments" / "convolution" / "sample_class"
TEXT = SAMPLE.with_suffix(".md").read_text()
SEED = bytes(range(16))
MAIN = "convolution.py"
SLOW = {"amara", "thabo", "yusuf"}  # they hang or fill the memory, whatever the cases

RIGHT = set("ada bilal chen diego emre fatima giulia hiro ingrid isabel jamal kavya lars mei nia".split())


@dataclass(frozen=True)
class Due:
    """What a wrong submission must get: a score within bounds, an outcome, a misconception a check."""

    least: float
    most: float
    outcomes: str = "completed"
    misconception: tuple[str, str] | None = None


WRONG = {
    "omar": Due(6, 6.4, misconception=("conv2d", "flipped kernel")),
    "priya": Due(9, 9.0, misconception=("conv2d", "stride ignored")),
    "quynh": Due(8.6, 9.2, misconception=("conv2d", "padding on one side")),
    "rosa": Due(6, 9, "submission_error completed", ("conv2d", "rows and columns swapped")),
    "sven": Due(9, 9, misconception=("conv2d", "bias forgotten")),
    "tariq": Due(6, 9.9, misconception=("conv2d_layer", "bias per channel")),
    "uma": Due(9.5, 9.9, misconception=("conv2d", "integer overflow")),
    "viktor": Due(6, 7, misconception=("conv2d", "last window missing")),
    "wanjiru": Due(6, 6),
    "yusuf": Due(9, 9.4, "timeout"),
    "zofia": Due(9, 9, "memory_limit"),
    "amara": Due(8, 8, "timeout output_limit"),
    "thabo": Due(8, 8, "memory_limit timeout"),
    "chiara": Due(6, 6, "submission_error"),
    "dmitri": Due(9.5, 9.9, misconception=("conv2d_layer", "odd row above and left")),
    "eun": Due(8, 8.3, misconception=("convolve1d", "kernel not flipped")),
    "folake": Due(6, 9.9, misconception=("conv2d", "cut to integers")),
    "goran": Due(0, 0),
    "hana": Due(8.8, 8.9),
    "selam": Due(6, 9.9, misconception=("conv2d_layer", "ReLU applied")),
    "bjorn": Due(0, 0, "submission_error"),
    "ximena": Due(0, 0, "submission_error"),
}


class Grading:
    """A class graded into a folder, again and again."""

    def __init__(self, folder: Path, students: Path, seed: bytes = SEED, level: Level = Level.FULL) -> None:
        self.assignment = config.load(ROOT, "convolution")
        self.folder, self.students, self.seed, self.level = folder, students, seed, level
        self.results = ResultsFolder(folder)

    def limit_calls(self, seconds: float) -> None:
        """Give each call other seconds than the assignment does."""
        settings = self.assignment.config
        limits = msgspec.structs.replace(settings.limits, call_seconds=seconds)
        self.assignment = dataclasses.replace(
            self.assignment, config=msgspec.structs.replace(settings, limits=limits)
        )

    def run(self, without: frozenset[str] = frozenset(), **options) -> dict[str, Finished]:
        """Grade those of the class that are not left out; return by student what was finished."""
        marking = prepare(self.assignment, self.level, self.seed, self.results.cases)
        found = [each for each in hand_ins(self.students, MAIN) if each.student not in without]
        batch = Batch(marking, found, self.results, **options)
        runner = LocalRunner(
            self.assignment, self.level, 2, lambda each: cases.keyed_integer(self.seed, each.digest)
        )
        finished = {e.grade.submission: e for e in batch.run(runner) if isinstance(e, Finished)}
        self.report = batch.report()
        return finished

    def grades(self, **options) -> dict[str, Grade]:
        return {student: finished.grade for student, finished in self.run(**options).items()}


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """Return the whole sample class, graded once behind all walls."""
    grading = Grading(tmp_path_factory.mktemp("results"), SAMPLE)
    return grading, grading.run()


@pytest.fixture
def few(tmp_path):
    """Return a class of four that are graded in no time, and that a test may change."""
    for student in ("ada", "omar", "sven", "bjorn"):
        shutil.copytree(SAMPLE / student, tmp_path / "class" / student)
    return Grading(tmp_path / "results", tmp_path / "class")


def check(grade: Grade, name: str):
    return next(found for found in grade.checks if found.name == name)


def without_times(grade: Grade) -> dict:
    built = msgspec.to_builtins(grade)
    del built["timing"]
    return built


@pytest.mark.slow
class TestTheSampleClass:
    def test_everybody_is_in_the_table_and_in_the_class(self, graded):
        assert graded[1].keys() == RIGHT | WRONG.keys()
        assert not any(finished.grade.provisional for finished in graded[1].values())

    @pytest.mark.parametrize("student", sorted(RIGHT))
    def test_a_right_one_gets_ten(self, graded, student):
        grade = graded[1][student].grade
        assert (grade.score, grade.outcome) == (10.0, Outcome.COMPLETED)

    @pytest.mark.parametrize("student", sorted(WRONG))
    def test_a_wrong_one_gets_what_is_due(self, graded, student):
        grade, due = graded[1][student].grade, WRONG[student]
        assert due.least <= grade.score <= due.most
        assert grade.outcome in due.outcomes.split()
        named = {
            c.name: c.details.misconception for c in grade.checks if c.details and c.details.misconception
        }
        assert named == dict([due.misconception] if due.misconception else [])

    @pytest.mark.parametrize(
        ("student", "function"),
        re.findall(r"^\| (\w+) \| `(\w+)` \|", TEXT.partition("## One mistake")[2], re.MULTILINE),
    )
    def test_a_mistake_costs_its_own_function_only(self, graded, student, function):
        for found in graded[1][student].grade.checks:
            assert (found.score < found.max_score) == (found.name == function)

    @pytest.mark.parametrize("student", ["mei", "nia"])
    def test_a_changed_argument_is_a_note(self, graded, student):
        notes = [note for found in graded[1][student].grade.checks for note in found.notes]
        # What only hidden cases show is told without the argument's name.
        said = {"mei": "changes its argument kernel in place", "nia": "changes an argument in place"}
        assert any(said[student] in note for note in notes)

    def test_lars_is_told_how_his_file_ended(self, graded):
        assert any("NameError" in note for note in graded[1]["lars"].grade.notes)

    def test_chiara_is_told_what_her_function_must_be_called(self, graded):
        hint = check(graded[1]["chiara"].grade, "conv2d_layer").hint
        assert hint == "Did you mean conv2D_layer? It must be called conv2d_layer."

    def test_goran_s_examples_are_right_and_earn_nothing(self, graded):
        for found in graded[1]["goran"].grade.checks:
            assert all(group.visible_passed == 1 for group in found.details.groups)
            assert found.score == 0.0

    def test_hana_s_nan_is_named(self, graded):
        assert "NaN" in check(graded[1]["hana"].grade, "conv2d").message

    def test_the_files_are_whole_and_for_whom_they_are(self, graded):
        grading, finished = graded
        for student in finished:
            report, feedback = (grading.folder / student / f"{kind}.json" for kind in ("report", "feedback"))
            assert report.stat().st_mode & 0o777 == 0o600
            assert json.loads(report.read_text())["submission"] == student
            assert json.loads(feedback.read_text())["schema"] == "autograder/feedback/v1"
            assert grading.results.read(student) == finished[student].grade
        assert list(grading.folder.rglob("*.tmp")) == []

    def test_the_class_s_report_counts_them(self, graded):
        report = graded[0].report
        assert (report.counts.graded, report.counts.provisional) == (37, 0)
        scores = [finished.grade.score for finished in graded[1].values()]
        assert report.mean == pytest.approx(np.mean(scores), abs=1e-4)
        assert report.agreements == ()  # every mistake in the sample class is another

    def test_an_unchanged_rerun_grades_nothing_and_takes_the_same_grades(self, graded):
        grading, finished = graded
        again = grading.run()
        assert not any(each.is_new for each in again.values())
        assert {s: each.grade for s, each in again.items()} == {s: each.grade for s, each in finished.items()}


class TestTheTable:
    """The table above says what ``sample_class.md`` says."""

    def test_the_right_ones(self):
        right = TEXT.partition("## Right: 10 points")[2].partition("## One mistake")[0]
        assert set(re.findall(r"^\| (\w+) \|(?! how| what)", right, re.MULTILINE)) - {"student"} == RIGHT

    def test_the_points_of_the_wrong_ones(self):
        rows = re.findall(
            r"^\| (\w+) \| (?:`\w+`|all three) \|.*\| ([^|]+) \|$",
            TEXT.partition("## One mistake")[2],
            re.MULTILINE,
        )
        nothing = re.findall(r"^\| (bjorn|ximena) \|", TEXT, re.MULTILINE)
        assert {student for student, _ in rows} | set(nothing) == WRONG.keys()
        for student, points in rows:
            due, told = WRONG[student], [float(part) for part in re.findall(r"\b\d+(?:\.\d+)?\b", points)]
            if re.fullmatch(r"\d+", points) and student != "hana":
                assert due.least == due.most == told[0]
            elif "h" not in points and "below" not in points and student != "hana":
                assert (due.least, due.most) == (told[0], told[-1])
            assert due.most < 10

    def test_the_folders(self):
        assert {folder.name for folder in SAMPLE.iterdir()} == RIGHT | WRONG.keys()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(1, 6))
def test_under_any_seed_the_right_get_ten_and_the_wrong_less(number, tmp_path):
    grading = Grading(tmp_path, SAMPLE, bytes([number]) * 16)
    grades = grading.grades(without=frozenset(SLOW))
    assert {student for student, grade in grades.items() if grade.score == 10.0} == RIGHT
    for student, grade in grades.items():
        if student in WRONG:
            assert WRONG[student].least <= grade.score <= WRONG[student].most, student
            named = {c.name: c.details.misconception for c in grade.checks if c.details}
            due = WRONG[student].misconception
            assert due is None or named[due[0]] == due[1]


@pytest.mark.slow
@pytest.mark.parametrize("level", [Level.CONTAINER, Level.PROCESS])
def test_every_level_gives_the_same_scores(graded, level, tmp_path):
    # At the level without walls nothing bounds the memory that thabo takes.
    left_out = frozenset({"thabo"} if level is Level.PROCESS else ())
    grading = Grading(tmp_path, SAMPLE, level=level)
    grading.limit_calls(1.0)  # half the waiting for those that hang
    grades = grading.grades(without=left_out)
    for student, grade in grades.items():
        at_full = graded[1][student].grade
        assert grade.score == at_full.score, student
        assert grade.environment.walls == level.value
        if student not in SLOW:
            assert grade.outcome is at_full.outcome
            assert [c.details for c in grade.checks] == [c.details for c in at_full.checks]


class TestRegrading:
    def test_changing_one_file_grades_that_one_again(self, few):
        first = few.run()
        assert all(finished.is_new for finished in first.values())
        (few.students / "omar" / MAIN).write_bytes((SAMPLE / "ada" / MAIN).read_bytes())
        second = few.run()
        assert {student for student, finished in second.items() if finished.is_new} == {"omar"}
        assert second["omar"].grade.score == 10.0
        for student in ("ada", "sven", "bjorn"):
            assert second[student].grade == first[student].grade

    def test_fresh_grades_all_again_and_alike(self, few):
        first, second = few.grades(), few.run(fresh=True)
        assert all(finished.is_new for finished in second.values())
        for student, finished in second.items():
            assert without_times(finished.grade) == without_times(first[student])

    def test_a_grade_with_a_fault_of_ours_is_not_used_again(self, few):
        few.run()
        grade = few.results.read("ada")
        lost = msgspec.structs.replace(grade.checks[0], status=Status.ERROR, score=None)
        few.results.write(with_checks(grade, (lost, *grade.checks[1:])), grade)
        assert {student for student, finished in few.run().items() if finished.is_new} == {"ada"}
        assert few.results.read("ada").score == 10.0

    @pytest.mark.parametrize("part", [0.0, 0.3, 0.999])
    def test_a_cut_report_is_no_report(self, few, part):
        few.run()
        path = few.folder / "ada" / "report.json"
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * part)])
        assert few.results.read("ada") is None
        assert {student for student, finished in few.run().items() if finished.is_new} == {"ada"}
        assert few.results.read("ada").score == 10.0

    def test_what_a_killed_grader_left_is_cleared_away(self, few):
        few.run()
        leftover = few.folder / "ada" / ".report.json.1.tmp"
        leftover.write_bytes(b'{"score": 10')
        assert not any(finished.is_new for finished in few.run().values())
        assert not leftover.exists()

    def test_another_seed_grades_all_again(self, few):
        few.run()
        few.seed = bytes(16)
        assert all(finished.is_new for finished in few.run().values())

    def test_another_level_grades_all_again(self, few):
        few.run()
        few.level = Level.PROCESS
        assert all(finished.is_new for finished in few.run().values())

    def test_students_whose_wrong_answers_agree_are_named_together(self, few):
        source = (few.students / "omar" / MAIN).read_text()
        (few.students / "twin").mkdir()
        (few.students / "twin" / MAIN).write_text("# my own work\n" + source)
        (few.students / "single").mkdir()
        single = source + "\n_double = conv2d\n\n\ndef conv2d(*args, **named):\n"
        single += "    return np.asarray(_double(*args, **named)).astype(np.float32)\n"
        (few.students / "single" / MAIN).write_text(single)
        few.run()
        [agreement] = few.report.agreements
        assert agreement.check == "conv2d"
        assert agreement.submissions == ("omar", "single", "twin")
        assert agreement.misconception == "flipped kernel"

    def test_unreadable_ones_are_rows_with_no_credit(self, few):
        (few.students / "empty").mkdir()
        (few.students / "linked").mkdir()
        (few.students / "linked" / MAIN).symlink_to(SAMPLE / "ada" / MAIN)
        grades = few.grades()
        for student in ("empty", "linked"):
            assert grades[student].score == 0.0
            assert grades[student].outcome is Outcome.UNREADABLE_SUBMISSION
            assert not grades[student].provisional
        assert few.report.counts.unreadable == 2
        assert grades["ada"].score == 10.0
