"""The command line without any wall, for what the walls cost: only for submissions of one's own."""

from __future__ import annotations

from typing import Any

from autograder.cli.main import main
from autograder.runners.local import LocalRunner

# All of one user, workers end each other: one at a time. Root's own user id would end everything.
WALLS = frozenset({"bubblewrap", "namespaces", "landlock", "seccomp", "limits"})


def _take_down() -> None:
    """Have every runner leave out what can be left out; the fork server and the wire stay the same."""
    make = LocalRunner.__init__

    def made(runner: LocalRunner, *given: Any, **named: Any) -> None:
        make(runner, *given, **named, without=WALLS)

    LocalRunner.__init__ = made  # type: ignore[method-assign]


if __name__ == "__main__":
    _take_down()
    main()
