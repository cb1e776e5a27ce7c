"""Other graders' notebooks: `otter` and `okpy`, where they are not installed, check nothing."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

from autograder.worker.shims.hooks import Change
from autograder.worker.shims.notes import Notes

_OF_OTTER = ("check", "check_all", "export", "submit", "add_plugin_files")
_OF_OK = ("grade", "grade_all", "score", "auth", "submit", "backup")


def modules(notes: Notes) -> Mapping[str, Change]:
    """Return what fills their modules, by name."""
    return {
        "otter": _filling("otter-grader", _OF_OTTER, notes),
        "client.api.notebook": _filling("okpy", _OF_OK, notes),
    }


def _filling(grader: str, methods: tuple[str, ...], notes: Notes) -> Change:
    def say_nothing(*_: Any, **__: Any) -> None:
        notes.add(f"the tests of {grader} did not run: your work is graded without them")

    def fill(module: types.ModuleType) -> None:
        members: dict[str, Callable[..., Any]] = dict.fromkeys(methods, say_nothing)
        vars(module)["Notebook"] = type("Notebook", (_Notebook,), dict(members))

    return fill


class _Notebook:
    """What such a notebook makes at its top; it has the grader's own methods, which do nothing."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Take whatever it is made of."""
