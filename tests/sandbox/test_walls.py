"""Each wall has an attack that it stops, and that succeeds once the wall is taken away.

``attack`` returns True where it succeeds. Where a second wall stops the same attack, both are taken away,
and the attack's comment says so.
"""

from __future__ import annotations

import os
import platform
import socket
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psutil
import pytest

from autograder.errors import ForkServerLost
from autograder.observation import Raised, Returned, Stopped
from autograder.results import Outcome
from autograder.sandbox import memory
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.wire import messages
from autograder.wire.frames import encode_frame

if TYPE_CHECKING:
    from tests.sandbox.conftest import Laboratory

BOTH = (Level.FULL, Level.CONTAINER)
CANARY = "canary-4f1d9a"

_as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives workers another user id"
)


@dataclass(frozen=True)
class Attack:
    """A student's module, and the walls without which it succeeds."""

    name: str
    without: tuple[str, ...]
    source: str
    levels: tuple[Level, ...] = (Level.FULL,)


ATTACKS = (
    # Landlock does not cover stat: only bubblewrap keeps the machine's names and sizes away.
    Attack(
        "looks_for_a_file_of_the_machine",
        ("bubblewrap",),
        """
        import os
        def attack(folder):
            return os.path.exists(folder + "/canary")
        """,
    ),
    # In the level full, bubblewrap does not show the file and Landlock would not open it.
    Attack(
        "reads_a_file_of_the_machine",
        ("bubblewrap", "landlock"),
        """
        def attack(folder):
            return "canary" in open(folder + "/canary").read()
        """,
    ),
    Attack(
        "reads_a_file_of_the_machine_from_a_container",
        ("landlock",),
        """
        def attack(folder):
            return "canary" in open(folder + "/canary").read()
        """,
        (Level.CONTAINER,),
    ),
    Attack(
        "imports_a_package_of_the_instructor",
        ("bubblewrap", "landlock"),
        """
        import sys
        def attack(folder):
            sys.path.insert(0, folder)
            import instructors_own
            return True
        """,
    ),
    Attack(
        "sees_the_processes_of_the_sandbox",
        ("namespaces",),
        """
        import os
        def attack(folder):
            return len([name for name in os.listdir("/proc") if name.isdigit()]) > 1
        """,
    ),
    # Landlock keeps signals inside its own domain too.
    Attack(
        "signals_the_fork_server",
        ("namespaces", "landlock"),
        """
        import os
        def attack(folder):
            server = os.getppid()
            if server == 0:
                return False
            os.kill(server, 0)
            return True
        """,
    ),
    # Landlock keeps what ptrace could do inside its own domain too.
    Attack(
        "reads_the_environment_of_the_fork_server",
        ("namespaces", "landlock"),
        """
        import os
        def attack(folder):
            return b"USER" in open(f"/proc/{os.getppid()}/environ", "rb").read()
        """,
    ),
    Attack(
        "fills_more_of_a_folder_than_its_size",
        ("namespaces",),
        """
        def attack(folder):
            for number in range(12):
                with open(f"/tmp/{number}", "wb") as file:
                    file.write(bytes(1024 * 1024))
            return True
        """,
    ),
    Attack(
        "opens_a_terminal",
        ("landlock",),
        """
        import os
        def attack(folder):
            os.close(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))
            return True
        """,
    ),
    Attack(
        "chooses_whom_the_kernel_ends_when_memory_is_short",
        ("landlock",),
        """
        def attack(folder):
            with open("/proc/self/oom_score_adj", "w") as file:
                file.write("1000")
            return True
        """,
    ),
    Attack(
        "has_more_processes_than_allowed",
        ("limits",),
        """
        import os, time
        def attack(folder):
            for _ in range(40):
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
            return True
        """,
        BOTH,
    ),
    Attack(
        "has_more_threads_than_allowed",
        ("limits",),
        """
        import threading, time
        def attack(folder):
            for _ in range(40):
                threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            return True
        """,
        BOTH,
    ),
    # Untouched, so that the watch over memory has nothing to see.
    Attack(
        "takes_more_memory_of_its_own_than_allowed",
        ("limits",),
        """
        import mmap
        def attack(folder):
            return len(mmap.mmap(-1, 160 * 1024 * 1024, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)) > 0
        """,
        BOTH,
    ),
    Attack(
        "takes_more_shared_memory_than_allowed",
        ("limits", "seccomp"),
        """
        import mmap
        def attack(folder):
            return len(mmap.mmap(-1, 160 * 1024 * 1024)) > 0
        """,
        BOTH,
    ),
    Attack(
        "opens_more_files_than_allowed",
        ("limits",),
        """
        import os
        def attack(folder):
            copies = []
            try:
                for _ in range(100):
                    copies.append(os.dup(0))
            finally:
                for copy in copies:
                    os.close(copy)
            return True
        """,
        BOTH,
    ),
    Attack(
        "writes_a_larger_file_than_allowed",
        ("limits",),
        """
        import os, tempfile
        def attack(folder):
            with tempfile.TemporaryFile() as file:
                os.truncate(file.fileno(), 17 * 1024 * 1024)
            return True
        """,
        BOTH,
    ),
)
_CASES = [
    pytest.param(attack, level, id=f"{attack.name}-{level}") for attack in ATTACKS for level in attack.levels
]


