"""A worker's first moments: from a copy of the fork server to a walled-off process with one wire."""

from __future__ import annotations

import os
import random
import sys
import traceback
from pathlib import Path
from typing import NoReturn

import numpy as np

from autograder.wire.control import MOST_DESCRIPTORS, Fork, GpuShare, Start
from autograder.wire.messages import WallFailed
from autograder.worker import session
from autograder.worker.channel import Channel
from autograder.worker.walls import (
    GPU_MEMORY,
    LANDLOCK,
    LIMITS,
    NAMESPACES,
    SECCOMP,
    gpu_memory,
    landlock,
    limits,
    namespaces,
    seccomp,
)
from autograder.worker.walls.kernel import prctl

_PR_SET_CHILD_SUBREAPER = 36
_WIRE = 3
_FAULT_OF_OURS = 70


class WallRefused(Exception):
    """The kernel refused a wall."""


def run(start: Start, fork: Fork, descriptors: list[int], baseline: int, ids: tuple[int, int]) -> NoReturn:
    """Become a worker, serve one session, and end the process.

    Args:
        start: What the server was started with.
        fork: The request.
        descriptors: The worker's socket, its stdout and its stderr.
        baseline: The address space of the server, in bytes.
        ids: The user and group id before the fork.
    """
    status = _FAULT_OF_OURS
    try:
        channel = _keep_only(descriptors)
        try:
            home = _settle(start, fork, baseline, ids)
            session.serve(channel, home, lambda: _close_up(start), Path(start.data) if start.data else None)
        except WallRefused as refused:
            channel.send(WallFailed(*refused.args))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _keep_only(descriptors: list[int]) -> Channel:
    """Close every descriptor but the worker's own three, before anything else."""
    high = [os.dup2(descriptor, MOST_DESCRIPTORS - 1 - index) for index, descriptor in enumerate(descriptors)]
    for source, target in zip(high, (_WIRE, 1, 2), strict=True):
        os.dup2(source, target)
    os.closerange(_WIRE + 1, MOST_DESCRIPTORS)
    os.set_inheritable(_WIRE, False)
    return Channel(_WIRE, _WIRE)


def _settle(start: Start, fork: Fork, baseline: int, ids: tuple[int, int]) -> Path:
    if NAMESPACES in start.walls:
        try:
            namespaces.settle(*ids, start.scratch, fork.limits.scratch_mib)
        except OSError as error:
            raise WallRefused(NAMESPACES, str(error)) from error
    else:
        # What it starts stays below it, where its memory is counted; the filter keeps it from undoing this.
        prctl(_PR_SET_CHILD_SUBREAPER, 1)
    os.setsid()  # where the kernel groups by session, one worker's crowd takes no share of another's
    home = _fresh_folder(Path(start.home))
    os.chdir(home)
    if LIMITS in start.walls:
        try:
            limits.go_first_where_memory_ends()
            limits.set_limits(fork.limits, baseline, has_gpu=start.gpu is not None)
        except (OSError, ValueError) as error:
            raise WallRefused(LIMITS, str(error)) from error
    random.seed(fork.seed)
    np.random.seed(fork.seed % 2**32)
    return home


def _fresh_folder(path: Path) -> Path:
    """Make a folder that was not there: what somebody left behind is nobody's to build on."""
    try:
        path.mkdir(parents=True)
    except FileExistsError:
        path = path.with_name(f"{path.name}-{os.getpid()}")
        path.mkdir()
    return path


def _close_up(start: Start) -> None:
    """Raise the walls that come down once the submission's files are written."""
    name = LIMITS
    try:
        limits.forbid_new_privileges()
        name = LANDLOCK
        if LANDLOCK in start.walls:
            landlock.restrict(start.readable, [*start.scratch, *start.devices], start.nodes)
        name = LIMITS
        limits.drop_capabilities()
        name = SECCOMP
        if SECCOMP in start.walls:
            seccomp.install(start.seccomp_program)
    except OSError as error:
        raise WallRefused(name, str(error)) from error
    if start.gpu is not None:
        _limit_gpu(start.gpu)
    sys.argv = ["submission"]


def _limit_gpu(gpu: GpuShare) -> None:
    """Touch the GPU, for the first time: behind the walls, in which CUDA's threads then are too."""
    try:
        gpu_memory.limit(gpu)
    except Exception as error:  # a framework may raise anything; without its limit nothing may run
        raise WallRefused(GPU_MEMORY, f"{type(error).__name__}: {error}") from error
