"""The fork server: its workers see nobody, leave nothing, and its end is told."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import pytest

from autograder.errors import ForkServerLost, SandboxError
from autograder.observation import Allowance, Call, Raised, Returned
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import Package
from autograder.sandbox.start import ServerSpec
from autograder.wire import messages
from autograder.wire.frames import encode_frame

if TYPE_CHECKING:
    from tests.sandbox.conftest import Laboratory

BOTH = (Level.FULL, Level.CONTAINER)
_HUGE_PAGES_SETTING = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_HUGE_PAGES = _HUGE_PAGES_SETTING.read_text() if _HUGE_PAGES_SETTING.exists() else "[never]"
PATIENCE_SECONDS = 5.0

SPY = """
import ctypes, os, socket
kept = []
def processes():
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
def identity():
    return os.getpid(), os.getppid()
def leave():
    for folder in ("/tmp", "/dev/shm", os.environ["HOME"]):
        with open(folder + "/message", "w") as file:
            file.write("hello")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("\\0meeting")
    listener.listen()
    kept.append(listener)
    return True
def find():
    found = [f for f in ("/tmp", "/dev/shm", os.environ["HOME"]) if os.path.exists(f + "/message")]
    try:
        socket.socket(socket.AF_UNIX).connect("\\0meeting")
        found.append("socket")
    except OSError:
        pass
    return found
def signal_all():
    import signal
    os.kill(-1, signal.SIGKILL)
    for pid in range(2, 3000):
        os.kill(pid, signal.SIGKILL)
def remember():
    kept.append("hello")
    return len(kept)
"""

DAEMON = """
import os, time
def attack():
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in range(3, 64):
            try:
                os.close(number)
            except OSError:
                pass
        time.sleep(600)
    os.wait()
    return True
"""


def call(session: Any, function: str) -> Any:
    return session.call(function, [Call((), {})], Allowance(20.0, 0))[0]


def _huge_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("AnonHugePages:"))


def descendants() -> set[int]:
    return {process.pid for process in psutil.Process().children(recursive=True)}


def wait_until_gone(pids: set[int]) -> set[int]:
    """Return those of these processes that are still there after a while, zombies not counted."""
    patience = time.monotonic() + PATIENCE_SECONDS
    while (left := {pid for pid in pids if is_running(pid)}) and time.monotonic() < patience:
        time.sleep(0.01)
    return left


def is_running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class TestAlone:
    """A worker at the level full is alone in its namespaces."""

    def test_a_worker_is_process_1_and_sees_no_other(self, laboratory: Laboratory) -> None:
        session = laboratory.session(SPY, Level.FULL)
        try:
            assert call(session, "identity").value == (1, 0)
            assert call(session, "processes").value == [1]
        finally:
            session.close()

    def test_two_workers_at_once_do_not_see_each_other(self, laboratory: Laboratory) -> None:
        first = laboratory.session(SPY, Level.FULL, slot=0)
        second = laboratory.session(SPY, Level.FULL, slot=1)
        try:
            assert call(first, "leave") == Returned(True, (), "bool")
            assert call(first, "find").value == ["/tmp", "/dev/shm", "/home/student", "socket"]
            assert call(second, "find").value == []
            assert call(second, "processes").value == [1]
            seen = call(second, "signal_all")
            assert isinstance(seen, Raised)
            assert seen.error.type == "ProcessLookupError"
            assert call(first, "processes").value == [1]
        finally:
            first.close()
            second.close()

    def test_the_next_worker_remembers_nothing(self, laboratory: Laboratory) -> None:
        for _ in range(2):
            session = laboratory.session(SPY, Level.FULL)
            try:
                assert call(session, "remember").value == 1
                assert call(session, "leave").value
            finally:
                session.close()
            session = laboratory.session(SPY, Level.FULL)
            try:
                assert call(session, "find").value == []
            finally:
                session.close()


class TestNothingIsLeft:
    """No process, mount, descriptor or folder outlives what made it."""

    @pytest.fixture
    def place(self, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Have temporary folders made where nobody else makes any."""
        (open_folder / "temporary").mkdir(mode=0o755)
        monkeypatch.setattr("tempfile.tempdir", str(open_folder / "temporary"))
        return open_folder / "temporary"

    @pytest.mark.parametrize("level", BOTH)
    def test_a_daemon_ends_with_its_worker(self, laboratory: Laboratory, level: Level) -> None:
        laboratory.server(level)
        before = descendants()
        session = laboratory.session(DAEMON, level)
        try:
            assert call(session, "attack") == Returned(True, (), "bool")
            started = descendants() - before
            assert len(started) == 2
        finally:
            session.close()
        assert not wait_until_gone(started)

    @pytest.mark.parametrize("level", BOTH)
    def test_nothing_is_left_after_closing(self, laboratory: Laboratory, level: Level, place: Path) -> None:
        spec = laboratory.spec(level)
        before = _belongings(place)
        server = ForkServer(spec, 2)
        processes = descendants()
        worker = server.slots[0].fork(laboratory.limits, 1)  # still there when the server is closed
        server.close()
        with pytest.raises(ForkServerLost):
            worker.end()
        assert not wait_until_gone(processes - before["processes"])
        after = _belongings(place)
        after["processes"] = {pid for pid in after["processes"] if is_running(pid)}
        assert after["processes"] <= before["processes"]
        assert {**after, "processes": 0} == {**before, "processes": 0}

    @pytest.mark.parametrize("level", BOTH)
    def test_a_hundred_descriptors_do_not_leak_with_the_workers(
        self, laboratory: Laboratory, level: Level
    ) -> None:
        source = "def attack(): return True"
        laboratory.run(source, level=level)
        before = _descriptors()
        for _ in range(10):
            laboratory.run(source, level=level)
        assert _descriptors() == before

    @pytest.mark.parametrize("level", BOTH)
    def test_a_server_that_nobody_waited_for_is_gone_after_closing(
        self, laboratory: Laboratory, open_folder: Path, level: Level, place: Path
    ) -> None:
        (open_folder / "slow_one.py").write_text("import time\ntime.sleep(0.5)")
        package = Package("slow-one", "1", open_folder, ("slow_one.py",))
        spec = laboratory.spec(level, preload=("slow_one",))
        before = _belongings(place)
        server = ForkServer(ServerSpec(level, spec.preload, (*spec.packages, package)), 2, is_awaited=False)
        started = descendants() - before["processes"]
        server.close()
        assert started
        assert not wait_until_gone(started)
        after = _belongings(place)
        assert {**after, "processes": 0} == {**before, "processes": 0}

    def test_a_start_that_fails_leaves_nothing(self, laboratory: Laboratory, place: Path) -> None:
        spec = laboratory.spec(Level.CONTAINER, preload=("no_such_module",))
        before = _belongings(place)
        with pytest.raises(SandboxError):
            ForkServer(spec, 2)
        assert _belongings(place) == before


