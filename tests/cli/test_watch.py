"""`autograder watch`: what counts as a save, and the command as a student meets it."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.self_check.watching import LOOK_SECONDS, NothingThere, WarmCheck, saves
from autograder.submission import Submission
from tests.cli.conftest import ROOT, SAMPLE

MAIN = "convolution.py"
Edit = Callable[[], object]


class Looks:
    """Stands in for the time between two looks: an edit happens in each, then nothing, then it is over."""

    QUIET = 14

    def __init__(self) -> None:
        self.edits: list[Edit] = []
        self.quiet = 0

    def __call__(self, seconds: float) -> None:
        assert seconds == LOOK_SECONDS
        if self.edits:
            self.edits.pop(0)()
            self.quiet = 0
        elif self.quiet == self.QUIET:
            raise TimeoutError
        else:
            self.quiet += 1


class Watched:
    """A file that is being watched, and edits to it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / MAIN
        self._looks = Looks()
        self._saves = saves(self.file, MAIN, self._looks)
        self._clock = 1_000_000_000

    def write(self, text: str, name: str = MAIN) -> Edit:
        """Return an edit that writes a file in place, as at a later time."""
        return lambda: self._stamp(self.file.with_name(name), text)

    def _stamp(self, path: Path, text: str) -> None:
        self._clock += 1
        path.write_text(text)
        os.utime(path, (self._clock, self._clock))

    def after(self, *edits: Edit) -> list[str]:
        """Return all that is said while edits happen, one in each look: sources, or why there is none."""
        self._looks.edits += edits
        said: list[str] = []
        with contextlib.suppress(TimeoutError):
            for save in self._saves:
                said.append(save.reason if isinstance(save, NothingThere) else _source(save))  # noqa: PERF401
        return said


def _source(save: object) -> str:
    assert isinstance(save, Submission)
    return next(file.data.decode() for file in save.files if file.path == MAIN)


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


class TestSaves:
    def test_the_file_is_looked_at_once_at_the_start(self, watched: Watched) -> None:
        watched.file.write_text("a = 1\n")
        assert watched.after() == ["a = 1\n"]

    def test_every_save_that_changes_it_is_noticed(self, watched: Watched) -> None:
        watched.file.write_text("a = 1\n")
        quiet: Edit = lambda: None  # noqa: E731
        edits = [quiet] * 3 + [watched.write("a = 2\n")] + [quiet] * 3 + [watched.write("a = 3\n")]
        assert watched.after(*edits) == ["a = 1\n", "a = 2\n", "a = 3\n"]

    def test_a_save_of_the_same_length_is_noticed_by_its_time(self, watched: Watched) -> None:
        watched.write("a = 1\n")()
        assert watched.after(*[lambda: None] * 3, watched.write("a = 7\n")) == ["a = 1\n", "a = 7\n"]

    def test_touching_it_or_writing_it_as_it_was_says_nothing(self, watched: Watched) -> None:
        watched.file.write_text("a = 1\n")
        edits = [lambda: None] * 3 + [lambda: os.utime(watched.file, (5, 5)), watched.write("a = 1\n")]
        assert watched.after(*edits) == ["a = 1\n"]

    def test_a_save_by_renaming_is_one_save(self, watched: Watched) -> None:
        """As vim does it: the old file becomes a backup, the new one comes some time later."""
        watched.file.write_text("a = 1\n")
        backup = watched.file.with_name(MAIN + "~")
        edits: list[Edit] = [lambda: None] * 3
        edits += [lambda: watched.file.rename(backup), *[lambda: None] * 4]
        edits += [watched.write("a = 2\n"), backup.unlink]
        assert watched.after(*edits) == ["a = 1\n", "a = 2\n"]

    def test_a_save_by_replacing_with_the_same_time_and_size_is_noticed(self, watched: Watched) -> None:
        watched.write("a = 1\n")()
        new = watched.file.with_name("new")

        def replace() -> None:
            new.write_text("a = 9\n")
            stamp = watched.file.stat().st_mtime_ns
            os.utime(new, ns=(stamp, stamp))
            new.replace(watched.file)

        assert watched.after(*[lambda: None] * 3, replace) == ["a = 1\n", "a = 9\n"]

    def test_a_file_written_in_pieces_is_checked_when_it_is_whole(self, watched: Watched) -> None:
        watched.file.write_text("a = 1\n")
        pieces = ["", "a = 2\n", "a = 2\nb = 3\n", "a = 2\nb = 3\nc = 4\n"]
        edits = [lambda: None] * 3 + [watched.write(text) for text in pieces]
        assert watched.after(*edits) == ["a = 1\n", pieces[-1]]

    def test_a_file_emptied_first_is_waited_for(self, watched: Watched) -> None:
        watched.file.write_text("a = 1\n")
        edits = [lambda: None] * 3 + [watched.write("")] + [lambda: None] * 5 + [watched.write("a = 2\n")]
        assert watched.after(*edits) == ["a = 1\n", "a = 2\n"]

    def test_a_file_that_stays_empty_is_said_to_be(self, watched: Watched) -> None:
        watched.file.write_text("a = 1\n")
        assert watched.after(*[lambda: None] * 3, watched.write("")) == ["a = 1\n", f"{MAIN} is empty"]

    def test_a_missing_file_is_said_once_and_waited_for(self, watched: Watched) -> None:
        edits = [lambda: None] * 8 + [watched.write("x = 1\n", "other.py")] + [lambda: None] * 12
        assert watched.after(*edits, watched.write("a = 1\n")) == [f"{MAIN} is not there", "a = 1\n"]

    def test_a_file_that_is_removed_and_comes_back_is_checked_again(self, watched: Watched) -> None:
        watched.file.write_text("a = 1\n")
        edits = [lambda: None] * 3 + [watched.file.unlink] + [lambda: None] * 12 + [watched.write("a = 1\n")]
        assert watched.after(*edits) == ["a = 1\n", f"{MAIN} is not there", "a = 1\n"]

    def test_a_folder_that_is_removed_is_a_missing_file(self, tmp_path: Path) -> None:
        (tmp_path / "work").mkdir()
        watched = Watched(tmp_path / "work")
        watched.file.write_text("a = 1\n")
        edits: list[Edit] = [lambda: None] * 3
        edits.append(lambda: shutil.rmtree(tmp_path / "work"))
        assert watched.after(*edits) == ["a = 1\n", f"{MAIN} is not there"]

    def test_a_python_file_beside_it_belongs_to_it_and_others_do_not(self, watched: Watched) -> None:
        watched.file.write_text("import windows\n")
        edits = [lambda: None] * 3 + [watched.write("notes", "notes.txt")] + [lambda: None] * 3
        edits += [watched.write("w = 1\n", "windows.py")]
        assert watched.after(*edits) == ["import windows\n"] * 2


