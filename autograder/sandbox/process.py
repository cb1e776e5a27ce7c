"""One worker, seen from outside: bytes to it, bytes from it, what it prints, its end."""

from __future__ import annotations

import os
import re
import select
import socket
import struct
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeAlias

from autograder.sandbox.inside import HOME

_READ_BYTES = 256 * 1024
_LOOK_SECONDS = 0.1  # how often the memory of a running worker is looked at
_LOOK_AT_GPU_SECONDS = 0.5  # asking the driver takes longer
_OWN_END_SECONDS = 0.5  # between closing its wire and being gone
MAX_PRINTED_BYTES = 64 * 1024
_FOLDER = re.compile(  # where a worker's submission lies, at each level
    rf"{re.escape(HOME)}/|"
    rf"{re.escape(tempfile.gettempdir())}[\\/]autograder-\w{{8}}[\\/](?:scratch[\\/])?submission[\\/]"
)
_CREDENTIALS = struct.Struct("3i")


@dataclass(frozen=True)
class ProcessorTime:
    """Seconds since a process began.

    Attributes:
        used: By the process and all that it started.
        waited: In which its main thread could have run, and no processor was free.
    """

    used: float = 0.0
    waited: float = 0.0


TimeOf: TypeAlias = Callable[[int, bool], ProcessorTime]


@dataclass(frozen=True)
class End:
    """How a worker ended.

    Attributes:
        exit_code: What it ended with, if by itself.
        signal: The signal that ended it; 0 where none did.
        cpu_seconds: The processor time of it and what it started.
        exceeded_memory: Whether it took more memory than it may.
        exceeded_cpu: Whether the kernel ended it because it took more processor time than it may.
        was_killed: Whether we ended it: then the exit code and the signal say nothing.
        exceeded_gpu_memory: Whether it took more of a GPU's memory than it may.
    """

    exit_code: int
    signal: int
    cpu_seconds: float
    exceeded_memory: bool
    exceeded_cpu: bool = False
    was_killed: bool = False
    exceeded_gpu_memory: bool = False


class Process(Protocol):
    """A worker: forked from a server, or a plain process."""

    def send(self, data: bytes) -> None:
        """Queue bytes; they go out while `receive` waits."""
        ...

    def receive(self, deadline: float) -> bytes:
        """Return bytes as they come, empty at the end; raise TimeoutError at the deadline (monotonic)."""
        ...

    def processor_time(self, *, with_children: bool = False) -> ProcessorTime:
        """Return how much processor time it had and waited for, where that is known; else zeros."""
        ...

    def disturbance_on_gpu(self) -> str:
        """Return what keeps its share of a GPU from it; empty where nothing does, and without a GPU."""
        ...

    def printed(self) -> str:
        """Return what it has printed so far, cut to `MAX_PRINTED_BYTES`."""
        ...

    def end(self) -> End:
        """End it and all that it started, and return how it ended."""
        ...


class GpuOfWorker(Protocol):
    """The GPU that a worker computes on."""

    is_exceeded: bool

    def look(self, pid: int) -> None:
        """Look at what a worker takes of it; from then on, `is_exceeded` says if it was too much."""
        ...

    def disturbance(self) -> str:
        """Return what keeps the worker's share of it from the worker; empty where nothing does."""
        ...

    def note_end(self) -> None:
        """Take note that the worker has ended."""
        ...


class Printed:
    """What a worker prints, in the order it came, drained to a cap."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._dropped = 0

    def add(self, data: bytes) -> None:
        """Take bytes that were printed."""
        room = MAX_PRINTED_BYTES - len(self._kept)
        self._kept += data[:room]
        self._dropped += max(0, len(data) - room)

    def text(self) -> str:
        """Return the text, and at its end how much was cut; the submission's files by their own paths."""
        text = _FOLDER.sub("", bytes(self._kept).decode("utf-8", "replace"))
        cut = "1 more byte was" if self._dropped == 1 else f"{self._dropped:,} more bytes were"
        return f"{text}\n… {cut} cut" if self._dropped else text


