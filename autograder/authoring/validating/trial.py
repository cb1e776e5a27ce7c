"""One mutant's trial: graded as a submission; if it keeps all points, tried on inputs around the cases."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.authoring.solutions.solution import MutatedSolution
from autograder.authoring.validating.around import Around, call_text, smallest
from autograder.authoring.validating.reach import Place
from autograder.checks.diagnosis import PreparedCase
from autograder.checks.function import FunctionCheck
from autograder.checks.shrinking import Inputs, shrink
from autograder.grading import Marking, grade_submission
from autograder.observation import Allowance, Call, Observation, Raised, Returned, Stopped, Worker
from autograder.results import Grade, Status
from autograder.submission import Submission

_BATCH = 100
_SECONDS = 10.0
_SHRINKING_TRIPS = 30


@dataclass(frozen=True)
class Escape:
    """What a mutant that keeps all points does otherwise than the reference.

    Attributes:
        call: The call.
        difference: In what its answer differs.
    """

    call: str
    difference: str


class Trials:
    """Judges mutants, each in a worker of its own; keeps what those did that lost no points.

    Args:
        marking: The assignment's, with all checks.
        around: Inputs around the cases, by the name of the check.
        mutants: By the id of the submission that each is, with the places that it can change.
    """

    def __init__(
        self,
        marking: Marking,
        around: Mapping[str, Around],
        mutants: Mapping[str, tuple[MutatedSolution, Sequence[Place]]],
    ) -> None:
        self._marking = marking
        self._around = around
        self._mutants = mutants
        self.escapes: dict[str, Escape] = {}  # by submission; a lane writes only what it runs itself

    def judge(self, submission: Submission, worker: Worker) -> Grade:
        """Grade a mutant by the checks that it can change; see where it escapes if these give all points."""
        _, places = self._mutants[submission.id]
        checks = tuple(dict.fromkeys(check for check, _ in places))
        marking = dataclasses.replace(self._marking, checks=checks)
        grade = grade_submission(submission, marking, _Once(worker))
        if keeps_all(grade):
            for check in checks:
                if (escape := self._escape(check, worker)) is not None:
                    self.escapes[submission.id] = escape
                    break
        return grade

    def _escape(self, check: FunctionCheck, worker: Worker) -> Escape | None:
        around = self._around[check.name]
        for start in range(0, len(around.inputs), _BATCH):
            tried = around.inputs[start : start + _BATCH]
            found = _differences(check, tried, worker)
            if not found:
                continue
            differing = smallest([tried[number] for number in found])
            number = next(number for number, prepared in enumerate(tried) if prepared is differing)
            difference, seen = found[number]
            if isinstance(seen, Returned | Raised):
                differing, difference = _shrunk(check, around, differing, difference, worker)
            return Escape(call_text(check.function, check.problem, differing.case), difference)
        return None


class _Once:
    """A worker that is asked no more once a call has ended it: a mutant that hangs is caught.

    Args:
        worker: Where the mutant runs.
    """

    def __init__(self, worker: Worker) -> None:
        self.load, self.fetch, self.model = worker.load, worker.fetch, worker.model
        self.train, self.predict, self.referee = worker.train, worker.predict, worker.referee
        self.renew, self.close = worker.renew, worker.close
        self.notes, self.printed = worker.notes, worker.printed
        self._call = worker.call
        self._stopped: Stopped | None = None

    def call(
        self,
        function: str,
        calls: Sequence[Call],
        allowance: Allowance,
        *,
        go_on: bool = True,  # noqa: ARG002
    ) -> list[Observation]:
        """Call a function, as long as no call has ended the worker."""
        if self._stopped is not None:
            return [dataclasses.replace(self._stopped, was_running=False)] * len(calls)
        seen = self._call(function, calls, allowance, go_on=False)
        self._stopped = next((each for each in seen if isinstance(each, Stopped)), None)
        return seen


def keeps_all(grade: Grade) -> bool:
    """Return whether every case of every check is right: then there are all points that can be earned."""
    return all(check.status is Status.PASSED for check in grade.checks)


def _differences(
    check: FunctionCheck, tried: Sequence[PreparedCase], worker: Worker
) -> dict[int, tuple[str, Observation]]:
    """Return which of some cases a mutant answers otherwise, in what, and what it did."""
    calls = [prepared.call for prepared in tried]
    found: dict[int, tuple[str, Observation]] = {}
    seen = worker.call(check.function, calls, Allowance(_SECONDS), go_on=False)
    for number, (prepared, each) in enumerate(zip(tried, seen, strict=True)):
        match each:
            case Returned(value):
                difference = prepared.difference(value, strict_type=check.config.strict_type)
                if difference is not None:
                    found[number] = difference.explanation, each
            case Raised(error):
                found[number] = f"{error.type}: {error.message}", each
            case _:
                if each.was_running:
                    found[number] = each.message, each
    return found


def _shrunk(
    check: FunctionCheck, around: Around, differing: PreparedCase, difference: str, worker: Worker
) -> tuple[PreparedCase, str]:
    """Return a small case that a mutant still answers otherwise, and in what."""
    as_tensors = differing.case.as_tensors
    failed: dict[int, tuple[PreparedCase, str]] = {}  # by the inputs' identity: `shrink` returns one of them

    def fails(candidates: Sequence[Inputs]) -> list[bool]:
        tried = [around.prepared(inputs, as_tensors=as_tensors) for inputs in candidates]
        known = [prepared for prepared in tried if prepared is not None]
        found = _differences(check, known, worker) if known else {}
        for number, (text, _) in found.items():
            failed[id(known[number].case.inputs)] = known[number], text
        failing = {id(known[number]) for number in found}
        return [id(prepared) in failing for prepared in tried]

    required = list(differing.case.inputs)[: check.problem.positional]
    best = shrink(differing.case.inputs, fails, budget=_SHRINKING_TRIPS, keep=required)
    return failed.get(id(best), (differing, difference))