class FakeProcess:
    def __init__(self) -> None:
        self.runs = True

    def is_running(self) -> bool:
        return self.runs

    def end(self) -> None:
        self.runs = False

    def kill(self) -> None:
        self.runs = False


class FakeCheck:
    """Stands in for an assignment: counts the processes it starts, and may take some of them in a check."""

    def __init__(self, replacements: int = 0) -> None:
        self.replacements = replacements
        self.started: list[FakeProcess] = []
        self.used: list[FakeProcess] = []

    def start(self) -> FakeProcess:
        self.started.append(FakeProcess())
        return self.started[-1]

    def run(self, submission: object, first: FakeProcess, start: Callable[[], FakeProcess]) -> str:
        self.used = [first, *(start() for _ in range(self.replacements))]
        return "feedback"


class TestTheSpareProcess:
    def test_it_waits_before_the_first_save_and_is_used_for_it(self) -> None:
        own = FakeCheck()
        with WarmCheck(own) as warm:
            assert len(own.started) == 1
            assert warm.run(None) == "feedback"
            assert own.used == own.started[:1]
            warm.warm_up()
            warm.warm_up()
            assert len(own.started) == 2
        assert not own.started[1].runs

    def test_each_process_that_takes_anothers_place_is_followed_by_a_spare(self) -> None:
        own = FakeCheck(replacements=2)
        with WarmCheck(own) as warm:
            warm.run(None)
            assert own.used == own.started[:3]
            assert len(own.started) == 4
        assert not own.started[3].runs

    def test_one_that_others_have_ended_is_not_used(self) -> None:
        own = FakeCheck()
        with WarmCheck(own) as warm:
            own.started[0].runs = False
            warm.run(None)
            assert own.used == own.started[1:]

    def test_a_check_that_takes_long_has_the_next_one_started_meanwhile(self) -> None:
        own = FakeCheck()

        def run(submission: object, first: FakeProcess, start: object) -> str:
            while len(own.started) < 2:
                time.sleep(0.01)
            return "feedback"

        own.run = run
        with WarmCheck(own) as warm:
            assert warm.run(None) == "feedback"
        assert not own.started[1].runs


