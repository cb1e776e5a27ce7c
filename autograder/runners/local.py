"""The local runner: slots on this machine, each with one submission at a time."""

from __future__ import annotations

import contextlib
import queue
import threading
import traceback
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from autograder.config import Assignment, gpu_use
from autograder.errors import AutograderError, ForkServerLost
from autograder.observation import Wanted
from autograder.results import Grade
from autograder.runners.allotting import worker_limits
from autograder.runners.placing import ON_CPU, Placement, no_gpu
from autograder.runners.pool import Pool, make_pool
from autograder.runners.queues import Queues
from autograder.runners.session import Session
from autograder.sandbox.level import Level
from autograder.submission import Submission, is_notebook
from autograder.wire.trained import Progress

_ATTEMPTS = 3
_LOOK_SECONDS = 0.5  # so that Ctrl-C is noticed everywhere
_JOIN_SECONDS = 5.0
Judge: TypeAlias = Callable[[Submission, Session], Grade]


@dataclass(frozen=True)
class Begun:
    """A submission is being graded."""

    submission: Submission


@dataclass(frozen=True)
class Graded:
    """A submission has its grade."""

    submission: Submission
    grade: Grade


@dataclass(frozen=True)
class NotGraded:
    """A fault of ours kept a submission from being graded, also when it was tried again."""

    submission: Submission
    fault: str


@dataclass(frozen=True)
class InTraining:
    """An epoch of a submission's training has ended."""

    submission: Submission
    epoch: Progress


Event: TypeAlias = Begun | InTraining | Graded | NotGraded


@dataclass(frozen=True)
class _LaneEnded:
    """A lane has nothing left to do."""


@dataclass(frozen=True)
class _Restart:
    """A lane asks the main thread for a new server; the answer is empty, or says what went wrong."""

    lane: int
    generation: int
    answer: queue.SimpleQueue[str]


_Events: TypeAlias = "queue.SimpleQueue[Event | _LaneEnded | _Restart]"


