"""What a submission's own process says of its cells is taken only as far as it can be."""

from __future__ import annotations

import math

from autograder.runners.translation import loading_of
from autograder.wire.cells import with_buffers
from autograder.wire.messages import CellRun, Loaded

PNG = b"\x89PNG\r\n\x1a\n" + b"x"


def told(*cells: CellRun) -> tuple[CellRun, ...]:
    loaded, buffers = with_buffers(Loaded(1, [], [], [], None, cells=list(cells)))
    return loading_of(loaded, b"".join(buffers)).cells


def cell(number: int, seconds: float = 1.0, figures: tuple[bytes, ...] = ()) -> CellRun:
    return CellRun(number, "whole", seconds, None, [], "", figures=list(figures))


def test_numbers_ascend_from_one() -> None:
    numbers = (-1, 0, 1, 3, 3, 2, 10**9, 4)
    assert [each.number for each in told(*map(cell, numbers))] == [1, 3, 4]


def test_seconds_are_finite_and_not_negative() -> None:
    seconds = (0.5, -1.0, math.nan, math.inf, 1e300)
    assert [each.seconds for each in told(*map(cell, range(1, 6), seconds))] == [0.5, 0.0, 0.0, 0.0, 0.0]


def test_a_figure_is_png() -> None:
    [seen] = told(cell(1, figures=(b"<svg onload='x'>", PNG, b"GIF89a")))
    assert seen.figures == [PNG]