@pytest.fixture
def canary(open_folder: Path) -> str:
    (open_folder / "canary").write_text("canary")
    (open_folder / "instructors_own.py").write_text("")
    return str(open_folder)


def succeeded(observed: object) -> bool:
    return isinstance(observed, Returned) and observed.value is True


@pytest.mark.parametrize(("attack", "level"), _CASES)
def test_an_attack_is_stopped_by_the_walls(
    laboratory: Laboratory, canary: str, attack: Attack, level: Level
) -> None:
    observed = laboratory.run(attack.source, canary, level=level)
    assert isinstance(observed, Returned | Raised)
    assert not succeeded(observed), observed


@pytest.mark.parametrize(("attack", "level"), _CASES)
def test_the_same_attack_succeeds_without_its_wall(
    laboratory: Laboratory, canary: str, attack: Attack, level: Level
) -> None:
    observed = laboratory.run(attack.source, canary, level=level, without=attack.without)
    assert succeeded(observed), observed


class TestUserId:
    """Root is not bound by limits on processes, and no other user's process may be touched."""

    FORKS = ATTACKS[[attack.name for attack in ATTACKS].index("has_more_processes_than_allowed")].source

    # Namespaces of a worker cannot be raised for root's own user id: the launcher refuses them.
    @_as_root
    @pytest.mark.parametrize(
        ("level", "without"), [(Level.FULL, ("uid", "namespaces")), (Level.CONTAINER, ("uid",))]
    )
    def test_limits_on_processes_do_not_bind_a_worker_of_root(
        self, laboratory: Laboratory, level: Level, without: tuple[str, ...]
    ) -> None:
        assert not succeeded(laboratory.run(self.FORKS, "", level=level))
        assert succeeded(laboratory.run(self.FORKS, "", level=level, without=without))

    @_as_root
    def test_a_worker_of_a_container_cannot_signal_one_of_another_slot(self, laboratory: Laboratory) -> None:
        source = """
            import os
            def attack(pid):
                os.kill(pid, 0)
                return True
            """
        for without, is_possible in ((), False), (("uid", "landlock"), True):
            victim, attacker = (ForkServer(laboratory.spec(Level.CONTAINER, *without), 1) for _ in range(2))
            worker = victim.slots[0].fork(laboratory.limits, 1)
            try:
                worker.send(encode_frame(messages.Seal()))
                assert worker.receive(time.monotonic() + 10.0)
                (pid,) = [child.pid for child in psutil.Process(_pid_of(victim)).children()]
                observed = laboratory.attack_from(attacker, source, pid)
            finally:
                worker.end()
                victim.close()
                attacker.close()
            assert succeeded(observed) == is_possible


def _pid_of(server: ForkServer) -> int:
    assert server._launched is not None
    return server._launched.process.pid


