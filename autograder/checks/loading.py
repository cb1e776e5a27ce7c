"""What to say of how a submission's file ran, before anything hidden was looked at."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import structs

from autograder.checks.comparison import Kind
from autograder.checks.diagnosis import HINTS
from autograder.checks.wording import explain_error
from autograder.observation import Loading
from autograder.results import CellResult, CheckResult, Outcome, Status
from autograder.wire.messages import CellRun

_OF_THE_SUBMISSION = (Outcome.COMPLETED, Outcome.SUBMISSION_ERROR)
_OF_FUNCTIONS = frozenset({"function", "source", "written"})
_MAY_LACK = frozenset({"ImportError", "ModuleNotFoundError", "SyntaxError", "IndentationError", "TabError"})
_MOST_CELLS = 5
_MOST_NUMBERS = 20


def with_gpu_limit(result: CheckResult, loading: Loading) -> CheckResult:
    """Return a result that says so, where nothing was found because the memory of a GPU was full.

    A check that earned nothing, after the file ran into that, failed for that.
    """
    is_hit = result.outcome is Outcome.DEVICE_MEMORY_LIMIT
    earned_nothing = result.status is Status.FAILED and not result.score
    if loading.gpu_exhausted and earned_nothing and result.outcome in _OF_THE_SUBMISSION:
        notes = (*result.notes, loading.gpu_exhausted)
        result = structs.replace(result, outcome=Outcome.DEVICE_MEMORY_LIMIT, notes=notes)
        return structs.replace(result, hint=HINTS[Kind.GPU_MEMORY])
    return structs.replace(result, hint=HINTS[Kind.GPU_MEMORY]) if is_hit and not result.hint else result


def load_notes(main: str, loading: Loading, kinds: Collection[str] = ()) -> list[str]:
    """Return what to know of the running of a file, or of its cells, that did not go to the end.

    Args:
        main: The file.
        loading: How it ran.
        kinds: The kinds of all checks.
    """
    if loading.cells:
        return [*loading.notes, *_cell_notes(loading, _OF_FUNCTIONS.issuperset(kinds))]
    if loading.error is None:
        return list(loading.notes)
    graded = "; what it defines all the same is graded" if loading.callables else ""
    return [*loading.notes, f"{main} ran into an error{graded}. {explain_error(loading.error)}"]


def _cell_notes(loading: Loading, only_functions: bool) -> list[str]:
    failed = [cell for cell in loading.cells if cell.error is not None]
    notes = [
        f"{_how(cell, is_free=only_functions and _lacks_nothing(cell))} {explain_error(cell.error)}"
        for cell in failed[:_MOST_CELLS]
        if cell.error is not None
    ]
    more = failed[_MOST_CELLS:]
    if len(more) == 1:
        notes.append(f"so did code cell {more[0].number}")
    elif more:
        numbers = ", ".join(str(cell.number) for cell in more[:_MOST_NUMBERS])
        notes.append(f"so did {len(more):,} other code cells: {numbers}{', …' * (len(more) > _MOST_NUMBERS)}")
    return notes


def _how(cell: CellRun, *, is_free: bool) -> str:
    if cell.ran == "definitions":
        return f"not all of what code cell {cell.number} defines could be made; the rest was."
    how = f"code cell {cell.number} ended with an error; the other cells ran."
    return f"{how} It defines nothing that is graded, and costs no points:" if is_free else how


def _lacks_nothing(cell: CellRun) -> bool:
    """Return whether no function can lack anything because a cell failed: it tries out what others define."""
    assert cell.error is not None
    return not cell.defines and not cell.unbound and cell.error.type not in _MAY_LACK


def cell_result(cell: CellRun) -> CellResult:
    """Return how a cell ran, as reports have it."""
    return CellResult(
        number=cell.number,
        ran=cell.ran,
        seconds=cell.seconds,
        error=explain_error(cell.error) if cell.error is not None else "",
        printed=cell.printed,
        source=cell.source,
        shown=cell.shown,
        figures=tuple(cell.figures),
    )
