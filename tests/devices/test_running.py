"""Submissions on stand-in GPUs: who runs where, whose memory is whose, and what is left behind."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from autograder.checks.making import make_checks, wanted_by
from autograder.config import Assignment, Limits, load
from autograder.environment import describe
from autograder.errors import SandboxError
from autograder.grading import Marking, grade_submission
from autograder.observation import Allowance, Call, Observation, Returned, Stopped
from autograder.results import Grade, Outcome, Status
from autograder.runners import pool
from autograder.runners.gpu_memory import is_exhausted, is_told_in
from autograder.runners.local import Begun, Graded, LocalRunner, NotGraded
from autograder.runners.placing import Placement, place
from autograder.runners.session import Session
from autograder.sandbox.devices.choosing import CONTEXT_MIB, GpuSlot, Parts
from autograder.sandbox.devices.device import Device, Usage
from autograder.sandbox.devices.finding import own_processes
from autograder.sandbox.devices.nodes import nodes_of
from autograder.sandbox.devices.watching import DeviceWatch
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import Package, closure
from autograder.submission import Submission
from autograder.wire.control import WorkerLimits
from autograder.wire.messages import Error
from tests.devices.conftest import (
    EVERY_WALL,
    IDLE,
    ONE,
    TWO,
    Serve,
    StandInDriver,
    everybody_so_far,
    make_nodes,
    own_workers,
    slot_on,
    submission,
)

pytestmark = [EVERY_WALL, pytest.mark.usefixtures("in_no_time")]
PartsOf = Callable[[Device], Parts]
WHERE = """
import os
def where():
    return os.environ["CUDA_VISIBLE_DEVICES"]
"""
CONFIG = """
schema = "autograder/assignment/v1"
title = "Odd"
file = "code.py"
packages = ["numpy"]
[[checks]]
kind = "values"
name = "trained"
gpu = "WISH"
gpu_mib = 4096
items = [{ name = "accuracy", variable = "ACCURACY", points = 1.0, accept = [1] }]
"""


def assignment(folder: Path, wish: str, *preload: str) -> Assignment:
    """Return an assignment whose check has a wish; what it preloads is said here."""
    (folder / "grading_configs").mkdir(exist_ok=True)
    (folder / "grading_configs" / "odd.toml").write_text(CONFIG.replace("WISH", wish))
    found = load(folder, "odd")
    assert found.config.preload == ("tensorflow", "keras")
    settled = structs.replace(found.config, preload=preload, packages=("numpy",), backend="torch")
    return dataclasses.replace(found, config=settled)


@pytest.fixture
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less for what does not go."""
    monkeypatch.setattr(DeviceWatch, "leaving_seconds", 0.3)


@pytest.fixture
def with_torch(monkeypatch: pytest.MonkeyPatch, torch: Package) -> None:
    """Let the stand-in for PyTorch be among what is installed."""
    monkeypatch.setattr(pool, "closure", lambda names: [*closure(names), torch])


