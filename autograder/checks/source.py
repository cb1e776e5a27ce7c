"""The `source` check: what a submission's code may not use, and what it must."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs

from autograder.checks.check import NothingHidden, Seen
from autograder.checks.wording import explain_error
from autograder.config import SourceCheckConfig, points_of
from autograder.observation import Allowance, Loading, Worker
from autograder.results import CheckResult, FoundUse, Outcome, SourceDetails, Status
from autograder.wire.messages import Use

_MOST_SHOWN = 20
_SHORT = {"numpy": ("np", "_np"), "tensorflow": ("tf", "_tf"), "scipy": ("sp",)}  # in other packages
_TOP = ""  # in `Use.within`: runs as soon as the file does


class SourceCheck(NothingHidden):
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

    def judge(self, loading: Loading, seen: Seen) -> CheckResult:  # noqa: ARG002
        """Return what the check says of the sources, by what the worker could read of them."""
        if loading.unreadable is not None:
            return self._result(Outcome.UNREADABLE_SUBMISSION, Status.FAILED, loading.unreadable)
        if loading.broken is not None:
            message = explain_error(loading.error) if loading.error else loading.broken
            return self._result(Outcome.SUBMISSION_ERROR, Status.FAILED, message)
        if loading.stopped is not None and not loading.uses:
            return self._result(loading.stopped.outcome, Status.FAILED, loading.stopped.message)
        uses = [use for use in loading.uses if self._is_meant(use)]
        found = _in_order(use for use in uses if self._is_forbidden(use.name))
        missing = [
            name for name in self.config.required if not any(_is_within(use.name, name) for use in uses)
        ]
        open_ones = [*filter(self._is_meant, loading.doubts), *self._taken(uses), *self._elsewhere(uses)]
        doubts = [] if found else _in_order(open_ones)
        details = SourceDetails(
            uses=tuple(found[:_MOST_SHOWN]),
            doubts=tuple(doubts[:_MOST_SHOWN]),
            missing=tuple(missing),
            voids=tuple(self.config.voids),
        )
        if not found and (doubts or loading.unread):
            message = self._question(doubts, loading.unread, missing)
            return self._result(Outcome.COMPLETED, Status.NEEDS_REVIEW, message, details)
        if not found and not missing:
            return self._result(Outcome.COMPLETED, Status.PASSED, "uses nothing but what is allowed")
        return self._result(Outcome.COMPLETED, Status.FAILED, self._message(found, missing), details)

    def _is_meant(self, use: Use) -> bool:
        return not self.config.within or bool(set(use.within) & {*self.config.within, _TOP})

    def _is_forbidden(self, name: str) -> bool:
        return any(_is_within(name, forbidden) for forbidden in self.config.forbidden)

    def _taken(self, uses: Sequence[Use]) -> list[Use]:
        """Return as doubts what is handed on, or asked for a computed name, and holds what is forbidden."""
        return [
            structs.replace(use, name=f"a part of {use.name[:-2]}, which one only running tells")
            for use in uses
            if use.name.endswith(".*")
            and any(_is_within(forbidden, use.name[:-2]) for forbidden in self.config.forbidden)
        ]

    def _elsewhere(self, uses: Sequence[Use]) -> list[Use]:
        """Return as doubts what is called as something forbidden, in another place of the same package."""
        ends = {name.rpartition(".")[2]: name for name in self.config.forbidden if "." in name}
        return [
            structs.replace(use, name=f"{use.name}, which may be {name}")
            for use in uses
            if (name := ends.get(use.name.rpartition(".")[2])) is not None
            and not {name.partition(".")[0], *_SHORT.get(name.partition(".")[0], ())}.isdisjoint(
                use.name.split(".")[:-1]
            )
        ]

    def _message(self, found: Sequence[FoundUse], missing: Sequence[str]) -> str:
        parts = []
        if found:
            first = found[0]
            parts.append(f"{first.file}, line {first.line}: {first.name} is not allowed{_more(found)}")
        if missing:
            parts.append(f"expected the use of {', '.join(missing)}; it is not used")
        return "; ".join(parts)

    def _question(self, doubts: Sequence[FoundUse], unread: Sequence[str], missing: Sequence[str]) -> str:
        """Return what is left open, for a person to decide."""
        parts = []
        if doubts:
            first = doubts[0]
            parts.append(f"{first.file}, line {first.line}: {first.name}{_more(doubts)}")
        if unread:
            parts.append(f"the code cannot be looked through: {'; '.join(unread)}")
        if missing:
            parts.append(f"the use of {', '.join(missing)} is not seen")
        return f"{'; '.join(parts)}: a person decides"

    def _result(
        self, outcome: Outcome, status: Status, message: str, details: SourceDetails | None = None
    ) -> CheckResult:
        is_open = status is Status.NEEDS_REVIEW
        return CheckResult(
            name=self.name,
            kind=self.kind,
            outcome=outcome,
            status=status,
            score=None if is_open else self.max_score if status is Status.PASSED else 0.0,
            max_score=self.max_score,
            message=message,
            hint=self.config.reason if details is not None else "",  # else nothing forbidden was seen
            details=details,
        )


def _in_order(uses: Iterable[Use]) -> list[FoundUse]:
    found = {
        FoundUse(name=use.name, file=use.file, line=use.line, within=tuple(filter(None, use.within)))
        for use in uses
    }
    return sorted(found, key=lambda use: (use.file, use.line, use.name))


def _more(found: Sequence[FoundUse]) -> str:
    return f" and {len(found) - 1} more" if len(found) > 1 else ""


def _is_within(name: str, prefix: str) -> bool:
    """Return whether a full name is the one meant, or something inside it."""
    return name == prefix or name.startswith(prefix + ".")
