"""Watching a student's file: when it has been saved, and a process that is warm by then.

Modification time, size and inode of a few files are looked at again and again, on any operating system.
"""

from __future__ import annotations

import contextlib
import stat
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from autograder.sandbox.plain_process import PlainProcess
from autograder.self_check.own_check import Checked, OwnCheck
from autograder.submission import Submission, UnreadableSubmission, own_work

LOOK_SECONDS = 0.05
_DOUBTFUL_LOOKS = 10  # an editor may take the file away, or empty it, before it writes it anew
_ONE_LOOK = 1
_LONG_SECONDS = 0.5

_Look: TypeAlias = tuple[tuple[str, int, int, int], ...]
"""Of each file: its name, modification time, size and inode. What changes with a save, on any system."""


@dataclass(frozen=True)
class NothingThere:
    """There is nothing to check yet, or any more: the file is missing, or empty."""

    reason: str


Save: TypeAlias = Submission | UnreadableSubmission | NothingThere


class Saves(Iterator[Save]):
    """The student's work as it is now, and then after every save that changes it, without end.

    A save is complete once nothing has changed between two looks. What is saved between two requests is
    noticed at the next one; or sooner, by whoever asks.

    Args:
        file: The student's file. Python files beside it belong to the work.
        main: The name that the assignment asks for.
        pause: Waits for so many seconds.
    """

    def __init__(self, file: Path, main: str, pause: Callable[[float], None] = time.sleep) -> None:
        self._file, self._main, self._pause = file, main, pause
        self._before: _Look | None = None
        self._last: object = None

    def __next__(self) -> Save:
        while True:
            self._before = _settled(self._file, self._before, self._pause)
            save = _read(self._file, self._main, self._before)
            known = _known(save)
            if known != self._last:  # else it was touched, or written as it was
                self._last = known
                return save

    def has_changed(self) -> bool:
        """Return whether another work than the last lies there now."""
        look = _look(self._file)
        return look != self._before and _known(_read(self._file, self._main, look)) != self._last

    def forget(self) -> None:
        """Take what lies there next for new, even if it is as it was: of the last, nothing was said."""
        self._before = self._last = None


def saves(file: Path, main: str, pause: Callable[[float], None] = time.sleep) -> Saves:
    """Return the student's work as it is now, and then after every save that changes it, without end."""
    return Saves(file, main, pause)


def _known(save: Save) -> object:
    """Return what tells one work from another."""
    return save.digest if isinstance(save, Submission) else save


def _settled(file: Path, before: _Look | None, pause: Callable[[float], None]) -> _Look:
    """Return what the files look like once that differs from before, and stays."""
    last, same = _look(file), 0
    while last == before or same < (_DOUBTFUL_LOOKS if _is_doubtful(file, last, before) else _ONE_LOOK):
        pause(LOOK_SECONDS)
        now = _look(file)
        same = same + 1 if now == last else 0
        last = now
    return last


def _is_doubtful(file: Path, look: _Look, before: _Look | None) -> bool:
    """Return whether a save may be under way: something that was there is gone, or empty."""
    if before is None:
        return False
    sizes = {name: size for name, _, size, _ in look}
    return any(size and not sizes.get(name) for name, _, size, _ in before) or not sizes.get(file.name)


def _look(file: Path) -> _Look:
    found = []
    with contextlib.suppress(OSError):  # the folder is gone: so is the file
        for path in {file, *file.parent.glob("*.py")}:
            with contextlib.suppress(OSError):
                state = path.stat()
                if stat.S_ISREG(state.st_mode):
                    found.append((path.name, state.st_mtime_ns, state.st_size, state.st_ino))
    return tuple(sorted(found))


def _read(file: Path, main: str, look: _Look) -> Save:
    sizes = {name: size for name, _, size, _ in look}
    if file.name not in sizes:
        return NothingThere(f"{file.name} is not there")
    if not sizes[file.name]:
        return NothingThere(f"{file.name} is empty")
    return own_work(file, main)


class GivenUpError(Exception):
    """Nobody waits for a check's answer any more: no process is started for it."""


class WarmCheck:
    """Checks a student's work, again and again, each time in a process that has been waiting for it.

    The next process starts once the student has the feedback, so that it does not slow that down; or sooner,
    where the check takes long, because then one may be needed in the place of one that hangs.

    Args:
        own: The assignment.
    """

    def __init__(self, own: OwnCheck) -> None:
        self._own = own
        self._spare: PlainProcess | None = None
        self._running: PlainProcess | None = None
        self._is_given_up = False
        self._lock = threading.Lock()

    def __enter__(self) -> WarmCheck:
        self.warm_up()
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._spare is not None:
                self._spare.end()

    def warm_up(self) -> None:
        """Have a process that imports what the assignment preloads, in the background, for the next save."""
        with self._lock:
            self._ready_or_started()

    def run(self, submission: Submission, is_outdated: Callable[[], bool] = bool) -> Checked | None:
        """Return what the visible checks say of a submission; None if that was given up.

        Args:
            submission: The student's work.
            is_outdated: Whether nobody waits for the answer any more. It is asked again and again.
        """
        self._is_given_up = False
        first = self._take()
        later = threading.Timer(_LONG_SECONDS, self.warm_up)
        later.start()
        asking = ThreadPoolExecutor(1)
        try:
            answer = asking.submit(self._own.run, submission, first, self._replacement)
            while not wait([answer], LOOK_SECONDS).done:
                if is_outdated():
                    return None
            return answer.result()
        finally:
            self._give_up()
            asking.shutdown()
            later.cancel()
            later.join()

    def _give_up(self) -> None:
        """End what still runs; nothing takes its place."""
        with self._lock:
            self._is_given_up = True
            if self._running is not None:
                self._running.kill()
                self._running = None

    def _replacement(self) -> PlainProcess:
        taken = self._take()
        self.warm_up()  # what hangs once may hang again
        return taken

    def _take(self) -> PlainProcess:
        with self._lock:
            if self._is_given_up:
                raise GivenUpError
            self._running = taken = self._ready_or_started()
            self._spare = None
            return taken

    def _ready_or_started(self) -> PlainProcess:
        if self._spare is not None and not self._spare.is_running():  # it was ended by others
            self._spare.end()
            self._spare = None
        self._spare = self._spare or self._own.start()
        return self._spare
