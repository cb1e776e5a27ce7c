"""`autograder grade` as a process of its own, watched from inside: what came from each worker, what is left.

Each attack is one of three: it starts together with a good submission on the other slot, and another good one
follows when both are done. In between no worker runs, so that what is there then has been left behind.

Run as ``python -m tests.hostile.launcher PLAN CANARY``; the plan is a `Plan` as JSON.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import psutil

from autograder.results import Grade
from autograder.runners.local import LocalRunner
from autograder.runners.session import Session
from autograder.sandbox import cgroups, memory, staging, start
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.layout import Bind, Layout
from autograder.sandbox.process import ForkedProcess, Printed
from autograder.submission import Submission
from autograder.worker.walls.kernel import prctl

ALONE, BESIDE, AFTER = "alone", "-beside", "-after"
MARK = "left-by-an-attack"  # what an attack leaves anywhere has this name
_SUCCESS = "GOT THROUGH: "  # what an attack prints that has reached what it wanted
_KEPT_BYTES = 512 * 1024
_PR_SET_CHILD_SUBREAPER = 36
_TRIES = 3  # as often as the runner tries a submission
_WAIT_SECONDS = 60.0
_END_SECONDS = 5.0
_owners: set[int] = set()  # the user ids that workers have had, where they are not our own
_PLACES = ("/tmp", "/dev/shm", "/var/tmp", "/run/lock")


class Plan(msgspec.Struct):
    """What to run, and what to look for.

    Attributes:
        arguments: Of the command.
        order: The ids of the attacks, in the order in which they run.
        jobs: How many run at a time; one where walls are gone that keep workers apart.
        without: The walls to take away.
        canaries: What must come out of no worker, in hexadecimal, by name. They are in the grader's memory.
        record: Where to write the `Record`.
        faulty: Ids whose judging is to fail, as a mistake of ours would.
    """

    arguments: list[str]
    order: list[str]
    jobs: int
    without: list[str]
    canaries: dict[str, str]
    record: str
    faulty: list[str] = []


class Record(msgspec.Struct):
    """What was seen.

    Attributes:
        exit_code: Of the command.
        leaked: Which canaries came out of a submission's workers, by id.
        got_through: What a submission's workers said they had reached, by id.
        left: What was left after an attack, by its id.
        in_server: Canaries that the memory of a fork server held at its end.
        graded: How many submissions ran in all.
        seconds: How long each attack took, by id.
        faults: What went wrong in the grader with a submission, by its id.
        at_the_end: What was left when the command was done.
    """

    exit_code: int = 0
    leaked: dict[str, list[str]] = {}
    got_through: dict[str, list[str]] = {}
    left: dict[str, list[str]] = {}
    in_server: list[str] = []
    graded: int = 0
    seconds: dict[str, float] = {}
    faults: dict[str, list[str]] = {}
    at_the_end: list[str] = []


class Recorder:
    """Keeps what comes from workers, by submission: of their wires, and what they print."""

    def __init__(self) -> None:
        self._of_thread = threading.local()
        self.sent: dict[str, bytearray] = {}
        self.printed: dict[str, bytearray] = {}

    def begin(self, identity: str) -> None:
        """Say whose workers this thread talks to from now on."""
        self._of_thread.identity = identity

    def add(self, data: bytes, kept: dict[str, bytearray]) -> None:
        """Keep what came."""
        identity = getattr(self._of_thread, "identity", None)
        if identity is not None and len(said := kept.setdefault(identity, bytearray())) < _KEPT_BYTES:
            said += data

    def install(self) -> None:
        """Listen at every worker's wire and pipes."""
        receive, add = ForkedProcess.receive, Printed.add

        def heard(process: ForkedProcess, deadline: float) -> bytes:
            data = receive(process, deadline)
            self.add(data, self.sent)
            return data

        def printed(target: Printed, data: bytes) -> None:
            self.add(data, self.printed)
            add(target, data)

        ForkedProcess.receive = heard  # type: ignore[method-assign]
        Printed.add = printed  # type: ignore[method-assign]


