"""Judging one case of a `function` check: right or wrong, in what, and how it is shown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograder.checks.carrying import Carried
from autograder.checks.comparison import Difference, Kind
from autograder.checks.diagnosis import PreparedCase
from autograder.checks.showing import show
from autograder.checks.wording import explain_error
from autograder.config import FunctionCheckConfig
from autograder.observation import Observation, Raised, Returned, Stopped
from autograder.results import CaseResult, Outcome, Shown
from autograder.wire.messages import Error

_STOPPED_KINDS = {
    Outcome.TIMEOUT: Kind.TIMEOUT,
    Outcome.MEMORY_LIMIT: Kind.MEMORY,
    Outcome.DEVICE_MEMORY_LIMIT: Kind.GPU_MEMORY,
    Outcome.OUTPUT_LIMIT: Kind.OUTPUT,
}
_MEMORY_ERRORS = ("MemoryError", "_ArrayMemoryError")


class CaseJudge:
    """Judges the cases of one check.

    Args:
        config: The check.
        function: The name that the function has in the submission.
    """

    def __init__(self, config: FunctionCheckConfig, function: str) -> None:
        self.config = config
        self.function = function

    def judge(
        self, prepared: PreparedCase, seen: Observation, *, is_visible: bool, carried: Carried | None = None
    ) -> tuple[CaseResult, Kind | None]:
        """Return a case's result, and in what it is wrong.

        Args:
            prepared: The case.
            seen: What was seen of it.
            is_visible: Whether students see it.
            carried: What a right function would have returned with the student's own version of its basis.
        """
        outcome, difference, notes = self.differ(prepared, seen)
        is_explained = (
            difference is not None
            and carried is not None
            and isinstance(seen, Returned)
            and prepared.difference_from(prepared.as_given(carried.value), seen.value) is None
        )
        is_carried = is_explained and carried is not None and carried.is_excused
        if is_carried:
            difference, notes = None, (*notes, self._carried_note())
        mark = difference.index if difference else None
        result = CaseResult(
            group=prepared.case.group,
            title=prepared.case.title or prepared.case.group,
            visible=is_visible,
            passed=difference is None,
            carried=is_carried,
            inherited=is_explained and not is_carried,
            outcome=outcome,
            call=prepared.style.call_text(self.function, prepared.case.inputs),
            difference=difference.kind if difference else "",
            explanation=difference.explanation if difference else "",
            inputs={} if difference is None else show_inputs(prepared),
            expected=None if difference is None else show_expected(prepared),
            received=show_received(prepared, seen, mark) if difference else None,
            notes=notes,
        )
        return result, difference.kind if difference else None

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
        if difference is not None and difference.kind in (Kind.SHAPE, Kind.TYPE):
            difference = self._with_place(prepared, seen, difference)
        if difference is None and seen.changed and self.config.changed_arguments == "wrong":
            difference = Difference(Kind.ARGUMENT_CHANGED, "; ".join(notes))
        return Outcome.COMPLETED, difference, notes

    def _with_place(self, prepared: PreparedCase, seen: Returned, difference: Difference) -> Difference:
        """Return a difference that says of which element it is, where a list or tuple stands in its place."""
        element = None if prepared.style.config is None else prepared.style.config.returns.element
        if not isinstance(element, int) or not isinstance(seen.value, list | tuple):
            return difference
        said = f"expected element {element} of a tuple; received a {seen.type_name}: {difference.explanation}"
        return replace(difference, explanation=said)

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
        said = prepared.style.said(prepared.case.inputs)
        positions = {
            str(number): name
            for number, (name, slot) in enumerate(zip(said.names, said.slots, strict=True))
            if not slot.name or prepared.call.target is not None
        }
        changed = {positions.get(item, item) for item in seen.changed} & set(said.names)
        notes = [f"{self.function} changes its argument {name} in place" for name in sorted(changed)]
        if isinstance(seen.value, list | tuple) and isinstance(prepared.expected, np.ndarray):
            notes.append(
                f"{self.function} returns a {type(seen.value).__name__}; it counts as the array it makes"
            )
        if (note := prepared.style.note_of(seen.type_name)) is not None:
            notes.append(f"{self.function} {note}")
        return tuple(notes)


def show_inputs(prepared: PreparedCase) -> dict[str, Shown]:
    """Return a case's arguments as the student's function gets them, for people."""
    said = prepared.style.said(prepared.case.inputs)
    return {
        name: show(value, rows=rows, is_structure=True)
        for name, value, rows in zip(said.names, said.values, said.rows, strict=True)
    }


def show_expected(prepared: PreparedCase) -> Shown:
    """Return the right result of a case as the student's function is to give it, for people."""
    return show(prepared.expected, rows=prepared.style.rows, is_structure=True)


def show_received(
    prepared: PreparedCase, seen: Observation, mark: tuple[int, ...] | None = None
) -> Shown | None:
    """Return what came of a case, for people; None where nothing was returned.

    Args:
        prepared: The case.
        seen: What was seen of it.
        mark: The place to mark.
    """
    if not isinstance(seen, Returned):
        return None
    is_structure = not isinstance(prepared.expected, np.ndarray)
    return show(seen.value, mark, rows=prepared.style.rows, is_structure=is_structure)
