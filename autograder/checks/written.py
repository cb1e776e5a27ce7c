"""The `written` check: a free answer, collected for a person who marks it by a rubric."""

from __future__ import annotations

from autograder.checks.check import NothingHidden, Seen
from autograder.checks.wording import why_missing_values
from autograder.config import WrittenCheckConfig, points_of
from autograder.observation import Allowance, Loading, Raised, Returned, Stopped, Worker
from autograder.results import CheckResult, Outcome, RubricLine, Status, WrittenDetails
from autograder.wire.messages import Place

MOST_CHARACTERS = 20_000


class WrittenCheck(NothingHidden):
    """A check of the kind `written`. It gives no points: `overrides.toml` does."""

    kind = "written"

    def __init__(self, config: WrittenCheckConfig) -> None:
        self.config = config
        self.name = config.name
        self.max_score = points_of(config)

    def observe_visible(self, worker: Worker, loading: Loading, allowance: Allowance) -> Seen:
        """Read the answer."""
        if loading.stopped is not None or loading.unreadable is not None:
            return Seen()
        return Seen(worker.fetch([Place(self.config.variable, self.config.entry)], allowance))

    def judge(self, loading: Loading, seen: Seen) -> CheckResult:
        """Return the answer, awaiting a person; no points where there is none."""
        if not seen.visible:
            outcome, message, hint = why_missing_values(loading)
            return self._result(outcome, Status.FAILED, 0.0, message, hint=hint)
        match seen.visible[0]:
            case Stopped(outcome, message):
                return self._result(outcome, Status.FAILED, 0.0, message)
            case Raised(error):
                return self._result(Outcome.COMPLETED, Status.FAILED, 0.0, f"no answer: {error.message}")
            case Returned(value) if isinstance(value, str) and value.strip():
                words = len(value.split())
                message = f"an answer of {words} {'word' if words == 1 else 'words'}, which a person marks"
                return self._result(
                    Outcome.COMPLETED, Status.NEEDS_REVIEW, None, message, answer=value[:MOST_CHARACTERS]
                )
            case Returned(value):
                what = "an empty text" if isinstance(value, str) else type(value).__name__
                message = f"no answer: expected a text; received {what}"
                return self._result(Outcome.COMPLETED, Status.FAILED, 0.0, message)

    def _result(
        self,
        outcome: Outcome,
        status: Status,
        score: float | None,
        message: str,
        *,
        answer: str = "",
        hint: str = "",
    ) -> CheckResult:
        return CheckResult(
            name=self.name,
            kind=self.kind,
            outcome=outcome,
            status=status,
            score=score,
            max_score=self.max_score,
            message=message,
            hint=hint,
            details=WrittenDetails(
                question=self.config.question,
                answer=answer,
                rubric=tuple(RubricLine(points=line.points, text=line.text) for line in self.config.rubric),
            ),
        )
