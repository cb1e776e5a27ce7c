"""Running one check alone: what belongs to it, and what an earlier grade says of the others."""

from __future__ import annotations

import dataclasses

from autograder.checks.check import Check
from autograder.grading import Marking
from autograder.results import CheckResult, Grade, Outcome, Status, with_checks


def marking_of(only: str, marking: Marking) -> Marking:
    """Return the marking with the one check that was asked for, and those whose points hang together."""
    related = {only}
    for config in marking.assignment.config.checks:
        linked = {config.name, getattr(config, "builds_on", ""), *getattr(config, "voids", ())}
        if only in linked:
            related |= linked
    checks = tuple(check for check in marking.checks if check.name in related)
    return dataclasses.replace(marking, checks=checks)


def with_others(grade: Grade, earlier: Grade | None, marking: Marking) -> Grade:
    """Return a grade of one check completed with what an earlier grade says of the others."""
    ran = {check.name: check for check in grade.checks}
    if earlier is not None:
        checks = tuple(ran.get(check.name, check) for check in earlier.checks)
    else:
        checks = tuple(ran.get(check.name) or _skipped(check) for check in marking.checks)
    return with_checks(grade, checks)


def _skipped(check: Check) -> CheckResult:
    return CheckResult(
        name=check.name,
        kind=check.kind,
        outcome=Outcome.COMPLETED,
        status=Status.SKIPPED,
        score=None,
        max_score=check.max_score,
        message="not run: another check was asked for alone",
    )
