"""A made-up course, whose one assignment holds, or has holes of every kind."""

from __future__ import annotations

from pathlib import Path

PROBLEMS = '''
import numpy as np

from autograder.problems.problem import Case, Misconception, Problem, nothing_to_round


def count_above(values, limit=0):
    """Return how many values are above a limit."""
    return int(np.sum(values > limit))


def counted_below(values, limit=0):
    return int(np.sum(values < limit))


def counted_at_least(values, limit=0):
    return int(np.sum(values >= limit))


def drawn(rng):
    cases = [
        Case("default", {"values": rng.choice([-1, 1], 6) * rng.integers(1, 9, 6)}),
        Case("default", {"values": np.append(rng.integers(1, 9, 6), -1)}),
    ]
HOLE
    return cases


PROBLEMS = (
    Problem(
        name="count_above",
        signature="count_above(values, limit=0)",
        positional=1,
        reference=count_above,
        magnitude=nothing_to_round,
        groups=("default", "limit"),
        examples=(
            Case("default", {"values": np.array([-2, 3, 4])}),
            Case("limit", {"values": np.array([-2, 3, 4]), "limit": 2}),
        ),
        draw=drawn,
        misconceptions=MISCONCEPTIONS,
        accepts=lambda **inputs: ACCEPTS,
    ),
)
'''
FILLED = """
    for limit in (2, 5, 6):
        cases.append(Case("limit", {"values": np.array([1, 2, 5, 6, 7, limit + 1]), "limit": limit}))
        cases.append(Case("default", {"values": np.array([0, limit, 0])}))
"""
TELLING = 'Misconception("counted below", "", counted_below),'
UNTOLD = """
    Misconception("counted at least", "", counted_at_least),
    Misconception("the same again", "", lambda values, limit=0: counted_below(values, limit)),
"""
CONFIG = """
schema = "autograder/assignment/v1"
title = "Counting"
file = "counting.py"
packages = ["numpy"]

[[checks]]
kind = "function"
name = "count_above"
problem = "count_above"
points.default = { visible = 1.0, hidden = 1.0 }
points.limit = { visible = 1.0, hidden = LIMIT }

[[checks]]
kind = "values"
name = "answers"
items = [
    { name = "one", variable = "ANSWERS", entry = "one", accept = [1, 2], points = 0.5 },
    { name = "two", variable = "two", accept = [[2, 3]], points = 0.25 },
    { name = "early", variable = "two", after = "first", accept = ["early"], points = 0.25 },
]

[[checks]]
kind = "written"
name = "why"
question = "Why?"
variable = "ANSWERS"
entry = "why"
rubric = [{ points = 1.0, text = "Because." }]
"""
STARTER = "def count_above(values, limit=0):\n    return RESULT\n"
HANDOUT = "Write `count_above`. Its groups: default, and LIMIT.\n"


def write_course(
    folder: Path, *, holes: bool = False, accepts: str = "True", extra: str = "", reference: str = ""
) -> Path:
    """Write a course with the assignment `counting`, and return its folder.

    Args:
        folder: Where to.
        holes: Whether cases, misconceptions, points, starter and handout are not what they should be.
        accepts: Which inputs the handout promises, as an expression of `inputs`.
        extra: More of the assignment's file.
        reference: The body of another reference.
    """
    misconceptions = f"({TELLING}{UNTOLD if holes else ''})"
    problems = PROBLEMS.replace("MISCONCEPTIONS", misconceptions).replace("ACCEPTS", accepts)
    problems = problems.replace("HOLE", "" if holes else FILLED)
    if reference:
        problems = problems.replace("    return int(np.sum(values > limit))\n", reference)
    texts = {
        "problems/counting.py": problems,
        "grading_configs/counting.toml": CONFIG.replace("LIMIT", "1.25" if holes else "1.0") + extra,
        "assignments/counting/README.md": HANDOUT.replace("LIMIT", "others" if holes else "limit"),
        "assignments/counting/starter/counting.py": STARTER.replace(
            "RESULT", "sum(value > 0 for value in values)" if holes else "None"
        ),
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder
