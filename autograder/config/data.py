"""The folder of data that an assignment gives its submissions to read: where it is, and its digest."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from autograder.errors import ConfigError

_NOT_FOR_STUDENTS = {"grading_configs", "problems", "reference", "results"}
_SECRET = (".cases", "report.json", "held_back.npz")


def check_data(course: Path, file: Path, data: str) -> None:
    """Refuse a data folder that is not there, or that could hold what students may not see.

    Args:
        course: The course's folder.
        file: The assignment's file, for the message.
        data: What it says; empty where there is no data.

    Raises:
        ConfigError: If so.
    """
    if not data:
        return
    where = f"{file}: data"
    folder = course / data
    if not folder.is_dir():
        raise ConfigError(f"{where}: expected a folder, from {course}; there is none at {folder}")
    if data.split("/", maxsplit=1)[0] in _NOT_FOR_STUDENTS:
        raise ConfigError(
            f"{where}: expected a folder that every submission may read; received {data}, which holds what "
            "is not for students"
        )
    if folder.resolve() != course.resolve() / data:
        raise ConfigError(f"{where}: expected a folder inside the course; received {data}, a link")


def data_digest(folder: Path | None) -> str | None:
    """Return the digest of all files of a data folder, by name and content; None where there is none.

    Raises:
        ConfigError: If something in it is no plain file, cannot be read in a sandbox, or is a secret.
    """
    if folder is None:
        return None
    digest = hashlib.sha256()
    for path in data_files(folder):
        name = path.relative_to(folder).as_posix().encode()
        digest.update(len(name).to_bytes(8, "little") + name)
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return "sha256:" + digest.hexdigest()


def data_files(folder: Path, *, is_copied: bool = False) -> Iterator[Path]:
    """Return the files of a data folder, in the order of their names.

    Args:
        folder: The folder.
        is_copied: Whether they are to be copied, so that it does not matter who may read them here.

    Raises:
        ConfigError: If something in it is no plain file, cannot be read in a sandbox, or is a secret.
    """
    # Root's sandboxes run under a user id that owns nothing.
    needed = stat.S_IROTH if getattr(os, "geteuid", lambda: 1)() == 0 and not is_copied else 0
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise ConfigError(f"{path}: expected plain files in a data folder; received a link or a device")
        if path.name.endswith(_SECRET):
            raise ConfigError(
                f"{path}: expected what every submission may read; this is of a results folder, or held back"
            )
        if needed and not mode & needed:
            raise ConfigError(f"{path}: expected a file that every user may read: chmod -R a+rX {folder}")
        if stat.S_ISREG(mode):
            yield path