class LocalRunner:
    """Runs submissions on this machine.

    Args:
        assignment: Says what to preload, what can be imported, and the limits.
        level: The walls.
        jobs: How many submissions run at a time.
        seed_of: The seed of the generators that a submission sees.
        without: Walls to leave out, for tests.
        wanted: What is looked at in a submission besides the answers of its functions.
        placement: The slots on GPUs.
        on_gpu: Returns whether a submission goes to a slot on a GPU; where nothing is given, all do if there
            are any. The others never wait for one.
    """

    def __init__(
        self,
        assignment: Assignment,
        level: Level,
        jobs: int,
        seed_of: Callable[[Submission], int],
        without: frozenset[str] = frozenset(),
        wanted: Wanted = Wanted(),  # noqa: B008  # frozen
        placement: Placement = ON_CPU,
        on_gpu: Callable[[Submission], bool] | None = None,
    ) -> None:
        self._placement = placement
        self._on_gpu = on_gpu or (lambda _: bool(placement.slots))
        self._notes: tuple[str, ...] = ()
        self._wanted = wanted
        self._assignment = assignment
        self._level = level
        self._jobs = jobs
        self._seed_of = seed_of
        self._without = without
        self._pool: Pool | None = None

    def start(self, submissions: Sequence[Submission]) -> None:
        """Start the sandboxes for submissions, or some of them; `run` waits until they are warm.

        Importing packages takes them seconds, in which others can be done. Call it from the main thread:
        the sandboxes end with the thread that starts them.

        Raises:
            SandboxError: If one cannot be started.
        """
        if self._pool is None:
            on_gpus = sum(map(self._on_gpu, submissions))
            self._pool = make_pool(
                self._assignment,
                self._level,
                min(self._jobs, len(submissions) - on_gpus),
                self._without,
                notebooks=any(is_notebook(submission.main) for submission in submissions),
                placement=replace(self._placement, slots=self._placement.slots[:on_gpus]),
            )

    def close(self) -> None:
        """End the sandboxes, if there are any; `run` does so itself."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            self._notes = pool.notes()
            pool.close()

    def notes(self) -> tuple[str, ...]:
        """Return what was found on the GPUs that should not be there, once the sandboxes have ended."""
        return self._notes

    def run(self, submissions: Sequence[Submission], judge: Judge) -> Generator[Event, None, None]:
        """Grade submissions, several at a time; yield what happens as it happens.

        Call it from the main thread, as `start`.

        Args:
            submissions: What to grade.
            judge: Grades one submission in a session.

        Raises:
            SandboxError: If a sandbox does not start.
        """
        if reason := self._refusal():
            yield from (NotGraded(submission, reason) for submission in submissions)
            return
        todo = Queues(submissions, self._on_gpu)
        events: _Events = queue.SimpleQueue()
        stop = threading.Event()
        lanes: list[_Lane] = []
        try:
            pool = self._started(submissions)
            lanes += [
                _Lane(number, pool, self._assignment, self._wanted, self._seed_of, judge, todo, events, stop)
                for number in range(pool.size)
            ]
            for lane in lanes:
                lane.start()
            running = len(lanes)
            while running:
                try:
                    event = events.get(timeout=_LOOK_SECONDS)
                except queue.Empty:
                    continue
                match event:
                    case _LaneEnded():
                        running -= 1
                    case _Restart():
                        event.answer.put(pool.restart(event.lane, event.generation))
                    case _:
                        yield event
            for kind in (True, False):  # what no slot could take
                while (submission := todo.take(on_gpu=kind)) is not None:
                    yield NotGraded(submission, "there is no slot of the kind that it needs")
        finally:
            stop.set()
            self.close()
            for lane in lanes:
                lane.join(_JOIN_SECONDS)

    def _refusal(self) -> str:
        """Return why nothing can be graded: a check needs a GPU, and there is no slot on one."""
        use = gpu_use(self._assignment.config.checks)
        return (
            no_gpu(use, "none was looked for") if use.wish == "needed" and not self._placement.slots else ""
        )

    def _started(self, submissions: Sequence[Submission]) -> Pool:
        self.start(submissions)
        assert self._pool is not None
        self._pool.await_warm()
        return self._pool


class _Lane(threading.Thread):
    """Grades one submission after the other on one slot."""

    def __init__(
        self,
        number: int,
        pool: Pool,
        assignment: Assignment,
        wanted: Wanted,
        seed_of: Callable[[Submission], int],
        judge: Judge,
        todo: Queues[Submission],
        events: _Events,
        stop: threading.Event,
    ) -> None:
        super().__init__(name=f"lane-{number}", daemon=True)
        self._number, self._pool, self._gpu = number, pool, pool.gpus[number]
        self._limits, self._wanted = assignment.config.limits, wanted
        self._assignment = assignment
        self._seed_of, self._judge = seed_of, judge
        self._todo, self._events, self._stopping = todo, events, stop

    def run(self) -> None:
        """Work until there is nothing left, or everything is stopped."""
        while not self._stopping.is_set():
            submission = self._todo.take(on_gpu=self._gpu is not None)
            if submission is None:
                break
            self._events.put(Begun(submission))
            event = self._grade(submission)
            if not self._stopping.is_set():
                self._events.put(event)
        self._events.put(_LaneEnded())

    def _grade(self, submission: Submission) -> Event:
        """Grade a submission; a fault of ours is tried again."""
        fault = ""
        seed = self._seed_of(submission)
        limits = worker_limits(self._assignment, submission, has_gpu=self._gpu is not None)
        for _ in range(_ATTEMPTS):
            generation = self._pool.generation(self._number)
            session = Session(
                lambda: self._pool.start(self._number, limits, seed),
                submission,
                self._limits,
                self._wanted,
                self._gpu.memory_mib if self._gpu is not None else 0,
                tell=lambda epoch: self._events.put(InTraining(submission, epoch)),
            )
            try:
                return Graded(submission, self._judge(submission, session))
            except ForkServerLost as error:
                fault = self._ask_for_restart(generation) or str(error)
            except AutograderError as error:
                fault = str(error)
            except Exception:  # a fault of ours in judging: reported, never a score
                fault = traceback.format_exc()
            finally:
                with contextlib.suppress(AutograderError):
                    session.close()
            if self._stopping.is_set():
                break
        return NotGraded(submission, fault)

    def _ask_for_restart(self, generation: int) -> str:
        request = _Restart(self._number, generation, queue.SimpleQueue())
        self._events.put(request)
        while not self._stopping.is_set():
            with contextlib.suppress(queue.Empty):
                return request.answer.get(timeout=_LOOK_SECONDS)
        return ""
