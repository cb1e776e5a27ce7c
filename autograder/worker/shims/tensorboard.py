"""TensorBoard: where it is not installed, what writes its logs writes none, and says so."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import PathFinder
from typing import Any

from autograder.worker.shims.hooks import Change
from autograder.worker.shims.notes import Notes

NOTE = "TensorBoard wrote no logs: it is not installed, and nobody looks at them while work is graded"
_WRITERS = ("audio", "histogram", "image", "scalar", "text")  # what `tf.summary` takes from there


def changes(notes: Notes) -> Sequence[tuple[str, Change]]:
    """Return what to change once Keras was imported: its callback needs the package to write anything."""

    def change(module: types.ModuleType) -> None:
        callback = module.callbacks.TensorBoard
        if PathFinder.find_spec("tensorboard") is not None:
            return
        silent = module.callbacks.Callback
        for name in [each for each in vars(callback) if each.startswith("on_")]:
            setattr(callback, name, getattr(silent, name))
        callback.set_model = _noting(silent.set_model, notes)

    return (("keras", change),)


def modules(notes: Notes) -> Mapping[str, Change]:
    """Return what fills the modules of the package that TensorFlow looks for, by name."""

    def fill(module: types.ModuleType) -> None:
        vars(module).update(dict.fromkeys(_WRITERS, _noting(_write_nothing, notes)))

    return {"tensorboard.summary.v2": fill}


def _noting(function: Callable[..., Any], notes: Notes) -> Callable[..., Any]:
    @functools.wraps(function)
    def noting(*arguments: Any, **named: Any) -> Any:
        notes.add(NOTE)
        return function(*arguments, **named)

    return noting


def _write_nothing(*_: Any, **__: Any) -> bool:
    """Return that nothing was written."""
    return False
