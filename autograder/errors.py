"""What goes wrong on our side of the trust line.

A student's mistake is never an exception here: it is an observation, and ends as feedback. These are
faults of the setting, the machine or the toolkit. They are reported, and never turned into a score.

AutograderError
├── ConfigError        an assignment's file, or a command's arguments, are wrong       exit code 2
├── SandboxError       a wall could not be raised, or the sandbox did not start        exit code 3
│   ├── WallsMissing   this machine lacks what the level asks for                      exit code 3
│   └── GpuMissing     a GPU that is needed or asked for is not there, or in use       exit code 3
├── SeedMissing        a graded run in CI has no secret seed                           exit code 3
├── ForkServerLost     the fork server ended; what ran in it is graded again           exit code 3
└── Unreadable         a submission cannot be read at all; its row says why
"""

from __future__ import annotations


class AutograderError(Exception):
    """A fault that no student caused. ``exit_code`` is what a command ends with."""

    exit_code = 3


class ConfigError(AutograderError):
    """Something a person wrote, a file or an argument, is not what is expected."""

    exit_code = 2


class SandboxError(AutograderError):
    """A wall could not be raised, or the sandbox did not start."""


class WallsMissing(SandboxError):
    """This machine lacks walls that the level asks for."""


class GpuMissing(SandboxError):
    """A GPU that a check needs, or that a person asked for, is not there or is used by others."""


class SeedMissing(AutograderError):
    """A graded run in CI has no secret seed to draw hidden cases under."""


class ForkServerLost(AutograderError):
    """The fork server ended while a worker of it was needed."""


class Unreadable(AutograderError):
    """A submission cannot be read; the message says what was expected and what is there."""
