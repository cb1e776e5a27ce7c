"""Starting the process of a fork server: inside bubblewrap, or from a staged folder."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from autograder.sandbox import bubblewrap, cgroups, leftovers, staging
from autograder.sandbox.devices.choosing import GpuSlot, Parts
from autograder.sandbox.devices.inside import environment_for, share_of
from autograder.sandbox.ids import is_root, unused_id
from autograder.sandbox.inside import (
    DATA,
    DEVICES,
    DRIVER,
    GRADER,
    HOME,
    PACKAGES,
    PYTHON,
    SCRATCH,
    USER_HOME,
)
from autograder.sandbox.layout import Layout, layout
from autograder.sandbox.level import Level
from autograder.sandbox.packages import Package
from autograder.sandbox.seccomp_filter import build
from autograder.wire.control import Start

_ENVIRONMENT = {
    "USER": "student",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    # Huge pages where memory is large, for Python's own objects too: a fork then copies a fifth of the page
    # tables, and is twice as fast; so is its end.
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "PYTHONMALLOC": "malloc",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "MPLBACKEND": "Agg",
}
# TensorFlow ends the process where it cannot read its own command line. Of other processes nothing is shown.
_OF_PROC = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo")
_DRIVER_OF_PROC = "/proc/driver/nvidia"
_WORKER_WALLS = {
    Level.FULL: ("namespaces", "landlock", "seccomp", "limits"),
    Level.CONTAINER: ("landlock", "seccomp", "limits"),
}


@dataclass(frozen=True)
class ServerSpec:
    """What a fork server is to be.

    Attributes:
        level: `full` or `container`.
        preload: Modules to import once.
        packages: What can be imported inside.
        without: Walls to leave out, for tests that show what each is for: ``bubblewrap`` and ``uid``
            of the launcher, and those of the worker.
        notebooks: Whether to have what runs notebooks ready.
        data: The assignment's data folder, if it has one.
        masked: Files of packages that nobody may read inside.
        backend: Of Keras.
        gpu: The slot on a GPU that it is for, if it is.
    """

    level: Level
    preload: tuple[str, ...]
    packages: tuple[Package, ...]
    without: frozenset[str] = frozenset()
    notebooks: bool = False
    data: Path | None = None
    masked: tuple[str, ...] = ()
    backend: str = "tensorflow"
    gpu: GpuSlot | None = None


@dataclass(frozen=True)
class Launched:
    """A process that is about to be a fork server, and the first message it must get.

    ``folder`` is what it put on the disk, if anything.
    """

    process: subprocess.Popen[bytes]
    start: Start
    folder: Path | None


def launch(spec: ServerSpec, controls: Sequence[int], complaints: IO[bytes]) -> Launched:
    """Start the process of a fork server.

    Args:
        spec: What it is to be.
        controls: The descriptors of its control sockets.
        complaints: Where its own output goes.
    """
    uid = unused_id() if is_root() and "uid" not in spec.without else None
    if spec.level is Level.FULL and "bubblewrap" not in spec.without:
        return _in_bubblewrap(spec, controls, complaints, uid)
    return _in_staged_folder(spec, controls, complaints, uid)


def _in_bubblewrap(
    spec: ServerSpec, controls: Sequence[int], complaints: IO[bytes], uid: int | None
) -> Launched:
    contents = _layout(spec)
    environment = {
        **_ENVIRONMENT,
        **environment_for(spec.backend, spec.gpu),
        "PATH": f"{PYTHON}/bin",
        "LD_LIBRARY_PATH": _libraries(spec),
        "HOME": USER_HOME,
        "TMPDIR": SCRATCH[1],
        "MPLCONFIGDIR": SCRATCH[1],
    }
    inside = bubblewrap.inside_arguments(contents, environment, from_targets=uid is not None)
    server = bubblewrap.server_command(contents.executable, controls)
    with contextlib.ExitStack() as files:
        arguments = _arguments_file(files, inside)
        descriptors = [*controls, arguments]
        command = ["--args", str(arguments), "--", *server]
        path = bubblewrap.find()
        if uid is None:
            command = [path, *command]
        else:
            around = _arguments_file(files, bubblewrap.around_arguments(contents, path))
            descriptors.append(around)
            become = bubblewrap.as_user(contents.executable, uid)
            command = [path, "--args", str(around), "--", *become, *command]
        # The interpreter that changes the user id needs its library; on the machine the path is not there.
        process = _start(command, {"LD_LIBRARY_PATH": f"{PYTHON}/lib"}, descriptors, complaints)
    readable = [*{bind.target for bind in contents.binds}, f"{PYTHON}/lib", PACKAGES, "/proc"]
    nodes = [node.target for node in contents.nodes]
    return Launched(process, _message(spec, readable, list(SCRATCH), HOME, DATA, nodes), None)


def _in_staged_folder(
    spec: ServerSpec, controls: Sequence[int], complaints: IO[bytes], uid: int | None
) -> Launched:
    leftovers.remove_leftovers()
    folder = leftovers.make_folder()
    contents = _layout(spec)
    staged = staging.stage(contents, folder, uid)
    environment = {
        **_ENVIRONMENT,
        **environment_for(spec.backend, spec.gpu),
        **dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), str(staged.scratch)),
        "PATH": str(Path(staged.executable).parent),
        "LD_LIBRARY_PATH": _libraries(spec, str(folder)),
    }
    command = bubblewrap.server_command(
        staged.executable, controls, grader=f"{folder}{GRADER}", packages=f"{folder}{PACKAGES}"
    )
    process = _start(command, environment, controls, complaints, uid)
    home = str(staged.scratch / "submission")
    readable = [*staged.readable, *_OF_PROC, *([_DRIVER_OF_PROC] if spec.gpu else [])]
    scratch, data = [str(staged.scratch)], f"{folder}{DATA}"
    nodes = [str(node.source) for node in contents.nodes]
    return Launched(process, _message(spec, readable, scratch, home, data, nodes), folder)


def _layout(spec: ServerSpec) -> Layout:
    parts = spec.gpu.parts if spec.gpu else Parts(())
    return layout(spec.packages, spec.data, spec.masked, parts.nodes, parts.libraries)


def _libraries(spec: ServerSpec, root: str = "") -> str:
    """Return where the dynamic linker looks first: Python's own library, and the driver's."""
    driver = [f"{root}{DRIVER}"] if spec.gpu and spec.gpu.parts.libraries else []
    return ":".join([f"{root}{PYTHON}/lib", *driver])


def _message(
    spec: ServerSpec, readable: list[str], scratch: list[str], home: str, data: str, nodes: list[str]
) -> Start:
    walls = [wall for wall in _WORKER_WALLS[spec.level] if wall not in spec.without]
    bounded = not cgroups.missing(cgroups.own_group())
    apart = spec.level is Level.FULL
    has_gpu = spec.gpu is not None
    program = b""
    if "seccomp" in walls:
        program = build(memory_is_bounded=bounded, is_namespaced=apart, has_gpu=has_gpu)
    return Start(
        list(spec.preload),
        walls,
        program,
        readable,
        scratch,
        list(DEVICES),
        home,
        spec.notebooks,
        data if spec.data is not None else "",
        nodes,
        share_of(spec.backend, spec.gpu) if spec.gpu else None,
    )


def _start(
    command: Sequence[str],
    environment: Mapping[str, str],
    descriptors: Sequence[int],
    complaints: IO[bytes],
    uid: int | None = None,
) -> subprocess.Popen[bytes]:
    as_user: dict[str, Any] = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
    return subprocess.Popen(
        command,
        env=environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=complaints,
        stderr=complaints,
        pass_fds=tuple(descriptors),
        start_new_session=True,
        **as_user,
    )


def _arguments_file(files: contextlib.ExitStack, arguments: Sequence[str]) -> int:
    """Return a descriptor from which bubblewrap reads its arguments, so that no process list shows them."""
    file = files.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    file.write(b"".join(os.fsencode(argument) + b"\0" for argument in arguments))
    file.seek(0)
    return file.fileno()
