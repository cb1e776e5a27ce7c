"""A running fork server, and the workers that are forked from it."""

from __future__ import annotations

import array
import contextlib
import os
import signal
import socket
import subprocess
import tempfile
from functools import partial
from typing import IO

from autograder.errors import ForkServerLost, SandboxError
from autograder.sandbox import cgroups, memory, staging
from autograder.sandbox.devices.watching import DeviceWatch, WorkerOnGpu
from autograder.sandbox.level import Level
from autograder.sandbox.process import End, ForkedProcess
from autograder.sandbox.processor import processor_time
from autograder.sandbox.start import Launched, ServerSpec, launch
from autograder.wire.control import (
    MAX_PACKET_BYTES,
    Exited,
    Fork,
    ForkFailed,
    Kill,
    Started,
    StartFailed,
    WorkerLimits,
    decode_from_server,
    encode,
)

_NAMESPACES = "namespaces"
_START_SECONDS = 180.0
_END_SECONDS = 20.0
_CLOSE_SECONDS = 5.0
_MIB = 1024 * 1024
_SIGNALS_AT_CPU_LIMIT = (signal.SIGKILL, signal.SIGXCPU)
# The kernel counts ticks at the limit, and run time here: on a busy virtual machine a fifth less was seen.
_AT_CPU_LIMIT = 0.6


class ForkServer:
    """A running fork server with a number of slots. Start it from the main thread: bubblewrap ends with
    the thread that started it."""

    def __init__(
        self, spec: ServerSpec, slots: int, *, is_awaited: bool = True, watch: DeviceWatch | None = None
    ) -> None:
        """Start the server, and wait until it is warm unless that is left to `await_warm`.

        Args:
            spec: What it is to be.
            slots: How many workers it may have at a time.
            is_awaited: Whether to wait.
            watch: Looks at the GPU that its workers compute on.

        Raises:
            SandboxError: If it does not start; the message has what it said.
        """
        self.watch = watch
        self.workers_are_apart = spec.level is Level.FULL and _NAMESPACES not in spec.without
        self._launched: Launched | None = None
        self._warm: Started | None = None
        pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in range(slots)]
        self._controls = [ours for ours, _ in pairs]
        theirs = [side for _, side in pairs]
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self._launched = launch(spec, [side.fileno() for side in theirs], self._complaints)
            with contextlib.suppress(OSError):  # it has ended already: that is told where it is awaited
                self._controls[0].send(encode(self._launched.start))
            for side in theirs:
                side.close()
            if is_awaited:
                self.await_warm()
        except BaseException:
            self.close()
            raise
        finally:
            for side in theirs:
                side.close()
        group = cgroups.own_group()
        self._groups = cgroups.Groups(group) if group is not None and not cgroups.missing(group) else None
        self.slots = [Slot(self, control) for control in self._controls]

    @property
    def warm(self) -> Started:
        """What the server takes itself, since it is warm."""
        assert self._warm is not None, "await_warm() comes first"
        return self._warm

    def await_warm(self) -> None:
        """Wait until the server is warm.

        Raises:
            SandboxError: If it does not start; the message has what it said.
        """
        if self._warm is None and self._launched is not None:
            with self._complaints:
                self._warm = self._await_start(self._launched, self._complaints)

    def _await_start(self, launched: Launched, complaints: IO[bytes]) -> Started:
        control = self._controls[0]
        control.settimeout(_START_SECONDS)
        try:
            packet = control.recv(MAX_PACKET_BYTES)
        except TimeoutError:
            raise SandboxError(f"the fork server was not warm after {_START_SECONDS:.0f} s") from None
        except OSError:
            packet = b""
        control.settimeout(None)
        if not packet:
            status = launched.process.wait()
            complaints.seek(0)
            said = complaints.read()[-2000:].decode("utf-8", "replace").strip()
            raise SandboxError(f"the sandbox did not start: {said or f'exit {status}'}")
        match decode_from_server(packet):
            case Started() as started:
                return started
            case StartFailed(reason):
                raise SandboxError(f"the fork server did not start: {reason}")
            case other:
                raise SandboxError(f"the fork server said {type(other).__name__} while starting")

    def group_for(self, limits: WorkerLimits) -> cgroups.WorkerGroup | None:
        """Return a cgroup for a worker, where cgroups are delegated."""
        return self._groups.make(limits, self.warm.resident_bytes) if self._groups else None

    def clean_scratch(self) -> None:
        """Empty the scratch folder; in a mount namespace there is nothing to empty.

        Raises:
            ForkServerLost: If something is left: nobody else may run there, and the server must go.
        """
        if self._launched is not None and self._launched.folder is not None:
            try:
                staging.empty(self._launched.folder)
            except OSError as error:
                raise ForkServerLost(f"the scratch folder of a worker cannot be emptied: {error}") from error

    def close(self) -> None:
        """End the server, its workers and its sandbox, and remove what it put on the disk."""
        self._complaints.close()
        controls, self._controls = self._controls, []
        for control in controls:
            with contextlib.suppress(OSError):
                control.shutdown(socket.SHUT_WR)
        for control in controls:
            if self._launched is not None:
                _await_end(control)
            control.close()
        if self._launched is None:
            return
        process = self._launched.process
        try:
            process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._launched.folder is not None:
            staging.remove(self._launched.folder)