def _belongings(place: Path) -> dict[str, Any]:
    return {
        "processes": descendants(),
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "descriptors": _descriptors(),
        "folders": sorted(map(str, place.iterdir())),
    }


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208


class TestLost:
    """A server that ends is a fault of ours, and a new one takes its place."""

    @pytest.fixture
    def server(self, laboratory: Laboratory) -> Iterator[ForkServer]:
        server = ForkServer(laboratory.spec(Level.FULL), 1)
        yield server
        server.close()

    def test_a_killed_server_is_lost_and_a_new_one_works(
        self, laboratory: Laboratory, server: ForkServer
    ) -> None:
        worker = server.slots[0].fork(laboratory.limits, 1)
        _server_inside(server).kill()
        with pytest.raises(ForkServerLost):
            worker.end()
        with pytest.raises(ForkServerLost):
            server.slots[0].fork(laboratory.limits, 1).end()
        another = ForkServer(laboratory.spec(Level.FULL), 1)
        try:
            assert laboratory.attack_from(another, "def attack(): return 7").value == 7
        finally:
            another.close()

    def test_no_worker_outlives_a_killed_server(self, laboratory: Laboratory, server: ForkServer) -> None:
        worker = server.slots[0].fork(laboratory.limits, 1)
        worker.send(encode_frame(messages.Seal()))
        assert worker.receive(time.monotonic() + PATIENCE_SECONDS)
        inside = _server_inside(server)
        below = {child.pid for child in inside.children(recursive=True)}
        assert len(below) == 1
        inside.kill()
        assert not wait_until_gone(below)
        with pytest.raises(ForkServerLost):
            worker.end()

    @pytest.mark.parametrize("level", BOTH)
    def test_nothing_outlives_a_killed_launcher(self, laboratory: Laboratory, level: Level) -> None:
        laboratory.spec(level)
        launcher = subprocess.Popen(
            [sys.executable, "-c", LAUNCHER, level.value], stdout=subprocess.PIPE, text=True
        )
        assert launcher.stdout is not None
        with launcher.stdout:
            folder = launcher.stdout.readline().strip()
            below = {child.pid for child in psutil.Process(launcher.pid).children(recursive=True)}
            assert len(below) >= 2
            launcher.kill()
            launcher.wait()
        assert not wait_until_gone(below)
        if folder:  # the one thing that stays: nobody is left who could take it away
            shutil.rmtree(folder)


LAUNCHER = """
import sys, time
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure
from autograder.sandbox.start import ServerSpec
from autograder.wire import messages
from autograder.wire.control import WorkerLimits
from autograder.wire.frames import encode_frame
server = ForkServer(ServerSpec(Level(sys.argv[1]), (), tuple(closure(["numpy"]))), 1)
worker = server.slots[0].fork(WorkerLimits(64, 8, 8, 8, 64, 60), 1)
source = b"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
worker.send(encode_frame(messages.PutFile("code.py", True), [source]))
worker.send(encode_frame(messages.Seal()))
worker.send(encode_frame(messages.Load(1, "code.py")))
worker.receive(time.monotonic() + 10)
print(server._launched.folder or "", flush=True)
time.sleep(600)
"""


