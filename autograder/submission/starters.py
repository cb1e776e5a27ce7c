"""What was handed out to start from. Unchanged, it is nobody's answer while another file fits."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from autograder.errors import Unreadable
from autograder.submission.files import MAX_NOTEBOOK_BYTES
from autograder.submission.folders import read_file
from autograder.submission.forms import other_form


def starters(course: Path, slug: str, main: str) -> frozenset[str]:
    """Return the digests of an assignment's starter, as it was handed out; none where it has none.

    Args:
        course: The folder of the course, or of a students' kit, whose ``kit.json`` says how it was.
        slug: The assignment.
        main: The file that it asks for.
    """
    found, released = set(), _of_kit(course)
    for name in (main, other_form(main)):
        found.add(_digest(course / "assignments" / slug / "starter" / name))
        of_kit = _digest(course / "starter" / name)
        if of_kit == released.get(f"starter/{name}"):
            found.add(of_kit)
    return frozenset(found - {""})


def _digest(path: Path) -> str:
    """Return the digest of a file; nothing where there is none that can be read."""
    try:
        return hashlib.sha256(read_file(path, MAX_NOTEBOOK_BYTES)).hexdigest()
    except Unreadable:
        return ""


def _of_kit(folder: Path) -> dict[str, str]:
    """Return the digests of a kit's files as it wrote them."""
    try:
        files = json.loads(read_file(folder / "kit.json")).get("files")
    except (Unreadable, ValueError, AttributeError, RecursionError):
        return {}
    files = files if isinstance(files, dict) else {}
    return {name: text.removeprefix("sha256:") for name, text in files.items() if isinstance(text, str)}
