"""A worker at the level `process`: one session over standard input and output, without walls."""

from __future__ import annotations

import contextlib
import os
import random
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import msgspec
import numpy as np

from autograder.wire.control import GpuShare
from autograder.worker import session
from autograder.worker.channel import Channel
from autograder.worker.walls import gpu_memory


def main(
    folder: str, seed: int, memory_mib: int, data: str = "", gpu: str = "", preload: Sequence[str] = ()
) -> None:
    """Serve one session.

    Args:
        folder: Where the submission's files go, below it.
        seed: Sets the generators that student code sees.
        memory_mib: How much it may take, where the operating system keeps such a limit.
        data: The assignment's data folder, or nothing.
        gpu: What it may take of a GPU, as JSON, or nothing.
        preload: Modules to import before the submission comes, where they are installed.
    """
    channel = Channel(os.dup(0), os.dup(1))
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)  # what is printed must not reach the wire
    _to_binary_pipes()
    _import(preload)
    random.seed(seed)
    np.random.seed(seed % 2**32)
    home = Path(folder) / "submission"
    home.mkdir()
    os.chdir(home)
    sys.argv = ["submission"]
    if not gpu:
        _limit_memory(memory_mib)
    session.serve(channel, home, lambda: _limit_gpu(gpu), Path(data) if data else None)
    os._exit(0)


def _limit_gpu(gpu: str) -> None:
    if gpu:
        gpu_memory.limit(msgspec.json.decode(gpu, type=GpuShare))


def _import(modules: Sequence[str]) -> None:
    """Import modules in silence: what they print, also from C, is nothing that the submission printed.

    One that fails is left out: whoever needs it imports it, and gets to see the error.
    """
    printing = os.dup(1), os.dup(2)
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    try:
        for module in modules:
            with contextlib.suppress(Exception):
                import_module(module)
        if "tensorflow" in modules:
            _use_tensorflow()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for descriptor, copy in enumerate(printing, start=1):
            os.dup2(copy, descriptor)
            os.close(copy)


def _use_tensorflow() -> None:
    """Have TensorFlow set itself up, which takes as long as many calls; a GPU is left for who computes."""
    with contextlib.suppress(Exception):
        import tensorflow  # noqa: PLC0415

        if not tensorflow.config.list_physical_devices("GPU"):
            tensorflow.zeros(2) + tensorflow.convert_to_tensor(np.zeros(2, np.float32))


def _to_binary_pipes() -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415

        for descriptor in range(3, 16):
            try:
                msvcrt.setmode(descriptor, os.O_BINARY)
            except OSError:
                continue


def _limit_memory(memory_mib: int) -> None:
    """Keep an endless list from taking the whole machine: a courtesy, not a wall."""
    statm = Path("/proc/self/statm")
    try:
        import resource  # noqa: PLC0415  # not on every operating system
    except ImportError:
        return
    if not statm.exists():
        return
    baseline = int(statm.read_text().split()[0]) * resource.getpagesize()
    limit = baseline + memory_mib * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
