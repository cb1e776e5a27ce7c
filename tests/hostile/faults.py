"""Faults of our own side: processes that are killed, disks that are full, folders that change; and a long class.

Used by ``test_faults`` for a little of each; ``make soak`` runs this file for long and prints the figures.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import psutil

from tests.hostile import trial
from tests.hostile.launcher import Plan, Record
from tests.hostile.trial import ROOT, Canaries, Expected

# A grader that is killed takes all others along: the others first, and more often.
KINDS = (*("worker",) * 8, *("fork server",) * 3, *("bubblewrap",) * 2, "grader")
_SLOW = "import time\n\n\ndef double(values):\n    time.sleep(0.01)\n    return {factor} * values\n\n\n"
_ORACLE = "def oracle(question):\n    return question\n"
_TAKES_AND_HOLDS = """
import mmap, time


def double(values):
    taken, size = [], 64 * 2**20
    while size:
        for take in (lambda: bytearray(b"x" * size), lambda: touched(mmap.mmap(-1, size))):
            try:
                taken.append(take())
            except (MemoryError, OSError, ValueError):
                size //= 2
    time.sleep(30)


def touched(pages):
    pages[:: mmap.PAGESIZE] = b"x" * len(pages[:: mmap.PAGESIZE])
    return pages


"""
_TAKES_BY_CHILDREN = """
import os, time


def double(values):
    while True:
        try:
            if os.fork():
                continue
            kept = [b"x" * 2**20 for _ in range(150)]
            time.sleep(30)
        except (MemoryError, OSError):
            time.sleep(0.01)


"""
_MOST_RUNS = 400
_SECONDS = 600
GRADED = 0
FAULT = 3


def make_class(folder: Path, size: int) -> None:
    """Write a course, and a class of which each third is wrong in a way of its own."""
    trial._make_course(folder / "course", Canaries(), "numpy")
    for number in range(size):
        student = folder / "class" / f"s{number:04}"
        student.mkdir(parents=True)
        (student / "work.py").write_text(
            _SLOW.format(factor=2 if number % 3 else 3) + f"{_ORACLE}# {number}\n"
        )


def add_hogs(folder: Path) -> dict[str, tuple[str, ...]]:
    """Add two submissions that try to take all memory, graded first; return the outcomes that each may have.

    One takes what it gets and holds it to the end of its time; the other takes by children, as many as it gets.
    """
    hogs = {"a-holds": _TAKES_AND_HOLDS, "a-by-children": _TAKES_BY_CHILDREN}
    for name, text in hogs.items():
        (folder / "class" / name).mkdir(parents=True)
        (folder / "class" / name / "work.py").write_text(text + _ORACLE)
    return {"a-holds": ("timeout", "memory_limit"), "a-by-children": ("memory_limit",)}


class Gauge(threading.Thread):
    """Looks at how much memory all processes below a grader take together."""

    def __init__(self, grader: int) -> None:
        super().__init__(daemon=True)
        self._grader = psutil.Process(grader)
        self.stop = threading.Event()
        self.most_mib = 0.0

    def run(self) -> None:
        """Look until told to stop."""
        while not self.stop.wait(0.02):
            taken = 0
            with contextlib.suppress(psutil.Error, OSError):
                for process in self._grader.children(recursive=True):
                    with contextlib.suppress(psutil.Error, OSError):
                        taken += process.memory_full_info().pss
            self.most_mib = max(self.most_mib, taken / 2**20)


def under_pressure(folder: Path, jobs: int) -> tuple[int, float]:
    """Grade the class; return the exit code, and the most memory that all workers took together, in MiB."""
    grader = subprocess.Popen(
        command(folder, jobs=jobs),
        cwd="/",
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    gauge = Gauge(grader.pid)
    gauge.start()
    try:
        return grader.wait(_SECONDS), gauge.most_mib
    finally:
        gauge.stop.set()
        gauge.join()


def command(folder: Path, *more: str, out: str = "out", jobs: int = 2) -> list[str]:
    """Return the command that grades the class."""
    return [
        *(sys.executable, "-m", "autograder", "grade", "sums", str(folder / "class")),
        *("--course", str(folder / "course"), "--out", str(folder / out), "--jobs", str(jobs), *more),
    ]


def environment(**given: str) -> dict[str, str]:
    """Return an environment in which the seed is always the same."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "AUTOGRADER_SEED": "7" * 32, **given}


def run(arguments: Sequence[str], **given: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        arguments,
        cwd="/",
        env=environment(**given),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=_SECONDS,
    )


def grades(out: Path) -> dict[str, Any]:
    """Return what each report says, less its times and how often it was written."""
    found = {}
    for path in sorted(out.glob("*/report.json")):
        report = json.loads(path.read_text("utf-8"))
        for name in ("timing", "version"):
            report.pop(name, None)
        found[path.parent.name] = report
    return found