def _server_inside(server: ForkServer) -> psutil.Process:
    """Return the process of the server itself, below the bubblewraps."""
    assert server._launched is not None
    around = psutil.Process(server._launched.process.pid)
    return next(
        process
        for process in (around, *around.children(recursive=True))
        if "bwrap" not in process.cmdline()[0] and "worker.server" in " ".join(process.cmdline())
    )


class TestPreload:
    """What the server imports before any fork."""

    def test_a_module_that_is_not_there_is_named(self, laboratory: Laboratory) -> None:
        with pytest.raises(SandboxError, match=r"ModuleNotFoundError: No module named 'no_such_module'"):
            ForkServer(laboratory.spec(Level.FULL, preload=("no_such_module",)), 1)

    @pytest.mark.parametrize(
        ("source", "complaint"),
        [
            ("raise ValueError('broken')", "ValueError: broken"),
            (
                "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()",
                r"expected one thread after importing .*made_for_a_test.*; there are 2",
            ),
            ("raise SystemExit(3)", "the sandbox did not start: exit 3|SystemExit"),
        ],
    )
    def test_a_module_that_misbehaves_is_refused(
        self, laboratory: Laboratory, open_folder: Path, source: str, complaint: str
    ) -> None:
        (open_folder / "made_for_a_test.py").write_text(source)
        package = Package("made-for-a-test", "1", open_folder, ("made_for_a_test.py",))
        spec = laboratory.spec(Level.FULL, preload=("made_for_a_test",))
        with pytest.raises(SandboxError, match=complaint):
            ForkServer(ServerSpec(spec.level, spec.preload, (*spec.packages, package)), 1)

    def test_a_failure_is_told_when_the_server_is_awaited(self, laboratory: Laboratory) -> None:
        spec = laboratory.spec(Level.FULL, preload=("no_such_module",))
        server = ForkServer(spec, 1, is_awaited=False)
        try:
            with pytest.raises(SandboxError, match="No module named 'no_such_module'"):
                server.await_warm()
        finally:
            server.close()

    @pytest.mark.skipif("[never]" in _HUGE_PAGES, reason="this machine has no huge pages")
    @pytest.mark.parametrize("level", BOTH)
    def test_its_memory_is_in_huge_pages(self, laboratory: Laboratory, level: Level) -> None:
        before = descendants()
        server = ForkServer(laboratory.spec(level), 1)
        try:
            assert max(map(_huge_kib, descendants() - before)) >= 4096
        finally:
            server.close()

    def test_a_preloaded_module_is_there_in_every_worker(
        self, laboratory: Laboratory, open_folder: Path
    ) -> None:
        (open_folder / "made_for_a_test.py").write_text("import os\nPID = os.getpid()")
        package = Package("made-for-a-test", "1", open_folder, ("made_for_a_test.py",))
        spec = laboratory.spec(Level.FULL, preload=("made_for_a_test",))
        server = ForkServer(ServerSpec(spec.level, spec.preload, (*spec.packages, package)), 1)
        source = "import os, made_for_a_test\ndef attack(): return made_for_a_test.PID != os.getpid()"
        try:
            assert laboratory.attack_from(server, source).value is True
        finally:
            server.close()


class TestEnd:
    """How a worker ended is told as it was."""

    @pytest.mark.parametrize("level", BOTH)
    def test_an_exit_code_of_its_own_is_reported(self, laboratory: Laboratory, level: Level) -> None:
        observed = laboratory.run("import os\ndef attack(): os._exit(41)", level=level)
        assert "exit code 41" in observed.message

    @pytest.mark.parametrize("level", BOTH)
    def test_a_fault_of_its_own_is_reported(self, laboratory: Laboratory, level: Level) -> None:
        observed = laboratory.run("import ctypes\ndef attack(): ctypes.string_at(0)", level=level)
        assert "SIGSEGV" in observed.message

    @pytest.mark.parametrize("level", BOTH)
    def test_a_worker_that_lives_on_without_its_wire_is_said_to_have_closed_it(
        self, laboratory: Laboratory, level: Level
    ) -> None:
        source = "import os, time\ndef attack(): os.close(3); time.sleep(60)"
        assert "closed the connection" in laboratory.run(source, level=level).message

    @pytest.mark.parametrize("level", BOTH)
    def test_a_seed_decides_what_a_worker_draws(self, laboratory: Laboratory, level: Level) -> None:
        source = """
            import random
            import numpy as np
            def attack():
                return [random.random(), np.random.rand()]
            """
        first = laboratory.run(source, level=level).value
        assert np.all(np.asarray(first) == laboratory.run(source, level=level).value)


def test_a_worker_that_is_killed_from_outside_is_a_fault_of_ours(laboratory: Laboratory) -> None:
    """Nothing in its namespaces can kill process 1: it was the machine, and never costs a student a case."""
    laboratory.server(Level.FULL)
    before = descendants()
    session = laboratory.session(SPY, Level.FULL)
    try:
        assert session.load().stopped is None
        [worker] = descendants() - before
        os.kill(worker, signal.SIGKILL)
        with pytest.raises(SandboxError, match="killed from outside"):
            call(session, "remember")
    finally:
        session.close()
    after = laboratory.session(SPY, Level.FULL)
    try:
        assert call(after, "remember").value == 1
    finally:
        after.close()