class TestScheduling:
    """Slots of two kinds, each with a queue of its own."""

    @pytest.mark.usefixtures("with_torch")
    def test_a_slot_on_the_processors_is_never_blocked_by_a_job_on_a_gpu(
        self, tmp_path: Path, parts: PartsOf
    ) -> None:
        odd = assignment(tmp_path, "preferred", "torch")
        placement = place(odd.config, "0", StandInDriver(ONE).finding(), parts)
        small, others = ["a", "b", "c", "d"], ["train", "train too"]
        handed_in = [submission(WHERE, name) for name in (*others, *small)]
        done, small_are_done = set[str](), threading.Event()

        def judge(found: Submission, session: Session) -> Any:
            if found.id in others:
                assert small_are_done.wait(60), "the processors' slot waits for the GPU's"
            (seen,) = session.call("where", [Call((), {})], Allowance(20.0))
            done.add(found.id)
            if done >= set(small):
                small_are_done.set()
            return seen

        runner = LocalRunner(
            odd, Level.FULL, 1, lambda _: 1, placement=placement, on_gpu=lambda each: each.id in others
        )
        with closing(runner.run(handed_in, judge)) as events:
            graded = {event.submission.id: event.grade for event in events if isinstance(event, Graded)}
        where: dict[str, Any] = {name: seen.value for name, seen in graded.items()}  # type: ignore[attr-defined]
        assert where == {**dict.fromkeys(small, ""), **dict.fromkeys(others, ONE.uuid)}

    @pytest.mark.usefixtures("with_torch")
    def test_all_of_a_class_run_on_gpus_as_many_at_a_time_as_fit(
        self, tmp_path: Path, parts: PartsOf
    ) -> None:
        odd = assignment(tmp_path, "needed", "torch")
        driver = StandInDriver(dataclasses.replace(ONE, memory_mib=6_000), TWO)
        placement = place(odd.config, "auto", driver.finding(), parts)
        placement = dataclasses.replace(placement, slots=placement.slots[:3])
        assert [slot.device.index for slot in placement.slots] == [0, 1, 1]
        together = threading.Barrier(3)  # all three lanes must be there at once

        def judge(found: Submission, session: Session) -> Any:
            together.wait(60)
            (seen,) = session.call("where", [Call((), {})], Allowance(20.0))
            return seen

        runner = LocalRunner(odd, Level.FULL, 8, lambda _: 1, placement=placement)
        handed_in = [submission(WHERE, name) for name in "abc"]
        with closing(runner.run(handed_in, judge)) as events:
            seen = [event.grade for event in events if isinstance(event, Graded)]
        assert sorted(each.value for each in seen) == [ONE.uuid, TWO.uuid, TWO.uuid]  # type: ignore[attr-defined]

    def test_what_needs_a_gpu_gets_no_grade_without_one_and_never_a_zero(self, tmp_path: Path) -> None:
        odd = assignment(tmp_path, "needed")
        runner = LocalRunner(odd, Level.FULL, 2, lambda _: 1)
        with closing(runner.run([submission(WHERE)], lambda *_: pytest.fail("nothing is run"))) as events:
            (event,) = events
        assert isinstance(event, NotGraded)
        assert event.fault == "trained needs a GPU, and there is none to be used: none was looked for"

    def test_a_job_for_which_there_is_no_slot_gets_no_grade(self, tmp_path: Path) -> None:
        odd = assignment(tmp_path, "preferred")
        runner = LocalRunner(odd, Level.FULL, 1, lambda _: 1, on_gpu=lambda each: each.id == "b")
        grade: Any = object()
        with closing(runner.run([submission("", "a"), submission("", "b")], lambda *_: grade)) as events:
            seen = {type(event): event.submission.id for event in events}
        assert seen == {Begun: "a", Graded: "a", NotGraded: "b"}

    def test_the_level_process_has_the_variables_and_the_limit_too(
        self, tmp_path: Path, parts: PartsOf, torch: Package, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PYTHONPATH", str(torch.folder))
        odd = assignment(tmp_path, "needed", "torch")
        placement = place(odd.config, "auto", StandInDriver(ONE).finding(), parts)
        source = WHERE + "import torch\ndef limits():\n    return torch.LIMITS\n"

        def judge(_: Submission, session: Session) -> Any:
            return [session.call(name, [Call((), {})], Allowance(30.0))[0] for name in ("where", "limits")]

        runner = LocalRunner(odd, Level.PROCESS, 1, lambda _: 1, placement=placement)
        with closing(runner.run([submission(source)], judge)) as events:
            ((where, limits),) = [event.grade for event in events if isinstance(event, Graded)]  # type: ignore[misc]
        assert (where.value, limits.value) == (ONE.uuid, [(0.1706, 0, 1)])


LIMITS = WorkerLimits(256, 8, 16, 32, 128, 30)
HUNGRY = """
import torch

class ResourceExhaustedError(Exception):
    pass

def exhaust(how):
    if how == "torch":
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB")
    if how == "tensorflow":
        raise ResourceExhaustedError("OOM when allocating tensor on /device:GPU:0 by allocator GPU_0_bfc")
    if how == "jax":
        raise ValueError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 8 bytes.")
    if how == "the machine":
        raise ResourceExhaustedError("OOM when allocating tensor on /device:CPU:0 by allocator cpu")
    if how == "crash":
        import os, sys
        print("failed to allocate 2.0G: CUDA_ERROR_OUT_OF_MEMORY: out of memory", file=sys.stderr, flush=True)
        os.abort()
    return how

def rest(seconds):
    import time
    time.sleep(seconds)
    return "rested"

def own():
    import os
    return os.getpid()
"""


class Lab:
    """One slot on a stand-in GPU, and submissions on it."""

    def __init__(self, driver: StandInDriver, server: ForkServer, watch: DeviceWatch) -> None:
        self.driver, self.server, self.watch = driver, server, watch

    def session(self, source: str = HUNGRY, gpu_mib: int = 4096) -> Session:
        limits = Limits(memory_mib=256, call_seconds=20.0)
        return Session(
            lambda: self.server.slots[0].fork(LIMITS, 1), submission(source), limits, gpu_mib=gpu_mib
        )

    def calls(self, function: str, *arguments: Any, gpu_mib: int = 4096) -> list[Observation]:
        with closing(self.session(gpu_mib=gpu_mib)) as session:
            return session.call(function, [Call((each,), {}) for each in arguments], Allowance(30.0))


@pytest.fixture(scope="module")
def server(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> ForkServer:
    nodes = nodes_of(ONE, make_nodes(tmp_path_factory.mktemp("nodes")))
    return serve(GpuSlot(ONE, 4096, 4096, Parts(nodes)))


@pytest.fixture
def lab(server: ForkServer, parts: PartsOf) -> Lab:
    """Give the slot, with a driver and a watch of its own."""
    driver = StandInDriver(ONE)
    server.watch = DeviceWatch(driver, slot_on(ONE, parts))
    return Lab(driver, server, server.watch)


class TestMemory:
    """Out of memory on the GPU is an outcome of its own."""

    @pytest.mark.parametrize("how", ["torch", "tensorflow", "jax", "crash"])
    def test_it_costs_its_case_alone(self, lab: Lab, how: str) -> None:
        first, full, last = lab.calls("exhaust", "well", how, "well")
        assert isinstance(first, Returned)
        assert full == Stopped(
            Outcome.DEVICE_MEMORY_LIMIT, "a call of exhaust took more than 4096 MiB of the GPU's memory"
        )
        assert last == first  # in a fresh worker

    def test_the_machines_memory_and_slots_without_a_gpu_are_another_thing(self, lab: Lab) -> None:
        (seen,) = lab.calls("exhaust", "the machine")
        assert not isinstance(seen, Stopped)
        (seen,) = lab.calls("exhaust", "torch", gpu_mib=0)
        assert not isinstance(seen, Stopped)

    def test_what_takes_more_than_its_share_is_ended_from_outside(self, lab: Lab) -> None:
        lab.driver.used[ONE.uuid] = own_workers(4096 + 2 * CONTEXT_MIB + 1)
        began = time.monotonic()
        (seen,) = lab.calls("rest", 20.0)
        assert isinstance(seen, Stopped)
        assert seen.outcome is Outcome.DEVICE_MEMORY_LIMIT
        assert time.monotonic() - began < 15

    def test_what_takes_its_share_is_left_alone(self, lab: Lab) -> None:
        lab.driver.used[ONE.uuid] = own_workers(4096 + 2 * CONTEXT_MIB)
        assert isinstance(lab.calls("rest", 1.0)[0], Returned)

    def test_where_others_compute_too_it_is_a_fault_of_ours(self, lab: Lab) -> None:
        with closing(lab.session()) as session:
            session.load()
            lab.driver.used[ONE.uuid] = Usage(20_000, {1: 20_000})
            said = r"full, not by the submission alone: GPU 0 \(.*\) is in use by process 1"
            with pytest.raises(SandboxError, match=said):
                session.call("exhaust", [Call(("torch",), {})], Allowance(30.0))

    @pytest.mark.parametrize(("used", "is_fault"), [(24_000 - 3_099, True), (24_000 - 3_100, False)])
    def test_where_the_gpu_had_less_than_the_share_it_is_a_fault_of_ours_too(
        self, lab: Lab, used: int, is_fault: bool
    ) -> None:
        """Of 4096 MiB this worker holds 996: another slot's may hold more than its own for a moment."""

        def usage() -> Usage:
            workers = DeviceWatch.ours & own_processes()
            return Usage(used, dict.fromkeys(sorted(workers)[-1:], 996))

        with closing(lab.session()) as session:
            session.load()
            lab.driver.used[ONE.uuid] = usage
            full = [Call(("torch",), {})]
            if is_fault:
                with pytest.raises(SandboxError, match=r"3,099 MiB of GPU 0 .* and 3,100 MiB of the share"):
                    session.call("exhaust", full, Allowance(30.0))
            else:
                (seen,) = session.call("exhaust", full, Allowance(30.0))
                assert isinstance(seen, Stopped)
                assert seen.outcome is Outcome.DEVICE_MEMORY_LIMIT

    def test_a_worker_of_another_slot_that_has_just_ended_is_nobody_else(self, lab: Lab) -> None:
        DeviceWatch.ours.add(4_000_001)
        lab.driver.used[ONE.uuid] = Usage(500, {4_000_001: 500})
        assert isinstance(lab.calls("rest", 0.0)[0], Returned)

    @pytest.mark.parametrize(
        ("type_name", "message", "expected"),
        [
            ("ResourceExhaustedError", "Graph execution error: OOM when allocating", True),
            ("OutOfMemoryError", "", True),
            ("XlaRuntimeError", "RESOURCE_EXHAUSTED: Failed to allocate request for 2GiB", True),
            ("InternalError", "CUBLAS_STATUS_ALLOC_FAILED", True),
            ("RuntimeError", "CUDA error: out of memory", True),
            (
                "RuntimeError",
                "[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate",
                False,
            ),
            ("MemoryError", "Unable to allocate 8 GiB", False),
            ("ValueError", "out of memory", False),
        ],
    )
    def test_what_counts(self, type_name: str, message: str, expected: bool) -> None:
        assert is_exhausted(Error(type_name, message, [])) is expected

    def test_only_what_is_printed_last_counts(self) -> None:
        said = "CUDA_ERROR_OUT_OF_MEMORY: out of memory\n"
        assert is_told_in("…" + said)
        assert not is_told_in(said + "more\n" * 2_000)


class TestLeftBehind:
    """What a worker leaves on a GPU is waited for, said, and never another submission's trouble."""

    def test_a_worker_that_is_gone_from_the_gpu_leaves_nothing(self, lab: Lab) -> None:
        lab.driver.used[ONE.uuid] = own_workers(500)  # those that are alive
        assert isinstance(lab.calls("rest", 0.8)[0], Returned)
        assert isinstance(lab.calls("rest", 0.1)[0], Returned)
        assert lab.watch.notes == []

    def test_what_stays_is_said_and_nobody_runs_beside_it(self, lab: Lab) -> None:
        lab.driver.used[ONE.uuid] = everybody_so_far(500)
        assert isinstance(lab.calls("rest", 0.8)[0], Returned)
        (note,) = lab.watch.notes
        assert note.startswith(
            "GPU 0 (Stand-in 24, GPU-1111aaaa) still holds 500 MiB of a worker that has ended"
        )
        with pytest.raises(SandboxError, match="still holds 500 MiB"):
            lab.calls("rest", 0.0)
        lab.driver.used[ONE.uuid] = IDLE
        assert isinstance(lab.calls("rest", 0.0)[0], Returned)

    def test_nobody_runs_beside_others(self, lab: Lab) -> None:
        lab.driver.used[ONE.uuid] = Usage(900, {1: 900})
        with pytest.raises(SandboxError, match=r"GPU 0 \(.*\) is in use by process 1"):
            lab.calls("rest", 0.0)

    def test_what_is_not_known_is_a_fault(self, lab: Lab) -> None:
        assert isinstance(lab.calls("rest", 0.8)[0], Returned)
        lab.driver.lost = {ONE.uuid}
        lab.watch.note_end([1])
        with pytest.raises(SandboxError, match="is not known: GPU is lost"):
            lab.calls("rest", 0.0)


TRAINS = """
import torch
ACCURACY = 0
raise torch.OutOfMemoryError("CUDA out of memory")
"""
TRAINS_WELL = "import torch\nACCURACY = 1\n"


@pytest.mark.usefixtures("with_torch")
class TestGrades:
    """The reports of a class on GPUs."""

    @pytest.fixture
    def graded(
        self, tmp_path: Path, parts: PartsOf
    ) -> Callable[..., tuple[dict[str, Grade], tuple[str, ...]]]:
        def run(driver: StandInDriver, **sources: str) -> tuple[dict[str, Grade], tuple[str, ...]]:
            odd = assignment(tmp_path, "needed", "torch")
            placement: Placement = place(odd.config, "auto", driver.finding(), parts)
            described = describe("full", device=placement.device)
            marking = Marking(odd, make_checks(odd, {}), described, "")
            runner = LocalRunner(odd, Level.FULL, 2, lambda _: 1, wanted=wanted_by(odd), placement=placement)
            handed_in = [submission(source, name) for name, source in sources.items()]
            grades = {}
            with closing(
                runner.run(handed_in, lambda each, worker: grade_submission(each, marking, worker))
            ) as events:
                for event in events:
                    assert not isinstance(event, NotGraded), event.fault
                    if isinstance(event, Graded):
                        grades[event.submission.id] = event.grade
            return grades, runner.notes()

        return run

    def test_the_device_and_the_outcome_stand_in_the_report(self, graded: Callable[..., Any]) -> None:
        grades, notes = graded(StandInDriver(ONE), ada=TRAINS, ben=TRAINS_WELL)
        assert notes == ()
        ada, ben = grades["ada"], grades["ben"]
        assert ada.environment.device == "gpu: Stand-in 24, 4096 MiB of 24000 MiB"
        assert ada.outcome is Outcome.DEVICE_MEMORY_LIMIT
        (check,) = ada.checks
        assert (check.status, check.score) == (Status.FAILED, 0.0)
        assert "running the file took more than 4096 MiB of the GPU's memory" in check.notes
        assert "smaller batch_size" in check.hint
        assert (ben.outcome, ben.score) == (Outcome.COMPLETED, 1.0)

    def test_what_is_left_behind_is_told_when_the_class_is_done(self, graded: Callable[..., Any]) -> None:
        driver = StandInDriver(ONE)
        driver.used[ONE.uuid] = everybody_so_far(500)
        _, notes = graded(driver, ben="import time\ntime.sleep(0.8)\nACCURACY = 1\n")
        (note,) = notes
        assert "still holds" in note
