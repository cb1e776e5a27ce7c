"""Which models a submission builds and fits, in order, and what with: kept in mind while its file runs."""

from __future__ import annotations

import functools
import inspect
import sys
import types
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from autograder.wire.models import MAX_FITS, FitSeen
from autograder.worker.shims.fitted import (
    Print,
    has_at_an_end,
    labels_of,
    listed,
    print_of,
    seen_of,
    told,
)
from autograder.worker.shims.hooks import Change

_MOST_KEPT = 10_000
_MOST_PRINTS = 32
_DATASETS = ("keras.datasets.", "keras.src.datasets.", "keras._tf_keras.keras.datasets.")


class Fit(NamedTuple):
    """A call of `fit`: of which model, what it saw, and the print of its validation data."""

    model: weakref.ref[Any]
    seen: FitSeen
    validation: Print | None


class Watch:
    """The models that were built and fitted. Of those that are gone nothing is kept but the last fitted."""

    def __init__(self) -> None:
        self._built: list[weakref.ref[Any]] = []
        self._fitted: list[weakref.ref[Any]] = []
        self._compiled: list[weakref.ref[Any]] = []
        self._last: Any = None
        self._fits: list[Fit] = []
        self._tests: list[Print] = []
        self._evaluated: list[Print] = []
        self._is_inside = False

    def changes(self) -> Sequence[tuple[str, Change]]:
        """Return what to change once Keras was imported."""
        return (("keras", self._change),)

    @property
    def fitted(self) -> list[Any]:
        """The models that were fitted, the last one at the end."""
        return [model for each in self._fitted if (model := each()) is not None]

    @property
    def compiled(self) -> list[Any]:
        """The models that were compiled, the last one at the end."""
        return [model for each in self._compiled if (model := each()) is not None]

    def place_of(self, model: Any) -> int:
        """Return a number that is higher the later a model was built; -1 where that was not seen."""
        return max((at for at, each in enumerate(self._built) if each() is model), default=-1)

    def fits_of(self, model: Any) -> list[FitSeen]:
        """Return the calls of `fit` of a model; where there were none, those of others."""
        own = [each for each in self._fits if each.model() is model]
        fits = (own or self._fits)[-MAX_FITS:]
        return [self._with_validation(each, of_this_model=bool(own)) for each in fits]

    def keep_test_set(self, x: Any, y: Any) -> None:
        """Keep in mind what the test set of a data set looks like; not the data."""
        found = print_of(x, y)
        is_new = found is not None and not any(found.is_same(each) for each in self._tests)
        if found is not None and is_new and len(self._tests) < _MOST_PRINTS:
            self._tests.append(found)

    def _with_validation(self, fit: Fit, *, of_this_model: bool) -> FitSeen:
        seen = told(fit.seen, of_this_model=of_this_model)
        if fit.validation is None or seen.validation_is:
            return seen
        for which, prints in (("test", self._tests), ("evaluated", self._evaluated)):
            if any(fit.validation.is_same(each) for each in prints):
                return told(seen, validation_is=which)
        return seen

    def _change(self, keras: types.ModuleType) -> None:
        make, real_compile = keras.Model.__new__, keras.Model.compile
        real, real_evaluate = keras.Model.fit, keras.Model.evaluate
        of_fit, of_evaluate = inspect.signature(real), inspect.signature(real_evaluate)

        def __new__(cls: Any, *arguments: Any, **named: Any) -> Any:  # noqa: N807
            made = make(cls, *arguments, **named)
            if len(self._built) < _MOST_KEPT:
                self._built.append(weakref.ref(made))
            return made

        @functools.wraps(real_compile)
        def compile_(model: Any, *arguments: Any, **named: Any) -> Any:
            self._compiled = [each for each in self._compiled if each() not in (None, model)]
            self._compiled.append(weakref.ref(model))
            return real_compile(model, *arguments, **named)

        @functools.wraps(real)
        def fit(model: Any, *arguments: Any, **named: Any) -> Any:
            if self._is_inside:
                return real(model, *arguments, **named)
            self._fitted = [each for each in self._fitted if each() not in (None, model)]
            self._fitted.append(weakref.ref(model))
            self._last = model
            given = _tried(lambda: of_fit.bind(model, *arguments, **named).arguments) or {}
            seen = _tried(lambda: _look(model, given, self._tests))
            self._is_inside = True
            try:
                history = real(model, *arguments, **named)
            finally:
                self._is_inside = False
                self._keep(seen)
            if seen is not None:
                run = _tried(lambda: len(history.epoch))
                self._fits[-1] = seen._replace(seen=told(seen.seen, epochs_run=run))
            return history

        @functools.wraps(real_evaluate)
        def evaluate(model: Any, *arguments: Any, **named: Any) -> Any:
            if not self._is_inside:
                given = _tried(lambda: of_evaluate.bind(model, *arguments, **named).arguments) or {}
                found = print_of(given.get("x"), given.get("y"))
                if found is not None and len(self._evaluated) < _MOST_PRINTS:
                    self._evaluated.append(found)
            return real_evaluate(model, *arguments, **named)

        keras.Model.__new__ = staticmethod(functools.wraps(make)(__new__))
        # Keras compiles no model that it loads whose class has a `compile` of its own.
        owner = next(each for each in keras.Model.__mro__ if "compile" in vars(each))
        owner.compile = compile_
        keras.Model.fit = fit
        keras.Model.evaluate = evaluate
        self._watch_data_sets()

    def _keep(self, fit: Fit | None) -> None:
        if fit is not None:
            self._fits = [*self._fits[-4 * MAX_FITS :], fit]

    def _watch_data_sets(self) -> None:
        """Have the test sets of `keras.datasets` be known again: whatever loads them stays as it is."""
        watched: dict[int, Callable[..., Any]] = {}
        for name, module in list(sys.modules.items()):
            load = getattr(module, "load_data", None) if name.startswith(_DATASETS) else None
            if load is not None:
                module.load_data = watched.setdefault(id(load), self._watching(load))  # type: ignore[attr-defined]

    def _watching(self, load: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(load)
        def load_data(*arguments: Any, **named: Any) -> Any:
            loaded = load(*arguments, **named)
            _tried(lambda: self.keep_test_set(*loaded[1]))
            return loaded

        return load_data


def _look(model: Any, given: Mapping[str, Any], tests: Sequence[Print]) -> Fit:
    """Return what a call of `fit` is given. None of it is changed, and no stream is drawn from."""
    x, y = given.get("x"), given.get("y")
    inputs, targets = listed(x), listed(y)
    if y is None and hasattr(x, "element_spec"):  # of a tf.data.Dataset: pairs
        inputs, targets = listed(x, at=0), listed(x, at=1)
    validation = given.get("validation_data")
    share = given.get("validation_split") or 0.0
    validation_x, validation_y = validation, None
    if isinstance(validation, tuple | list) and len(validation) > 1:
        validation_x, validation_y = validation[:2]
    validated = print_of(validation_x, validation_y)
    trained = None if validated is None else print_of(x, y)
    is_training = validated is not None and trained is not None and validated.is_same(trained)
    seen = FitSeen(
        of_this_model=True,
        x=[seen_of(each) for each in inputs],
        y=[seen_of(each) for each in targets],
        labels=[labels_of(each, inputs) for each in targets],
        epochs_asked=max(0, int(given.get("epochs", 1)) - int(given.get("initial_epoch", 0))),
        batch_size=_count(given.get("batch_size")),
        steps_per_epoch=_count(given.get("steps_per_epoch")),
        validation="data" if validation is not None else "split" if share else "",
        validation_split=float(share),
        validation_x=[seen_of(each) for each in listed(validation_x)],
        validation_is="training" if is_training else "",
        has_test_set=any(has_at_an_end(x, y, each) for each in tests),
    )
    return Fit(weakref.ref(model), seen.cut(), validated)


def _count(value: Any) -> int | None:
    return None if value is None else int(value)


def _tried(look: Callable[[], Any]) -> Any:
    """Return what is seen; None where looking raises: a submission goes on as if nobody had looked."""
    try:
        return look()
    except Exception:  # whatever a type of the submission's own raises
        return None
