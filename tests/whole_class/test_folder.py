"""The results folder: reports are written whole, counted, and never lost to a later one."""

import json
import stat

import msgspec
import pytest

from autograder.errors import ConfigError
from autograder.reports.class_report import Heading, class_report
from autograder.results import CheckResult, Environment, Grade, Outcome, Status, Timing, with_checks
from autograder.whole_class.folder import ResultsFolder, Run, read_class_report
from autograder.whole_class.writing import clear_leftovers, write_whole

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


def grade(score=3.0, submission="ada", *, seconds=0.0, status=Status.PARTIAL, **changes):
    check = CheckResult(
        name="conv2d",
        kind="function",
        outcome=Outcome.COMPLETED,
        status=status,
        score=score,
        max_score=4.0,
        message="",
    )
    empty = Grade(
        assignment="convolution",
        submission=submission,
        outcome=Outcome.COMPLETED,
        provisional=False,
        score=0.0,
        max_score=0.0,
        checks=(),
        timing=Timing(wall_seconds=seconds, worker_cpu_seconds=seconds),
        environment=ENVIRONMENT,
        config_digest="sha256:1",
        submission_digest="sha256:2",
        cases_digest="sha256:3",
    )
    return msgspec.structs.replace(with_checks(empty, (check,)), **changes)


@pytest.fixture
def results(tmp_path):
    return ResultsFolder(tmp_path / "results")


def write(results, found):
    """Write a grade as a batch does: after reading the one that lies there."""
    return results.write(found, results.read(found.submission))


def history(results, student="ada"):
    return sorted(path.name for path in (results.path / student / "history").glob("*"))


def kept(results, number, student="ada"):
    data = (results.path / student / "history" / f"{number:04}.json").read_bytes()
    return msgspec.json.decode(data, type=Grade)


class TestVersions:
    def test_the_first_report_is_version_1_and_has_no_history(self, results):
        written = write(results, grade(1.0))
        assert written.version == 1
        assert results.read("ada") == written
        assert history(results) == []

    def test_a_later_one_is_the_next_version_and_the_earlier_is_kept(self, results):
        scores = [1.0, 2.0, 3.0, 4.0]
        for score in scores:
            write(results, grade(score))
        assert (results.read("ada").version, results.read("ada").score) == (4, 4.0)
        assert history(results) == ["0001.json", "0002.json", "0003.json"]
        assert [(kept(results, number).version, kept(results, number).score) for number in (1, 2, 3)] == [
            (1, 1.0),
            (2, 2.0),
            (3, 3.0),
        ]

    def test_one_that_says_the_same_is_not_written_again(self, results):
        first = write(results, grade(1.0, seconds=0.1))
        path = results.path / "ada" / "report.json"
        before = path.stat().st_mtime_ns
        assert write(results, grade(1.0, seconds=0.9)) == first
        assert path.stat().st_mtime_ns == before
        assert history(results) == []

    def test_going_back_to_an_earlier_grade_is_a_new_version(self, results):
        for score in (1.0, 2.0, 1.0):
            write(results, grade(score))
        assert (results.read("ada").version, results.read("ada").score) == (3, 1.0)
        assert history(results) == ["0001.json", "0002.json"]

    def test_another_environment_is_another_report_though_its_points_are_the_same(self, results):
        write(results, grade(1.0))
        other = msgspec.structs.replace(ENVIRONMENT, numpy="3")
        assert write(results, grade(1.0, environment=other)).version == 2

    def test_a_report_that_cannot_be_read_is_kept_as_it_is(self, results):
        write(results, grade(1.0))
        write(results, grade(2.0))
        path = results.path / "ada" / "report.json"
        path.write_bytes(b'{"cut')
        assert results.read("ada") is None
        written = write(results, grade(3.0))
        numbers = history(results)
        assert written.version == 1 + len(numbers)
        assert (results.path / "ada" / "history" / numbers[-1]).read_bytes() == b'{"cut'
        assert kept(results, 1).score == 1.0
        assert results.read("ada") == written

    def test_one_that_cannot_be_read_and_has_no_history_is_kept_too(self, results):
        write(results, grade(1.0))
        (results.path / "ada" / "report.json").write_bytes(b"")
        assert write(results, grade(2.0)).version == 2
        assert history(results) == ["0001.json"]

    def test_a_number_of_the_history_is_never_used_twice(self, results):
        for score in (1.0, 2.0, 3.0):
            write(results, grade(score))
        path = results.path / "ada" / "report.json"
        path.unlink()
        assert write(results, grade(4.0)).version == 3
        path.write_bytes((results.path / "ada" / "history" / "0001.json").read_bytes())
        assert write(results, grade(1.5)).version == 4
        assert [kept(results, number).score for number in (1, 2, 3)] == [1.0, 2.0, 1.0]

    def test_a_grader_that_was_killed_between_keeping_and_writing_leaves_no_gap(self, results):
        write(results, grade(1.0))
        folder = results.path / "ada"
        (folder / "history").mkdir()
        (folder / "history" / "0001.json").write_bytes((folder / "report.json").read_bytes())
        assert write(results, grade(2.0)).version == 2
        assert history(results) == ["0001.json"]

    def test_students_have_histories_of_their_own(self, results):
        write(results, grade(1.0))
        write(results, grade(2.0))
        assert write(results, grade(2.0, "bo")).version == 1
        assert history(results, "bo") == []


