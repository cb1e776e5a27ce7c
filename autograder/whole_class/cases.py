"""Hidden cases: drawn once under a secret seed, then frozen in a file that every regrade uses.

A frozen file's name ends in a digest of its content. It is used again for as long as the seed and the
problem's own code are the same, so that an upgrade of NumPy changes nobody's cases.
"""

from __future__ import annotations

import hashlib
import hmac
import inspect
import os
import secrets
import struct
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from autograder.errors import ConfigError
from autograder.problems.problem import Case, Problem
from autograder.wire.values import Encoded, WireError, decode_value, encode_value

SEED_VARIABLE = "AUTOGRADER_SEED"
SEED_BYTES = 16
_LENGTH = struct.Struct("<Q")


class _FrozenCase(msgspec.Struct, frozen=True, array_like=True):
    group: str
    title: str
    inputs: list[tuple[str, Encoded]]
    is_degenerate: bool
    as_tensors: bool = False


class _FrozenDraw(msgspec.Struct, frozen=True):
    """A draw: ``key`` tells under which seed, and by which code, it was made."""

    problem: str
    key: str
    cases: list[_FrozenCase]


def read_seed(folder: Path, file: Path | None = None) -> bytes:
    """Return the secret seed: from a file, from the environment, or from the results folder.

    The folder's own is made the first time, readable by its owner alone.

    Raises:
        ConfigError: If what is there is no seed of 32 hexadecimal digits.
    """
    if file is not None:
        return _read_seed(file)
    if SEED_VARIABLE in os.environ:
        return _parse_seed(os.environ[SEED_VARIABLE], f"the environment variable {SEED_VARIABLE}")
    path = folder / "seed"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write_secret(path, path.with_suffix(".tmp"), secrets.token_hex(SEED_BYTES).encode() + b"\n")
    return _read_seed(path)


def is_seed_given(file: Path | None = None) -> bool:
    """Return whether the seed comes from a file or the environment, not from the results folder."""
    return file is not None or SEED_VARIABLE in os.environ


def has_lost_its_seed(folder: Path, file: Path | None = None) -> bool:
    """Return whether a results folder has reports, but not the seed that their hidden cases came from."""
    return not is_seed_given(file) and not (folder / "seed").exists() and any(folder.glob("*/report.json"))


def seed_check(seed: bytes) -> str:
    """Return what tells whether a seed is the same, and nothing else of it."""
    return hmac.digest(seed, b"results folder", "sha256")[:8].hex()


def keyed_integer(seed: bytes, what: str) -> int:
    """Return a 63-bit integer that only who knows the seed can predict."""
    return int.from_bytes(hmac.digest(seed, what.encode(), "sha256")[:8], "little") >> 1


def draw(problem: Problem, seed: bytes, folder: Path) -> tuple[Sequence[Case], str]:
    """Return the hidden cases of a problem, and the digest of the file in which they are frozen."""
    key = hmac.digest(seed, f"{problem.name}\n{_code_digest(problem)}".encode(), "sha256").hex()
    for path in sorted(folder.glob(f"{problem.name}-*.cases")):
        data = path.read_bytes()
        if path.name != _file_name(problem.name, data):
            raise ConfigError(f"{path}: expected the content that its name is the digest of; it was changed")
        frozen, buffers = _thaw(path, data)
        if frozen.key == key:
            return _cases(frozen, buffers), _digest(data)
    rng = np.random.default_rng(keyed_integer(seed, f"cases {problem.name}"))
    data = _freeze(problem.name, key, problem.draw(rng))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _file_name(problem.name, data)
    _write_secret(path, path.with_suffix(f".{os.getpid()}.tmp"), data)
    frozen, buffers = _thaw(path, data)
    return _cases(frozen, buffers), _digest(data)


def kept(problem: str, digests: str, folder: Path) -> Sequence[Case]:
    """Return the frozen cases that a report names, whatever the problem would draw today.

    Args:
        problem: The problem, by name.
        digests: What the report says: the digests of all problems' cases.
        folder: Where they are frozen.

    Raises:
        ConfigError: If they are not there, or were changed.
    """
    for path in folder.glob(f"{problem}-*.cases"):
        data = path.read_bytes()
        if _digest(data) in digests.split():
            return _cases(*_thaw(path, data))
    raise ConfigError(
        f"expected the hidden cases of {problem} in {folder}, as they were drawn; they are gone"
    )


def _code_digest(problem: Problem) -> str:
    source = inspect.getsource(inspect.getmodule(problem.draw) or problem.draw)
    return hashlib.sha256(source.encode()).hexdigest()


def _freeze(name: str, key: str, cases: Sequence[Case]) -> bytes:
    buffers: list[bytes] = []
    frozen = [
        _FrozenCase(
            case.group,
            case.title,
            [(argument, encode_value(value, buffers)) for argument, value in case.inputs.items()],
            case.is_degenerate,
            case.as_tensors,
        )
        for case in cases
    ]
    header = msgspec.msgpack.encode(_FrozenDraw(name, key, frozen))
    return _LENGTH.pack(len(header)) + header + b"".join(buffers)


def _thaw(path: Path, data: bytes) -> tuple[_FrozenDraw, bytes]:
    try:
        (length,) = _LENGTH.unpack_from(data)
        end = _LENGTH.size + length
        return msgspec.msgpack.decode(data[_LENGTH.size : end], type=_FrozenDraw), data[end:]
    except (struct.error, msgspec.DecodeError, WireError) as error:
        raise ConfigError(f"{path}: expected frozen cases; {error}") from None


def _cases(frozen: _FrozenDraw, buffers: bytes) -> list[Case]:
    return [
        Case(
            case.group,
            {name: decode_value(value, buffers) for name, value in case.inputs},
            case.title,
            case.is_degenerate,
            case.as_tensors,
        )
        for case in frozen.cases
    ]


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _file_name(problem: str, data: bytes) -> str:
    return f"{problem}-{hashlib.sha256(data).hexdigest()[:16]}.cases"


def _write_secret(path: Path, temporary: Path, data: bytes) -> None:
    """Write a file whole or not at all, readable by its owner alone, whatever lay under its names before."""
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(data)
    temporary.replace(path)


def _read_seed(file: Path) -> bytes:
    try:
        return _parse_seed(file.read_text("utf-8"), str(file))
    except OSError as error:
        raise ConfigError(f"expected a seed file that can be read; {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigError(
            f"expected a seed of 32 or more hexadecimal digits in {file}; it is no text"
        ) from None


def _parse_seed(text: str, where: str) -> bytes:
    digits = text.strip()
    try:
        seed = bytes.fromhex(digits)
    except ValueError:
        seed = b""
    if len(seed) < SEED_BYTES:
        raise ConfigError(
            f"expected a seed of 32 or more hexadecimal digits in {where}; received {len(digits)} characters"
        )
    return seed