def standing() -> dict[str, int]:
    """Return how much there is of what this process started: the same before and after an attack."""
    found: dict[str, int] = {}

    def count(what: str, number: int = 1) -> None:
        found[what] = found.get(what, 0) + number

    owners = _owners  # also of a fork server that was replaced
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error, OSError):
            if process.ppid() == os.getpid() and process.status() == psutil.STATUS_ZOMBIE:
                continue  # an orphan that has ended: whoever takes it in elsewhere waits for it
            count("processes")
            folder = Path(f"/proc/{process.pid}")
            count("descriptors of a server", len(list((folder / "fd").iterdir())))
            count("mounts", len((folder / "mountinfo").read_text().splitlines()))
            owners.add(process.uids().real)
    owners.discard(os.getuid())
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            if (kind := entry.readlink().name.partition(":")[0]) in ("socket", "pipe"):
                count(f"{kind}s of the grader")
    count("mounts of the grader", len(Path("/proc/self/mountinfo").read_text().splitlines()))
    for path in _files():
        count(f"file {path}")
    for kind in ("shm", "sem", "msg"):
        with contextlib.suppress(OSError):
            rows = Path(f"/proc/sysvipc/{kind}").read_text().splitlines()
            at = rows[0].split().index("uid")
            count(f"System V {kind}", sum(int(row.split()[at]) in owners for row in rows[1:]))
    with contextlib.suppress(OSError):
        for row in Path("/proc/key-users").read_text().splitlines():
            if int(row.split(":")[0]) in owners:
                count("keys", int(row.split()[2].split("/")[0]))
    if (group := cgroups.own_group()) is not None:
        count("cgroups", len(list(group.glob(f"worker-{os.getpid()}-*"))))
    return found


def _is_of_an_attack(name: str, owner: int) -> bool:
    """Return whether a worker of ours made a file: by a user id that nobody else has, or else by its name."""
    return owner in _owners or (MARK in name and owner == os.getuid())


def _files() -> Iterator[str]:
    """Yield files that workers may have made on the machine, and those of our own temporary folder."""
    for place in _PLACES:
        with contextlib.suppress(OSError):
            for entry in os.scandir(place):
                with contextlib.suppress(OSError):
                    if _is_of_an_attack(entry.name, entry.stat(follow_symlinks=False).st_uid):
                        yield entry.path
    for entry in Path(os.environ["TMPDIR"]).glob("*/*"):  # the top of a staged layout
        yield str(entry)
    for entry in Path(os.environ["TMPDIR"]).glob("*/scratch/*"):
        yield str(entry)


