"""A kit on the disk: written anew, or over an earlier one of the same assignment without touching what a
student has changed.

``kit.json`` keeps the digest of every file as the kit wrote it. A file that is another by now is somebody's
work, and stays.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from autograder.authoring.kits.kit import Kit
from autograder.errors import ConfigError

MANIFEST = "kit.json"
SCHEMA = "autograder/kit/v1"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a kit has written."""

    schema: str
    assignment: str
    versions: dict[str, str]
    config_digest: str
    files: dict[str, str]


@dataclass(frozen=True)
class Written:
    """What became of a kit's files; each list by path from the kit's folder.

    Attributes:
        new: They were not there.
        replaced: They were as the earlier kit had written them.
        unchanged: They were so already.
        kept: They differ from what the earlier kit wrote, and were left alone.
        removed: The earlier kit had written them, and this one has them no more.
    """

    new: tuple[str, ...]
    replaced: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]


def write_kit(kit: Kit, folder: Path) -> Written:
    """Write a kit.

    Raises:
        ConfigError: If the folder is no folder, or holds something else than a kit of this assignment.
    """
    earlier = _earlier(kit.slug, folder)
    found: dict[str, list[str]] = {"new": [], "replaced": [], "unchanged": [], "kept": [], "removed": []}
    for path, data in kit.files.items():
        found[_fate(folder / path, _digest(data), earlier.get(path))].append(path)
    for path in earlier.keys() - kit.files.keys():
        fate = _fate(folder / path, "", earlier[path])
        if fate != "new":
            found["removed" if fate == "replaced" else "kept"].append(path)
    for path in (*found["new"], *found["replaced"]):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(kit.files[path])
    for path in found["removed"]:
        (folder / path).unlink()
    manifest = Manifest(
        schema=SCHEMA,
        assignment=kit.slug,
        versions=dict(kit.versions),
        config_digest=kit.config_digest,
        files={path: _digest(data) for path, data in kit.files.items()},
    )
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    return Written(**{fate: tuple(paths) for fate, paths in found.items()})


def _earlier(slug: str, folder: Path) -> Mapping[str, str]:
    """Return the digests of what an earlier kit has written in a folder; none where there is nothing."""
    if not folder.exists():
        return {}
    if not folder.is_dir():
        raise ConfigError(f"expected a folder for the kit; received the file {folder}")
    there = sorted(path.name for path in folder.iterdir())
    if not there:
        return {}
    expected = f"{folder}: expected an empty folder or an earlier kit of {slug}"
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise ConfigError(
            f"{expected}; received one with {_listed(there)}. Name a new folder, or empty this one"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{expected}; {MANIFEST} is damaged: {error}. Name a new folder") from None
    if (manifest.schema, manifest.assignment) != (SCHEMA, slug):
        raise ConfigError(
            f"{expected}; received a kit of {manifest.assignment} ({manifest.schema}). Name a new folder"
        )
    return {path: digest for path, digest in manifest.files.items() if _is_inside(path)}


def _fate(path: Path, digest: str, earlier: str | None) -> str:
    """Return what is to become of a file: by its content now, in this kit, and in the earlier one."""
    if not path.exists() and not path.is_symlink():
        return "new"
    now = _digest(path.read_bytes()) if path.is_file() and not path.is_symlink() else None
    if now == digest:
        return "unchanged"
    return "replaced" if earlier is not None and now == earlier else "kept"


def _is_inside(path: str) -> bool:
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts and "\\" not in path and ":" not in path


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
