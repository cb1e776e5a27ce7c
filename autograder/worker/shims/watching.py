"""Which models a submission builds and fits, in order: kept in mind while its file runs."""

from __future__ import annotations

import functools
import types
import weakref
from collections.abc import Sequence
from typing import Any

from autograder.worker.shims.hooks import Change

_MOST_KEPT = 10_000


class Watch:
    """The models that were built and fitted. Of those that are gone nothing is kept but the last fitted."""

    def __init__(self) -> None:
        self._built: list[weakref.ref[Any]] = []
        self._fitted: list[weakref.ref[Any]] = []
        self._last: Any = None

    def changes(self) -> Sequence[tuple[str, Change]]:
        """Return what to change once Keras was imported."""
        return (("keras", self._change),)

    @property
    def fitted(self) -> list[Any]:
        """The models that were fitted, the last one at the end."""
        return [model for each in self._fitted if (model := each()) is not None]

    def place_of(self, model: Any) -> int:
        """Return a number that is higher the later a model was built; -1 where that was not seen."""
        return max((at for at, each in enumerate(self._built) if each() is model), default=-1)

    def _change(self, keras: types.ModuleType) -> None:
        make, real = keras.Model.__new__, keras.Model.fit

        def __new__(cls: Any, *arguments: Any, **named: Any) -> Any:  # noqa: N807
            made = make(cls, *arguments, **named)
            if len(self._built) < _MOST_KEPT:
                self._built.append(weakref.ref(made))
            return made

        @functools.wraps(real)
        def fit(model: Any, *arguments: Any, **named: Any) -> Any:
            self._fitted = [each for each in self._fitted if each() not in (None, model)]
            self._fitted.append(weakref.ref(model))
            self._last = model
            return real(model, *arguments, **named)

        keras.Model.__new__ = staticmethod(functools.wraps(make)(__new__))
        keras.Model.fit = fit
