"""Judging one case of a `function` check: right or wrong, in what, and how it is shown."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks.comparison import Difference, Kind
from autograder.checks.diagnosis import PreparedCase
from autograder.checks.showing import show
from autograder.checks.wording import explain_error
from autograder.config import FunctionCheckConfig, function_of
from autograder.observation import Observation, Raised, Returned, Stopped
from autograder.problems.problem import Case, Problem
from autograder.results import CaseResult, Outcome, Shown
from autograder.wire.messages import Error

_STOPPED_KINDS = {
    Outcome.TIMEOUT: Kind.TIMEOUT,
    Outcome.MEMORY_LIMIT: Kind.MEMORY,
    Outcome.OUTPUT_LIMIT: Kind.OUTPUT,
}
NOT_CARRIED = object()
_MEMORY_ERRORS = ("MemoryError", "_ArrayMemoryError")


class CaseJudge:
    """Judges the cases of one check."""

    def __init__(self, config: FunctionCheckConfig, problem: Problem) -> None:
        self.config = config
        self.problem = problem
        self.function = function_of(config)

    def judge(
        self, prepared: PreparedCase, seen: Observation, *, is_visible: bool, carried: Any = NOT_CARRIED
    ) -> tuple[CaseResult, Kind | None]:
        """Return a case's result, and in what it is wrong.

        Args:
            prepared: The case.
            seen: What was seen of it.
            is_visible: Whether students see it.
            carried: What a right function would have returned with the student's own version of its basis.
        """
        outcome, difference, notes = self.differ(prepared, seen)
        is_carried = (
            difference is not None
            and carried is not NOT_CARRIED
            and isinstance(seen, Returned)
            and prepared.difference_from(carried, seen.value) is None
        )
        if is_carried:
            difference, notes = None, (*notes, self._carried_note())
        mark = difference.index if difference else None
        result = CaseResult(
            group=prepared.case.group,
            title=prepared.case.title or prepared.case.group,
            visible=is_visible,
            passed=difference is None,
            carried=is_carried,
            outcome=outcome,
            call=self.call_text(prepared.case),
            difference=difference.kind if difference else "",
            explanation=difference.explanation if difference else "",
            inputs={} if difference is None else show_inputs(prepared.case),
            expected=None if difference is None else show(prepared.expected, is_structure=True),
            received=self._show_received(prepared, seen, mark) if difference else None,
            notes=notes,
        )
        return result, difference.kind if difference else None

    def _show_received(
        self, prepared: PreparedCase, seen: Observation, mark: tuple[int, ...] | None
    ) -> Shown | None:
        if not isinstance(seen, Returned):
            return None
        return show(seen.value, mark, is_structure=not isinstance(prepared.expected, np.ndarray))

    def _carried_note(self) -> str:
        return (
            f"right with your own {self.config.builds_on}: its mistake is paid for there, and not here again"
        )

    def differ(
        self, prepared: PreparedCase, seen: Observation
    ) -> tuple[Outcome, Difference | None, tuple[str, ...]]:
        """Return how a case's running ended, in what it is wrong, and what to note."""
        if isinstance(seen, Stopped):
            kind = _STOPPED_KINDS.get(seen.outcome, Kind.ENDED) if seen.was_running else Kind.NOT_RUN
            return seen.outcome, Difference(kind, seen.message), ()
        if isinstance(seen, Raised):
            return self._differ_by_exception(seen.error)
        notes = self._case_notes(prepared, seen)
        difference = prepared.difference(seen.value, strict_type=self.config.strict_type)
        if difference is None and seen.changed and self.config.changed_arguments == "wrong":
            difference = Difference(Kind.ARGUMENT_CHANGED, "; ".join(notes))
        return Outcome.COMPLETED, difference, notes

    def _differ_by_exception(self, error: Error) -> tuple[Outcome, Difference, tuple[str, ...]]:
        if not error.type:
            return (
                Outcome.COMPLETED,
                Difference(Kind.TYPE, f"expected plain values or arrays; received {error.message}"),
                (),
            )
        if error.type in _MEMORY_ERRORS:
            return Outcome.MEMORY_LIMIT, Difference(Kind.MEMORY, explain_error(error)), ()
        return Outcome.SUBMISSION_ERROR, Difference(Kind.EXCEPTION, explain_error(error)), ()

    def _case_notes(self, prepared: PreparedCase, seen: Returned) -> tuple[str, ...]:
        names = list(prepared.case.inputs)
        positions = {str(number): name for number, name in enumerate(names[: self.problem.positional])}
        changed = {positions.get(item, item) for item in seen.changed} & set(names)
        notes = [f"{self.function} changes its argument {name} in place" for name in sorted(changed)]
        if isinstance(seen.value, list | tuple) and isinstance(prepared.expected, np.ndarray):
            notes.append(
                f"{self.function} returns a {type(seen.value).__name__}; it counts as the array it makes"
            )
        return tuple(notes)

    def call_text(self, case: Case) -> str:
        """Return the call as the student would write it; arrays and lists by the names of their arguments."""
        items = list(case.inputs.items())
        positional = [
            name if isinstance(value, np.ndarray | list | dict) else repr(value)
            for name, value in items[: self.problem.positional]
        ]
        named = [f"{name}={value!r}" for name, value in items[self.problem.positional :]]
        return f"{self.function}({', '.join([*positional, *named])})"


def show_inputs(case: Case) -> dict[str, Shown]:
    """Return a case's arguments, as people read them."""
    return {
        name: show(value, rows=0 if name == "filters" else None, is_structure=True)
        for name, value in case.inputs.items()
    }