CALLS = """
import ctypes, errno, os, time
libc = ctypes.CDLL(None, use_errno=True)
NEW_USER = 0x10000000
def child():
    pid = os.fork()
    if pid == 0:
        time.sleep(60)
        os._exit(0)
    return pid
def attack():
    pid = child()
    pidfd = os.pidfd_open(pid)
    text = ctypes.create_string_buffer(b"user")
    buffer = ctypes.create_string_buffer(256)
    vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
    calls = {  # numbers of x86_64
        "ptrace": (101, 16, pid, 0, 0),
        "process_vm_readv": (310, pid, vector, 1, vector, 1, 0),
        "pidfd_getfd": (438, pidfd, 0, 0),
        "kcmp": (312, pid, pid, 0, 0, 0),
        "add_key": (248, text, text, text, 4, -2),
        "keyctl": (250, 0, -2, 1),
        "io_uring_setup": (425, 1, buffer),
        "userfaultfd": (323, 1),
        "personality": (135, 0x0040000),
        "shmget": (29, 0, 4096, 0o1600),
        "semget": (64, 0, 1, 0o1600),
        "msgget": (68, 0, 0o1600),
        "mq_open": (240, text, 0o102, 0o600, 0),
        "memfd_create": (319, text, 0),
        "ioctl TIOCSTI": (16, 1, 0x5412, text),
        "ioctl TIOCSTI with high bits": (16, 1, 0x1_0000_5412, text),
        "ioctl TIOCLINUX": (16, 1, 0x541C, text),
        "socket AF_INET": (41, 2, 1, 0),
        "socket AF_NETLINK": (41, 16, 3, 0),
        "clone3": (435, buffer, 8),
        "prctl subreaper": (157, 36, 0, 0, 0, 0),
        "unshare": (272, NEW_USER),
    }
    answers = {}
    new = libc.syscall(ctypes.c_long(56), ctypes.c_long(NEW_USER | 17), 0, 0, 0, 0)
    if new == 0:
        os._exit(0)
    answers["clone with a namespace"] = "" if new > 0 else errno.errorcode[ctypes.get_errno()]
    for name, (number, *arguments) in calls.items():
        ctypes.set_errno(0)
        wide = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
        result = libc.syscall(ctypes.c_long(number), *wide)
        answers[name] = "" if result >= 0 else errno.errorcode[ctypes.get_errno()]
    return answers
"""
REFUSALS = {"clone3": "ENOSYS", "socket AF_INET": "EAFNOSUPPORT", "socket AF_NETLINK": "EAFNOSUPPORT"}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86_64")
class TestSeccomp:
    """System calls are refused by the filter, and only by the filter."""

    REFUSED = ("EPERM", "ENOSYS", "EAFNOSUPPORT")

    @pytest.mark.parametrize("level", BOTH)
    def test_the_filter_refuses_every_denied_call(self, laboratory: Laboratory, level: Level) -> None:
        answers = laboratory.run(CALLS, level=level).value
        assert answers == {name: REFUSALS.get(name, "EPERM") for name in answers}

    @pytest.mark.parametrize("level", BOTH)
    def test_without_the_filter_the_calls_get_through(self, laboratory: Laboratory, level: Level) -> None:
        answers = laboratory.run(CALLS, level=level, without=("seccomp",)).value
        refused = {name for name, code in answers.items() if code in {"EPERM", "EAFNOSUPPORT"}}
        refused |= {name for name, code in answers.items() if code == "ENOSYS"} - {
            "userfaultfd",
            "memfd_create",
        }
        assert refused <= {"pidfd_getfd"}, answers

    def test_a_socket_of_the_machine_cannot_be_reached_from_a_container(
        self, laboratory: Laboratory, open_folder: Path
    ) -> None:
        source = """
            import socket
            def attack(path):
                with socket.socket(socket.AF_UNIX) as client:
                    client.connect(path)
                return True
            """
        path = open_folder / "service"
        with socket.socket(socket.AF_UNIX) as service:
            service.bind(str(path))
            path.chmod(0o777)
            service.listen()
            assert not succeeded(laboratory.run(source, str(path), level=Level.CONTAINER))
            assert succeeded(laboratory.run(source, str(path), level=Level.CONTAINER, without=("seccomp",)))

    @pytest.mark.parametrize("level", BOTH)
    def test_pairs_of_sockets_still_work(self, laboratory: Laboratory, level: Level) -> None:
        source = "import asyncio\ndef attack(): return asyncio.run(asyncio.sleep(0, True))"
        assert succeeded(laboratory.run(source, level=level))


