"""`model.fit` under a budget: as it is written, shortened, or skipped; and how it went."""

from __future__ import annotations

import contextlib
import functools
import inspect
import time
import types
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from autograder.wire.surroundings import Surroundings
from autograder.wire.trained import MAX_EPOCHS, Ended, Epoch, FitRun, epoch_of
from autograder.wire.training import Budget
from autograder.worker.shims.hooks import Change
from autograder.worker.shims.notes import Notes
from autograder.worker.telling import Teller

_MOST = 2**40


class Left:
    """What is left of a budget: of one `fit`, or of all of them.

    Args:
        budget: What there is.
    """

    def __init__(self, budget: Budget) -> None:
        self.epochs = budget.epochs
        self.steps = budget.steps or _MOST
        self.seconds = budget.seconds
        self.ends = time.monotonic() + budget.seconds


class Fits:
    """The calls of `fit`: what they may take, and of each model how the last one went.

    Args:
        teller: Gets to know each epoch; nobody where it is left out.
    """

    def __init__(self, teller: Teller | None = None) -> None:
        self.teller = teller
        self._shared: Left | None = None
        self._done: list[tuple[weakref.ref[Any], FitRun]] = []

    def of(self, model: Any) -> FitRun | None:
        """Return how the last `fit` of a model went; None where there was none."""
        return next((run for each, run in reversed(self._done) if each() is model), None)

    def telling(self, id: int) -> contextlib.AbstractContextManager[None]:  # noqa: A002
        """Let epochs be told that end meanwhile, as part of the request of this id."""
        return contextlib.nullcontext() if self.teller is None else self.teller.about(id)

    @contextlib.contextmanager
    def under(self, budget: Budget) -> Iterator[Left]:
        """Have all that is fitted meanwhile share a budget, in the place of what the assignment says."""
        before, self._shared = self._shared, Left(budget)
        try:
            yield self._shared
        finally:
            self._shared = before

    def changes(self, surroundings: Surroundings, notes: Notes) -> Sequence[tuple[str, Change]]:
        """Return what to change once Keras was imported; nothing where training runs as it is written."""
        if surroundings.fit == "run":
            return ()

        def change(module: types.ModuleType) -> None:
            real = module.Model.fit
            shorten = _shortening(module, real, self)
            skip = _skipping(module, real, notes)

            def fit(model: Any, *arguments: Any, **named: Any) -> Any:
                if self._shared is not None:
                    return shorten(model, arguments, named, self._shared, None)
                if surroundings.fit == "skip":
                    return skip(model, arguments, named)
                budget = Budget(surroundings.epochs, surroundings.steps, surroundings.seconds)
                return shorten(model, arguments, named, Left(budget), notes)

            module.Model.fit = functools.wraps(real)(fit)

        return (("keras", change),)

    def keep(self, model: Any, run: FitRun) -> None:
        """Keep how a `fit` went."""
        self._done = [each for each in self._done if (kept := each[0]()) is not None and kept is not model]
        self._done.append((weakref.ref(model), run.cut()))


def _shortening(
    keras: types.ModuleType, real: Callable[..., Any], fits: Fits
) -> Callable[[Any, Sequence[Any], Mapping[str, Any], Left, Notes | None], Any]:
    parameters = inspect.signature(real)

    class Bound(keras.callbacks.Callback):  # type: ignore[misc,name-defined]
        """Ends the training after the batch or the epoch that passes the budget, and keeps its curve.

        It looks at the clock where a batch begins: at its end Keras would wait for it, and read its metrics.
        """

        def __init__(self, left: Left, of: int) -> None:
            super().__init__()
            self.left, self.of = left, of
            self.began = time.monotonic()
            self.number = fits.teller.next_fit() if fits.teller is not None else 0
            self.curve: list[Epoch] = []
            self.done = self.steps = 0
            self.ended: Ended = ""

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002
            """Look at the clock, and count; the last batch is one that begins."""
            self.steps += 1
            self.left.steps -= 1
            if time.monotonic() > self.left.ends:
                self._end("seconds")
            elif self.left.steps <= 0:
                self._end("steps")

        def _end(self, why: Ended) -> None:
            self.model.stop_training, self.ended = True, why

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            """Keep what the epoch came to, and tell it."""
            self.done += 1
            self.left.epochs -= 1
            numbers = _numbers(logs)
            if len(self.curve) < MAX_EPOCHS:
                self.curve.append(epoch_of(numbers))
            if fits.teller is not None:
                seconds = time.monotonic() - self.began
                fits.teller.tell(self.number, self.done, self.of, seconds, numbers)

    def fit(
        model: Any, arguments: Sequence[Any], named: Mapping[str, Any], left: Left, notes: Notes | None
    ) -> Any:
        given = parameters.bind(model, *arguments, **named).arguments
        first, asked = given.get("initial_epoch", 0), given.get("epochs", 1)
        wanted = min(asked - first, max(0, left.epochs))
        given["epochs"] = first + wanted
        bound = Bound(left, wanted)
        before = given.get("callbacks")
        if isinstance(before, keras.callbacks.CallbackList):
            before.append(bound)
        else:
            listed = list(before) if isinstance(before, list | tuple) else [before] if before else []
            given["callbacks"] = [*listed, bound]
        try:
            history = real(**given)
        except BaseException:
            bound.steps = max(0, bound.steps - 1)  # the last batch has begun, and has changed nothing
            raise
        finally:
            is_short = bound.done >= wanted < asked - first
            ended = bound.ended or ("epochs" if is_short else "")
            seconds = time.monotonic() - bound.began
            asked_for = max(0, min(asked - first, _MOST))
            run = FitRun(asked_for, bound.done, bound.steps, seconds, ended, bound.curve)
            fits.keep(model, run)
        if notes is not None:
            _note(notes, run, left)
        return history

    return fit


def _note(notes: Notes, run: FitRun, left: Left) -> None:
    asked = f"epochs asked {run.asked}, run {run.run}"
    if run.ended == "seconds":
        notes.add(f"model.fit ended after its {left.seconds:g} s: {asked}")
    elif run.ended == "steps":
        notes.add(f"model.fit ended after its {run.steps} steps: {asked}")
    elif run.ended == "epochs":
        notes.add(f"model.fit was shortened: {asked}")


def _numbers(logs: object) -> list[tuple[str, float]]:
    """Return what of an epoch's logs is a number."""
    found = []
    for name, value in logs.items() if isinstance(logs, Mapping) else ():
        with contextlib.suppress(Exception):  # a metric of the student's own
            found.append((str(name), float(value)))
    return found


def _skipping(
    keras: types.ModuleType, real: Callable[..., Any], notes: Notes
) -> Callable[[Any, Sequence[Any], Mapping[str, Any]], Any]:
    parameters = inspect.signature(real)

    def fit(model: Any, arguments: Sequence[Any], named: Mapping[str, Any]) -> Any:
        given = parameters.bind(model, *arguments, **named).arguments
        asked = given.get("epochs", 1) - given.get("initial_epoch", 0)
        notes.add(f"model.fit was skipped: epochs asked {asked}, run 0; its history is empty")
        history = keras.callbacks.History()
        history.set_model(model)
        history.epoch, history.params = [], {"epochs": 0, "steps": 0, "verbose": 0}
        names = ["loss", *_metrics_of(model)]
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