class TestFiles:
    def test_staff_s_is_for_staff_and_the_student_s_for_the_student(self, results):
        write(results, grade(1.0))
        write(results, grade(2.0))
        folder = results.path / "ada"
        modes = {
            path.relative_to(folder).as_posix(): stat.S_IMODE(path.stat().st_mode)
            for path in folder.rglob("*.*")
        }
        assert modes == {
            "report.json": 0o600,
            "feedback.json": 0o644,
            "feedback.txt": 0o644,
            "history/0001.json": 0o600,
        }
        assert stat.S_IMODE((folder / "history").stat().st_mode) == 0o700

    def test_the_feedback_has_the_report_s_version_and_score(self, results):
        write(results, grade(1.0))
        write(results, grade(2.0))
        feedback = json.loads((results.path / "ada" / "feedback.json").read_text())
        assert (feedback["version"], feedback["score"]) == (2, 2.0)
        text = (results.path / "ada" / "feedback.txt").read_text("utf-8")
        assert text.startswith(f"ada, {feedback['assignment']}: 2 of {feedback['max_score']:g}\n")
        assert "\x1b" not in text

    @pytest.mark.parametrize("name", ["feedback.json", "feedback.txt"])
    def test_a_feedback_that_has_gone_is_written_again(self, results, name):
        write(results, grade(1.0))
        path = results.path / "ada" / name
        before = path.read_bytes()
        path.unlink()
        assert write(results, grade(1.0)).version == 1
        assert path.read_bytes() == before

    def test_nothing_half_written_is_left(self, results, monkeypatch):
        class Full:
            def __init__(self, *_):
                raise OSError("No space left on device")

        write(results, grade(1.0))
        monkeypatch.setattr("os.fdopen", Full)
        with pytest.raises(OSError, match="No space left"):
            write(results, grade(2.0))
        monkeypatch.undo()
        assert results.read("ada").score == 1.0
        assert list(results.path.rglob("*.tmp")) == []

    def test_what_a_killed_grader_left_is_cleared_away(self, results):
        write(results, grade(1.0))
        write(results, grade(1.0, "ada/attempts/1"))
        for place in ("", "ada", "ada/attempts/1"):
            (results.path / place / ".report.json.7.tmp").write_bytes(b"cut")
        clear_leftovers(results.path, ["ada", "nobody", "a[b"])
        assert list(results.path.rglob("*.tmp")) == []
        assert results.read("ada").score == 1.0

    def test_what_is_not_ours_is_left_alone(self, results):
        write(results, grade(1.0))
        write(results, grade(1.0, "ada/attempts/1"))
        ours = [
            results.path / place / ".0001.json.12.tmp"
            for place in ("runs", "cases", "ada/history", "ada/attempts/1/history")
        ]
        theirs = [
            results.path / place
            for place in (
                "ada/replay/.a.py.7.tmp",
                "ada/replay/submission/.report.json.7.tmp",
                "ada/.notes.tmp",
                "ada/attempts/.x.7.tmp",
            )
        ]
        for path in (*ours, *theirs):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
        for name in (".a.tmp", ".b.7.tmp"):
            (results.path / "ada" / name).mkdir()
            (results.path / "ada" / "replay" / "submission" / name).mkdir()
        elsewhere = results.path.parent / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / ".report.json.7.tmp").write_bytes(b"x")
        (results.path / "linked").symlink_to(elsewhere)
        (results.path / "ada" / ".link.7.tmp").symlink_to(elsewhere)
        clear_leftovers(results.path, ["ada", "linked"])
        assert not any(path.exists() for path in ours)
        assert all(path.exists() for path in theirs)
        assert (results.path / "ada" / ".b.7.tmp").is_dir()
        assert (elsewhere / ".report.json.7.tmp").exists()

    def test_a_file_is_replaced_whole(self, tmp_path):
        write_whole(tmp_path / "a", b"long before", 0o600)
        write_whole(tmp_path / "a", b"new", 0o644)
        assert (tmp_path / "a").read_bytes() == b"new"
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644

    def test_a_folder_that_cannot_be_made_is_said(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(ConfigError, match="expected a folder for the results that can be written"):
            ResultsFolder(tmp_path / "file" / "results")


class TestTheClass:
    def report(self, *scores):
        grades = [grade(score, f"s{number}") for number, score in enumerate(scores)]
        return class_report(HEADING, grades, 0)

    def test_runs_are_counted_and_kept(self, results):
        for scores in ((1.0,), (2.0,), (2.0, 3.0)):
            results.write_class(self.report(*scores))
        assert results.read_class().run == 3
        kept = [read_class_report(path) for path in sorted((results.path / "runs").iterdir())]
        assert [(each.run, each.mean) for each in kept] == [(1, 1.0), (2, 2.0)]
        assert stat.S_IMODE((results.path / "class.json").stat().st_mode) == 0o600
        assert stat.S_IMODE((results.path / "runs" / "0001.json").stat().st_mode) == 0o600

    def test_one_that_says_the_same_is_no_new_run(self, results):
        first = results.write_class(self.report(1.0))
        assert results.write_class(self.report(1.0)) == first
        assert not (results.path / "runs").exists()

    def test_one_that_cannot_be_read_is_kept(self, results):
        results.write_class(self.report(1.0))
        (results.path / "class.json").write_bytes(b"{")
        assert results.read_class() is None
        assert results.write_class(self.report(2.0)).run == 2
        assert (results.path / "runs" / "0001.json").read_bytes() == b"{"


class TestUsingAgain:
    def test_what_is_alike_is_used_again(self, results):
        written = write(results, grade(1.0))
        assert results.reusable(results.read("ada"), grade(2.0, seconds=1.0)) == written

    @pytest.mark.parametrize(
        "changed",
        [
            {"config_digest": "sha256:other"},
            {"submission_digest": "sha256:other"},
            {"cases_digest": "sha256:other"},
            {"assignment": "pooling"},
            {"environment": msgspec.structs.replace(ENVIRONMENT, tensorflow="2.22")},
            {"environment": msgspec.structs.replace(ENVIRONMENT, walls="process")},
            {"checks": ()},
        ],
        ids=lambda changed: next(iter(changed)),
    )
    def test_what_could_change_it_keeps_it_from_being_used_again(self, results, changed):
        found = write(results, grade(1.0))
        assert results.reusable(found, grade(1.0, **changed)) is None

    def test_a_fault_of_ours_is_never_used_again(self, results):
        found = write(results, grade(None, status=Status.ERROR))
        assert results.reusable(found, grade(1.0)) is None

    def test_a_free_answer_that_awaits_a_person_is(self, results):
        found = write(results, grade(None, status=Status.NEEDS_REVIEW))
        assert results.reusable(found, grade(1.0)) == found

    def test_nothing_is_not(self, results):
        assert results.reusable(results.read("nobody"), grade(1.0)) is None


class TestRun:
    RUN = Run(assignment="convolution", course="/c", submissions="/s", sandbox="full", seed_file=None)

    def test_it_is_read_back(self, results):
        results.write_run(self.RUN)
        assert results.read_run() == self.RUN

    @pytest.mark.parametrize("data", [None, b"", b"{}", b"\xff"])
    def test_without_one_the_command_that_writes_it_is_named(self, results, data):
        if data is not None:
            (results.path / "run.json").write_bytes(data)
        with pytest.raises(ConfigError, match=r"expected .*run\.json, which autograder grade writes; "):
            results.read_run()
