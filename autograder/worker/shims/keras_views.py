"""What Keras draws and logs for people to look at: nothing, where the package for it is not installed."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import PathFinder
from typing import Any

from autograder.worker.shims.hooks import Change
from autograder.worker.shims.notes import Notes

NO_LOGS = "TensorBoard wrote no logs: it is not installed, and nobody looks at them while work is graded"
NO_DRAWING = "plot_model drew nothing: pydot is not installed, which costs nothing"
_WRITERS = ("audio", "histogram", "image", "scalar", "text")  # what `tf.summary` takes from TensorBoard
_DRAWERS = ("plot_model", "model_to_dot")


def changes(notes: Notes) -> Sequence[tuple[str, Change]]:
    """Return what to change once Keras was imported."""

    def change(module: types.ModuleType) -> None:
        if PathFinder.find_spec("tensorboard") is None:
            _silence(module.callbacks.TensorBoard, module.callbacks.Callback, notes)
        if PathFinder.find_spec("pydot") is None:
            _draw_nothing(module, notes)

    return (("keras", change),)


def modules(notes: Notes) -> Mapping[str, Change]:
    """Return what fills the module of TensorBoard that TensorFlow looks for, by its name."""

    def fill(module: types.ModuleType) -> None:
        vars(module).update(dict.fromkeys(_WRITERS, _noting(lambda *_, **__: False, NO_LOGS, notes)))

    return {"tensorboard.summary.v2": fill}


def _silence(callback: Any, silent: Any, notes: Notes) -> None:
    """Have a callback do what its base class does, which is nothing."""
    for name in [each for each in vars(callback) if each.startswith("on_")]:
        setattr(callback, name, getattr(silent, name))
    callback.set_model = _noting(silent.set_model, NO_LOGS, notes)


def _draw_nothing(keras: types.ModuleType, notes: Notes) -> None:
    """Have Keras' functions that draw a model return nothing, under each name that they have."""
    real = [getattr(keras.utils, name) for name in _DRAWERS]
    nothing = _noting(lambda *_, **__: None, NO_DRAWING, notes)
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "keras":
            for drawer in _DRAWERS:
                if vars(module).get(drawer) in real:
                    setattr(module, drawer, nothing)


def _noting(function: Callable[..., Any], said: str, notes: Notes) -> Callable[..., Any]:
    @functools.wraps(function)
    def noting(*arguments: Any, **named: Any) -> Any:
        notes.add(said)
        return function(*arguments, **named)

    return noting
