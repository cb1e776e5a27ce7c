"""What `import autograder` gives inside a worker: a module whose `check` does nothing.

A student may leave ``autograder.check("conv2d")`` in the file that is handed in. Nothing of the toolkit is
importable for that: the module stands in the package's place, and holds nothing but this.
"""

from __future__ import annotations

import functools
import sys
import types
from typing import Any

NAME = "autograder"
SAID = "autograder.check does nothing while your work is graded"


class NothingChecked:
    """What `check` returns here: it looks as if all were right, and says that nothing was checked."""

    passed = True
    feedback = None

    def __repr__(self) -> str:
        return SAID


def install() -> None:
    """Put the stand-in in the place of the package, whose modules that are imported already go on."""
    module = types.ModuleType(NAME, SAID)
    vars(module)["check"] = _check
    sys.modules[NAME] = module


@functools.cache
def _say() -> None:
    print(SAID)  # noqa: T201  # the student reads it among what the work has printed


def _check(*_: Any, **__: Any) -> NothingChecked:
    _say()
    return NothingChecked()
