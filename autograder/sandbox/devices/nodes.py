"""What of one GPU a sandbox is shown: its device nodes, and the driver's libraries."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import GpuMissing
from autograder.sandbox.devices.device import Device

_SHARED = ("nvidiactl", "nvidia-uvm")
_OPTIONAL = ("nvidia-uvm-tools",)
# What CUDA opens by itself of the driver: the rest comes with the frameworks' own packages.
_LIBRARIES = (
    *("libcuda.so*", "libnvidia-ml.so*", "libnvidia-ptxjitcompiler.so*", "libnvidia-nvvm*.so*"),
    *("libnvidia-gpucomp.so*", "libnvidia-tileiras.so*", "libcudadebugger.so*"),
)
_MAIN_LIBRARY = "libcuda.so.1"
_KNOWN_FOLDERS = ("/usr/local/nvidia/lib64", "/run/opengl-driver/lib", "/usr/lib/nvidia", "/usr/lib64/nvidia")
_LDCONFIG = ("/sbin/ldconfig", "/usr/sbin/ldconfig", "ldconfig")
_IN_CACHE = re.compile(r"^\s*(\S+) \(([^)]*)\) => (.+)$", re.MULTILINE)
_TRY_SECONDS = 10.0


@dataclass(frozen=True)
class Node:
    """A device node of the machine, and where the sandbox shows it."""

    source: Path
    target: str


def nodes_of(device: Device, root: Path = Path("/")) -> tuple[Node, ...]:
    """Return the nodes of one GPU, or of one instance, and those that all of them share.

    Args:
        device: The device.
        root: The folder that holds ``dev`` and ``proc``.

    Raises:
        GpuMissing: If one is not there; the message says how it comes to be.
    """
    names = [*_SHARED, f"nvidia{device.minor}", *_capabilities(device, root)]
    names += [name for name in _OPTIONAL if (root / "dev" / name).exists()]
    found = [Node(root / "dev" / name, f"/dev/{name}") for name in names]
    if absent := [node.target for node in found if not node.source.exists()]:
        raise GpuMissing(
            f"{device.label}: expected the device nodes {', '.join(absent)}; they are not there. "
            "`nvidia-modprobe -u -c=0`, or one CUDA program run by root, makes them"
        )
    return tuple(found)


def _capabilities(device: Device, root: Path) -> Iterator[str]:
    """Return the nodes by which an instance may be used: of its GPU instance, and its compute instance."""
    if device.mig is None:
        return
    listing = root / "proc/driver/nvidia-caps/mig-minors"
    try:
        lines = [line.split() for line in listing.read_text().splitlines()]
    except OSError as error:
        raise GpuMissing(f"{device.label}: expected {listing}, which numbers its nodes; {error}") from None
    minors = {line[0]: line[1] for line in lines if len(line) == 2}
    instance = f"gpu{device.minor}/gi{device.mig.gpu_instance}"
    for name in (f"{instance}/access", f"{instance}/ci{device.mig.compute_instance}/access"):
        if not minors.get(name, "").isdecimal():
            raise GpuMissing(f"{device.label}: expected {name} in {listing}; it is not there")
        yield f"nvidia-caps/nvidia-cap{minors[name]}"


def driver_libraries(shown: Iterable[Path], folders: Iterable[Path] | None = None) -> tuple[Path, ...]:
    """Return the driver's libraries, by the names under which they are opened.

    Args:
        shown: Folders that a sandbox shows anyway: of what lies there, nothing is returned.
        folders: Where to look; where the dynamic linker looks, and in known places, if nothing is given.

    Raises:
        GpuMissing: If there is no libcuda.
    """
    looked = list(folders if folders is not None else _folders())
    home = next((folder for folder in looked if (folder / _MAIN_LIBRARY).exists()), None)
    if home is None:
        places = ", ".join(map(str, looked)) or "the dynamic linker's cache"
        raise GpuMissing(f"expected the driver's {_MAIN_LIBRARY}; it is not in {places}")
    if home.resolve() in {folder.resolve() for folder in shown}:
        return ()
    return tuple(sorted({path for pattern in _LIBRARIES for path in home.glob(pattern)}))


def _folders() -> list[Path]:
    """Return where 64-bit driver libraries may lie: what ldconfig says first, then known places."""
    found = [
        Path(path).parent for name, kind, path in _linker_cache() if name == _MAIN_LIBRARY and "64" in kind
    ]
    return [*dict.fromkeys(found), *map(Path, _KNOWN_FOLDERS)]


def _linker_cache() -> list[tuple[str, str, str]]:
    for command in _LDCONFIG:
        try:
            done = subprocess.run(
                [command, "-p"], check=True, capture_output=True, text=True, timeout=_TRY_SECONDS
            )
        except (OSError, subprocess.SubprocessError):
            continue
        return _IN_CACHE.findall(done.stdout)
    return []
