"""Published holes of bubblewrap and Keras, and which of them the versions here have.

A version alone does not tell everything: distributions mend an old bubblewrap without changing its number.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

_TRY_SECONDS = 10.0
_FIRST = "0"


class Advisory(msgspec.Struct, frozen=True):
    """A published hole.

    Attributes:
        product: ``bubblewrap`` or ``keras``.
        names: What it is called, by those who publish.
        ranges: The versions that have it: from the first, up to but without the second.
        what: What it allows.
        here: What it means for grading.
        is_of_setuid: Whether only a program with the setuid bit has it.
    """

    product: str
    names: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...]
    what: str
    here: str
    is_of_setuid: bool = False


class Finding(msgspec.Struct, frozen=True):
    """An advisory that concerns a version that is installed here."""

    product: str
    installed: str
    names: tuple[str, ...]
    fixed_in: str
    what: str
    here: str


_SETUP = "what is bound is the toolkit's own choice, before a byte of a submission is there; still, update"
_SETUID = "take the setuid bit off: user namespaces need none"
_INSIDE = "models are loaded in a worker only, behind the walls; still, update"


def _of_keras(fixed_in: str, what: str, *names: str, since: str = "3.0.0") -> Advisory:
    return Advisory("keras", names, ((since, fixed_in),), what, _INSIDE)


ADVISORIES = (
    Advisory(
        "bubblewrap",
        ("CVE-2026-87766", "GHSA-pxhw-h44j-8pfx"),
        ((_FIRST, "0.12.0"),),
        "while a sandbox is set up, a link on the way to a target may lead out of it",
        _SETUP,
    ),
    Advisory(
        "bubblewrap",
        ("CVE-2026-41163",),
        (("0.11.0", "0.11.2"),),
        "with the setuid bit, whoever runs it can make overlay mounts",
        _SETUID,
        is_of_setuid=True,
    ),
    Advisory(
        "bubblewrap",
        ("CVE-2020-5291", "GHSA-j2qp-rvxj-43vj"),
        (("0.4.0", "0.4.1"),),
        "with the setuid bit, whoever runs it can become root",
        _SETUID,
        is_of_setuid=True,
    ),
    Advisory(
        "bubblewrap",
        ("CVE-2019-12439",),
        ((_FIRST, "0.3.3"),),
        "without XDG_RUNTIME_DIR, it mounts on a folder in /tmp that others can make first",
        "other users of the machine can disturb grading; update",
    ),
    _of_keras(
        "3.9.0",
        "a .keras file runs code in spite of safe_mode",
        "CVE-2025-1550",
        "GHSA-48g7-3x6r-xfhp",
    ),
    _of_keras(
        "3.11.0",
        "a .keras file runs code in spite of safe_mode",
        "CVE-2025-8747",
        "GHSA-c9rc-mg46-23w3",
    ),
    _of_keras(
        "3.11.0",
        "a .keras file turns safe_mode off",
        "CVE-2025-9906",
        "GHSA-36fq-jgmw-4r9c",
    ),
    _of_keras("3.11.3", "an .h5 file is loaded without safe_mode", "CVE-2025-9905", "GHSA-36rr-ww3j-vrjv"),
    _of_keras(
        "3.11.3",
        "a .keras file runs code in spite of safe_mode",
        "CVE-2025-49655",
        since="3.11.0",
    ),
    _of_keras("3.12.0", "a .keras file reads files of the machine", "CVE-2025-12058", "GHSA-mq84-hjqx-cwf2"),
    _of_keras("3.12.0", "an archive writes outside its folder", "CVE-2025-12060", "GHSA-28jp-44vh-q42h"),
    Advisory(
        "keras",
        ("CVE-2026-0897", "GHSA-xfhx-r7ww-5995"),
        (("3.0.0", "3.12.1"), ("3.13.0", "3.13.2")),
        "a weights file that claims a huge shape takes all memory",
        _INSIDE,
    ),
    _of_keras("3.13.2", "a .keras file reads files of the machine", "CVE-2026-1669", "GHSA-3m4q-jmj6-r34q"),
    _of_keras(
        "3.13.2",
        "a .keras file loads a SavedModel in spite of safe_mode",
        "CVE-2026-1462",
        "GHSA-4f3f-g24h-fr8m",
    ),
    _of_keras("3.14.0", "an archive writes outside its folder", "GHSA-hqp4-2352-xf5r"),
    _of_keras(
        "3.15.1",
        "Lambda.from_config runs code where safe_mode is not set",
        "CVE-2026-12481",
        since="3.14.0",
    ),
)


def concerning(product: str, installed: str, *, is_setuid: bool = False) -> tuple[Advisory, ...]:
    """Return the advisories that concern a version.

    >>> [advisory.names[0] for advisory in concerning("bubblewrap", "0.11.1")]
    ['CVE-2026-87766']
    >>> concerning("keras", "3.15.1")
    ()
    """
    number = _number(installed)
    return tuple(
        advisory
        for advisory in ADVISORIES
        if advisory.product == product
        and (is_setuid or not advisory.is_of_setuid)
        and any(_number(first) <= number < _number(fixed) for first, fixed in advisory.ranges)
    )


def look() -> tuple[Finding, ...]:
    """Return the advisories that concern what is installed here."""
    return tuple(_findings())


def _findings() -> Iterator[Finding]:
    for product, installed, is_setuid in _installed():
        for advisory in concerning(product, installed, is_setuid=is_setuid):
            number = _number(installed)
            fixed_in = next(fixed for _, fixed in advisory.ranges if number < _number(fixed))
            yield Finding(product, installed, advisory.names, fixed_in, advisory.what, advisory.here)


def _installed() -> Iterator[tuple[str, str, bool]]:
    """Yield what is installed of the products: its name, its version, whether it has the setuid bit."""
    if (path := shutil.which("bwrap")) is not None:
        try:
            done = subprocess.run(
                [path, "--version"], capture_output=True, text=True, check=True, timeout=_TRY_SECONDS
            )
            yield "bubblewrap", done.stdout.split()[-1], bool(Path(path).stat().st_mode & stat.S_ISUID)
        except (OSError, subprocess.SubprocessError, IndexError):
            pass  # that it does not run is told as a missing wall
    with contextlib.suppress(PackageNotFoundError):
        yield "keras", version("keras"), False


def _number(text: str) -> tuple[int, ...]:
    """Return the numbers that a version begins with, as many as are compared."""
    found = [int(part) for part in re.findall(r"\d+", text)[:3]]
    return tuple(found + [0] * (3 - len(found)))
