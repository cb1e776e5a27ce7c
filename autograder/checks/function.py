"""The `function` check: a student's function against a problem, case by case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from autograder.calling import CallStyle, find_function, own_style, style_of
from autograder.checks.carrying import Basis, carry
from autograder.checks.check import Seen, nothing_to_judge
from autograder.checks.comparison import Difference, Kind
from autograder.checks.conventions import Custom, customs_of, followed, note_of, said_cases
from autograder.checks.diagnosis import PreparedCase, find_misconception, fingerprint
from autograder.checks.judging import CaseJudge
from autograder.checks.missing_framework import asked_where_missing
from autograder.checks.scoring import group_result, nothing_earned
from autograder.checks.wording import (
    PROTOCOL_BROKEN,
    hint_of,
    lead_of,
    message_of,
    notes_of,
    why_missing,
    with_cause,
)
from autograder.config import FunctionCheckConfig, functions_of, points_of
from autograder.observation import Allowance, Loading, Observation, Returned, Stopped, Worker
from autograder.problems.problem import Case, Misconception, Problem
from autograder.results import (
    CheckResult,
    FunctionDetails,
    Outcome,
    Status,
    first_outcome,
)


class FunctionCheck:
    """A check of the kind `function`, ready for the whole class.

    Args:
        config: The check, as the assignment's file has it.
        problem: The problem that it names.
        hidden: The drawn cases; none where only the visible examples are run.
        required: The functions that the assignment asks for: none of them is another one misspelt.
        style: How the function is called, where it is not as the configuration says: its cases are the same.
    """

    kind = "function"
    voids: Sequence[str] = ()

    def __init__(
        self,
        config: FunctionCheckConfig,
        problem: Problem,
        hidden: Sequence[Case],
        required: frozenset[str] = frozenset(),
        style: CallStyle | None = None,
    ) -> None:
        self.config = config
        self.problem = problem
        self.name = config.name
        self.configured = style_of(problem, functions_of(config), config.call)
        self.style = style or self.configured
        self.function = self.style.functions[0]
        self.groups = tuple(name for name in problem.groups if name not in config.without)
        self.max_score = points_of(config)
        self._required = required
        self._drawn = tuple(hidden)
        visible, hidden, self.left_out = said_cases(self.configured, self.groups, problem.examples, hidden)
        self._customs = customs_of(problem, self.style, config.accept, visible, hidden)
        self.visible, self.hidden = self._customs[0].visible, self._customs[0].hidden

    def find(self, loading: Loading) -> str | None:
        """Return the name that the function has in a submission; None where it is not there.

        Capitals and underscores do not matter where a call style is given: its names come from elsewhere.
        """
        own = loading.functions if self.config.call is not None else ()
        return find_function(self.style.functions, loading.callables, own, self._required)

    def observe_visible(self, worker: Worker, loading: Loading, allowance: Allowance) -> Seen:
        """Call the function with the lecture's examples."""
        function = self.find(loading)
        if function is None:
            return Seen()
        return Seen(self.observe(worker, function, self.visible, allowance), function=function)

    def observe(
        self,
        worker: Worker,
        function: str,
        prepared: Sequence[PreparedCase],
        allowance: Allowance,
        *,
        go_on: bool = True,
    ) -> list[Observation]:
        """Return what a worker answers to some cases, by the name that the function has there."""
        seen = worker.call(function, [each.call for each in prepared], allowance, go_on=go_on)
        return [
            replace(each, value=self.style.received(each.value)) if isinstance(each, Returned) else each
            for each in seen
        ]

    def observe_hidden(self, worker: Worker, loading: Loading, allowance: Allowance, seen: Seen) -> Seen:
        """Call the function with the drawn cases; one observation for each, in their order.

        A group in which a call ends the worker is left for the end, so that a function that hangs on one
        kind of input does not use up the replacements before the other groups have had their turn.
        """
        if self.find(loading) is None:
            return seen
        ended = {
            prepared.case.group
            for prepared, each in zip(self.visible, seen.visible, strict=True)
            if isinstance(each, Stopped)
        }
        found: dict[int, Observation] = {}
        for group in sorted(self.groups, key=lambda group: group in ended):
            numbers = [n for n, prepared in enumerate(self.hidden) if prepared.case.group == group]
            found |= self._call_numbers(worker, seen.function, numbers, allowance, go_on=False)
        left = [
            number for number, each in found.items() if isinstance(each, Stopped) and not each.was_running
        ]
        found |= self._call_numbers(worker, seen.function, sorted(left), allowance, go_on=True)
        return seen.with_hidden([found[number] for number in range(len(self.hidden))])

    def observe_carried(self, worker: Worker, allowance: Allowance, seen: Seen, basis: Basis) -> Seen:
        """Find out which wrong answers are right with the student's own version of the basis.

        Args:
            worker: Where the submission runs.
            allowance: What is left to this check.
            seen: What was seen of this check.
            basis: What it builds on; where that has no mistake, nothing is carried forward.
        """
        if basis.problem.name not in self.problem.composed:  # a student's kit cannot do it
            return seen
        wrong = {
            number: prepared
            for number, (prepared, each) in enumerate(_observed(self._followed(seen), seen))
            if isinstance(each, Returned) and prepared.difference(each.value) is not None
        }
        count = len(self.visible)
        shown = {number: case for number, case in wrong.items() if number < count}
        others = {number: case for number, case in wrong.items() if number >= count}
        # In processes of their own: what students see depends on nothing that is hidden.
        carried = carry(basis, self.problem, shown, basis.visible, worker, allowance)
        carried |= carry(basis, self.problem, others, basis.hidden, worker, allowance)
        return seen.with_carried(carried)

    def as_basis(self, seen: Seen) -> Basis | None:
        """Return the function as one that others build on, if it was seen and has a mistake."""
        observed = _observed(self._followed(seen), seen) if seen.visible else []
        if all(self.differ(prepared, each) is None for prepared, each in observed):
            return None
        count = len(self.visible)
        name = seen.function or self.function
        return Basis(name, self.problem, self.style, observed[:count], observed[count:])

    def judge(self, loading: Loading, seen: Seen) -> CheckResult:
        """Return what the check says of what was seen."""
        function = self.find(loading)
        if function is None:
            return self._judge_missing(loading)
        carried = seen.carried or {}
        custom = self._followed(seen)
        observed = [(prepared, with_cause(each, loading)) for prepared, each in _observed(custom, seen)]
        judge = CaseJudge(self.config, function)
        judged = [
            judge.judge(
                prepared,
                each,
                is_visible=number < len(self.visible),
                carried=carried.get(number),
            )
            for number, (prepared, each) in enumerate(observed)
        ]
        cases = tuple(case for case, _ in judged)
        kinds = [kind for _, kind in judged]
        wrong = [(number, kind, observed[number][1]) for number, kind in enumerate(kinds) if kind is not None]
        # What explains the visible cases is told where nothing explains all: so says a student's own check.
        misconception = self._mistake(observed, kinds) or self._mistake(
            observed[: len(self.visible)], kinds[: len(self.visible)]
        )
        violated = any(case.outcome is Outcome.PROTOCOL_VIOLATION for case in cases)
        shows = {
            prepared.case.group
            for (prepared, _), case in zip(observed, cases, strict=True)
            if case.passed and not case.visible and not prepared.case.is_degenerate
        }
        groups = tuple(
            group_result(name, self.config.points[name], cases, earns=not violated, shows=name in shows)
            for name in self.groups
        )
        score = round(sum(group.visible_score + group.hidden_score for group in groups), 2)
        result = CheckResult(
            name=self.name,
            kind=self.kind,
            outcome=first_outcome([case.outcome for case in cases]),
            status=self._status(score, is_right=not wrong),
            score=score,
            max_score=self.max_score,
            message=message_of(groups, cases, PROTOCOL_BROKEN if violated else lead_of(kinds, misconception)),
            hint=hint_of(cases, kinds, misconception),
            notes=(
                *self._notes_of_name(function),
                *([note] if (note := self._note_of(custom, seen)) is not None else []),
                *notes_of(function, cases, (*seen.visible, *seen.hidden)),
            ),
            details=FunctionDetails(
                groups=groups,
                cases=cases,
                misconception=misconception.name if misconception else None,
                wrong_answers=fingerprint(wrong),
                convention=custom.name or None,
            ),
        )
        return asked_where_missing(result, self.style, loading, [seen for _, _, seen in wrong])

    def _mistake(
        self, observed: Sequence[tuple[PreparedCase, Observation]], kinds: Sequence[Kind | None]
    ) -> Misconception | None:
        """Return the known mistake behind the wrong ones of some cases."""
        wrong = [each for each, kind in zip(observed, kinds, strict=True) if kind is not None]
        right = [prepared for (prepared, _), kind in zip(observed, kinds, strict=True) if kind is None]
        return find_misconception(self.problem, wrong, right)

    def _followed(self, seen: Seen) -> Custom:
        """Return the convention that the submission follows."""
        return followed(self._customs, (*seen.visible, *seen.hidden), self._is_right)

    def _note_of(self, custom: Custom, seen: Seen) -> str | None:
        return note_of(custom, self._customs, (*seen.visible, *seen.hidden), self._is_right)

    def _is_right(self, prepared: PreparedCase, seen: Observation) -> bool:
        return self.differ(prepared, seen) is None

    def with_hidden(self, hidden: Sequence[Case]) -> FunctionCheck:
        """Return the same check with these hidden cases."""
        return FunctionCheck(self.config, self.problem, hidden, self._required)

    def cases_by(self, convention: str | None) -> tuple[PreparedCase, ...]:
        """Return all cases, visible ones first, as an accepted convention answers them."""
        return next(custom.cases for custom in self._customs if custom.name == (convention or ""))

    def by_own_signature(self) -> FunctionCheck:
        """Return the same check of a function with the problem's own signature and convention."""
        own = own_style(self.problem, self.function)
        config = structs.replace(self.config, accept=())
        return FunctionCheck(config, self.problem, self._drawn, self._required, own)

    def differ(self, prepared: PreparedCase, seen: Observation) -> Difference | None:
        """Return in what an observation of a case is wrong, or None."""
        return CaseJudge(self.config, self.function).differ(prepared, seen)[1]

    def _call_numbers(
        self, worker: Worker, function: str, numbers: Sequence[int], allowance: Allowance, *, go_on: bool
    ) -> dict[int, Observation]:
        if not numbers:
            return {}
        prepared = [self.hidden[number] for number in numbers]
        return dict(
            zip(numbers, self.observe(worker, function, prepared, allowance, go_on=go_on), strict=True)
        )

    def _status(self, score: float, *, is_right: bool) -> Status:
        if is_right:
            return Status.PASSED
        return Status.PARTIAL if score > 0 else Status.FAILED

    def _notes_of_name(self, function: str) -> list[str]:
        """Return a note where the function's name is none of those that were asked for."""
        is_asked_for = function in self.style.functions
        return [] if is_asked_for else [f"{function} counts as {self.function}"]

    def _judge_missing(self, loading: Loading) -> CheckResult:
        outcome, message, hint = why_missing(self.style.functions, loading, self._required)
        cases = [(prepared.case.group, True) for prepared in self.visible]
        cases += [(prepared.case.group, False) for prepared in self.hidden]
        groups = tuple(nothing_earned(name, self.config.points[name], cases) for name in self.groups)
        return nothing_to_judge(self, outcome, message, hint, FunctionDetails(groups=groups, cases=()))


def _observed(custom: Custom, seen: Seen) -> list[tuple[PreparedCase, Observation]]:
    """Return every case, as a convention answers it, with what was seen of it, visible ones first."""
    return list(zip(custom.cases, (*seen.visible, *seen.hidden), strict=True))
