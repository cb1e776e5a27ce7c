"""What a `function` check says: the message and the hint of its result, in words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from msgspec import structs

from autograder.checks.comparison import Kind
from autograder.checks.diagnosis import HINTS
from autograder.checks.eras import era_of
from autograder.observation import Loading, Observation, Raised, Returned, Stopped
from autograder.problems.problem import Misconception
from autograder.results import CaseResult, GroupResult, Outcome
from autograder.results.counting import counted, part_of
from autograder.wire.messages import CellRun, Error
from autograder.wire.surroundings import NO_CELL

_MOST_COMPARED = 200
_MAIN_GUARD = 'Put your own tests under if __name__ == "__main__":'
_HINTS_OF_LOADING = {
    Outcome.TIMEOUT: f"Look for a loop that does not end. {_MAIN_GUARD}",
    Outcome.MEMORY_LIMIT: (
        f"Look for a large array at the top of the file, or an import of a large package. {_MAIN_GUARD}"
    ),
    Outcome.DEVICE_MEMORY_LIMIT: HINTS[Kind.GPU_MEMORY],
    Outcome.OUTPUT_LIMIT: f"Look for a print in a loop. {_MAIN_GUARD}",
    Outcome.CRASHED: (
        "Look for a line at the top of the file that ends the process: an import of a package that needs "
        f"more memory than there is, os._exit, an endless recursion. {_MAIN_GUARD}"
    ),
}
_NEAR = 0.75
_MERGED = re.compile(r"(<{7}|\|{7}|={7}|>{7})( |$)")
_UNDEFINED = re.compile(r"name '(\w+)' is not defined")
_WAS_TO_COME = "was to come from"
_MOST_OF_CAUSE = 200
_KEYWORD = re.compile(r"unexpected keyword argument '(\w+)'")
PROTOCOL_BROKEN = "the process sent what only the grader's own code may send, which earns nothing"


def explain_error(error: Error) -> str:
    """Return an exception as: type and message, and last the line of the submission where it arose.

    Where it tells of code that was right in another time, that is said between them.
    """
    text = f"{error.type}: {error.message}" if error.message else error.type
    if _is_left_of_a_merge(error):
        line = error.traceback[-1].line
        text = (
            f"{error.type}: merge conflict markers in line {line}: choose one version, and delete these lines"
        )
    if era := era_of(error):
        text += f"\n{era}"
    if error.traceback:
        last = error.traceback[-1]
        text += f"\n  {last.file}, line {last.line}: {last.source}"
    return text


def _is_left_of_a_merge(error: Error) -> bool:
    is_no_python = error.type in ("SyntaxError", "IndentationError")
    return is_no_python and bool(error.traceback) and _MERGED.match(error.traceback[-1].source) is not None


def with_cause(seen: Observation, loading: Loading) -> Observation:
    """Return the same; of a name that a failed cell was to bind, with what became of that cell."""
    found = _UNDEFINED.match(seen.error.message) if isinstance(seen, Raised) else None
    if not isinstance(seen, Raised) or found is None:
        return seen
    for cell in loading.cells:
        if found[1] in cell.unbound and cell.error is not None:
            text = f"{cell.error.type}: {cell.error.message}".split("\n")[0][:_MOST_OF_CAUSE]
            cause = f"; {found[1]} {_WAS_TO_COME} code cell {cell.number}, which ended with {text}"
            return Raised(structs.replace(seen.error, message=seen.error.message + cause))
    return seen


def why_missing(
    functions: Sequence[str], loading: Loading, required: frozenset[str] = frozenset()
) -> tuple[Outcome, str, str]:
    """Return why a function is not there: outcome, message and hint.

    Args:
        functions: The names that it may have, the preferred one first.
        loading: How the file ran.
        required: The functions that the assignment asks for: none of them is another one misspelt.
    """
    function, *others = functions
    if loading.stopped is not None:
        return _stopped_while_loading(loading.stopped)
    if loading.unreadable is not None:
        return Outcome.UNREADABLE_SUBMISSION, loading.unreadable, ""
    if (note := next((each for each in loading.notes if each.startswith(NO_CELL)), None)) is not None:
        message = f"{function} is not defined: {note}"
        return Outcome.SUBMISSION_ERROR, message, "Ask your instructor which cells are to have the tag."
    if (cell := next((each for each in loading.cells[::-1] if function in each.defines), None)) is not None:
        return Outcome.SUBMISSION_ERROR, *_not_made_by(function, cell)
    if loading.error is not None and not loading.cells:
        message = f"{function} is not defined: the file ran into {loading.error.type}"
        return Outcome.SUBMISSION_ERROR, message, "Mend the error that is named above, and run again."
    lowered = {name.lower(): name for name in loading.functions[:_MOST_COMPARED] if name not in required}
    near = difflib.get_close_matches(function.lower(), lowered, n=1, cutoff=_NEAR)
    imported = ", ".join(sorted(loading.callables)[:12])
    there = f"no function itself, and imports {imported}" if imported else "no function at all"
    there = ", ".join(loading.functions[:12]) or there
    also = f" (or {', '.join(others)})" if others else ""
    hint = f"Did you mean {lowered[near[0]]}? It must be called {function}." if near else HINTS[Kind.MISSING]
    return Outcome.SUBMISSION_ERROR, f"expected a function {function}{also}; the file defines {there}", hint


def _not_made_by(function: str, cell: CellRun) -> tuple[str, str]:
    """Return why the cell that defines a function did not make it, and what to do."""
    if cell.error is None and cell.ran == "nothing":
        how = "is not among those that are run"
        return f"{function} is not defined: code cell {cell.number}, in which it stands, {how}", ""
    if cell.error is None:
        return f"{function} is not there any more at the end, although code cell {cell.number} defines it", ""
    message = f"{function} is not defined: code cell {cell.number}, in which it stands, ended with"
    hint = "Restart the notebook, run all of its cells from the top, and mend the first that fails."
    return f"{message} {cell.error.type}", hint


def why_missing_values(loading: Loading) -> tuple[Outcome, str, str]:
    """Return why no variable can be read: outcome, message and hint."""
    if loading.stopped is not None:
        return _stopped_while_loading(loading.stopped)
    return Outcome.UNREADABLE_SUBMISSION, loading.unreadable or "the file was not run", ""


def why_no_model(what: str, error: Error, loading: Loading) -> tuple[Outcome, str]:
    """Return why a model is not there: outcome and message.

    Args:
        what: What is missing: ``"no model"``.
        error: What looking for it came to; without a type, that it was not found.
        loading: How the file ran.
    """
    before = loading.error if not loading.cells else None
    if error.type and before is not None:
        said = f"{what}: {explain_error(error)}\nBefore that, the file ran into {explain_error(before)}"
        return Outcome.SUBMISSION_ERROR, said
    if error.type:
        return Outcome.SUBMISSION_ERROR, f"{what}: {explain_error(error)}"
    if loading.error is not None and not loading.cells:
        return Outcome.SUBMISSION_ERROR, f"{error.message}: the file ran into {loading.error.type}"
    return Outcome.COMPLETED, error.message


def _stopped_while_loading(stopped: Stopped) -> tuple[Outcome, str, str]:
    """Return how the running of the file was ended: outcome, message, and a hint that fits the cause."""
    return stopped.outcome, stopped.message, _HINTS_OF_LOADING.get(stopped.outcome, "")


def lead_of(kinds: Sequence[Kind | None], misconception: Misconception | None) -> str:
    """Return what is wrong in a few words, where one thing explains it all."""
    if misconception is not None:
        return misconception.name
    found = {kind for kind in kinds if kind is not None} - {Kind.NOT_RUN}
    return str(found.pop()) if len(found) == 1 else ""


def message_of(groups: Sequence[GroupResult], cases: Sequence[CaseResult], lead: str) -> str:
    """Return how many cases are right, after what is wrong in a few words."""
    right = sum(case.passed for case in cases)
    carried = sum(case.carried for case in cases)
    if right == len(cases):
        said = f"all {len(cases)} cases are right" if len(cases) > 1 else "its case is right"
        return said + (f", {carried} of them by your own version of what it builds on" if carried else "")
    wrong = [
        f"{group.name} {group.visible_passed + group.hidden_passed} of "
        f"{group.visible_total + group.hidden_total}"
        for group in groups
        if group.visible_passed + group.hidden_passed < group.visible_total + group.hidden_total
    ]
    counts = (
        part_of(right, len(cases), "cases", "is right", "are right")
        if len(cases) > 1
        else "its case is wrong"
    )
    counts += f"; {', '.join(wrong)}"
    if lead == PROTOCOL_BROKEN:
        return f"{lead}: {counts}"
    alone = [
        group.name
        for group in groups
        if group.visible_passed and group.visible_max_score and not group.visible_score
    ]
    if alone:
        counts += f". Right on the handout's example only, which earns nothing: {', '.join(alone)}"
    return f"{lead}: {counts}" if lead else counts


def notes_of(
    function: str, cases: Sequence[CaseResult], observations: Sequence[Observation]
) -> tuple[str, ...]:
    """Return the notes of the visible cases, and of all cases whether an argument was changed."""
    notes = list(dict.fromkeys(note for case in cases if case.visible for note in case.notes))
    changes = f"{function} changes an argument in place"
    if not notes and any(isinstance(seen, Returned) and seen.changed for seen in observations):
        notes.append(changes)
    not_run = sum(isinstance(seen, Stopped) and not seen.was_running for seen in observations)
    if not_run:
        said = counted(not_run, "case was", "cases were")
        notes.append(f"{said} not run, because earlier ones ended the process too often")
    return tuple(notes)


def hint_of(
    cases: Sequence[CaseResult], kinds: Sequence[Kind | None], misconception: Misconception | None
) -> str:
    """Return what the student could try."""
    if misconception is not None:
        return misconception.explanation
    first = next((case for case, kind in zip(cases, kinds, strict=True) if kind is not None), None)
    if first is None:
        return ""
    kind = Kind(first.difference)
    return (_hint_of_exception(first.explanation) if first.visible else "") or HINTS[kind]


def _hint_of_exception(explanation: str) -> str:
    """Return what to do about an exception of a visible case, where its text tells."""
    if _WAS_TO_COME in explanation:
        return "Mend the cell that is named above; then run all cells from the top."
    if explanation.startswith("NotImplementedError"):
        return "This one is not written yet."
    if found := _KEYWORD.search(explanation):
        return f"The parameter must be called {found[1]}: keep the names of the handout."
    return ""
