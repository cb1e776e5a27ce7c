"""Where a replay lies: a script and a copy of the submission, written anew each time."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from autograder.errors import ConfigError
from autograder.whole_class.explaining import Explanation
from autograder.whole_class.replay import replay_script

REPLAY = "replay"
_FRESH = ".replay-"


def write_replay(student: Path, explanation: Explanation) -> Path:
    """Write the script and the submission's files; return the script's path.

    All of it goes into a fresh folder, which then takes the place of an earlier one. Links are not followed:
    what they lead to stays as it is.

    Args:
        student: The student's folder among the results.
        explanation: The case.
    """
    if student.is_symlink():
        raise ConfigError(f"expected a folder of autograder grade; {student} is a link")
    for left in student.glob(_FRESH + "*"):  # by an explanation that was stopped
        _remove(left)
    name = f"{explanation.check.name}.py"
    fresh = Path(tempfile.mkdtemp(prefix=_FRESH, dir=student))
    try:
        for file in explanation.submission.files:
            target = fresh / "new" / "submission" / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, bytes(file.data))
        _write(fresh / "new" / name, replay_script(explanation, name).encode())
        place = student / REPLAY
        if os.path.lexists(place):
            place.rename(fresh / "old")
        (fresh / "new").rename(place)
    finally:
        _remove(fresh)
    return place / name


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
