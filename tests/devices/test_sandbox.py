"""A real sandbox with stand-in nodes: what a worker on one GPU can see, open and do, and what it cannot."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from autograder.config import Limits
from autograder.errors import SandboxError
from autograder.observation import Allowance, Call, Raised, Returned
from autograder.runners.session import Session
from autograder.sandbox.devices.choosing import Parts
from autograder.sandbox.devices.device import Device
from autograder.sandbox.devices.nodes import Node, nodes_of
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import Package, closure
from autograder.sandbox.start import ServerSpec
from autograder.wire.control import WorkerLimits
from autograder.worker.walls.landlock import version
from tests.devices.conftest import ONE, SECOND_PART, TWO, Serve, make_nodes, slot_on, submission

PartsOf = Callable[[Device], Parts]
LEVELS = [Level.FULL, Level.CONTAINER]
LIMITS = WorkerLimits(256, 8, 16, 32, 128, 30)
_IOCTL_SINCE = 5
NODES = ("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset", "nvidia0", "nvidia1", "nvidia-caps")

SOURCE = """
import ctypes, errno, fcntl, mmap, os, resource, threading
import torch

def there(folder, *names):
    return [name for name in names if os.path.exists(f"{folder}/{name}")]

def try_open(path):
    try:
        with open(path, "r+b", buffering=0) as file:
            return file.read(40).decode()
    except OSError as error:
        return errno.errorcode[error.errno]

def try_ioctl(path):
    try:
        with open(path, "r+b", buffering=0) as file:
            fcntl.ioctl(file, 0x4601, b"0" * 8)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"

def variable(name):
    return os.environ.get(name)

def limit():
    return list(torch.LIMITS), torch.SERVER != os.getpid()

def addresses():
    return resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_DATA)[0] > 0

def reserve(gib):
    mmap.mmap(-1, gib << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ)
    return True

def share():
    os.close(os.memfd_create("x"))
    mmap.mmap(-1, 4096)
    return True

def take(mib):
    return len(bytearray(mib << 20))

def rename(pid, thread):
    with open(f"/proc/{pid}/task/{thread}/comm", "w") as file:
        file.write("renamed")
    with open(f"/proc/{pid}/task/{thread}/comm") as file:
        return file.read()

def own():
    return os.getpid(), threading.get_native_id()

