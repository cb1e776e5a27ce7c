"""How long things take that somebody waits for: a fork with its walls, and whole commands."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.allowed import DEFAULT_PACKAGES
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure
from autograder.sandbox.start import ServerSpec
from autograder.wire.control import WorkerLimits
from autograder.wire.frames import FrameReader, encode_frame
from autograder.wire.messages import PutFile, Seal
from benchmarks.figures import Figure, run

ROOT = Path(__file__).resolve().parent.parent
LIMITS = WorkerLimits(1024, 64, 32, 64, 256, 60)
WORKER_WALLS = frozenset({"namespaces", "landlock", "seccomp", "limits"})
FORKS = 60
COMMANDS = 9
SOURCE = b"def conv2d(image, kernel):\n    return image\n"


def measure() -> list[Figure]:
    """Measure forks with and without TensorFlow, with and without walls, interleaved; then commands."""
    figures: list[Figure] = []
    for preload, name, target in (
        ((), "without TensorFlow", 8.0),
        (("tensorflow",), "with TensorFlow", 20.0),
    ):
        walled, reaped, bare = _forks(preload)
        figures += [
            Figure(f"fork to first reply, {name}, all walls", walled, "ms", target, "lower"),
            Figure(f"the same without the worker's walls, {name}", bare, "ms"),
            Figure(f"cost of the walls, {name}", walled - bare, "ms", 10.0, "lower"),
            Figure(f"reaping, {name}", reaped, "ms"),
        ]
    return [*figures, *_commands()]


def _forks(preload: tuple[str, ...]) -> tuple[float, float, float]:
    """Return medians in milliseconds: first reply with walls, reaping, first reply without walls."""
    packages = tuple(closure(DEFAULT_PACKAGES))
    servers = [
        ForkServer(ServerSpec(Level.FULL, preload, packages, without), slots=1)
        for without in (frozenset(), WORKER_WALLS)
    ]
    try:
        times: list[tuple[float, float]] = []
        bare: list[float] = []
        for _ in range(FORKS):
            times.append(_fork(servers[0]))
            bare.append(_fork(servers[1])[0])
    finally:
        for server in servers:
            server.close()
    first, reaping = (statistics.median(column) * 1000 for column in zip(*times, strict=True))
    return first, reaping, statistics.median(bare) * 1000


def _fork(server: ForkServer) -> tuple[float, float]:
    """Return the seconds to the first reply of a worker, files and all walls included, and to its end."""
    began = time.perf_counter()
    process = server.slots[0].fork(LIMITS, seed=1)
    process.send(encode_frame(PutFile("convolution.py", True), [SOURCE]) + encode_frame(Seal()))
    frames = FrameReader()
    while frames.next() is None:
        frames.feed(process.receive(time.monotonic() + 30))
    replied = time.perf_counter()
    process.end()
    return replied - began, time.perf_counter() - replied


def _commands() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        sample = ROOT / "assignments" / "convolution" / "sample_class" / "ada" / "convolution.py"
        work = Path(folder) / "convolution.py"
        work.write_bytes(sample.read_bytes())
        autograder = [sys.executable, "-m", "autograder"]
        commands: list[tuple[str, Sequence[str], float | None]] = [
            ("python -c pass", [sys.executable, "-c", "pass"], None),
            ("autograder --help", [*autograder, "--help"], 0.25),
            ("autograder check", [*autograder, "check", str(work), "--course", str(ROOT)], 1.0),
        ]
        medians = _interleaved([_command(arguments) for _, arguments, _ in commands])
    return [
        Figure(name, median, "s", target, "lower" if target else None)
        for (name, _, target), median in zip(commands, medians, strict=True)
    ]


def _command(arguments: Sequence[str]) -> Callable[[], float]:
    def once() -> float:
        began = time.perf_counter()
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - began

    return once


def _interleaved(measures: Sequence[Callable[[], float]]) -> list[float]:
    rounds = [[measure() for measure in measures] for _ in range(COMMANDS)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


if __name__ == "__main__":
    run("latency", measure)
