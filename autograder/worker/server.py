"""The fork server: imports the heavy packages once, then forks a walled-off worker for each request.

It is trusted because it reads nothing that a worker wrote and holds no submission's data: only limits
and seeds pass through it. It runs in one thread, since a fork takes no other thread along, and runs no
operation of TensorFlow, after which a forked copy would hang.
"""

from __future__ import annotations

import array
import ctypes
import gc
import importlib
import os
import resource
import select
import signal
import socket
from pathlib import Path

from autograder.wire.control import (
    MAX_PACKET_BYTES,
    MOST_DESCRIPTORS,
    Exited,
    Fork,
    ForkFailed,
    Kill,
    Start,
    Started,
    StartFailed,
    decode_to_server,
    encode,
)
from autograder.worker import forked
from autograder.worker.walls import NAMESPACES, gpu_memory, namespaces
from autograder.worker.walls.kernel import prctl

_PR_SET_CHILD_SUBREAPER = 36
_DESCRIPTORS_OF_A_FORK = 3
_STACK_SLOTS = 40_000
_FOR_NOTEBOOKS = (  # what each worker with a notebook would import
    "autograder.worker.notebook.running",
    "autograder.worker.notebook.source",
    "autograder.worker.shims.commands",
    "encodings.utf_8_sig",
    "IPython.core.logger",
)


def main(control_descriptors: list[int]) -> None:
    """Serve slots, one control socket each, until the launcher is gone."""
    controls = [socket.socket(fileno=descriptor) for descriptor in control_descriptors]
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_DESCRIPTORS, MOST_DESCRIPTORS))
    start = decode_to_server(controls[0].recv(MAX_PACKET_BYTES))
    if not isinstance(start, Start):
        raise TypeError(f"expected Start; received {type(start).__name__}")
    try:
        warm = _warm_up(start)
    except Exception as error:  # whatever an import raises is told, and the launcher decides
        controls[0].send(encode(StartFailed(f"{type(error).__name__}: {error}")))
        return
    controls[0].send(encode(warm))
    _serve([Slot(control) for control in controls], start, warm.address_space_bytes)
    os._exit(0)  # TensorFlow takes a second to say goodbye


# Python's own stack comes in pieces of 16 KiB. Where one ends, each call has the kernel map the next, and
# unmap it at its end: an import of TensorFlow does so 17,000 times. A frame that asks for a larger piece
# leaves room in it for all that is called from here.
main.__code__ = main.__code__.replace(co_stacksize=_STACK_SLOTS)


def _warm_up(start: Start) -> Started:
    gc.disable()  # an import makes nothing but what stays: collecting meanwhile takes a sixth of the time
    for module in ["numpy.random", *start.preload]:
        importlib.import_module(module)
    if start.notebooks:
        for module in _FOR_NOTEBOOKS:
            importlib.import_module(module)
        from autograder.worker.notebook.shell import the_shell  # noqa: PLC0415  # IPython, only for notebooks

        the_shell()
    ctypes.CDLL(None)  # so that no worker has to
    gc.freeze()  # before it is enabled: else the first collection looks through all that was imported
    gc.enable()
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208
    if threads != 1:
        raise RuntimeError(f"expected one thread after importing {start.preload}; there are {threads}")
    if start.gpu is not None:
        gpu_memory.require_untouched()
    if NAMESPACES not in start.walls:
        prctl(_PR_SET_CHILD_SUBREAPER, 1)
    size, resident = (int(pages) for pages in Path("/proc/self/statm").read_text().split()[:2])
    return Started(size * resource.getpagesize(), resident * resource.getpagesize())


class Slot:
    """One control socket and the worker that lives on it, if any."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.worker: int | None = None
        self.worker_ended: int | None = None  # a descriptor that becomes readable


def _serve(slots: list[Slot], start: Start, baseline: int) -> None:
    by_descriptor = {slot.control.fileno(): slot for slot in slots}
    poll = select.poll()
    for slot in slots:
        poll.register(slot.control, select.POLLIN)
    while by_descriptor:
        for descriptor, _ in poll.poll():
            slot = by_descriptor[descriptor]
            if descriptor == slot.worker_ended:
                poll.unregister(descriptor)
                del by_descriptor[descriptor]
                _reap(slot, start)
                continue
            packet, descriptors = _receive(slot.control)
            if not packet:  # the launcher is gone
                _end_everybody(slots, start)
                return
            match decode_to_server(packet):
                case Fork() as fork:
                    _fork(slot, start, fork, descriptors, baseline)
                    if slot.worker_ended is not None:
                        by_descriptor[slot.worker_ended] = slot
                        poll.register(slot.worker_ended, select.POLLIN)
                case Kill() if slot.worker is not None:
                    os.kill(slot.worker, signal.SIGKILL)


def _receive(control: socket.socket) -> tuple[bytes, list[int]]:
    room = socket.CMSG_SPACE(_DESCRIPTORS_OF_A_FORK * array.array("i").itemsize)
    packet, messages, _, _ = control.recvmsg(MAX_PACKET_BYTES, room, socket.MSG_CMSG_CLOEXEC)
    descriptors = array.array("i")
    for _, _, data in messages:
        descriptors.frombytes(data)
    return packet, list(descriptors)


def _fork(slot: Slot, start: Start, fork: Fork, descriptors: list[int], baseline: int) -> None:
    uid, gid = os.getuid(), os.getgid()
    try:
        pid = namespaces.fork() if NAMESPACES in start.walls else os.fork()
    except OSError as error:
        slot.control.send(encode(ForkFailed(str(error))))
    else:
        if pid == 0:
            forked.run(start, fork, descriptors, baseline, (uid, gid))
        slot.worker = pid
        slot.worker_ended = os.pidfd_open(pid)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _reap(slot: Slot, start: Start) -> None:
    assert slot.worker is not None
    assert slot.worker_ended is not None
    os.close(slot.worker_ended)
    _, status, usage = os.wait4(slot.worker, 0)
    if NAMESPACES not in start.walls:
        _end_orphans()
    slot.worker = slot.worker_ended = None
    slot.control.send(encode(Exited(status, usage.ru_utime, usage.ru_stime)))


def _end_everybody(slots: list[Slot], start: Start) -> None:
    for slot in slots:
        if slot.worker is not None:
            os.kill(slot.worker, signal.SIGKILL)
    if NAMESPACES not in start.walls:
        _end_orphans()


def _end_orphans() -> None:
    """End what a worker left behind. In a process namespace of its own the kernel does that."""
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while left := children.read_text().split():
        for child in left:
            os.kill(int(child), signal.SIGKILL)
        for child in left:
            os.waitpid(int(child), 0)
