"""One submission's life in workers: files in, loading, calls; a worker that ends is replaced."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from msgspec import structs

from autograder.config import Limits
from autograder.errors import SandboxError
from autograder.observation import Allowance, Call, Loading, Observation, Raised, Sought, Stopped, Wanted
from autograder.results import Outcome
from autograder.runners import endings
from autograder.runners.gpu_memory import GpuMemory
from autograder.runners.replies import Patience, Replies
from autograder.runners.requests import Request, request_calls, request_model, seconds_of, told_of
from autograder.runners.translation import frames_of, loading_of, observation_of
from autograder.sandbox.process import End, Process
from autograder.submission import Submission, is_notebook
from autograder.wire import messages
from autograder.wire.frames import encode_frame
from autograder.wire.messages import Place
from autograder.wire.surroundings import Noted, TellNotes
from autograder.wire.values import WireError

_LOADING_BYTES = 32 * 1024 * 1024
_READY_SECONDS = 90.0  # a plain process may import TensorFlow first
_FINAL = (Outcome.PROTOCOL_VIOLATION, Outcome.OUTPUT_LIMIT)  # no fresh worker follows

_Reply = TypeVar("_Reply", messages.Inspected, messages.Loaded, Noted)


class Session:
    """A submission in a sandbox, as checks see it: see `autograder.observation.Worker`.

    Args:
        start: Starts a fresh process.
        submission: What runs in it.
        limits: What it may use.
        wanted: What is looked at besides the answers of its functions.
        gpu_mib: What it may take of a GPU, in MiB; 0 without one.
    """

    def __init__(
        self,
        start: Callable[[], Process],
        submission: Submission,
        limits: Limits,
        wanted: Wanted = Wanted(),  # noqa: B008  # frozen
        gpu_mib: int = 0,
    ) -> None:
        self._start = start
        self._gpu = GpuMemory(gpu_mib)
        self._wanted = wanted
        self._submission = submission
        self._limits = limits
        self._process: Process | None = None
        self._replies: Replies
        self._patience = Patience()
        self._loading: Loading | None = None
        self._last_stop: Stopped | None = None
        self._cells = wanted.cells
        self._next_id = 0
        self._printed = ""
        self._cpu_seconds = 0.0

    def load(self) -> Loading:
        """Run the submission's file in a worker, the first time; say how it ran."""
        if self._loading is None:
            self._loading = self._load(self._limits.load_seconds, inspects=self._wanted.uses)
            if self._may_be_its_cells(self._loading):
                self._loading = self._load_definitions(self._loading)
        return self._loading

    def _may_be_its_cells(self, loading: Loading) -> bool:
        """Return whether a worker ended for what the file does beside defining something."""
        stopped = loading.stopped
        is_all = self._cells.run == "all" and (is_notebook(self._submission.main) or not self._wanted.places)
        return is_all and stopped is not None and stopped.outcome is not Outcome.PROTOCOL_VIOLATION

    def _load_definitions(self, before: Loading) -> Loading:
        """Run only the definitions, in a fresh worker; say why, or how all of it ended."""
        assert before.stopped is not None
        self._cells = structs.replace(self._cells, run="definitions")
        loading = self._load(self._limits.load_seconds, inspects=self._wanted.uses)
        if loading.stopped is not None or not loading.callables:
            return before
        note = endings.definitions_note(self._submission.main, before.stopped)
        return replace(loading, notes=(note, *loading.notes))

    def call(
        self, function: str, calls: Sequence[Call], allowance: Allowance, *, go_on: bool = True
    ) -> list[Observation]:
        """Call a function once for each (positional, named) arguments; one observation a call.

        A call that ends the worker costs itself alone: the rest go on in a fresh worker, as long as the
        allowance lasts, unless `go_on` is false.
        """
        return self._answers(
            lambda identity, done: request_calls(identity, function, calls[done:]),
            len(calls),
            allowance,
            go_on=go_on,
        )

    def fetch(self, places: Sequence[Place], allowance: Allowance) -> list[Observation]:
        """Return what is at places of the loaded submission; one observation a place."""
        return self._answers(
            lambda identity, done: (messages.Fetch(identity, list(places[done:])), []), len(places), allowance
        )

    def model(self, sought: Sought, allowance: Allowance) -> Observation:
        """Return the Keras model that is meant."""
        return self._answers(lambda identity, _: request_model(identity, sought), 1, allowance)[0]

    def _answers(
        self,
        request_of: Callable[[int, int], tuple[Request, list[bytes]]],
        count: int,
        allowance: Allowance,
        *,
        go_on: bool = True,
    ) -> list[Observation]:
        """Return so many observations; `request_of` makes a request, of this id, for those after the done."""
        seen: list[Observation] = []
        while len(seen) < count:
            stopped = self._make_ready(allowance)
            if stopped is None:
                request, buffers = request_of(self._identity(), len(seen))
                seen += self._observe(request, buffers, count - len(seen), allowance)
                stopped = seen[-1] if isinstance(seen[-1], Stopped) else None
                self._last_stop = stopped
                allowance.owes_replacement = stopped is not None
                if stopped is not None and go_on and allowance.seconds > 0:
                    continue
            if stopped is not None:
                seen += [endings.not_run(stopped)] * (count - len(seen))
        return seen

    def _make_ready(self, allowance: Allowance) -> Stopped | None:
        """Have a loaded worker; or return why there is none for this check.

        Running the file again in a fresh worker is charged to the check that ended the last one. If that
        fails, the next check tries anew.
        """
        if (stopped := self.load().stopped) is not None:
            return stopped
        if allowance.owes_replacement:
            final = self._last_stop is not None and self._last_stop.outcome in _FINAL
            if final or allowance.replacements == 0:
                return self._last_stop
            allowance.replacements -= 1
            allowance.owes_replacement = False
        if self._process is not None:
            return None
        if allowance.seconds <= 0 and self._last_stop is not None:
            return self._last_stop
        began = time.monotonic()
        stopped = self._load(min(self._limits.load_seconds, allowance.seconds)).stopped
        allowance.seconds -= time.monotonic() - began
        self._last_stop = stopped or self._last_stop
        return stopped

    def renew(self) -> None:
        """Let the next call start in a fresh process, which knows nothing of earlier calls."""
        if self._process is not None:
            self._end_process()

    def notes(self) -> tuple[str, ...]:
        """Return what the surroundings have done in the place of the real things, in the worker that runs."""
        try:
            request = TellNotes(self._identity())
            return self._ask(request, Noted, self._limits.call_seconds)[0].cut() if self._process else ()
        except (WireError, EOFError, TimeoutError):  # what comes next finds a fresh worker
            self._end_process()
            return ()

    def printed(self) -> str:
        """Return what the submission has printed so far, in all its workers."""
        return self._printed + (self._process.printed() if self._process else "")

    def close(self) -> float:
        """End the worker, if there is one, and return the processor seconds of all workers."""
        if self._process is not None:
            self._end_process()
        return self._cpu_seconds

    def _load(self, seconds: float, *, inspects: bool = False) -> Loading:
        self._begin()
        began = time.monotonic()
        try:
            inspected = self._inspect(seconds) if inspects else None
            left = max(0.0, seconds - (time.monotonic() - began))
            places, around = list(self._wanted.places), self._wanted.surroundings
            request = messages.Load(self._identity(), self._submission.main, places, self._cells, around)
            reply, data = self._ask(request, messages.Loaded, left)
            return self._gpu.noted(loading_of(reply, data, inspected), self._process)
        except TimeoutError:
            return Loading(stopped=self._stop(Outcome.TIMEOUT, seconds, "running the file"))
        except (WireError, EOFError) as error:
            return Loading(stopped=self._stop_at(error, "running the file"))

    def _inspect(self, seconds: float) -> messages.Inspected:
        request = messages.Inspect(self._identity(), self._submission.main, list(self._wanted.within))
        return self._ask(request, messages.Inspected, seconds)[0]

    def _begin(self) -> None:
        """Start a process and give it the files; nothing of them has run when this returns."""
        process = self._process = self._start()
        self._replies = Replies(process, self._patience, _LOADING_BYTES)
        for frame in frames_of(self._submission.files):
            process.send(frame)
        process.send(encode_frame(messages.Seal()))
        try:
            self._replies.await_ready(_READY_SECONDS)
        except SandboxError as error:
            _, printed = self._end_process()
            raise SandboxError(f"{error} {printed[-500:]}".rstrip()) from error

    def _ask(
        self,
        request: messages.Inspect | messages.Load | TellNotes,
        due: type[_Reply],
        seconds: float,
    ) -> tuple[_Reply, bytes]:
        """Send a request and return its one reply, with its buffers."""
        assert self._process is not None
        self._process.send(encode_frame(request))
        reply, data = self._replies.within(seconds)
        if not isinstance(reply, due) or reply.id != request.id:
            raise WireError("a reply that was not due")
        return reply, data

    def _observe(
        self, request: Request, buffers: list[bytes], count: int, allowance: Allowance
    ) -> list[Observation]:
        """Send a request and return its replies, up to one that ends the worker."""
        assert self._process is not None
        what, limit = told_of(request), seconds_of(request, self._limits)
        self._process.send(encode_frame(request, buffers))
        seen: list[Observation] = []
        self._replies.bytes_left = allowance.result_bytes
        for index in range(count):
            began = time.monotonic()
            seconds = min(limit, max(0.0, allowance.seconds))
            try:
                reply, data = self._replies.within(seconds)
                observation = observation_of(reply, data, request, index)
                if isinstance(observation, Raised) and self._gpu.is_full([observation.error], self._process):
                    self._end_process()  # and with it what it left on the GPU
                    observation = self._gpu.stopped(what)
                seen.append(observation)
            except TimeoutError:
                seen.append(self._stop(Outcome.TIMEOUT, seconds, what))
            except (WireError, EOFError) as error:
                seen.append(self._stop_at(error, what))
            allowance.seconds -= time.monotonic() - began - self._replies.forgiven_seconds
            allowance.result_bytes = self._replies.bytes_left
            if isinstance(seen[-1], Stopped):
                break
        return seen

    def _identity(self) -> int:
        self._next_id += 1
        return self._next_id

    def _stop(self, outcome: Outcome, seconds: float, what: str) -> Stopped:
        end, _ = self._end_process()
        if end.exceeded_gpu_memory:
            return self._gpu.stopped(what)
        if end.exceeded_memory:
            return endings.memory(self._limits.memory_mib, what)
        return Stopped(outcome, f"{what} took longer than {seconds:.3g} s")

    def _stop_at(self, error: WireError | EOFError, what: str) -> Stopped:
        end, printed = self._end_process()
        if self._gpu.has_ended(end, printed):
            return self._gpu.stopped(what)
        return endings.of_error(error, end, self._limits.memory_mib, what)

    def _end_process(self) -> tuple[End, str]:
        """End the worker; return how it ended, and what it had printed."""
        process, self._process = self._process, None
        assert process is not None
        end = process.end()
        printed = process.printed()
        self._printed += printed
        self._cpu_seconds += end.cpu_seconds
        return end, printed