def write_proc(name):
    try:
        with open(f"/proc/self/{name}", "w") as file:
            file.write("0")
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"
"""


class Inside:
    """A submission that looks around, in a worker of a server."""

    def __init__(self, server: ForkServer, gpu_mib: int) -> None:
        limits = Limits(memory_mib=LIMITS.memory_mib)
        self.session = Session(
            lambda: server.slots[0].fork(LIMITS, 1), submission(SOURCE), limits, gpu_mib=gpu_mib
        )

    def __call__(self, function: str, *arguments: Any) -> Any:
        assert self.session.load().error is None
        (seen,) = self.session.call(function, [Call(arguments, {})], Allowance(20.0, 0))
        if isinstance(seen, Raised):
            return seen.error.type
        assert isinstance(seen, Returned), seen
        return seen.value

    def close(self) -> None:
        self.session.close()


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """Share the stand-in nodes."""
    with TemporaryDirectory(prefix="nodes-") as folder:
        yield make_nodes(Path(folder))


@pytest.fixture(scope="module")
def parts(root: Path) -> PartsOf:
    return lambda device: Parts(nodes_of(device, root))


@pytest.fixture(scope="module")
def inside(serve: Serve, parts: PartsOf) -> Iterator[Callable[..., Inside]]:
    """Give what puts the submission onto a stand-in GPU."""
    opened: dict[tuple[Device | None, Level], Inside] = {}

    def start(device: Device | None, level: Level = Level.FULL) -> Inside:
        slot = slot_on(device, parts) if device is not None else None
        if (device, level) not in opened:
            opened[device, level] = Inside(serve(slot, level), slot.memory_mib if slot else 0)
        return opened[device, level]

    yield start
    for each in opened.values():
        each.close()


class TestFull:
    """The level `full`."""

    def test_only_the_slots_node_is_there(self, inside: Callable[..., Inside]) -> None:
        look = inside(TWO)
        assert look("there", "/dev", *NODES) == ["nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia1"]
        assert look("try_open", "/dev/nvidia1") == "nvidia1"
        assert look("try_open", "/dev/nvidiactl") == "nvidiactl"
        assert look("try_open", "/dev/nvidia0") == "ENOENT"
        assert look("try_open", "/dev/nvidia-modeset") == "ENOENT"

    def test_of_an_instance_only_its_capabilities(self, inside: Callable[..., Inside]) -> None:
        look = inside(SECOND_PART)
        names = [f"nvidia-cap{number}" for number in (1, 2, 66, 67, 75, 76)]
        assert look("there", "/dev/nvidia-caps", *names) == ["nvidia-cap75", "nvidia-cap76"]
        assert look("try_open", "/dev/nvidia-caps/nvidia-cap75") == "nvidia-caps/nvidia-cap75"
        assert look("try_open", "/dev/nvidia-caps/nvidia-cap66") == "ENOENT"

    def test_without_a_gpu_there_is_no_node_and_no_device(self, inside: Callable[..., Inside]) -> None:
        look = inside(None)
        assert look("there", "/dev", *NODES) == []
        assert look("variable", "CUDA_VISIBLE_DEVICES") == ""
        assert look("variable", "JAX_PLATFORMS") == "cpu"
        assert look("limit") == ([], True)
        assert look("addresses")[0] > 0
        assert look("share") == "PermissionError"
        assert look("rename", *look("own")) == "PermissionError"

    def test_driver_libraries_that_lie_elsewhere_are_shown(
        self, serve: Serve, parts: PartsOf, root: Path
    ) -> None:
        library = root / "libcuda.so.1"
        library.write_text("a library")
        library.chmod(0o644)
        slot = dataclasses.replace(slot_on(ONE, parts), parts=Parts(parts(ONE).nodes, (library,)))
        with closing(Inside(serve(slot), 4096)) as look:
            assert look("variable", "LD_LIBRARY_PATH") == "/python/lib:/driver"
            assert look("there", "/driver", "libcuda.so.1", "libcuda.so.550") == ["libcuda.so.1"]


@pytest.mark.parametrize("level", LEVELS)
class TestBoth:
    """Both levels with walls."""

    def test_another_gpu_cannot_be_opened(
        self, inside: Callable[..., Inside], root: Path, level: Level
    ) -> None:
        look = inside(ONE, level)
        mine, others = (
            ("/dev/nvidia0", "/dev/nvidia1")
            if level is Level.FULL
            else (str(root / "dev/nvidia0"), str(root / "dev/nvidia1"))
        )
        assert look("try_open", mine) == "nvidia0"
        assert look("try_open", others) == ("ENOENT" if level is Level.FULL else "EACCES")

    def test_the_environment_names_the_one_device(self, inside: Callable[..., Inside], level: Level) -> None:
        look = inside(ONE, level)
        seen = {name: look("variable", name) for name in ("CUDA_VISIBLE_DEVICES", "KERAS_BACKEND")}
        assert seen == {"CUDA_VISIBLE_DEVICES": ONE.uuid, "KERAS_BACKEND": "torch"}
        assert look("variable", "XLA_PYTHON_CLIENT_PREALLOCATE") == "false"
        assert look("variable", "XLA_PYTHON_CLIENT_MEM_FRACTION") == "0.1706"
        assert look("variable", "TF_FORCE_GPU_ALLOW_GROWTH") == "true"

    def test_the_limit_is_set_in_the_worker_before_the_submission(
        self, inside: Callable[..., Inside], level: Level
    ) -> None:
        limits, was_forked = inside(ONE, level)("limit")
        assert limits == [(0.1706, 0, 1)]  # once, with a thread of its own that could name itself
        assert was_forked

    def test_addresses_are_not_bounded_and_data_are(
        self, inside: Callable[..., Inside], level: Level
    ) -> None:
        look = inside(ONE, level)
        assert look("addresses") == (-1, True)
        assert look("reserve", 64)  # as CUDA reserves them
        assert look("take", 2048) == "MemoryError"

    def test_cuda_may_share_memory_with_itself(self, inside: Callable[..., Inside], level: Level) -> None:
        assert inside(ONE, level)("share")

    def test_threads_may_be_named_and_nothing_else_of_proc_be_written(
        self, inside: Callable[..., Inside], level: Level
    ) -> None:
        look = inside(ONE, level)
        assert look("rename", *look("own")) == "renamed\n"
        assert look("write_proc", "comm") == look("write_proc", "oom_score_adj") == "EACCES"
        assert look("write_proc", "coredump_filter") == "EACCES"

    @pytest.mark.skipif(version() < _IOCTL_SINCE, reason="this kernel's Landlock does not know ioctl")
    def test_the_nodes_may_be_steered_and_other_devices_not(
        self, serve: Serve, parts: PartsOf, level: Level
    ) -> None:
        nodes = (Node(Path("/dev/zero"), "/dev/nvidia0"),)
        slot = dataclasses.replace(slot_on(ONE, parts), parts=Parts(nodes))
        with closing(Inside(serve(slot, level), 4096)) as look:
            mine = "/dev/nvidia0" if level is Level.FULL else "/dev/zero"
            assert look("try_ioctl", mine) == "ENOTTY"  # it reached the device, which knows no such request
            assert look("try_ioctl", "/dev/urandom") == "EACCES"


class TestRefused:
    """What must not be is a fault of ours, never a worker without it."""

    def test_an_import_that_starts_cuda(self, serve: Serve, parts: PartsOf, root: Path) -> None:
        (root / "early.py").write_text('handle = open("/dev/nvidia-uvm")\n')
        slot = slot_on(ONE, parts)
        package = Package("early", "0", root, ("early.py",))
        spec = ServerSpec(Level.FULL, ("early",), (*closure(["numpy"]), package), backend="torch", gpu=slot)
        with pytest.raises(SandboxError, match="an import has started CUDA"):
            ForkServer(spec, 1)

    def test_a_framework_that_does_not_see_the_gpu(self, serve: Serve, parts: PartsOf) -> None:
        two = dataclasses.replace(ONE, uuid="GPU-1,GPU-2")  # the stand-in counts what is visible
        server = serve(slot_on(two, parts))
        session = Session(lambda: server.slots[0].fork(LIMITS, 1), submission(SOURCE), Limits())
        said = "limit of GPU memory could not be raised: RuntimeError: expected PyTorch to see the one GPU"
        with closing(session), pytest.raises(SandboxError, match=said):
            session.load()