class ForkedProcess:
    """A worker forked by a fork server: a socket and two pipes.

    Args:
        wire: The grader's end of the worker's socket.
        outputs: The reading ends of the pipes that are its stdout and stderr.
        reap: Ends the worker and returns how it ended; given whether it exceeded its memory, and the
            seconds to wait for an end of its own.
        watch: Called with the worker's process id once it is known.
        uses_too_much: Asked now and then whether a process, by its id, takes more memory than it may.
        time_of: Returns the processor time of a process, by its id, and of what it started if asked to.
        gpu: Looks at the GPU that it computes on, if it does.
    """

    def __init__(
        self,
        wire: socket.socket,
        outputs: tuple[int, int],
        reap: Callable[[bool, float], End],
        watch: Callable[[int], None],
        uses_too_much: Callable[[int], bool],
        time_of: TimeOf,
        gpu: GpuOfWorker | None = None,
    ) -> None:
        wire.setblocking(False)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._wire = wire
        self._outputs: tuple[int, ...] = outputs
        self._reap = reap
        self._watch = watch
        self._uses_too_much = uses_too_much
        self._time_of = time_of
        self._gpu = gpu
        self._pending = bytearray()
        self._printed = Printed()
        self._pid: int | None = None
        self._exceeded_memory = False
        self._is_gone = False
        self._next_look = time.monotonic() + _LOOK_SECONDS
        self._next_look_at_gpu = time.monotonic() + _LOOK_AT_GPU_SECONDS
        self._poll = select.poll()
        for descriptor in outputs:
            os.set_blocking(descriptor, False)
            self._poll.register(descriptor, select.POLLIN)

    def send(self, data: bytes) -> None:
        """Queue bytes; they go out while `receive` waits."""
        self._pending += data

    def receive(self, deadline: float) -> bytes:
        """Return bytes as they come; empty once the worker is gone or was found to exceed its memory.

        Raises:
            TimeoutError: At the deadline, in seconds of the monotonic clock.
        """
        while True:
            now = time.monotonic()
            if self._look_at_memory(now):
                return b""
            self._poll.register(self._wire, select.POLLIN | (select.POLLOUT if self._pending else 0))
            for descriptor, _ in self._poll.poll(1000 * max(0.0, min(deadline - now, _LOOK_SECONDS))):
                if descriptor in self._outputs:
                    self._drain(descriptor)
                elif (data := self._exchange()) is not None:
                    self._is_gone = not data
                    return data
            if now >= deadline:  # also where we came late ourselves, what lay there has been taken
                raise TimeoutError

    def processor_time(self, *, with_children: bool = False) -> ProcessorTime:
        """Return how much processor time it had, and waited for."""
        return self._time_of(self._pid, with_children) if self._pid is not None else ProcessorTime()

    def _exchange(self) -> bytes | None:
        try:
            if self._pending:
                del self._pending[: self._wire.send(self._pending)]
        except BlockingIOError:
            pass
        except OSError:
            self._pending.clear()  # it is gone; what it still said comes below
        try:
            data, messages, _, _ = self._wire.recvmsg(_READ_BYTES, socket.CMSG_SPACE(_CREDENTIALS.size))
        except BlockingIOError:
            return None
        except OSError:
            return b""
        if self._pid is None:
            self._learn_pid(messages)
        return data

    def _learn_pid(self, messages: list[tuple[int, int, bytes]]) -> None:
        """Take the sender's process id, which the kernel attaches, in our own namespace."""
        for level, kind, data in messages:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
                self._pid = _CREDENTIALS.unpack(data)[0]
                self._watch(self._pid)

    def _look_at_memory(self, now: float) -> bool:
        if now >= self._next_look and self._pid is not None and not self._exceeded_memory:
            self._exceeded_memory = self._uses_too_much(self._pid)
            self._next_look = now + _LOOK_SECONDS
        if self._gpu is not None and now >= self._next_look_at_gpu and self._pid is not None:
            self._gpu.look(self._pid)
            self._next_look_at_gpu = now + _LOOK_AT_GPU_SECONDS
        return self._exceeded_memory or (self._gpu is not None and self._gpu.is_exceeded)

    def disturbance_on_gpu(self) -> str:
        """Return what keeps its share of a GPU from it."""
        if self._gpu is None or self._pid is None:
            return ""
        self._gpu.look(self._pid)
        return self._gpu.disturbance()

    def _drain(self, descriptor: int) -> None:
        try:
            data = os.read(descriptor, _READ_BYTES)
        except BlockingIOError:
            return
        self._printed.add(data)
        if not data:
            self._poll.unregister(descriptor)

    def printed(self) -> str:
        """Return what it has printed so far: all that lies in the pipes is taken first."""
        for descriptor in self._outputs:
            self._drain_all(descriptor)
        return self._printed.text()

    def _drain_all(self, descriptor: int) -> None:
        taken = 0
        while taken < 2 * MAX_PRINTED_BYTES:  # a pipe holds no more; a worker may go on writing
            try:
                data = os.read(descriptor, _READ_BYTES)
            except BlockingIOError:
                return
            if not data:
                return
            self._printed.add(data)
            taken += len(data)

    def end(self) -> End:
        """End it and all that it started; close what belongs to it; return how it ended."""
        if self._gpu is not None and self._pid is not None:
            self._gpu.look(self._pid)
        try:
            end = self._reap(self._exceeded_memory, _OWN_END_SECONDS if self._is_gone else 0.0)
            if self._gpu is None:
                return end
            self._gpu.note_end()
            return replace(end, exceeded_gpu_memory=self._gpu.is_exceeded)
        finally:
            self.printed()
            self._wire.close()
            for descriptor in self._outputs:
                os.close(descriptor)
            self._outputs = ()