def _clear_up() -> None:
    """Remove what attacks have left on the machine while walls were gone."""
    for place in _PLACES:
        for path in Path(place).glob(f"{MARK}*"):
            with contextlib.suppress(OSError):
                if _is_of_an_attack(path.name, path.lstat().st_uid):
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def difference(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """Return in words what is there more than before."""
    return [
        f"{after.get(what, 0) - before.get(what, 0)} more: {what}"
        for what in sorted({*before, *after})
        if after.get(what, 0) > before.get(what, 0)
    ]


class Choreography:
    """Lets an attack and the good submission beside it begin together, and the next when both are done."""

    def __init__(self, plan: Plan, recorder: Recorder, record: Record, present: Sequence[Submission]) -> None:
        self._plan, self._recorder, self._record = plan, recorder, record
        ids = {submission.id for submission in present}
        is_in_pairs = plan.jobs > 1
        self._meeting = {
            name: threading.Barrier(2) for name in plan.order if is_in_pairs and {name, name + BESIDE} <= ids
        }
        self._done = {name: threading.Event() for name in ids}
        self._base: dict[str, int] | None = None
        self._lock = threading.Lock()
        self._tries: dict[str, int] = {}
        self._before = {
            name: self._done[earlier + AFTER]
            for earlier, name in itertools.pairwise(plan.order)
            if earlier + AFTER in ids
        }

    def judge(
        self, judge: Callable[[Submission, Session], Grade], submission: Submission, session: Session
    ) -> Grade:
        """Grade a submission when it is its turn."""
        identity = submission.id
        attack = identity.removesuffix(BESIDE).removesuffix(AFTER)
        self._recorder.begin(identity)
        if self._base is None and identity != ALONE:  # or who is beside it where it cannot run
            if ALONE in self._done:
                self._done[ALONE].wait(_WAIT_SECONDS)
            with self._lock:
                self._base = self._base or standing()
        tries = self._tries[identity] = self._tries.get(identity, 0) + 1
        if tries == 1 and identity.endswith(AFTER):
            for name in (attack, attack + BESIDE):
                if name in self._done:
                    self._done[name].wait(_WAIT_SECONDS)
            self._look(attack)
        elif tries == 1 and (meeting := self._meeting.get(attack)) is not None:
            with contextlib.suppress(threading.BrokenBarrierError):
                meeting.wait(_WAIT_SECONDS)
        elif tries == 1 and attack in self._before:  # an attack that cannot be read and does not run
            self._before[attack].wait(_WAIT_SECONDS)
        is_over = tries == _TRIES
        try:
            if identity in self._plan.faulty:
                raise ZeroDivisionError("a mistake of ours, made on purpose")
            grade = judge(submission, session)
            self._record.seconds[identity] = grade.timing.wall_seconds
            is_over = True
            return grade
        except Exception as fault:
            if identity not in self._plan.faulty:
                self._record.faults.setdefault(identity, []).append(f"{type(fault).__name__}: {fault}")
            raise
        finally:
            with contextlib.suppress(Exception):
                session.close()
            if is_over:
                self._done[identity].set()

    def _look(self, attack: str) -> None:
        now = standing()
        if found := difference(self._base or {}, now):
            self._record.left[attack] = found
            self._base = now


def _in_order(plan: Plan, submissions: Sequence[Submission]) -> list[Submission]:
    rank = {
        name: place
        for place, name in enumerate(
            each for attack in plan.order for each in (attack, attack + BESIDE, attack + AFTER)
        )
    }
    return sorted(submissions, key=lambda submission: rank.get(submission.id, -1))


def _watch(plan: Plan, recorder: Recorder, record: Record) -> None:
    """Have the runner take the submissions in the plan's order, two at a time, without the plan's walls."""
    run, make = LocalRunner.run, LocalRunner.__init__

    def made(runner: LocalRunner, *given: Any, **named: Any) -> None:
        make(runner, *given, **named)
        runner._without = frozenset(plan.without)

    def ordered(
        runner: LocalRunner, submissions: Sequence[Submission], judge: Callable[[Submission, Session], Grade]
    ) -> Generator[Any, None, None]:
        record.graded = len(submissions)
        moves = Choreography(plan, recorder, record, submissions)
        yield from run(
            runner, _in_order(plan, submissions), lambda who, session: moves.judge(judge, who, session)
        )

    LocalRunner.__init__ = made  # type: ignore[method-assign]
    LocalRunner.run = ordered  # type: ignore[method-assign]


def _take_away(without: Sequence[str]) -> None:
    """Take away the walls that the runner itself cannot leave out."""
    if "memory watch" in without:
        memory.exceeds = lambda *_, **__: False
    if "cleaning" in without:
        staging.empty = lambda folder: None
    if "empty environment" in without:
        start._ENVIRONMENT = {**os.environ, **start._ENVIRONMENT}
    if "allow list" in without:
        own = start.layout

        def with_more(*given: Any) -> Layout:
            found = own(*given)
            more = (Bind(Path(sys.argv[1]).parent, "/course"), Bind(Path.cwd(), "/toolkit"))
            return replace(found, binds=(*found.binds, *more))

        start.layout = with_more


def _search_servers(plan: Plan, record: Record) -> None:
    """Look for canaries in the memory of the fork servers, when all is done and before they end."""
    close = ForkServer.close

    def searched(server: ForkServer) -> None:
        if server._launched is not None and not record.in_server:
            with contextlib.suppress(psutil.Error):
                for process in psutil.Process(server._launched.process.pid).children(recursive=True):
                    record.in_server += sorted(_in_memory(process.pid, plan.canaries))
        close(server)

    ForkServer.close = searched  # type: ignore[method-assign]


def _in_memory(pid: int, canaries: dict[str, str]) -> set[str]:
    found = set()
    with contextlib.suppress(OSError), Path(f"/proc/{pid}/mem").open("rb", buffering=0) as file:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            if "w" not in rights:
                continue
            begin, end = (int(part, 16) for part in span.split("-"))
            with contextlib.suppress(OSError, ValueError, OverflowError):
                file.seek(begin)
                data = file.read(end - begin)
                found |= {name for name, value in canaries.items() if bytes.fromhex(value) in data}
    return found


def main() -> None:
    """Run the command, and write what was seen."""
    plan = msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)
    record, recorder = Record(), Recorder()
    prctl(_PR_SET_CHILD_SUBREAPER, 1)
    recorder.install()
    _take_away(plan.without)
    _watch(plan, recorder, record)
    _search_servers(plan, record)
    before = standing()
    sys.argv = ["autograder", *plan.arguments]
    from autograder.cli.main import main as command  # after the hooks: it imports what it needs when it runs

    try:
        command()
    except SystemExit as end:
        record.exit_code = end.code if isinstance(end.code, int) else 1
    wanted = {name: bytes.fromhex(value) for name, value in plan.canaries.items()}
    for identity in {*recorder.sent, *recorder.printed}:
        said = [kept.get(identity, bytearray()) for kept in (recorder.sent, recorder.printed)]
        if names := sorted(name for name, value in wanted.items() if any(value in each for each in said)):
            record.leaked[identity] = names
        lines = [
            line for line in said[1].decode("utf-8", "replace").splitlines() if line.startswith(_SUCCESS)
        ]
        if lines:
            record.got_through[identity] = [line[len(_SUCCESS) : 200] for line in lines[:5]]
    patience = time.monotonic() + _END_SECONDS
    while (found := difference(before, standing())) and time.monotonic() < patience:
        time.sleep(0.05)  # bubblewrap ends when it has seen the end of what it started
    record.at_the_end = found
    if plan.without:
        _clear_up()
    Path(plan.record).write_bytes(msgspec.json.encode(record))
    sys.exit(record.exit_code)


if __name__ == "__main__":
    main()
