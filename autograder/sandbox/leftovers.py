"""Temporary folders whose grader is gone: one that was killed with SIGKILL could not take its own away.

Each is marked with its owner as soon as it is made. What is removed is a folder of this name and of this
user, with a marker of this user's in it, of a process of this boot and this process namespace that runs no
more, and of whose workers none is left; or an empty one that is old, whose grader was killed before it could
mark it. Anything else is left alone.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from autograder.sandbox import staging

PREFIX = "autograder-"
MARKER = ".owner.json"
_NAME = re.compile(rf"{PREFIX}[a-z0-9_]{{8}}")
_MOST_BYTES = 4096
_OLD_SECONDS = 3600.0
_PROC = Path("/proc")


class Owner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose a folder is.

    Attributes:
        pid: The process.
        started: When it started, in the kernel's ticks since the boot.
        namespace: The process namespace in which it has this id.
        boot: The boot of the machine.
    """

    pid: int
    started: int
    namespace: str
    boot: str


def make_folder() -> Path:
    """Return a new temporary folder, marked as this process's own."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    owner = _this_process()
    if owner is not None:
        descriptor = os.open(folder / MARKER, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(owner))
    return folder


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a new folder that is removed in the end, else by the next grader."""
    remove_leftovers()
    folder = make_folder()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(folder: Path | None = None) -> list[Path]:
    """Remove temporary folders of graders that are gone; return them.

    Args:
        folder: Where they are; else where temporary files are kept.
    """
    here = _this_process()
    if here is None:
        return []
    found = []
    with contextlib.suppress(OSError), os.scandir(folder or tempfile.gettempdir()) as entries:
        found = [Path(entry.path) for entry in entries if _NAME.fullmatch(entry.name)]
    left = [path for path in found if _is_left(path, here)]
    for path in left:
        if (path / staging.SCRATCH).is_dir() and (path / staging.SCRATCH).stat().st_uid != os.geteuid():
            staging.remove(path)
        else:  # its workers may be this user's, and not all gone: nothing but what cannot be led astray
            shutil.rmtree(path, ignore_errors=True)
    for path in filter(_is_old_and_unmarked, found):
        with contextlib.suppress(OSError):
            path.rmdir()  # as long as it is empty: nothing of anybody's can be lost
    return [path for path in found if not path.exists()]


def _is_left(folder: Path, here: Owner) -> bool:
    try:
        about = folder.lstat()
        owner = _owner_of(folder) if stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid() else None
        if owner is None or (owner.namespace, owner.boot) != (here.namespace, here.boot):
            return False
        if _started(owner.pid) == owner.started:
            return False
        scratch = folder / staging.SCRATCH
        uid = scratch.lstat().st_uid if scratch.exists() else os.geteuid()
        return uid == os.geteuid() or not _has_processes(uid)
    except OSError:
        return False


def _is_old_and_unmarked(folder: Path) -> bool:
    try:
        about = folder.lstat()
        is_old = time.time() - about.st_mtime > _OLD_SECONDS
        is_own = stat.S_ISDIR(about.st_mode) and about.st_uid == os.geteuid()
        return is_own and is_old and not any(folder.iterdir())
    except OSError:
        return False


def _owner_of(folder: Path) -> Owner | None:
    """Return whose a folder is, by a marker that is a plain file of this user's."""
    descriptor = os.open(folder / MARKER, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid():
            return None
        try:
            return msgspec.json.decode(file.read(_MOST_BYTES), type=Owner)
        except msgspec.DecodeError:
            return None


def _this_process() -> Owner | None:
    """Return this process; None where the system does not tell, or has no owners of files."""
    if not hasattr(os, "geteuid"):
        return None
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        namespace = str((_PROC / "self/ns/pid").readlink())
    except OSError:
        return None
    started = _started(os.getpid())
    return (
        None if started is None else Owner(pid=os.getpid(), started=started, namespace=namespace, boot=boot)
    )


def _started(pid: int) -> int | None:
    """Return when a process started; None where there is none, or it has ended and is only not reaped yet."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def _has_processes(uid: int) -> bool:
    """Return whether a process runs under a user id."""
    for path in _PROC.glob(
        "[0-9]*/status"
    ):  # not its owner there, which is root where it may not be looked at
        with contextlib.suppress(OSError):
            found = re.search(r"^Uid:((?:\s+\d+)+)$", path.read_text("utf-8", "replace"), re.MULTILINE)
            if found is not None and str(uid) in found[1].split():
                return True
    return False