class Slot:
    """A place for one worker at a time."""

    def __init__(self, server: ForkServer, control: socket.socket) -> None:
        self._server = server
        self._control = control

    def fork(self, limits: WorkerLimits, seed: int) -> ForkedProcess:
        """Fork a worker.

        Raises:
            ForkServerLost: If the server is gone.
            SandboxError: If the GPU of its slot is not free for it.
        """
        watch = self._server.watch
        if watch is not None:
            watch.require_free()
        wire, theirs = socket.socketpair()
        read_out, write_out = os.pipe()
        read_error, write_error = os.pipe()
        given = array.array("i", [theirs.fileno(), write_out, write_error])
        group = self._server.group_for(limits)
        try:
            self._control.sendmsg(
                [encode(Fork(limits, seed))], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, given)]
            )
        except OSError as error:
            wire.close()
            os.close(read_out)
            os.close(read_error)
            raise ForkServerLost(f"the fork server is gone: {error}") from error
        finally:
            theirs.close()
            os.close(write_out)
            os.close(write_error)
        return ForkedProcess(
            wire,
            (read_out, read_error),
            reap=partial(self._reap, group, limits.cpu_seconds),
            watch=group.add if group is not None else lambda _: None,
            uses_too_much=partial(
                memory.exceeds,
                baseline_bytes=self._server.warm.resident_bytes,
                limit_bytes=limits.memory_mib * _MIB,
            ),
            time_of=processor_time,
            gpu=WorkerOnGpu(watch) if watch is not None else None,
        )

    def _reap(
        self,
        group: cgroups.WorkerGroup | None,
        cpu_limit_seconds: int,
        exceeded_memory: bool,
        own_end_seconds: float,
    ) -> End:
        try:
            packet, was_killed = self._await_end(own_end_seconds)
        except OSError as error:
            raise ForkServerLost(f"the fork server does not answer: {error}") from error
        finally:
            if group is not None:
                exceeded_memory = exceeded_memory or group.exceeded_memory()
                group.remove()
        self._server.clean_scratch()
        if not packet:
            raise ForkServerLost("the fork server ended while a worker of it was needed")
        match decode_from_server(packet):
            case Exited(status, user, system):
                number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
                code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0
                # Process 1 of a namespace is ended by SIGKILL at the limit, which does not say why.
                used = user + system
                at_limit = number in _SIGNALS_AT_CPU_LIMIT and used >= _AT_CPU_LIMIT * cpu_limit_seconds
                exceeded_cpu = at_limit and not was_killed
                is_excused = was_killed or at_limit or exceeded_memory
                if number == signal.SIGKILL and self._server.workers_are_apart and not is_excused:
                    # Nothing in its own process namespace can kill process 1.
                    raise SandboxError("a worker was killed from outside; the machine may be short of memory")
                return End(code, number, user + system, exceeded_memory, exceeded_cpu, was_killed)
            case ForkFailed(reason):
                raise SandboxError(f"the fork server could not fork: {reason}")
            case other:
                raise ForkServerLost(f"the fork server said {type(other).__name__}, expected Exited")

    def _await_end(self, own_end_seconds: float) -> tuple[bytes, bool]:
        """Return the packet that tells the worker's end, and whether it had to be killed.

        It is killed unless it ends by itself in time.
        """
        if own_end_seconds:
            self._control.settimeout(own_end_seconds)
            with contextlib.suppress(TimeoutError):
                return self._control.recv(MAX_PACKET_BYTES), False
        self._control.settimeout(_END_SECONDS)
        self._control.send(encode(Kill()))
        return self._control.recv(MAX_PACKET_BYTES), True


def _await_end(control: socket.socket) -> None:
    """Wait until the other end of a control socket is gone: bubblewrap itself does not wait for all."""
    with contextlib.suppress(OSError):
        control.settimeout(_CLOSE_SECONDS)
        while control.recv(MAX_PACKET_BYTES):
            pass
