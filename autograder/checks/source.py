"""The `source` check: what a submission's code may not use, and what it must."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.checks.check import Seen
from autograder.checks.wording import explain_error
from autograder.config import SourceCheckConfig, points_of
from autograder.observation import Allowance, Loading, Worker
from autograder.results import CheckResult, FoundUse, Outcome, SourceDetails, Status
from autograder.wire.messages import Use

_MOST_SHOWN = 20


class SourceCheck:
    """A check of the kind `source`: of what the worker read before anything of the submission ran."""

    kind = "source"

    def __init__(self, config: SourceCheckConfig) -> None:
        self.config = config
        self.name = config.name
        self.max_score = points_of(config)
        self.voids: Sequence[str] = config.voids

    def observe_visible(
        self,
        worker: Worker,  # noqa: ARG002
        loading: Loading,  # noqa: ARG002
        allowance: Allowance,  # noqa: ARG002
    ) -> Seen:
        """Return nothing: what is judged was read before the file ran."""
        return Seen()

    def observe_hidden(
        self,
        worker: Worker,  # noqa: ARG002
        loading: Loading,  # noqa: ARG002
        allowance: Allowance,  # noqa: ARG002
        seen: Seen,
    ) -> Seen:
        """Return what was seen: there is nothing hidden."""
        return seen

    def judge(self, loading: Loading, seen: Seen) -> CheckResult:  # noqa: ARG002
        """Return what the check says of the sources."""
        if loading.unreadable is not None:
            return self._result(Outcome.UNREADABLE_SUBMISSION, Status.FAILED, loading.unreadable)
        if loading.error is not None and loading.error.type in (
            "SyntaxError",
            "IndentationError",
            "TabError",
        ):
            return self._result(Outcome.SUBMISSION_ERROR, Status.FAILED, explain_error(loading.error))
        uses = [use for use in loading.uses if self._is_meant(use)]
        found = sorted(
            {
                FoundUse(name=use.name, file=use.file, line=use.line, within=tuple(use.within))
                for use in uses
                if any(_is_within(use.name, name) for name in self.config.forbidden)
            },
            key=lambda use: (use.file, use.line, use.name),
        )
        missing = [
            name for name in self.config.required if not any(_is_within(use.name, name) for use in uses)
        ]
        if loading.stopped is not None and not loading.uses:
            return self._result(loading.stopped.outcome, Status.FAILED, loading.stopped.message)
        if loading.unread and not found:
            message = f"the code cannot be looked through: {'; '.join(loading.unread)}"
            return self._result(Outcome.COMPLETED, Status.FAILED, message)
        if not found and not missing:
            return self._result(Outcome.COMPLETED, Status.PASSED, "uses nothing but what is allowed")
        details = SourceDetails(
            uses=tuple(found[:_MOST_SHOWN]), missing=tuple(missing), voids=tuple(self.config.voids)
        )
        return self._result(Outcome.COMPLETED, Status.FAILED, self._message(found, missing), details)

    def _is_meant(self, use: Use) -> bool:
        return not self.config.within or bool(set(use.within) & set(self.config.within))

    def _message(self, found: Sequence[FoundUse], missing: Sequence[str]) -> str:
        parts = []
        if found:
            first = found[0]
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            parts.append(f"{first.file}, line {first.line}: {first.name} is not allowed{more}")
        if missing:
            parts.append(f"expected the use of {', '.join(missing)}; it is not used")
        return "; ".join(parts)

    def _result(
        self, outcome: Outcome, status: Status, message: str, details: SourceDetails | None = None
    ) -> CheckResult:
        return CheckResult(
            name=self.name,
            kind=self.kind,
            outcome=outcome,
            status=status,
            score=self.max_score if status is Status.PASSED else 0.0,
            max_score=self.max_score,
            message=message,
            hint="" if status is Status.PASSED else self.config.reason,
            details=details,
        )


def _is_within(name: str, prefix: str) -> bool:
    """Return whether a full name is the one meant, or something inside it."""
    return name == prefix or name.startswith(prefix + ".")
