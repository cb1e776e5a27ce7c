"""Stand-ins for what only a machine with a GPU has: its driver, its nodes, a framework that uses it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pytest

from autograder.sandbox.devices.choosing import GpuSlot, Parts
from autograder.sandbox.devices.device import Device, Mig, Usage
from autograder.sandbox.devices.finding import Finding, find, own_processes
from autograder.sandbox.devices.nodes import nodes_of
from autograder.sandbox.devices.nvml import NoDriver
from autograder.sandbox.devices.watching import DeviceWatch
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import Package, closure
from autograder.sandbox.start import ServerSpec
from autograder.sandbox.survey import missing
from autograder.submission import Submission, SubmittedFile

ONE = Device("GPU-1111aaaa-0000", "Stand-in 24", 0, 0, 24_000)
TWO = Device("GPU-1111bbbb-0000", "Stand-in 24", 1, 1, 24_000)
THREE = Device("GPU-3333cccc-0000", "Stand-in 24", 2, 5, 24_000)  # its node has another number
FIRST_PART = Device("MIG-aaaa-1", "Stand-in MIG 1g", 3, 3, 5_000, mig=Mig("GPU-4444dddd-0000", 7, 0))
SECOND_PART = Device("MIG-bbbb-2", "Stand-in MIG 1g", 3, 3, 5_000, mig=Mig("GPU-4444dddd-0000", 8, 0))
IDLE = Usage(3)
EVERY_WALL = pytest.mark.skipif(bool(missing(Level.FULL)), reason="the level full does not stand here")


class StandInDriver:
    """A driver whose devices, and who uses them, the test says. See `autograder.sandbox.devices.nvml`."""

    def __init__(self, *devices: Device) -> None:
        self._devices = devices
        self.used: dict[str, Usage | Callable[[], Usage]] = {}
        self.lost: set[str] = set()

    def driver(self) -> str:
        return "550.1, CUDA 12.4"

    def devices(self) -> tuple[Device, ...]:
        return self._devices

    def usage(self, device: Device) -> Usage:
        if device.uuid in self.lost:
            raise NoDriver("GPU is lost")
        usage = self.used.get(device.uuid, IDLE)
        return usage if isinstance(usage, Usage) else usage()

    def finding(self, environment: Mapping[str, str] | None = None) -> Finding:
        return find(self, environment or {})


def own_workers(mib: int) -> Callable[[], Usage]:
    """Return a usage by which everything that this test started takes so much of a GPU."""
    return lambda: Usage(mib, dict.fromkeys(own_processes(), mib))


def everybody_so_far(mib: int) -> Callable[[], Usage]:
    """Return a usage by which what this test started still takes so much of a GPU when it has ended."""
    ids = set[int]()

    def usage() -> Usage:
        ids.update(own_processes())
        return Usage(mib, dict.fromkeys(ids, mib))

    return usage


def make_nodes(folder: Path) -> Path:
    """Make the nodes of six GPUs in a folder that everybody may read: files that hold their own names."""
    folder.chmod(0o755)
    (folder / "dev" / "nvidia-caps").mkdir(parents=True)
    names = ["nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset"]
    names += [f"nvidia{number}" for number in range(6)]
    names += [f"nvidia-caps/nvidia-cap{number}" for number in (1, 2, 66, 67, 75, 76)]
    for name in names:
        (folder / "dev" / name).write_text(name)
        (folder / "dev" / name).chmod(0o666)
    minors = folder / "proc/driver/nvidia-caps/mig-minors"
    minors.parent.mkdir(parents=True)
    lines = ["config 1", "monitor 2", "gpu3/gi7/access 66", "gpu3/gi7/ci0/access 67"]
    minors.write_text("\n".join([*lines, "gpu3/gi8/access 75", "gpu3/gi8/ci0/access 76", ""]))
    return folder


@pytest.fixture
def root() -> Iterator[Path]:
    """Give a folder with the nodes of six GPUs."""
    with TemporaryDirectory(prefix="nodes-") as folder:
        yield make_nodes(Path(folder))


@pytest.fixture
def parts(root: Path) -> Callable[[Device], Parts]:
    """Give what of a stand-in GPU a sandbox is shown."""
    return lambda device: Parts(nodes_of(device, root))


def slot_on(device: Device, parts: Callable[[Device], Parts], memory_mib: int = 4096) -> GpuSlot:
    """Return a slot on a stand-in GPU."""
    return GpuSlot(device, memory_mib, memory_mib, parts(device))


# As little of PyTorch as is needed to see that its limit is set, before a submission, in the worker alone.
TORCH = """
import os
import threading

FOUND = os.environ["CUDA_VISIBLE_DEVICES"].split(",")
SERVER = os.getpid()
LIMITS = []
NAMES = []


class OutOfMemoryError(RuntimeError):
    pass


class cuda:
    OutOfMemoryError = OutOfMemoryError

    @staticmethod
    def device_count():
        return len(FOUND)

    @staticmethod
    def set_per_process_memory_fraction(fraction, device):
        number = device if device is not None else 0
        if os.path.exists("/dev/nvidiactl"):  # all this is what CUDA does when it starts
            os.close(os.open("/dev/nvidiactl", os.O_RDWR))
        os.close(os.memfd_create("cuda"))
        named = threading.Thread(target=name_itself)
        named.start()
        named.join()
        LIMITS.append((fraction, number, len(NAMES)))


def name_itself():
    with open(f"/proc/self/task/{threading.get_native_id()}/comm", "w") as file:
        file.write("cuda")
    NAMES.append("cuda")
"""


@pytest.fixture(scope="session")
def torch() -> Iterator[Package]:
    """Give a stand-in for PyTorch, as a package that a sandbox can show."""
    with TemporaryDirectory(prefix="torch-") as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "torch.py").write_text(TORCH)
        yield Package("torch", "0", Path(folder), ("torch.py",))


Serve: TypeAlias = Callable[..., ForkServer]


@pytest.fixture(scope="module")
def serve(torch: Package) -> Iterator[Serve]:
    """Give what starts a fork server on a stand-in GPU; all of them end with the module."""
    servers: list[ForkServer] = []

    def start(
        slot: GpuSlot | None, level: Level = Level.FULL, watch: DeviceWatch | None = None
    ) -> ForkServer:
        if absent := missing(level):
            pytest.skip("missing here: " + ", ".join(wall.name for wall in absent))
        spec = ServerSpec(level, ("torch",), (*closure(["numpy"]), torch), backend="torch", gpu=slot)
        servers.append(ForkServer(spec, 1, watch=watch))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def submission(source: str, name: str = "ada") -> Submission:
    """Return a submission of one file."""
    file = SubmittedFile("code.py", textwrap.dedent(source).encode())
    return Submission(name, (file,), "code.py", f"sha256:{name}")
