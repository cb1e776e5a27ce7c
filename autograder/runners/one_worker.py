"""One worker's process: sealed and ready, asked, and ended when it breaks a limit or the protocol."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from autograder.config import Limits
from autograder.errors import SandboxError
from autograder.observation import Allowance, Observation, Raised, Stopped
from autograder.results import Outcome
from autograder.runners import endings
from autograder.runners.gpu_memory import GpuMemory
from autograder.runners.replies import Patience, Replies, Tell
from autograder.runners.requests import Request, seconds_of, told_of
from autograder.runners.translation import frames_of, observation_of
from autograder.sandbox.process import End, Process
from autograder.submission import SubmittedFile
from autograder.wire import messages
from autograder.wire.frames import encode_frame
from autograder.wire.surroundings import Noted, TellNotes
from autograder.wire.values import WireError

_LOADING_BYTES = 32 * 1024 * 1024
_READY_SECONDS = 90.0  # a plain process may import TensorFlow first

_Reply = TypeVar("_Reply", messages.Inspected, messages.Loaded, Noted)


class OneWorker:
    """A worker.

    Args:
        process: Freshly started.
        limits: What it may use.
        patience: Of its submission.
        ended: Called once, when it has ended, with how it ended and what it had printed.
        gpu: What it may take of a GPU.
        tell: Gets to know how a training goes.
    """

    def __init__(
        self,
        process: Process,
        limits: Limits,
        patience: Patience,
        ended: Callable[[End, str], None],
        gpu: GpuMemory,
        tell: Tell | None = None,
    ) -> None:
        self.process = process
        self._limits = limits
        self._replies = Replies(process, patience, _LOADING_BYTES, tell)
        self._ended = ended
        self._gpu = gpu
        self.is_over = False

    def begin(self, files: Iterable[SubmittedFile]) -> None:
        """Give it files; nothing of them has run when this returns, and the walls stand.

        Raises:
            SandboxError: If they do not: what fails here is ours.
        """
        for frame in frames_of(files):
            self.process.send(frame)
        self.process.send(encode_frame(messages.Seal()))
        try:
            self._replies.await_ready(_READY_SECONDS)
        except SandboxError as error:
            _, printed = self.end()
            raise SandboxError(f"{error} {printed[-500:]}".rstrip()) from error

    def ask(
        self, request: messages.Inspect | messages.Load | TellNotes, due: type[_Reply], seconds: float
    ) -> tuple[_Reply, bytes]:
        """Send a request and return its one reply, with its buffers."""
        self._replies.expect(request)
        self.process.send(encode_frame(request))
        reply, data = self._replies.within(seconds)
        if not isinstance(reply, due) or reply.id != request.id:
            raise WireError("a reply that was not due")
        return reply, data

    def observe(
        self, request: Request, buffers: list[bytes], count: int, allowance: Allowance
    ) -> list[Observation]:
        """Send a request and return its replies, up to one that ends the worker."""
        what, limit = told_of(request), seconds_of(request, self._limits)
        self._replies.expect(request)
        self.process.send(encode_frame(request, buffers))
        seen: list[Observation] = []
        self._replies.bytes_left = allowance.result_bytes
        for index in range(count):
            began = time.monotonic()
            seconds = min(limit, max(0.0, allowance.seconds))
            try:
                reply, data = self._replies.within(seconds)
                observation = observation_of(reply, data, request, index)
                if isinstance(observation, Raised) and self._gpu.is_full([observation.error], self.process):
                    self.end()  # and with it what it left on the GPU
                    observation = self._gpu.stopped(what)
                seen.append(observation)
            except TimeoutError:
                seen.append(self.stop(Outcome.TIMEOUT, seconds, what))
            except (WireError, EOFError) as error:
                seen.append(self.stop_at(error, what))
            allowance.seconds -= time.monotonic() - began - self._replies.forgiven_seconds
            allowance.result_bytes = self._replies.bytes_left
            if isinstance(seen[-1], Stopped):
                break
        return seen

    def stop(self, outcome: Outcome, seconds: float, what: str) -> Stopped:
        """End it, and return why."""
        end, _ = self.end()
        if end.exceeded_gpu_memory:
            return self._gpu.stopped(what)
        if end.exceeded_memory:
            return endings.memory(self._limits.memory_mib, what)
        return Stopped(outcome, f"{what} took longer than {seconds:.3g} s")

    def stop_at(self, error: WireError | EOFError, what: str) -> Stopped:
        """End it because of what it sent, or since it is gone, and return why."""
        end, printed = self.end()
        if self._gpu.has_ended(end, printed):
            return self._gpu.stopped(what)
        return endings.of_error(error, end, self._limits.memory_mib, what)

    def end(self) -> tuple[End, str]:
        """End it; return how it ended, and what it had printed."""
        self.is_over = True
        end = self.process.end()
        printed = self.process.printed()
        self._ended(end, printed)
        return end, printed
