"""Who calls: the submission, or an installed package, which gets what it would get without all this."""

from __future__ import annotations

import sys
import sysconfig
from functools import cache
from pathlib import Path

import numpy as np

_OWN = Path(__file__).resolve().parents[2]
_NOT_THE_SUBMISSIONS = (
    sysconfig.get_path("stdlib"),
    str(Path(np.__file__).resolve().parents[1]),  # where packages are
    str(Path(np.__file__).parents[1]),
    str(_OWN),
    "<frozen ",
    "<__array_function__",
)


def is_submission(depth: int = 1) -> bool:
    """Return whether the code that called the caller of this is the submission's.

    Args:
        depth: How many frames further up to look.
    """
    return _is_own(sys._getframe(depth + 1).f_code.co_filename)


@cache
def _is_own(file: str) -> bool:
    return not file.startswith(_NOT_THE_SUBMISSIONS) and "site-packages" not in file
