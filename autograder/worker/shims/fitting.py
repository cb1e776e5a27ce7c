"""`model.fit` under the assignment's budget: as it is written, shortened, or skipped."""

from __future__ import annotations

import functools
import inspect
import time
import types
from collections.abc import Callable, Sequence
from typing import Any

from autograder.wire.surroundings import Surroundings
from autograder.worker.shims.hooks import Change
from autograder.worker.shims.notes import Notes


def changes(surroundings: Surroundings, notes: Notes) -> Sequence[tuple[str, Change]]:
    """Return what to change once Keras was imported; nothing where training runs as it is written."""
    if surroundings.fit == "run":
        return ()

    def change(module: types.ModuleType) -> None:
        real = module.Model.fit
        is_skipped = surroundings.fit == "skip"
        fit = _skipping(module, real, notes) if is_skipped else _shortening(module, real, surroundings, notes)
        module.Model.fit = functools.wraps(real)(fit)

    return (("keras", change),)


def _shortening(
    keras: types.ModuleType, real: Callable[..., Any], surroundings: Surroundings, notes: Notes
) -> Callable[..., Any]:
    parameters = inspect.signature(real)

    class Budget(keras.callbacks.Callback):  # type: ignore[misc,name-defined]
        """Ends the training after the batch or the epoch that passes the budget."""

        def __init__(self) -> None:
            super().__init__()
            self.ends = time.monotonic() + surroundings.seconds
            self.done = 0
            self.was_long = False

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            """Look at the clock."""
            if time.monotonic() > self.ends:
                self.model.stop_training = self.was_long = True

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            """Count."""
            self.done += 1

    def fit(self: Any, *arguments: Any, **named: Any) -> Any:
        given = parameters.bind(self, *arguments, **named).arguments
        first, asked = given.get("initial_epoch", 0), given.get("epochs", 1)
        given["epochs"] = min(asked, first + surroundings.epochs)
        budget = Budget()
        before = given.get("callbacks")
        if isinstance(before, keras.callbacks.CallbackList):
            before.append(budget)
        else:
            listed = list(before) if isinstance(before, list | tuple) else [before] if before else []
            given["callbacks"] = [*listed, budget]
        history = real(**given)
        if budget.was_long:
            notes.add(
                f"model.fit ended after its {surroundings.seconds:g} s: epochs asked {asked - first}, "
                f"run {budget.done}"
            )
        elif given["epochs"] < asked:
            notes.add(f"model.fit was shortened: epochs asked {asked - first}, run {budget.done}")
        return history

    return fit


def _skipping(keras: types.ModuleType, real: Callable[..., Any], notes: Notes) -> Callable[..., Any]:
    parameters = inspect.signature(real)

    def fit(self: Any, *arguments: Any, **named: Any) -> Any:
        given = parameters.bind(self, *arguments, **named).arguments
        asked = given.get("epochs", 1) - given.get("initial_epoch", 0)
        notes.add(f"model.fit was skipped: epochs asked {asked}, run 0; its history is empty")
        history = keras.callbacks.History()
        history.set_model(self)
        history.epoch, history.params = [], {"epochs": 0, "steps": 0, "verbose": 0}
        names = ["loss", *_metrics_of(self)]
        if given.get("validation_data") is not None or given.get("validation_split"):
            names += [f"val_{name}" for name in names]
        history.history = {name: [] for name in names}
        return history

    return fit


def _metrics_of(model: Any) -> list[str]:
    """Return what the history calls the metrics that a model was compiled with."""
    compiled = getattr(model, "_compile_metrics", None)
    asked = getattr(compiled, "_user_metrics", None) or []
    if isinstance(asked, dict):
        asked = list(asked.values())
    names: list[str] = []
    for each in asked:
        for metric in each if isinstance(each, list | tuple) else [each]:
            found = metric if isinstance(metric, str) else getattr(metric, "name", None)
            names.append(str(found or getattr(metric, "__name__", "metric")))
    return names