def of_kind(grader: psutil.Process, wanted: str) -> Iterator[psutil.Process]:
    """Yield the processes below a grader that are of a kind."""
    for process in grader.children(recursive=True):
        with contextlib.suppress(psutil.Error, OSError):  # it has just ended
            if "bwrap" in process.name():
                kind = "bubblewrap"
            elif not _is_server(process):
                continue
            else:  # a worker is forked from a server, and is called the same
                above = process.parent()
                is_forked = above is not None and "bwrap" not in above.name() and _is_server(above)
                kind = "worker" if is_forked else "fork server"
            if kind == wanted:
                yield process


def _is_server(process: psutil.Process) -> bool:
    return "autograder.worker.server" in " ".join(process.cmdline())


class Killer(threading.Thread):
    """Kills processes of one grader at random moments, each by its id."""

    def __init__(
        self, grader: subprocess.Popen[bytes], rng: random.Random, kinds: Sequence[str], most: int
    ) -> None:
        super().__init__(daemon=True)
        self._grader, self._rng, self._kinds, self._most = grader, rng, kinds, most
        self.killed: Counter[str] = Counter()

    def run(self) -> None:
        """Kill until there is nothing left to kill."""
        while self._grader.poll() is None and self.killed.total() < self._most:
            time.sleep(self._rng.uniform(0.01, 0.5))
            with contextlib.suppress(psutil.Error, OSError):
                self._kill_one()

    def _kill_one(self) -> None:
        top = psutil.Process(self._grader.pid)
        wanted = self._rng.choice(self._kinds)
        if candidates := [top] if wanted == "grader" else list(of_kind(top, wanted)):
            self._rng.choice(candidates).kill()
            self.killed[wanted] += 1


class Reader(threading.Thread):
    """Reads every report again and again, as somebody who looks at a running class does."""

    def __init__(self, out: Path) -> None:
        super().__init__(daemon=True)
        self._out = out
        self.stop = threading.Event()
        self.half: list[str] = []
        self.read = 0

    def run(self) -> None:
        """Read until told to stop."""
        while not self.stop.wait(0.02):
            with contextlib.suppress(FileNotFoundError):  # a student's folder that is graded anew
                for path in [*self._out.glob("*/*.json"), *self._out.glob("*.json")]:
                    self._read(path)

    def _read(self, path: Path) -> None:
        try:
            json.loads(path.read_bytes())
            self.read += 1
        except ValueError:
            self.half.append(str(path))


