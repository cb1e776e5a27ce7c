"""The level `container`: what a sandbox contains, gathered in a folder instead of a mount namespace.

Entries are symbolic links where the worker's user id can reach what they point to, and hard links or
copies where it cannot, as with an interpreter in root's own home. Landlock then allows exactly them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what makes a layout needs packages that students may not have
    from autograder.sandbox.layout import Bind, Layout

SCRATCH = "scratch"
_RIGHTS = 0o700


@dataclass(frozen=True)
class Staged:
    """A layout on the disk."""

    executable: str
    readable: tuple[str, ...]
    scratch: Path


def stage(layout: Layout, folder: Path, uid: int | None) -> Staged:
    """Lay out a sandbox in `folder`, with a scratch folder that belongs to `uid`."""
    folder.chmod(0o755)
    readable: list[str] = []
    tops = set()  # not the folder itself: the scratch folder is in it, and what is readable may be executed
    masked = _masked_files(layout)
    for bind in layout.binds:
        if bind.target == str(bind.source):  # a system library: already in its place
            readable.append(bind.target)
            continue
        target = folder / bind.target.lstrip("/")
        tops.add(str(folder / target.relative_to(folder).parts[0]))
        target.parent.mkdir(parents=True, exist_ok=True)
        masks = [mask for mask in layout.masks if mask.target.startswith(f"{bind.target}/")]
        is_whole = not any(path.is_relative_to(bind.source.resolve()) for path in masked)
        if is_whole and (uid is None or reachable(bind.source)):
            target.symlink_to(bind.source)
            readable.append(str(bind.source))
        else:
            left_out = [*layout.hidden, *(mask.target for mask in masks)]
            _copy(bind, target, [Path(path) for path in left_out])
        for mask in masks:
            shutil.copyfile(mask.source, folder / mask.target.lstrip("/"))
            (folder / mask.target.lstrip("/")).chmod(0o644)
    scratch = folder / SCRATCH
    scratch.mkdir(mode=_RIGHTS)
    if uid is not None:
        os.chown(scratch, uid, uid)
    return Staged(f"{folder}{layout.executable}", (*sorted(tops), *readable), scratch)


def empty(folder: Path) -> None:
    """Empty the scratch folder of a staged layout. No process that could change it meanwhile is left.

    However deep it is: folders are lifted to the top one after the other, so that neither a recursion
    nor the length of a path can end it.

    Raises:
        OSError: If something cannot be removed; the scratch folder must not be used again.
    """
    scratch = folder / SCRATCH
    _unmark(scratch)
    secret = secrets.token_hex(16)  # a name that nobody can have put in the way
    lifted = 0
    while entries := list(os.scandir(scratch)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                Path(entry.path).unlink()
                continue
            for inner in os.scandir(entry.path):
                if inner.is_dir(follow_symlinks=False):
                    lifted += 1
                    Path(inner.path).rename(scratch / f".lifted-{secret}-{lifted}")
                else:
                    Path(inner.path).unlink()
            Path(entry.path).rmdir()


def _unmark(scratch: Path) -> None:
    """Take from the scratch folder itself what its owner may change: rights, attributes, times."""
    scratch.chmod(_RIGHTS)
    for name in _attributes(scratch):
        os.removexattr(scratch, name, follow_symlinks=False)
    os.utime(scratch, (0.0, 0.0))


def _attributes(path: Path) -> list[str]:
    try:
        return os.listxattr(path, follow_symlinks=False)
    except OSError as error:
        if error.errno == errno.ENOTSUP:  # this file system has none
            return []
        raise


def remove(folder: Path) -> None:
    """Remove a staged layout from the disk."""
    with contextlib.suppress(OSError):
        empty(folder)
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)


def reachable(path: Path) -> bool:
    """Return whether any user may read a path, and pass through every folder above it."""
    resolved = path.resolve()
    return bool(resolved.stat().st_mode & stat.S_IROTH) and all(
        parent.stat().st_mode & stat.S_IXOTH for parent in resolved.parents
    )


def _masked_files(layout: Layout) -> list[Path]:
    """Return where the files are that masks stand for: who may read a folder may read all that is in it."""
    return [
        bind.source.resolve() / mask.target.removeprefix(f"{bind.target}/")
        for mask in layout.masks
        for bind in layout.binds
        if mask.target.startswith(f"{bind.target}/")
    ]


def _copy(bind: Bind, target: Path, left_out: list[Path]) -> None:
    """Copy a bind, by hard links where they can be made, but for some paths of the sandbox in it."""
    source = bind.source.resolve()
    if source.is_file():
        _link(str(source), str(target))
        return
    covered = {
        source / path.relative_to(bind.target) for path in left_out if path.is_relative_to(bind.target)
    }

    def ignore(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if Path(folder, name) in covered}

    shutil.copytree(source, target, symlinks=True, ignore=ignore, copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
