"""What an instructor's own problem gets wrong, refused before anybody is graded by it.

A group misspelt, an argument forgotten, an exception in a reference: each would grade right work wrong. The
messages name the file and the problem, and of an exception the instructor's own lines.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import linecache
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from autograder.errors import ConfigError
from autograder.problems.problem import Case, Misconception, Problem
from autograder.problems.signatures import Parameters, parameters_of, why_not_taken

MISTAKEN = (ValueError, IndexError, TypeError, KeyError, ZeroDivisionError)
"""What mistaken code may raise where a right one answers."""

_WARNINGS = threading.RLock()


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Silence what a problem's own functions warn of while they are called."""
    with _WARNINGS, warnings.catch_warnings(), np.errstate(all="ignore"):  # filters belong to all threads
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def of_course_s_own(problem: Problem, path: Path) -> Problem:
    """Return a problem of a course's own file, which looks at the cases that it draws."""
    own = replace(problem, origin=path)

    @functools.wraps(problem.draw)
    def draw(rng: np.random.Generator) -> Sequence[Case]:
        try:
            with quietly():
                drawn = problem.draw(rng)
        except Exception as error:
            _fail(own, "draw", "", error)
        check_drawn(own, drawn)
        return drawn

    return replace(own, draw=draw)


def check_problem(problem: Problem) -> None:
    """Refuse a problem whose parts do not fit together. Its hidden cases are drawn once, to look at them.

    Raises:
        ConfigError: If a group, an example, an argument or a drawn case is not as expected.
    """
    for name, kind in (("groups", str), ("examples", Case), ("misconceptions", Misconception)):
        parts = getattr(problem, name)
        is_list = isinstance(parts, list | tuple)
        if not is_list or not all(isinstance(part, kind) for part in parts):
            what = "texts" if kind is str else kind.__name__
            received = "others too" if is_list else repr(parts) if kind is str else type(parts).__name__
            _refuse(problem, f"{name}: expected a tuple of {what}; received {received}")
    if not problem.groups or len(set(problem.groups)) != len(problem.groups):
        received = ", ".join(problem.groups) or "none"
        _refuse(problem, f"groups: expected names that differ, at least one; received {received}")
    parameters = _parameters(problem)
    for number, case in enumerate(problem.examples):
        _check_case(
            problem, parameters, case, f"examples[{number}]" + (f" ({case.title})" * bool(case.title))
        )
    there = {case.group for case in problem.examples}
    if missing := [group for group in problem.groups if group not in there]:
        _refuse(
            problem, f"examples: expected one at least of each group; there is none of {', '.join(missing)}"
        )
    problem.draw(np.random.default_rng(0))


def check_drawn(problem: Problem, cases: object) -> None:
    """Refuse hidden cases by which nobody can be graded.

    Raises:
        ConfigError: If one is of an unknown group, or has other arguments.
    """
    if not isinstance(cases, list | tuple) or not all(isinstance(case, Case) for case in cases):
        received = "others too" if isinstance(cases, list | tuple) else type(cases).__name__
        _refuse(problem, f"draw: expected a list of Case; received {received}")
    parameters = _parameters(problem)
    for number, case in enumerate(cases):
        _check_case(problem, parameters, case, f"draw: case {number + 1} of {len(cases)}")


def check_hidden(problem: Problem, cases: Sequence[Case], groups: Mapping[str, tuple[bool, bool]]) -> None:
    """Refuse hidden cases by which right work cannot earn a group's points.

    Args:
        problem: The problem.
        cases: Its hidden cases.
        groups: Of each group, whether its visible examples and whether its hidden cases are worth points.

    Raises:
        ConfigError: If a group whose hidden cases are worth points has none, or one whose visible examples
            are worth points has degenerate ones alone.
    """
    for group, (is_visible_worth, is_hidden_worth) in groups.items():
        of_group = [case for case in cases if case.group == group]
        if not of_group and is_hidden_worth:
            drawn = "none at all" if not cases else f"of {len(cases)}, none"
            _refuse(
                problem, f"draw: expected hidden cases of {group}, which are worth points; received {drawn}"
            )
        if of_group and is_visible_worth and all(case.is_degenerate for case in of_group):
            _refuse(
                problem,
                f"draw: expected a hidden case of {group} that is not degenerate: without one, its visible "
                f"examples earn nothing; all of them ({len(of_group)}) are",
            )


def check_answers(problem: Problem, cases: Sequence[Case]) -> None:
    """Refuse a reference or a magnitude that fails on a case.

    Raises:
        ConfigError: With the instructor's own lines.
    """
    for case in cases:
        for name in ("reference", "magnitude"):
            try:
                with quietly():
                    getattr(problem, name)(**case.inputs)
            except Exception as error:
                _fail(problem, name, f", of {_called(case)}", error)