class Watching:
    """A running `autograder watch`."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "autograder", "watch", *arguments, "--course", str(ROOT)],
            cwd=folder,
            env={**os.environ, "COLUMNS": "100", "PYTHONPATH": str(ROOT), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def until(self, text: str) -> str:
        """Return what is printed up to a line that holds a text."""
        seen = ""
        while text not in seen:
            line = self._lines.get(timeout=100)
            assert line, f"it ended before it said {text!r}: {seen}"
            seen += line
        return seen

    def stop(self) -> tuple[int, str]:
        """Press Ctrl-C; return the exit code and what was still printed."""
        os.killpg(self.process.pid, signal.SIGINT)
        status = self.process.wait(60)
        self._reader.join(60)
        rest = ""
        while not self._lines.empty():
            rest += self._lines.get()
        return status, rest

    def others(self) -> list[int]:
        """Return the processes that it has started and that still run."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == self.process.pid and fields[0] != "Z" and stat.parent.name != fields[3]:
                found.append(int(stat.parent.name))
        return found


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def start(*arguments: str, **environment: str) -> Watching:
        started.append(Watching(tmp_path, *arguments, **environment))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            os.killpg(each.process.pid, signal.SIGKILL)
        each.process.wait(60)
        each._reader.join(60)
        assert each.process.stdout is not None
        each.process.stdout.close()


def save(student: str, folder: Path) -> None:
    (folder / MAIN).write_text((SAMPLE / student / MAIN).read_text())


LAST = "graded after you hand in"


class TestTheCommand:
    def test_it_checks_after_each_save_until_ctrl_c(self, watch, tmp_path: Path) -> None:
        save("omar", tmp_path)
        watching = watch()
        first = watching.until(LAST)
        assert "Your kernel is flipped" in first
        assert f"  {MAIN} ──" in first
        save("ada", tmp_path)
        second = watching.until(LAST)
        assert "all visible checks pass: 6 of 6 points" in second
        assert "flipped" not in second
        assert watching.stop() == (0, "stopped\n")

    def test_nothing_is_left_running(self, watch, tmp_path: Path) -> None:
        save("ada", tmp_path)
        watching = watch()
        watching.until(LAST)
        assert watching.stop()[0] == 0
        assert watching.others() == []

    def test_sigterm_ends_it_as_ctrl_c_does_while_a_call_hangs(self, watch, tmp_path: Path) -> None:
        started = tmp_path / "started"
        (tmp_path / MAIN).write_text(f"open({str(started)!r}, 'w').close()\nwhile True:\n    pass\n")
        watching = watch()
        while not started.exists():
            time.sleep(0.01)
        watching.process.terminate()
        assert watching.process.wait(60) == 0
        assert watching.others() == []

    def test_a_file_that_is_not_there_yet_is_waited_for(self, watch, tmp_path: Path) -> None:
        watching = watch(MAIN)
        watching.until(f"{MAIN} is not there; waiting for it to be saved")
        save("ada", tmp_path)
        watching.until("all visible checks pass")
        (tmp_path / MAIN).unlink()
        watching.until("is not there")
        assert watching.stop()[0] == 0

    def test_what_cannot_be_checked_is_said_and_the_next_save_is_waited_for(
        self, watch, tmp_path: Path
    ) -> None:
        (tmp_path / MAIN).write_bytes(b"#" * (9 * 1024 * 1024))
        watching = watch()
        watching.until("error: ")
        save("ada", tmp_path)
        watching.until("all visible checks pass")

    def test_what_is_saved_while_a_file_hangs_ends_that_and_is_checked_at_once(
        self, watch, tmp_path: Path
    ) -> None:
        started = tmp_path / "started"
        (tmp_path / MAIN).write_text(f"open({str(started)!r}, 'w').close()\nwhile True:\n    pass\n")
        watching = watch()
        while not started.exists():
            time.sleep(0.01)
        save("ada", tmp_path)
        began = time.monotonic()
        said = watching.until("all visible checks pass")
        assert time.monotonic() - began < 8  # loading alone may take 10 s
        assert "took longer" not in said
        assert watching.stop()[0] == 0
        assert watching.others() == []

    def test_a_folder_without_a_file_of_an_assignment_asks_which_is_meant(
        self, watch, tmp_path: Path
    ) -> None:
        watching = watch()
        said = watching.until("--assignment SLUG")
        assert "which assignment?" in said
        assert watching.process.wait(60) == 2

    def test_an_assignment_that_is_named_needs_no_file_yet(self, watch, tmp_path: Path) -> None:
        watching = watch("--assignment", "convolution")
        watching.until(f"{MAIN} is not there")
        save("ada", tmp_path)
        watching.until("all visible checks pass")

    def test_a_folder_that_is_not_there_is_no_place_to_wait(self, watch, tmp_path: Path) -> None:
        watching = watch(f"nowhere/{MAIN}")
        watching.until("expected a file in a folder that is there")
        assert watching.process.wait(60) == 2

    def test_a_spare_that_was_ended_by_others_is_replaced(self, watch, tmp_path: Path) -> None:
        save("omar", tmp_path)
        watching = watch()
        watching.until(LAST)
        while not (spares := watching.others()):
            time.sleep(0.01)
        for spare in spares:
            os.kill(spare, signal.SIGKILL)
        while watching.others():
            time.sleep(0.01)
        save("ada", tmp_path)
        watching.until("all visible checks pass")
