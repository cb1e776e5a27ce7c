"""What a check is: it says what is to be looked at in a worker, and judges what was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from autograder.checks.carrying import Carried
from autograder.observation import Allowance, Loading, Observation, Worker
from autograder.results import CheckResult, Details, Outcome, Status


@dataclass(frozen=True)
class Seen:
    """What a check has seen.

    Attributes:
        visible: Observations of what students may see.
        hidden: Observations of hidden cases.
        carried: By the number of a wrong case, visible ones first: what a right function would have
            returned with the student's own version of the function that it builds on.
        function: The name that the function has in the submission; empty where it is that of the check.
    """

    visible: Sequence[Observation] = ()
    hidden: Sequence[Observation] = ()
    carried: Mapping[int, Carried] | None = None
    function: str = ""

    def with_hidden(self, hidden: Sequence[Observation]) -> Seen:
        """Return the same with what was seen of the hidden cases."""
        return replace(self, hidden=hidden)

    def with_carried(self, carried: Mapping[int, Carried]) -> Seen:
        """Return the same with what is right with the student's own version of another function."""
        return replace(self, carried=carried)


class Check(Protocol):
    """One check of an assignment, ready for the whole class."""

    @property
    def name(self) -> str:
        """What the reports call it."""
        ...

    @property
    def kind(self) -> str:
        """Its kind, as in the configuration."""
        ...

    @property
    def max_score(self) -> float:
        """What it is worth."""
        ...

    @property
    def voids(self) -> Sequence[str]:
        """The checks that lose their points where this one fails."""
        ...

    def observe_visible(self, worker: Worker, loading: Loading, allowance: Allowance) -> Seen:
        """Look at what students may see."""
        ...

    def observe_hidden(self, worker: Worker, loading: Loading, allowance: Allowance, seen: Seen) -> Seen:
        """Look at the rest; nothing that the worker says from here on reaches a student."""
        ...

    def judge(self, loading: Loading, seen: Seen) -> CheckResult:
        """Return what the check says of what was seen."""
        ...


def nothing_to_judge(
    check: Check, outcome: Outcome, message: str, hint: str = "", details: Details | None = None
) -> CheckResult:
    """Return the result of a check that found nothing to judge: no points, and why."""
    return CheckResult(
        name=check.name,
        kind=check.kind,
        outcome=outcome,
        status=Status.FAILED,
        score=0.0,
        max_score=check.max_score,
        message=message,
        hint=hint,
        details=details,
    )


@runtime_checkable
class Refereed(Protocol):
    """A check of which clean processes, without a byte of the submission, have the last word."""

    own_seconds: float
    """Wall seconds that it may take beside what the limits give each check."""

    own_bytes: int
    """Bytes of results, the same."""

    def observe_refereed(self, worker: Worker, allowance: Allowance, seen: Seen) -> Seen:
        """Have clean processes look at what the submission returned; its own has ended before."""
        ...


class NothingHidden:
    """What the kinds of check share of which students may see everything that is looked at."""

    voids: Sequence[str] = ()

    def observe_hidden(
        self,
        worker: Worker,  # noqa: ARG002
        loading: Loading,  # noqa: ARG002
        allowance: Allowance,  # noqa: ARG002
        seen: Seen,
    ) -> Seen:
        """Return what was seen: there is nothing more to look at."""
        return seen
