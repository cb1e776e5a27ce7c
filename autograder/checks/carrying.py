"""Errors carried forward: a mistake in one function is not paid for again in a function that builds on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.checks.comparison import Difference, as_array
from autograder.checks.diagnosis import PreparedCase
from autograder.observation import Allowance, Call, Returned, Worker
from autograder.problems.problem import Inputs, Problem


@dataclass(frozen=True)
class Basis:
    """The function that another one builds on, as the student wrote it."""

    function: str
    problem: Problem


def carry(
    basis: Basis,
    problem: Problem,
    wrong: Mapping[int, PreparedCase],
    worker: Worker,
    allowance: Allowance,
) -> dict[int, Any]:
    """Return what a right function would have returned with the student's own version of its basis.

    A basis that answers everything alike excuses nothing: whoever returns 0 everywhere would be paid for it.

    Args:
        basis: What the function builds on.
        problem: The function's problem.
        wrong: The wrong cases, by number.
        worker: Where the student's basis runs.
        allowance: What is left to the check.
    """
    carried: dict[int, Any] = {}
    answers: list[Any] = []
    for number, prepared in wrong.items():
        composition = problem.composed[basis.problem.name](**prepared.case.inputs)
        try:
            asked = next(composition)
            while True:
                results = _ask(basis, asked, worker, allowance)
                if results is None:
                    break
                answers += results
                asked = composition.send(results)
        except StopIteration as end:
            carried[number] = end.value
        except (ValueError, IndexError, TypeError, ZeroDivisionError, OverflowError):
            continue  # the student's version gives what nothing can be built on
        finally:
            composition.close()
    return carried if len({repr(answer) for answer in answers}) > 1 else {}


def _ask(basis: Basis, asked: Sequence[Inputs], worker: Worker, allowance: Allowance) -> list[Any] | None:
    """Return the answers of the student's basis as arrays; None where one is none."""
    calls = [Call(*basis.problem.split(inputs)) for inputs in asked]
    results = []
    for seen in worker.call(basis.function, calls, allowance, go_on=False):
        value = as_array(seen.value) if isinstance(seen, Returned) else None
        if value is None or isinstance(value, Difference):
            return None
        results.append(value)
    return results
