"""One submission's life in workers: files in, loading, calls; a worker that ends is replaced."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from autograder.config import Limits
from autograder.errors import SandboxError
from autograder.observation import Allowance, Call, Loading, Observation, Stopped
from autograder.results import Outcome
from autograder.runners.translation import loading_of, observation_of
from autograder.sandbox.process import End, Process, ProcessorTime
from autograder.submission import Submission
from autograder.wire import messages
from autograder.wire.frames import FrameReader, decode_reply, encode_frame
from autograder.wire.values import WireError

_LOADING_BYTES = 32 * 1024 * 1024
_BYTES_OF_HEADER = 24  # what a byte of nested lists may take, once they are objects
_MOST_FORGIVEN_SECONDS = 60.0  # of one submission
_READY_SECONDS = 30.0
_MOST_EXTENSION = 30  # times a limit, on a crowded machine
_WORTH_A_LOOK_SECONDS = 0.05
_LEAST_EXTENSION_SECONDS = 0.01
_PIECE_BYTES = 1024 * 1024
_FINAL = (Outcome.PROTOCOL_VIOLATION, Outcome.OUTPUT_LIMIT)  # no fresh worker follows
_SIGNALS = {4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV"}


class _TooMuchError(EOFError):
    """A submission has returned more bytes than the grader keeps of one."""


class Session:
    """A submission in a sandbox, as checks see it: see `autograder.observation.Worker`.

    Args:
        start: Starts a fresh process.
        submission: What runs in it.
        limits: What it may use.
    """

    def __init__(self, start: Callable[[], Process], submission: Submission, limits: Limits) -> None:
        self._start = start
        self._submission = submission
        self._limits = limits
        self._process: Process | None = None
        self._frames = FrameReader()
        self._loading: Loading | None = None
        self._last_stop: Stopped | None = None
        self._time_before = ProcessorTime()
        self._next_id = 0
        self._printed = ""
        self._bytes_left = 0
        self._all_forgiven_seconds = 0.0
        self._forgiven_seconds = 0.0  # of the last reply: in line for a processor
        self._cpu_seconds = 0.0

    def load(self) -> Loading:
        """Run the submission's file in a worker, the first time; say how it ran."""
        if self._loading is None:
            self._loading = self._load(self._limits.load_seconds)
        return self._loading

    def call(
        self, function: str, calls: Sequence[Call], allowance: Allowance, *, go_on: bool = True
    ) -> list[Observation]:
        """Call a function once for each (positional, named) arguments; one observation a call.

        A call that ends the worker costs itself alone: the rest go on in a fresh worker, as long as the
        allowance lasts, unless `go_on` is false.
        """
        seen: list[Observation] = []
        while len(seen) < len(calls):
            stopped = self._make_ready(allowance)
            if stopped is None:
                seen += self._call(function, calls[len(seen) :], allowance)
                stopped = seen[-1] if isinstance(seen[-1], Stopped) else None
                self._last_stop = stopped
                allowance.owes_replacement = stopped is not None
                if stopped is not None and go_on and allowance.seconds > 0:
                    continue
            if stopped is not None:
                seen += [_not_run(stopped)] * (len(calls) - len(seen))
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

    def printed(self) -> str:
        """Return what the submission has printed so far, in all its workers."""
        return self._printed + (self._process.printed() if self._process else "")

    def close(self) -> float:
        """End the worker, if there is one, and return the processor seconds of all workers."""
        if self._process is not None:
            self._end_process()
        return self._cpu_seconds

    def _load(self, seconds: float) -> Loading:
        process = self._process = self._start()
        self._frames = FrameReader()
        self._time_before = ProcessorTime()
        self._bytes_left = _LOADING_BYTES
        for file in self._submission.files:
            for start in range(0, max(1, len(file.data)), _PIECE_BYTES):
                process.send(
                    encode_frame(
                        messages.PutFile(file.path, start == 0), [file.data[start : start + _PIECE_BYTES]]
                    )
                )
        process.send(encode_frame(messages.Seal()))
        self._await_ready()
        identity = self._identity()
        process.send(encode_frame(messages.Load(identity, self._submission.main)))
        try:
            reply, _ = self._reply_within(seconds)
        except TimeoutError:
            return Loading(stopped=self._stop(Outcome.TIMEOUT, seconds, "running the file"))
        except (WireError, EOFError) as error:
            return Loading(stopped=self._stop_at(error, "running the file"))
        if not isinstance(reply, messages.Loaded) or reply.id != identity:
            return Loading(stopped=self._stop_at(WireError("a reply that was not due"), "running the file"))
        return loading_of(reply)

    def _await_ready(self) -> None:
        """Wait until the walls stand. Nothing of the submission has run: what fails here is ours."""
        try:
            reply, _ = self._reply(time.monotonic() + _READY_SECONDS)
        except (WireError, EOFError, TimeoutError) as error:
            said = self._end_process().printed[-500:]
            raise SandboxError(f"a worker did not start: {type(error).__name__} {error} {said}") from error
        if isinstance(reply, messages.WallFailed):
            self._end_process()
            raise SandboxError(f"the wall {reply.wall} could not be raised: {reply.reason}")
        if not isinstance(reply, messages.Ready):
            self._end_process()
            raise SandboxError(f"a worker said {type(reply).__name__} before it was ready")

    def _call(self, function: str, calls: Sequence[Call], allowance: Allowance) -> list[Observation]:
        """Make calls until one ends the worker; that one is the last that is returned."""
        assert self._process is not None
        buffers: list[bytes] = []
        cases = [messages.encode_arguments(positional, named, buffers) for positional, named in calls]
        identity = self._identity()
        self._process.send(encode_frame(messages.Call(identity, function, cases), buffers))
        seen: list[Observation] = []
        self._bytes_left = allowance.result_bytes
        for index in range(len(calls)):
            began = time.monotonic()
            seconds = min(self._limits.call_seconds, max(0.0, allowance.seconds))
            what = f"a call of {function}"
            try:
                reply, data = self._reply_within(seconds)
                seen.append(observation_of(reply, data, identity, index))
            except TimeoutError:
                seen.append(self._stop(Outcome.TIMEOUT, seconds, what))
            except (WireError, EOFError) as error:
                seen.append(self._stop_at(error, what))
            allowance.seconds -= time.monotonic() - began - self._forgiven_seconds
            allowance.result_bytes = self._bytes_left
            if isinstance(seen[-1], Stopped):
                break
        return seen

    def _reply_within(self, seconds: float) -> tuple[messages.FromWorker, bytes]:
        """Return the next message, allowing the worker so many seconds in which it could run.

        On a crowded machine it may stand in line for a processor: that is not the submission's fault and
        does not count, up to a bound. What keeps the processors busy itself gets nothing more.
        """
        assert self._process is not None
        began = time.monotonic()
        deadline = began + seconds
        self._forgiven_seconds = 0.0
        while True:
            try:
                found = self._reply(deadline)
            except TimeoutError:
                before, now = self._time_before, self._process.processor_time(with_children=True)
                left = _MOST_FORGIVEN_SECONDS - self._all_forgiven_seconds + self._forgiven_seconds
                forgiven = min(now.waited - before.waited, _MOST_EXTENSION * seconds, left)
                later = began + seconds + forgiven
                if now.used - before.used >= seconds or later < deadline + _LEAST_EXTENSION_SECONDS:
                    raise
                self._all_forgiven_seconds += forgiven - self._forgiven_seconds
                self._forgiven_seconds = forgiven
                deadline = later
            else:
                if time.monotonic() > began + _WORTH_A_LOOK_SECONDS:
                    self._time_before = self._process.processor_time()
                return found

    def _reply(self, deadline: float) -> tuple[messages.FromWorker, bytes]:
        """Return the next message and its buffers.

        Raises:
            TimeoutError: If it is not there by the deadline.
            EOFError: If the worker is gone.
            WireError: If it is no message.
            _TooMuchError: If the submission has returned more than it may in all.
        """
        assert self._process is not None
        while (frame := self._frames.next()) is None:
            data = self._process.receive(deadline)
            if not data:
                raise EOFError
            self._frames.feed(data)
            self._bytes_left -= len(data)
            if self._bytes_left < 0:
                raise _TooMuchError
        header, buffers = frame
        self._bytes_left -= len(header) * _BYTES_OF_HEADER
        if self._bytes_left < 0:
            raise _TooMuchError
        return decode_reply(header), buffers

    def _identity(self) -> int:
        self._next_id += 1
        return self._next_id

    def _stop(self, outcome: Outcome, seconds: float, what: str) -> Stopped:
        end = self._end_process()
        if end.exceeded_memory:
            return self._memory(what)
        return Stopped(outcome, f"{what} took longer than {seconds:.3g} s")

    def _stop_at(self, error: WireError | EOFError, what: str) -> Stopped:
        """Return how a worker ended that is gone, or that broke the protocol."""
        end = self._end_process()
        if isinstance(error, _TooMuchError):
            return Stopped(Outcome.OUTPUT_LIMIT, f"what came of {what} and those before it is too much")
        if isinstance(error, WireError):
            return Stopped(Outcome.PROTOCOL_VIOLATION, f"during {what}, the worker sent {error}")
        if end.exceeded_memory:
            return self._memory(what)
        if end.exceeded_cpu:
            return Stopped(Outcome.TIMEOUT, f"{what} took more processor time than is allowed")
        if end.was_killed:  # its exit says nothing: it lived on without its wire
            return Stopped(Outcome.CRASHED, f"{what} closed the connection to the grader")
        how = _SIGNALS.get(end.signal, f"signal {end.signal}") if end.signal else f"exit code {end.exit_code}"
        return Stopped(Outcome.CRASHED, f"{what} ended the Python process ({how})")

    def _memory(self, what: str) -> Stopped:
        return Stopped(Outcome.MEMORY_LIMIT, f"{what} took more than {self._limits.memory_mib} MiB of memory")

    def _end_process(self) -> _Ended:
        process, self._process = self._process, None
        assert process is not None
        end = process.end()
        printed = process.printed()
        self._printed += printed
        self._cpu_seconds += end.cpu_seconds
        return _Ended(end, printed)


class _Ended:
    """How a worker ended, and what it had printed."""

    def __init__(self, end: End, printed: str) -> None:
        self.signal, self.exit_code = end.signal, end.exit_code
        self.exceeded_memory, self.exceeded_cpu = end.exceeded_memory, end.exceeded_cpu
        self.was_killed = end.was_killed
        self.printed = printed


def _not_run(stopped: Stopped) -> Stopped:
    return Stopped(
        stopped.outcome, f"not run: {stopped.message.removeprefix('not run: ')}", was_running=False
    )
