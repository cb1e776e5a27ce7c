"""What `fit` is given, looked at: ranges, the form of labels, and whether two sets of data are the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from autograder.wire.models import LOOKED_AT, DataSeen, FitSeen, LabelForm

_MOST_NUMBERS = 2**24
_ROWS = 16
_FEATURES = 4_096
_CLOSE = 0.02  # in standard deviations of a row
_ENOUGH_LABELS = 20  # that agree in order: chance does not do that

Numbers = npt.NDArray[Any]


class Print(NamedTuple):
    """By what a set of data is known again: its length, some rows, its labels.

    Attributes:
        examples: How many there are.
        rows: Some of them, spread over it, each less its mean and by its standard deviation: what was
            rescaled, reshaped or converted stays the same.
        labels: The class of each example; None where there are none.
    """

    examples: int
    rows: Numbers
    labels: Numbers | None

    def is_same(self, other: Print) -> bool:
        """Return whether both are the same data in the same order, up to how they were prepared.

        >>> x = np.arange(60.0).reshape(30, 2) ** 2
        >>> print_of(x, None).is_same(print_of((x / 255).reshape(30, 2, 1), None))
        True
        """
        if self.examples != other.examples:
            return False
        labels = self.labels
        if labels is None or other.labels is None:
            labels = None
        elif not np.array_equal(labels, other.labels):
            return False
        if self.rows.shape == other.rows.shape:
            return bool(np.allclose(self.rows, other.rows, rtol=0, atol=_CLOSE))
        # Of another size of image: in the order of their classes, labels say nothing.
        return labels is not None and self.examples >= _ENOUGH_LABELS and bool((np.diff(labels) < 0).any())


def print_of(x: Any, y: Any) -> Print | None:
    """Return by what data are known again; None where they are no arrays."""
    first = next(iter(listed(x)), None)
    if (values := array_of(first)) is None or values.ndim == 0 or not len(values):
        return None
    rows = _spread(values, _ROWS).reshape(min(_ROWS, len(values)), -1)
    rows = rows[:, :: max(1, rows.shape[1] // _FEATURES)].astype(np.float64)
    rows = rows - rows.mean(axis=1, keepdims=True)
    rows /= np.maximum(rows.std(axis=1, keepdims=True), 1e-12)
    target = next(iter(listed(y)), None)
    return Print(len(values), rows, None if target is None else _classes(array_of(target), len(values)))


def has_at_an_end(x: Any, y: Any, known: Print) -> bool:
    """Return whether arrays are known data, or begin or end with them.

    >>> x = np.arange(60.0).reshape(30, 2) ** 2
    >>> has_at_an_end(np.concatenate([x + 1, x / 9]), None, print_of(x, None))
    True
    >>> has_at_an_end(x[:20], None, print_of(x, None))
    False
    """
    values = array_of(next(iter(listed(x)), None))
    target = array_of(next(iter(listed(y)), None))
    if values is None or values.ndim == 0 or len(values) < known.examples:
        return False
    if target is not None and (target.ndim == 0 or len(target) != len(values)):
        target = None
    for part in (slice(known.examples), slice(len(values) - known.examples, None)):
        found = print_of(values[part], None if target is None else target[part])
        if found is not None and found.is_same(known):
            return True
    return False


def listed(value: Any, *, at: int | None = None) -> list[Any]:
    """Return what goes to each input or output: of a list, tuple or dictionary its items; else the one.

    Args:
        value: What was given.
        at: Of a `tf.data.Dataset` of pairs, which of each pair is meant.
    """
    if at is not None:
        pair = value.element_spec
        value = pair[at] if isinstance(pair, tuple) and at < len(pair) else None if at else pair
    if value is None:
        return []
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, tuple) or (isinstance(value, list) and value and hasattr(value[0], "shape")):
        return list(value)
    return [value]


def array_of(value: Any) -> Numbers | None:
    """Return an array, tensor or data frame as an array of numbers; None of anything else, like a stream."""
    if not isinstance(value, np.ndarray):
        is_tensor = hasattr(value, "shape") and hasattr(value, "__array__")
        if not is_tensor and not isinstance(value, list | tuple):
            return None
        value = np.asarray(value)
    return value if value.dtype.kind in "biuf" else None


def seen_of(value: Any) -> DataSeen:
    """Return what an input or a target looks like."""
    kind = type(value).__name__
    values = array_of(value)
    if values is None:
        spec = getattr(value, "element_spec", value)
        shape = getattr(spec, "shape", None)
        axes = [] if shape is None else [None if each is None else int(each) for each in shape]
        return DataSeen(kind, axes, str(getattr(getattr(spec, "dtype", ""), "name", "")))
    some = _spread(values, LOOKED_AT)
    least, most = (float(some.min()), float(some.max())) if some.size else (None, None)
    return DataSeen(kind, list(values.shape), values.dtype.name, least, most)


def labels_of(target: Any, inputs: Sequence[Any]) -> LabelForm:
    """Return the form of a target; empty where it is no array."""
    if any(target is each for each in inputs):
        return "as_x"
    values = array_of(target)
    if values is None or not values.size:
        return ""
    if any(_is_equal(values, array_of(each)) for each in inputs):
        return "as_x"
    if values.size > _MOST_NUMBERS:
        return ""
    if values.ndim == 1 or (values.ndim == 2 and values.shape[1] == 1):
        is_whole = values.dtype.kind in "biu" or bool((values == np.floor(values)).all())
        return "integers" if is_whole and values.min() >= 0 else "numbers"
    if values.ndim == 2 and bool(((values == 0) | (values == 1)).all()):
        return "one_hot" if bool((values.sum(axis=1) == 1).all()) else "numbers"
    return "numbers"


def told(seen: FitSeen, **changed: Any) -> FitSeen:
    """Return what was seen of a `fit`, with something more of it told."""
    return msgspec.structs.replace(seen, **changed)


def _is_equal(values: Numbers, other: Numbers | None) -> bool:
    if other is None or other.shape != values.shape:
        return False
    return np.array_equal(_spread(values, LOOKED_AT), _spread(other, LOOKED_AT))


def _classes(target: Numbers | None, count: int) -> Numbers | None:
    """Return the class of each example, of one-hot rows too; None where there are no classes."""
    if target is None or target.ndim == 0 or len(target) != count or target.size > _MOST_NUMBERS:
        return None
    if target.size == count:
        flat = target.reshape(count)
        return flat.astype(np.int64) if bool((flat == np.floor(flat)).all()) else None
    return target.argmax(axis=1) if labels_of(target, ()) == "one_hot" else None


def _spread(values: Numbers, count: int) -> Numbers:
    """Return some examples, spread over all."""
    if values.ndim == 0 or len(values) <= count:
        return values
    return values[np.linspace(0, len(values) - 1, count).astype(np.intp)]
