"""Problems: what a student's function is to compute, how it is tried, and how it is usually got wrong.

A problem bundles a reference with the lecture's examples, drawn cases and misconceptions; see
`autograder.problems.problem`. A configuration names a problem by its key in `PROBLEMS`.
"""

from __future__ import annotations

from autograder.problems import convolution, pooling
from autograder.problems.problem import Problem

_TOPICS = (convolution, pooling)

PROBLEMS: dict[str, Problem] = {problem.name: problem for topic in _TOPICS for problem in topic.PROBLEMS}
