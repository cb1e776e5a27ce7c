"""Names of Matplotlib's styles after Seaborn, with a version since Matplotlib 3.6; each use is noted."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Sequence
from typing import Any

from autograder.worker.shims.hooks import Change
from autograder.worker.shims.notes import Notes

_OLD, _NEW = "seaborn", "seaborn-v0_8"


def changes(notes: Notes) -> Sequence[tuple[str, Change]]:
    """Return what to change once Matplotlib's styles were imported."""

    def change(module: types.ModuleType) -> None:
        def known(style: Any) -> Any:
            if isinstance(style, list | tuple):
                return [known(each) for each in style]
            new = style.replace(_OLD, _NEW, 1) if isinstance(style, str) and style.startswith(_OLD) else ""
            if style == new or new not in module.library or style in module.library:
                return style
            notes.add(f"the style {style} is gone since Matplotlib 3.8: it worked here as {new}")
            return new

        def by_known(real: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(real)
            def function(style: Any, *arguments: Any, **named: Any) -> Any:
                return real(known(style), *arguments, **named)

            return function

        vars(module).update(use=by_known(module.use), context=by_known(module.context))

    return (("matplotlib.style", change),)
