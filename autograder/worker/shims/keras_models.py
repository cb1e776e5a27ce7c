"""Methods of models, arguments of `fit`, and names in the history, as they were in Keras 1 and 2."""

from __future__ import annotations

import functools
import math
import types
from collections.abc import Callable
from typing import Any

from autograder.worker.shims.notes import Notes

ARGUMENTS = {
    "nb_epoch": "epochs",
    "samples_per_epoch": "steps_per_epoch",
    "val_samples": "steps",
    "nb_val_samples": "validation_steps",
    "generator": "x",
}
DROPPED = (
    *("workers", "use_multiprocessing", "max_queue_size", "max_q_size", "nb_worker", "pickle_safe"),
    *("show_accuracy", "class_mode", "sample_weight_mode", "target_tensors"),
)
GENERATORS = {"fit_generator": "fit", "evaluate_generator": "evaluate", "predict_generator": "predict"}
_METRICS_WERE = 2  # among the arguments of `compile`; today those are the weights of losses
HISTORY = {"acc": "accuracy", "val_acc": "val_accuracy", "accuracy": "acc", "val_accuracy": "val_acc"}


def change(keras: types.ModuleType, notes: Notes) -> None:
    """Have models take the old names."""
    model = keras.Model
    for name in ("fit", "evaluate", "predict", "compile"):
        # Where it is defined: Keras compiles no model that it loads whose class has a `compile` of its own.
        owner = next(each for each in model.__mro__ if name in vars(each))
        setattr(owner, name, _taking(name, getattr(model, name), notes))
    for old, new in GENERATORS.items():
        if not hasattr(model, old):
            setattr(model, old, _renamed(old, new, notes))
    for name, method in (("predict_proba", _predict_proba), ("predict_classes", _predict_classes)):
        if not hasattr(model, name):
            setattr(model, name, _noted(f"model.{name} is gone since Keras 2.6", method, notes))


def _taking(name: str, real: Callable[..., Any], notes: Notes) -> Callable[..., Any]:
    @functools.wraps(real)
    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        for old in [each for each in named if each in ARGUMENTS or each in DROPPED]:
            value = named.pop(old)
            if old in DROPPED:
                notes.add(f"model.{name}({old}=…) is of an older Keras: it was left out here")
                continue
            new = ARGUMENTS[old]
            if old in ("samples_per_epoch", "val_samples"):  # they counted samples, not batches
                batches = named.get("x", arguments[0] if arguments else None)
                value = math.ceil(value / (getattr(batches, "batch_size", None) or 1))
            named[new] = value
            if old != "generator":
                notes.add(f"model.{name}({old}=…) is of an older Keras: it worked here as {new}")
        if name == "compile":
            arguments = _metrics_third(arguments, named, notes)
        elif arguments:
            arguments = (_batches(arguments[0], name, notes), *arguments[1:])
        elif "x" in named:
            named["x"] = _batches(named["x"], name, notes)
        found = real(self, *arguments, **named)
        if name == "fit" and hasattr(found, "history"):
            found.history = History(found.history, notes)
        return found

    return method


def _metrics_third(arguments: tuple[Any, ...], named: dict[str, Any], notes: Notes) -> tuple[Any, ...]:
    """Return the arguments of `compile` without metrics in the third place, which are given by name."""
    if len(arguments) != _METRICS_WERE + 1 or "metrics" in named:  # with more, it is not sure which are meant
        return arguments
    given = arguments[_METRICS_WERE]
    first = given[0] if isinstance(given, list | tuple) and given else given
    if not isinstance(first, str) and not hasattr(first, "update_state"):
        return arguments
    named["metrics"] = given if isinstance(given, list | tuple) else [given]
    notes.add("model.compile(optimizer, loss, metrics) is of an older Keras: it worked here as metrics=…")
    return arguments[:_METRICS_WERE]


def _batches(x: Any, name: str, notes: Notes) -> Any:
    """Return a generator in the place of another iterator, such as a `zip` of two: Keras 3 takes no other."""
    if not hasattr(x, "__next__") or hasattr(x, "__getitem__") or isinstance(x, types.GeneratorType):
        return x
    if type(x).__module__ not in ("builtins", "itertools"):
        return x
    notes.add(f"model.{name} takes no {type(x).__name__} since Keras 3: it worked here as a generator")
    return (each for each in x)


def _renamed(old: str, new: str, notes: Notes) -> Callable[..., Any]:
    parameters = {
        "fit_generator": (
            "x",
            "steps_per_epoch",
            "epochs",
            "verbose",
            "callbacks",
            "validation_data",
            "validation_steps",
        ),
        "evaluate_generator": ("x", "steps"),
        "predict_generator": ("x", "steps"),
    }[old]

    def method(self: Any, *arguments: Any, **named: Any) -> Any:
        notes.add(f"model.{old} is gone since Keras 3: it worked here as model.{new}")
        return getattr(self, new)(**dict(zip(parameters, arguments, strict=False)), **named)

    method.__name__ = old
    return method


def _noted(said: str, method: Callable[..., Any], notes: Notes) -> Callable[..., Any]:
    @functools.wraps(method)
    def noted(*arguments: Any, **named: Any) -> Any:
        notes.add(f"{said}: it worked here by model.predict")
        return method(*arguments, **named)

    return noted


def _predict_proba(self: Any, x: Any, batch_size: int | None = None, verbose: int = 0) -> Any:
    return self.predict(x, batch_size=batch_size, verbose=verbose)


def _predict_classes(self: Any, x: Any, batch_size: int | None = None, verbose: int = 0) -> Any:
    found = self.predict(x, batch_size=batch_size, verbose=verbose)
    return found.argmax(axis=-1) if found.shape[-1] > 1 else (found > 0.5).astype("int32")


class History(dict[str, Any]):
    """A history that also knows the accuracy by the name that another version of Keras gave it."""

    def __init__(self, found: dict[str, Any], notes: Notes) -> None:
        super().__init__(found)
        self._notes = notes

    def __missing__(self, key: str) -> Any:
        now = HISTORY.get(key)
        if now is None or now not in self:
            raise KeyError(key)
        self._notes.add(f"history[{key!r}] has another name in this Keras: it worked here as {now!r}")
        return self[now]
