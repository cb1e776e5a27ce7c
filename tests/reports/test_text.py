"""What was printed is shown as a terminal leaves it, and takes time in proportion to its length."""

from __future__ import annotations

import pytest

from autograder.reports.text import harmless, settled

KERAS = (
    "\x1b[1m1/3\x1b[0m \x1b[32m━━━━\x1b[0m\x1b[37m━━━━━━━━\x1b[0m \x1b[1m5s\x1b[0m loss: 2.50"
    + "\x08" * 30
    + "\r\x1b[1m3/3\x1b[0m \x1b[32m━━━━━━━━━━━━\x1b[0m \x1b[1m0s\x1b[0m loss: 0.25\n"
)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        (KERAS, "3/3 ━━━━━━━━━━━━ 0s loss: 0.25\n"),
        ("a\r\nb\n", "a\nb\n"),
        ("100%\r\x1b[K9\n", "9\n"),
        ("100%\r\x1b[2K9\n", "9\n"),
        ("abc\rX", "Xbc"),
        ("\x1b]0;title\x07x\x1b(By", "xy"),
        ("\b\b\rx\x1b", "x�"),
        ("x\x1b[0", "x�[0"),
        ("plain\n\ntext\t", "plain\n\ntext\t"),
    ],
)
def test_the_last_state_is_shown(printed: str, shown: str) -> None:
    assert harmless(settled(printed)) == shown


def test_what_is_drawn_over_many_times_is_as_long_as_it_is_wide() -> None:
    assert settled("\r".join(["x" * 1000] * 1000) + "\b" * 100_000 + "y") == "y" + "x" * 999