def kill_at_random(
    folder: Path, least: int, rng: random.Random, kinds: Sequence[str] = KINDS
) -> dict[str, Any]:
    """Grade a class while its processes are killed, until it is done; return what was seen.

    The class is there. It is graded with `--fresh` into a new folder whenever it is done before enough were
    killed.
    """
    killed: Counter[str] = Counter()
    reader = Reader(folder / "killed")
    reader.start()
    runs, codes = 0, []
    while runs < _MOST_RUNS:
        runs += 1
        grader = subprocess.Popen(
            command(folder, out="killed"),
            cwd="/",
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        left = least - killed.total()
        killer = Killer(grader, rng, kinds, min(left, rng.randrange(1, 12)) if left > 0 else 0)
        killer.start()
        codes.append(grader.wait(_SECONDS))
        killer.join()
        killed += killer.killed
        if codes[-1] == GRADED and killed.total() >= least:
            break
        if codes[-1] == GRADED:  # done too early: some are graded anew
            for name in rng.sample(sorted(grades(folder / "killed")), len(grades(folder / "killed")) // 2):
                shutil.rmtree(folder / "killed" / name)
    reader.stop.set()
    reader.join()
    found = grades(folder / "killed")
    leftovers = [str(path) for path in (folder / "killed").rglob("*.tmp")]
    earlier = [json.loads(path.read_text("utf-8")) for path in (folder / "killed").glob("*/history/*.json")]
    twice = sum(report["outcome"] != "grader_error" for report in earlier)  # others had no grade before
    return {
        "killed": dict(killed),
        "runs": runs,
        "codes": Counter(codes),
        "grades": found,
        "half": reader.half,
        "read": reader.read,
        "leftovers": leftovers,
        "twice": twice,
    }


def in_own_mounts(script: str, arguments: Sequence[str], **given: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script as root in a mount namespace of its own, then a command in it."""
    shell = f'set -e; mount --make-rprivate /; {script}; exec "$@"'
    return run(["unshare", "-m", "sh", "-c", shell, "sh", *arguments], **given)


def change_while(folder: Path, stop: threading.Event, rng: random.Random) -> None:
    """Write, rename, link and remove files of a class until told to stop."""
    students = sorted(folder.iterdir())
    good = (students[0] / "work.py").read_bytes()
    outside = folder.parent / "outside.txt"
    outside.write_text("canary-" + "0" * 24)
    acts: list[Callable[[Path], object]] = [
        lambda each: _write(each / "work.py", good),
        lambda each: _write(each / "work.py", good * rng.randrange(1, 3000)),
        lambda each: (each / "work.py").rename(each / "other.py"),
        lambda each: (each / "other.py").rename(each / "work.py"),
        lambda each: (each / "work.py").unlink(),
        lambda each: (each / "work.py").symlink_to(outside),
        lambda each: os.truncate(each / "work.py", rng.randrange(100)),
        lambda each: shutil.rmtree(each),
        lambda each: each.mkdir(),
        lambda each: os.mkfifo(each / "work.py"),
    ]
    while not stop.is_set():
        with contextlib.suppress(OSError):
            rng.choice(acts)(rng.choice(students[1:]))


def _write(path: Path, data: bytes) -> None:
    """Write a file; what has become a FIFO, which nobody may ever read, is an OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NONBLOCK, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def soak(folder: Path, size: int, rng: random.Random) -> dict[str, Any]:
    """Grade a class of which each tenth is hostile; return wrong verdicts, and memory and descriptors over time."""
    chosen = {
        name: each
        for name, each in trial.attacks().items()
        if each.course == "numpy" and not each.is_faulty and each.repeat == 1 and not each.is_slow
    }
    canaries = Canaries()
    trial._make_course(folder / "course", canaries, "numpy")
    hostile: dict[str, Expected] = {}
    for number in range(size):
        identity = f"s{number:05}"
        if number % 10 == 3:
            name = rng.choice(sorted(chosen))
            trial._hand_in(name, folder / "class", identity)
            hostile[identity] = chosen[name]
        else:
            trial._hand_in_good(folder / "class" / identity, canaries)
    (folder / "tmp").mkdir()
    arguments = [*command(folder)[3:]]
    plan = Plan(arguments, [], 2, [], canaries.of_workers(), str(folder / "record.json"))
    (folder / "plan.json").write_bytes(msgspec.json.encode(plan))
    grader = subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.launcher", str(folder / "plan.json")],
        cwd=ROOT,
        env=environment(TMPDIR=str(folder / "tmp"), AUTOGRADER_SEED=canaries.seed),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    samples: list[tuple[int, float, int, float]] = []
    while grader.poll() is None:
        time.sleep(1.0)
        with contextlib.suppress(psutil.Error, OSError):
            top = psutil.Process(grader.pid)
            servers = list(of_kind(top, "fork server"))
            done = len(list((folder / "out").glob("*/report.json")))
            resident = sum(each.memory_info().rss for each in servers) / 2**20
            samples.append((done, top.memory_info().rss / 2**20, top.num_fds(), resident))
    wrong = []
    for identity in sorted(path.name for path in (folder / "class").iterdir()):
        identity = identity.removesuffix(".zip")
        report = trial._read(folder / "out" / identity / "report.json")
        feedback = trial._text(folder / "out" / identity / "feedback.json")
        expected = hostile.get(identity, Expected(threat=0, what="good"))
        wrong += [f"{identity}: {each}" for each in trial._unlike(expected, "full", report, feedback)]
    record = msgspec.json.decode((folder / "record.json").read_bytes(), type=Record)
    wrong += [f"{identity} told of {names}" for identity, names in record.leaked.items()]
    wrong += [f"left at the end: {each}" for each in record.at_the_end + record.in_server]
    return {"size": size, "hostile": len(hostile), "wrong": wrong, "samples": samples}


def main() -> int:
    """Run all of it for long, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--class-size", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    rng = random.Random(options.seed)
    print(f"seed {options.seed}", flush=True)
    failed = False
    with tempfile.TemporaryDirectory(prefix="autograder-faults-") as temporary:
        folder = Path(temporary) / "kills"
        folder.mkdir()
        make_class(folder, options.batch)
        undisturbed = run(command(folder, out="undisturbed"))
        began = time.monotonic()
        seen = kill_at_random(folder, options.kills, rng)
        same = seen["grades"] == grades(folder / "undisturbed")
        failed |= (
            not same or bool(seen["half"]) or bool(seen["leftovers"]) or undisturbed.returncode != GRADED
        )
        failed |= seen["twice"] != 0
        print(
            f"{sum(seen['killed'].values())} kills ({seen['killed']}) in {seen['runs']} runs of a class of "
            f"{options.batch}, {time.monotonic() - began:.0f} s: every grade as undisturbed: {same}; "
            f"{len(seen['half'])} of {seen['read']:,} reads found half a file; {len(seen['leftovers'])} left over; "
            f"graded twice into the results: {seen['twice']}",
            flush=True,
        )
        if options.class_size == 0:
            return int(failed)
        folder = Path(temporary) / "soak"
        folder.mkdir()
        began = time.monotonic()
        found = soak(folder, options.class_size, rng)
        failed |= bool(found["wrong"])
        running = [sample for sample in found["samples"] if sample[3]]  # while there is a fork server
        first, last = running[len(running) // 5], running[-2]
        print(
            f"{found['size']} submissions, {found['hostile']} hostile, {time.monotonic() - began:.0f} s: "
            f"{len(found['wrong'])} wrong; the grader from {first[1]:.0f} to {last[1]:.0f} MiB and {first[2]} to "
            f"{last[2]} descriptors, the fork server from {first[3]:.0f} to {last[3]:.0f} MiB"
        )
        for each in found["wrong"][:20]:
            print(each)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
