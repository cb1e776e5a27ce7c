"""Values as people read them: readable matrices, the first differing place marked ▸like this◂."""

from __future__ import annotations

import math
import reprlib
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.checks.comparison import as_array, has_more_than
from autograder.results import Shown

_MOST_SHOWN = 12  # rows and columns of a matrix
_MOST_MATRICES = 4
_MOST_VALUES = 2_000
_MOST_TEXT = 400
_MOST_ITEMS = 20_000  # of nested lists that are shown as the array they make
_brief = reprlib.Repr()
_brief.maxother = _MOST_TEXT
_brief.maxlist = _brief.maxtuple = _brief.maxdict = 12


def show(
    value: Any,
    mark: tuple[int, ...] | None = None,
    *,
    rows: int | None = None,
    is_structure: bool = False,
) -> Shown:
    """Return a value as people read it.

    Args:
        value: Plain data, as it came over the wire or from a reference.
        mark: The place in an array to mark.
        rows: Which axis of an array of rank 4 runs along the rows; the next one runs along the columns.
            By default the second, as in (N, H, W, C); the first in filters (kh, kw, C, F).
        is_structure: Whether lists and tuples are shown as Python writes them, not as the array they make.

    >>> print(show(np.array([[1, 25], [-3, 4]]), mark=(1, 0)).text)
        1   25
      ▸-3◂   4
    """
    if (
        isinstance(value, list | tuple)
        and value
        and not is_structure
        and not has_more_than(value, _MOST_ITEMS)
    ):
        array = as_array(value)
        if isinstance(array, np.ndarray):
            shown = show(array, mark, rows=rows)
            kind = f"a {type(value).__name__} of shape {_shape(array.shape)}"
            return Shown(description=kind, text=shown.text, values=shown.values)
    if isinstance(value, np.ndarray):
        return _show_array(value, mark, rows)
    if not has_more_than(value, _MOST_ITEMS):
        value = _with_python_s_numbers(value)
    text = repr(value[: _MOST_TEXT + 1]) if isinstance(value, str) else _brief.repr(value)
    is_small = isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= _MOST_TEXT)
    return Shown(
        description="None" if value is None else type(value).__name__,
        text=text[:_MOST_TEXT] + ("…" if len(text) > _MOST_TEXT else ""),
        values=value if is_small and _is_json(value) else None,
    )


def _with_python_s_numbers(value: Any) -> Any:
    """Return a value with Python's numbers in the place of NumPy's, wherever they are in it."""
    match value:
        case np.generic() | np.ndarray(ndim=0):
            return value.item()
        case dict():
            return {key: _with_python_s_numbers(item) for key, item in value.items()}
        case list() | tuple():
            return type(value)(map(_with_python_s_numbers, value))
    return value


def _show_array(array: npt.NDArray[Any], mark: tuple[int, ...] | None, rows: int | None) -> Shown:
    description = f"{_shape(array.shape)} array of {array.dtype}" if array.ndim else f"a {array.dtype} number"
    small = array.size <= _MOST_VALUES and array.dtype.kind in "biuf" and bool(np.all(np.isfinite(array)))
    return Shown(
        description=description, text=_text(array, mark, rows), values=array.tolist() if small else None
    )


def _text(array: npt.NDArray[Any], mark: tuple[int, ...] | None, rows: int | None) -> str:
    if array.size == 0:
        return f"empty, shape {array.shape}"
    if array.ndim <= 1:
        return _matrix(np.atleast_2d(array), None if mark is None else (0, mark[0] if mark else 0))
    if array.ndim == 2:
        return _matrix(array, None if mark is None else (mark[0], mark[1]))
    if rows is None or rows + 1 >= array.ndim:
        rows = 1 if array.ndim == 4 else array.ndim - 2
    return _stack(array, mark, rows)


def _stack(array: npt.NDArray[Any], mark: tuple[int, ...] | None, rows: int) -> str:
    """Show an array of more axes as matrices: (N, H, W, C) as one for each image and channel."""
    columns = rows + 1
    others = [axis for axis in range(array.ndim) if axis not in (rows, columns)]
    lines = []
    sizes = [array.shape[axis] for axis in others]
    count = math.prod(sizes)  # there may be millions
    places = [_place(number, sizes) for number in range(min(count, _MOST_MATRICES))]
    if mark is not None:  # the matrix that differs first
        wanted = tuple(mark[axis] for axis in others)
        places = [wanted, *(place for place in places if place != wanted)][:_MOST_MATRICES]
    for place in places:
        index: list[Any] = [slice(None)] * array.ndim
        for axis, position in zip(others, place, strict=True):
            index[axis] = position
        inside = mark is not None and tuple(mark[axis] for axis in others) == place
        label = ", ".join(":" if isinstance(item, slice) else str(item) for item in index)
        lines.append(f"[{label}]")
        lines.append(_matrix(array[tuple(index)], (mark[rows], mark[columns]) if inside and mark else None))
    if count > _MOST_MATRICES:
        lines.append(f"… and {count - _MOST_MATRICES} more")
    return "\n".join(lines)


def _place(number: int, sizes: list[int]) -> tuple[int, ...]:
    return tuple(int(axis) for axis in np.unravel_index(number, sizes))


def _matrix(matrix: npt.NDArray[Any], mark: tuple[int, int] | None) -> str:
    marked_row, marked_column = mark or (None, None)
    top, left = _window(matrix.shape[0], marked_row), _window(matrix.shape[1], marked_column)
    cells = [
        [
            f"▸{_number(matrix[row, column])}◂" if (row, column) == mark else _number(matrix[row, column])
            for column in left
        ]
        for row in top
    ]
    marked = {position for position, column in enumerate(left) if mark is not None and column == mark[1]}
    widths = [
        max(len(line[position].strip("▸◂")) for line in cells) + (2 if position in marked else 0)
        for position in range(len(left))
    ]
    lines = []
    for line in cells:
        padded = []
        for position, (text, width) in enumerate(zip(line, widths, strict=True)):
            room = width - (1 if position in marked and not text.endswith("◂") else 0)
            padded.append(text.rjust(room) + " " * (width - room))
        lines.append("  " + "  ".join(padded).rstrip())
    before_rows, after_rows = top.start, matrix.shape[0] - top.stop
    if before_rows:
        lines.insert(0, f"  … {before_rows} rows")
    if after_rows:
        lines.append(f"  … {after_rows} more rows")
    if len(left) < matrix.shape[1]:
        lines.append(f"  (columns {left.start} to {left.stop - 1} of {matrix.shape[1]})")
    return "\n".join(lines)


def _window(size: int, mark: int | None) -> range:
    """Return which rows or columns to show, the marked one among them."""
    if size <= _MOST_SHOWN:
        return range(size)
    start = 0 if mark is None else max(0, min(mark - _MOST_SHOWN // 2, size - _MOST_SHOWN))
    return range(start, start + _MOST_SHOWN)


def _number(value: Any) -> str:
    if isinstance(value, np.bool_ | np.integer):
        return str(value)
    if isinstance(value, np.complexfloating):
        return f"{value:.6g}"
    return f"{float(value):.6g}"


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) if len(shape) > 1 else str(shape)


def _is_json(value: Any) -> bool:
    return not isinstance(value, float) or bool(np.isfinite(value))
