"""Problems: what a student's function is to compute, how it is tried, and how it is usually got wrong.

A problem bundles a reference with the lecture's examples, drawn cases and misconceptions; see
`autograder.problems.problem`. A configuration names a problem by its key in `PROBLEMS`, which is built
when it is first asked for: a student's kit works without the references behind it.
"""

from __future__ import annotations

import functools
from importlib import import_module

from autograder.problems.problem import Problem

_TOPICS = ("convolution", "pooling", "layers", "activated_layers", "output_sizes", "tensors")


@functools.cache
def built_in() -> dict[str, Problem]:
    """Return the toolkit's own problems by name."""
    topics = [import_module(f"autograder.problems.{topic}") for topic in _TOPICS]
    return {problem.name: problem for topic in topics for problem in topic.PROBLEMS}


def __getattr__(name: str) -> dict[str, Problem]:
    if name == "PROBLEMS":
        return built_in()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