def check_misconceptions(problem: Problem, cases: Sequence[Case]) -> None:
    """Refuse a misconception that fails otherwise than mistaken code does.

    Raises:
        ConfigError: With the instructor's own lines.
    """
    for misconception in problem.misconceptions:
        for case in cases:
            with contextlib.suppress(*MISTAKEN):
                answer_of(problem, misconception, case)


def answer_of(problem: Problem, misconception: Misconception, case: Case) -> Any:
    """Return what a misconception gives for a case; it may raise what mistaken code raises.

    Raises:
        ConfigError: If it raises anything else.
    """
    inputs = {
        key: value.copy() if isinstance(value, np.ndarray) else value for key, value in case.inputs.items()
    }
    try:
        with quietly():
            return misconception.function(**inputs)
    except MISTAKEN:
        raise
    except Exception as error:
        _fail(problem, f'the misconception "{misconception.name}"', f", of {_called(case)}", error)


def refuse_answer(problem: Problem, case: Case, why: str) -> NoReturn:
    """Refuse a reference whose own result for a case does not count as right."""
    _refuse(
        problem,
        f"reference, of {_called(case)}: expected a result, and a magnitude, by which it is right "
        f"itself; {why}",
    )


def _parameters(problem: Problem) -> Parameters:
    try:
        found = parameters_of(problem.signature)
    except ValueError:
        _refuse(problem, f'signature: expected one as in "f(x, size=2)"; received {problem.signature!r}')
    if not 0 <= problem.positional <= len(found.names):
        received = f"{problem.positional} of {problem.signature}"
        _refuse(problem, f"positional: expected how many arguments come by position; received {received}")
    return found


def _check_case(problem: Problem, parameters: Parameters, case: Case, where: str) -> None:
    if case.group not in problem.groups:
        advice = _advice(case.group, problem.groups)
        groups = ", ".join(problem.groups)
        _refuse(problem, f"{where}: expected one of the groups {groups}; received {case.group!r}{advice}")
    if not isinstance(case.inputs, Mapping):
        _refuse(problem, f"{where}: expected inputs by name; received {type(case.inputs).__name__}")
    expected = f"{where}: expected the arguments of {problem.signature}"
    given = list(case.inputs)
    if unknown := [name for name in given if name not in parameters.names]:
        advice = _advice(str(unknown[0]), parameters.names)
        _refuse(problem, f"{expected}; received {unknown[0]}{advice}")
    if missing := [name for name in parameters.required if name not in given]:
        _refuse(problem, f"{expected}; {', '.join(missing)} is missing")
    by_position = given[: problem.positional]
    if by_position != list(parameters.names[: len(by_position)]):
        _refuse(problem, f"{expected}, in this order; received {', '.join(given)}")
    functions: list[tuple[str, Callable[..., Any]]] = [
        ("reference", problem.reference),
        ("magnitude", problem.magnitude),
        *((f'the misconception "{each.name}"', each.function) for each in problem.misconceptions),
    ]
    for name, function in functions:
        if (why := why_not_taken(function, case.inputs)) is not None:
            _refuse(problem, f"{name}: expected a function that takes {', '.join(given)}; {why}")


def _advice(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f". Did you mean {near[0]!r}?" if near else ""


def _called(case: Case) -> str:
    title = f" ({case.title})" if case.title else ""
    shapes = ", ".join(
        f"{name} of shape {value.shape}" if isinstance(value, np.ndarray) else f"{name}={value!r:.40}"
        for name, value in case.inputs.items()
    )
    return f"a case of {case.group}{title}, {shapes}"


def _refuse(problem: Problem, message: str) -> NoReturn:
    raise ConfigError(f"{_where(problem)}: {message}")


def _where(problem: Problem) -> str:
    return f"{problem.origin}: {problem.name}" if problem.origin else problem.name


def _fail(problem: Problem, name: str, of: str, error: Exception) -> NoReturn:
    """Tell an exception of an instructor's function, by the instructor's own lines."""
    if problem.origin is None or isinstance(error, ConfigError):
        raise error
    folder = problem.origin.parent
    lines = [
        f"  {Path(frame.f_code.co_filename).name}, line {line}, in {frame.f_code.co_name}: "
        f"{linecache.getline(frame.f_code.co_filename, line).strip()}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if Path(frame.f_code.co_filename).is_relative_to(folder)
    ]
    said = "\n".join([f"{name}{of}: {type(error).__name__}: {error}", *lines])
    raise ConfigError(f"{_where(problem)}: {said}") from None