class TestProcessorTime:
    """The kernel ends whoever computes too long, whatever its threads do."""

    SOURCE = """
        import time
        def attack():
            began = time.process_time()
            while time.process_time() - began < 1.5:
                pass
            return True
        """

    @pytest.mark.parametrize("level", BOTH)
    def test_a_second_of_processor_time_ends_the_worker(self, laboratory: Laboratory, level: Level) -> None:
        limits = msgspec.structs.replace(laboratory.limits, cpu_seconds=1)
        observed = laboratory.run(self.SOURCE, level=level, limits=limits)
        assert observed == Stopped(
            Outcome.TIMEOUT, "a call of attack took more processor time than is allowed"
        )

    def test_without_limits_it_goes_on(self, laboratory: Laboratory) -> None:
        limits = msgspec.structs.replace(laboratory.limits, cpu_seconds=1)
        assert succeeded(laboratory.run(self.SOURCE, level=Level.FULL, without=("limits",), limits=limits))


class TestMemoryWatch:
    """Limits bind each process alone; what all take together is watched from outside."""

    OURS = Path("/proc/self/oom_score_adj").read_text().strip()

    SEVERAL = """
        import os, time
        def attack():
            for _ in range(4):
                if os.fork() == 0:
                    if DAEMON and os.fork() != 0:
                        os._exit(0)
                    os.setsid()
                    kept = b"x" * (60 * 1024 * 1024)
                    time.sleep(60)
                    os._exit(0)
            time.sleep(1.0)
            return True
        """

    @pytest.mark.parametrize("daemon", [False, True])
    @pytest.mark.parametrize("level", BOTH)
    def test_several_processes_together_exceed_the_memory(
        self, laboratory: Laboratory, level: Level, daemon: bool
    ) -> None:
        observed = laboratory.run(f"DAEMON = {daemon}\n" + textwrap.dedent(self.SEVERAL), level=level)
        assert observed == Stopped(Outcome.MEMORY_LIMIT, "a call of attack took more than 128 MiB of memory")

    def test_without_the_watch_they_go_on(
        self, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(memory, "exceeds", lambda *_, **__: False)
        assert succeeded(laboratory.run("DAEMON = False\n" + textwrap.dedent(self.SEVERAL), level=Level.FULL))

    @pytest.mark.parametrize("level", BOTH)
    def test_where_the_machine_s_memory_ends_a_worker_goes_first(
        self, laboratory: Laboratory, level: Level
    ) -> None:
        source = "def attack(): return open('/proc/self/oom_score_adj').read().strip()"
        assert laboratory.run(source, level=level).value == "1000"
        assert laboratory.run(source, level=level, without=("limits",)).value == self.OURS

    def test_a_container_that_may_not_read_proportional_sizes_counts_resident_ones(
        self, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def denied(process: psutil.Process) -> None:
            raise psutil.AccessDenied(process.pid)

        monkeypatch.setattr(psutil.Process, "memory_full_info", denied)
        observed = laboratory.run("DAEMON = True\n" + textwrap.dedent(self.SEVERAL), level=Level.CONTAINER)
        assert isinstance(observed, Stopped)
        assert observed.outcome is Outcome.MEMORY_LIMIT
        assert succeeded(laboratory.run("def attack(): return True", level=Level.CONTAINER))


class TestPrivileges:
    """A worker has none, and no program that it starts gains any. No wall of this name can be taken away."""

    SOURCE = """
        import ctypes
        libc = ctypes.CDLL(None)
        def attack():
            held = (ctypes.c_uint32 * 6)()
            assert libc.capget((ctypes.c_uint32 * 2)(0x20080522, 0), held) == 0
            bounding = [number for number in range(41) if libc.prctl(23, number, 0, 0, 0) == 1]
            return {"held": list(held), "bounding": bounding, "no_new_privileges": libc.prctl(39, 0, 0, 0, 0)}
        """

    def test_a_worker_holds_no_capability(self, laboratory: Laboratory) -> None:
        observed = laboratory.run(self.SOURCE, level=Level.FULL)
        assert observed.value == {"held": [0] * 6, "bounding": [], "no_new_privileges": 1}

    def test_a_worker_of_a_container_holds_no_capability(self, laboratory: Laboratory) -> None:
        value = laboratory.run(self.SOURCE, level=Level.CONTAINER).value
        assert (value["held"], value["no_new_privileges"]) == ([0] * 6, 1)


class TestWhatIsNotThere:
    """Nothing of the grader is in the sandbox: not in its environment, memory, descriptors or imports."""

    SEARCH = """
        import os
        def attack(canary):
            canary = bytes.fromhex(canary)[::-1]
            found = [name for name, value in os.environb.items() if canary in name + value]
            for pid in [name for name in os.listdir("/proc") if name.isdigit()]:
                for name in ("environ", "cmdline"):
                    try:
                        if canary in open(f"/proc/{pid}/{name}", "rb").read():
                            found.append(f"{pid} {name}")
                    except PermissionError:
                        pass
            for line in open("/proc/self/maps"):
                start, end = (int(part, 16) for part in line.split()[0].split("-"))
                with open("/proc/self/mem", "rb") as mem:
                    try:
                        mem.seek(start)
                        if canary in mem.read(end - start):
                            found.append(line)
                    except (OSError, OverflowError, ValueError):
                        pass
            return found
        """

    # The canary is given backwards and in hexadecimal, so that the search does not find itself.
    @pytest.mark.parametrize("without", [(), ("namespaces", "landlock")])
    def test_the_launchers_environment_is_not_in_the_sandbox(
        self, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch, without: tuple[str, ...]
    ) -> None:
        monkeypatch.setenv("AUTOGRADER_CANARY", CANARY)
        server = ForkServer(laboratory.spec(Level.FULL, *without), 1)
        try:
            observed = laboratory.attack_from(server, self.SEARCH, CANARY.encode()[::-1].hex())
        finally:
            server.close()
        # Its own copy, made by turning it around, may be found; nothing else.
        assert isinstance(observed, Returned)
        assert not [place for place in observed.value if "heap" not in place and " rw-p " not in place]

    def test_the_environment_of_a_container_is_the_workers_own(
        self, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AUTOGRADER_CANARY", CANARY)
        server = ForkServer(laboratory.spec(Level.CONTAINER), 1)
        source = "import os\ndef attack(): return dict(os.environ)"
        try:
            observed = laboratory.attack_from(server, source)
        finally:
            server.close()
        assert isinstance(observed, Returned)
        assert CANARY not in str(observed.value)

    @pytest.mark.parametrize("level", BOTH)
    @pytest.mark.parametrize(
        "module",
        [
            "reference",
            "autograder.checks",
            "autograder.problems",
            "autograder.grading",
            "autograder.config",
            "autograder.sandbox",
            "pytest",
            "rich",
            "psutil",
        ],
    )
    def test_a_module_that_is_not_allowed_cannot_be_imported(
        self, laboratory: Laboratory, module: str, level: Level
    ) -> None:
        source = "import importlib\ndef attack(name): importlib.import_module(name); return True"
        observed = laboratory.run(source, module, level=level)
        assert isinstance(observed, Raised)
        assert observed.error.type == "ModuleNotFoundError"

    @pytest.mark.parametrize("level", BOTH)
    @pytest.mark.parametrize(
        "module", ["numpy", "msgspec", "autograder.worker.session", "autograder.wire.frames"]
    )
    def test_what_the_worker_needs_can_be_imported(
        self, laboratory: Laboratory, module: str, level: Level
    ) -> None:
        source = "import importlib\ndef attack(name): importlib.import_module(name); return True"
        assert succeeded(laboratory.run(source, module, level=level))

    @pytest.mark.parametrize("level", BOTH)
    def test_every_descriptor_but_the_workers_own_is_closed(
        self, laboratory: Laboratory, level: Level
    ) -> None:
        source = """
            import os
            def is_open(number):
                try:
                    os.fstat(number)
                except OSError:
                    return False
                return True
            def attack():
                return [number for number in range(5000) if is_open(number)]
            """
        assert laboratory.run(source, level=level).value == [0, 1, 2, 3]

    def test_the_root_of_the_sandbox_holds_only_what_is_shown(self, laboratory: Laboratory) -> None:
        source = "import os\ndef attack(): return sorted(os.listdir('/'))"
        shown = laboratory.run(source, level=Level.FULL, without=("landlock",)).value
        expected = {
            "dev",
            "etc",
            "grader",
            "home",
            "lib",
            "lib64",
            "packages",
            "proc",
            "python",
            "sys",
            "tmp",
            "usr",
        }
        assert set(shown) <= expected

    def test_of_the_machine_s_settings_that_of_huge_pages_alone_is_shown(
        self, laboratory: Laboratory
    ) -> None:
        source = (
            "import os\n"
            "def attack():\n"
            "    files = [os.path.join(at, name) for at, _, names in os.walk('/sys') for name in names]\n"
            "    return sorted(files), [path for path in files if os.access(path, os.W_OK)]"
        )
        inside = "/sys/kernel/mm/transparent_hugepage"
        files, writable = laboratory.run(source, level=Level.FULL, without=("landlock",)).value
        assert all(path.startswith(inside) for path in files)
        assert writable == []
        assert laboratory.run(source, level=Level.FULL).value == ([], [])

    @pytest.mark.parametrize(
        "path", ["/sys", "/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/self/oom_score_adj"]
    )
    @pytest.mark.parametrize("level", BOTH)
    def test_the_kernels_own_files_cannot_be_written(
        self, laboratory: Laboratory, path: str, level: Level
    ) -> None:
        source = """
            import os
            def attack(path):
                os.close(os.open(path, os.O_WRONLY))
                return True
            """
        observed = laboratory.run(source, path, level=level)
        assert isinstance(observed, Raised)

    def test_the_graders_code_is_all_that_lies_beside_the_packages(self, laboratory: Laboratory) -> None:
        source = """
            import os
            def attack():
                return sorted(
                    os.path.join(place, name)
                    for place, folders, files in os.walk("/grader")
                    for name in files
                    if "/worker" not in place and "/wire" not in place
                )
            """
        observed = laboratory.run(source, level=Level.FULL, without=("landlock",))
        assert observed.value == ["/grader/autograder/__init__.py"]


class TestNamespaces:
    """What one worker writes, the next does not find. (Two at once: see test_fork_server.)"""

    PUT = """
        def attack(folder):
            with open(folder + "/message", "w") as file:
                file.write("hello")
            return True
        """
    GET = """
        import os
        def attack(folder):
            return os.path.exists(folder + "/message")
        """

    @pytest.mark.parametrize(("without", "is_found"), [((), False), (("namespaces",), True)])
    @pytest.mark.parametrize("folder", ["/tmp", "/dev/shm", "/home/student"])
    def test_a_file_for_the_next_worker(
        self, laboratory: Laboratory, folder: str, without: tuple[str, ...], is_found: bool
    ) -> None:
        assert succeeded(laboratory.run(self.PUT, folder, level=Level.FULL, without=without))
        found = laboratory.run(self.GET, folder, level=Level.FULL, without=without, slot=1)
        assert found.value is is_found


class TestContainer:
    """What a mount and a process namespace would do is done by cleaning up."""

    LEAVE = """
        import os
        def attack():
            os.makedirs(os.environ["TMPDIR"] + "/left/over")
            os.symlink("/", os.environ["TMPDIR"] + "/link")
            return True
        """
    FIND = "import os\ndef attack(): return sorted(os.listdir(os.environ['TMPDIR']))"

    def test_nothing_is_left_in_the_scratch_folder(self, laboratory: Laboratory) -> None:
        assert succeeded(laboratory.run(self.LEAVE, level=Level.CONTAINER))
        assert laboratory.run(self.FIND, level=Level.CONTAINER).value == ["submission"]

    DEEP = """
        import os
        def attack():
            os.chdir(os.environ["TMPDIR"])
            for _ in range(3000):
                os.mkdir("a")
                os.chdir("a")
            return os.getpgid(0) > 0
        """

    def test_however_deep_a_folder_is_it_goes(self, laboratory: Laboratory) -> None:
        assert succeeded(laboratory.run(self.DEEP, level=Level.CONTAINER))
        assert laboratory.run(self.FIND, level=Level.CONTAINER).value == ["submission"]

    def test_names_that_cleaning_might_use_are_no_obstacle(self, laboratory: Laboratory) -> None:
        attack = """
            import os
            def attack(grader):
                os.chdir(os.environ["TMPDIR"])
                for number in (1, 2):
                    os.makedirs(f".lifted-{number}-{grader}/x/y")
                for _ in range(1500):
                    os.mkdir("a")
                    os.chdir("a")
                return True
            """
        assert succeeded(laboratory.run(attack, os.getpid(), level=Level.CONTAINER))
        assert laboratory.run(self.FIND, level=Level.CONTAINER).value == ["submission"]

    def test_a_server_whose_scratch_cannot_be_emptied_is_not_used_again(
        self, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server = ForkServer(laboratory.spec(Level.CONTAINER), 1)

        def refuse(folder: Path) -> None:
            raise OSError("no")

        try:
            monkeypatch.setattr("autograder.sandbox.staging.empty", refuse)
            with pytest.raises(ForkServerLost, match="cannot be emptied"):
                laboratory.attack_from(server, self.LEAVE)
        finally:
            server.close()

    @pytest.mark.parametrize(
        "change",
        [
            "resource.prlimit(os.getppid(), resource.RLIMIT_FSIZE, (4096, 4096))",
            "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
            "os.setpriority(os.PRIO_USER, 0, 19)",
            "os.sched_setaffinity(os.getppid(), {0})",
            "os.sched_setscheduler(os.getppid(), os.SCHED_BATCH, os.sched_param(0))",
        ],
    )
    def test_the_fork_server_cannot_be_given_limits(self, laboratory: Laboratory, change: str) -> None:
        attack = f"import os, resource\ndef attack():\n    {change}\n    return True"
        seen = laboratory.run(attack, level=Level.CONTAINER)
        assert isinstance(seen, Raised)
        assert seen.error.type == "PermissionError"
        server = ForkServer(laboratory.spec(Level.CONTAINER, "seccomp"), 1)  # it is spoilt afterwards
        try:
            assert succeeded(laboratory.attack_from(server, attack))
        finally:
            server.close()

    def test_without_cleaning_it_is_left_there(
        self, laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server = ForkServer(laboratory.spec(Level.CONTAINER), 1)
        try:
            monkeypatch.setattr(server, "clean_scratch", lambda: None)
            assert succeeded(laboratory.attack_from(server, self.LEAVE))
            found = laboratory.attack_from(server, self.FIND)
        finally:
            server.close()
        assert isinstance(found, Returned)
        assert found.value[:3] == ["left", "link", "submission"]


def test_in_a_container_a_worker_reads_its_own_part_of_proc_and_no_other_s(laboratory: Laboratory) -> None:
    source = (
        "def attack():\n"
        "    found = []\n"
        f"    for path in ('self/cmdline', '{os.getpid()}/cmdline', '1/cmdline', '1/environ', 'mounts'):\n"
        "        try:\n"
        "            found.append(bool(open('/proc/' + path, 'rb').read()))\n"
        "        except OSError as error:\n"
        "            found.append(type(error).__name__)\n"
        "    return found\n"
    )
    seen = laboratory.run(source, level=Level.CONTAINER)
    assert isinstance(seen, Returned)
    assert seen.value[0] is True
    assert set(seen.value[1:4]) == {"PermissionError"}
