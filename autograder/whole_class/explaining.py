"""A failing case, made as small as it gets: what staff look at with a student."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import structs

from autograder.checks.comparison import Difference, Kind
from autograder.checks.diagnosis import PreparedCase, prepare
from autograder.checks.function import FunctionCheck
from autograder.checks.making import make_checks, wanted_by
from autograder.checks.shrinking import shrink, size
from autograder.config import Assignment, AssignmentConfig, Limits, all_functions_of, load
from autograder.config.datasets import with_dataset
from autograder.errors import ConfigError
from autograder.observation import Allowance, Observation, Stopped
from autograder.results import CheckResult, FunctionDetails, Grade, Outcome, Status
from autograder.runners.allotting import worker_limits
from autograder.runners.pool import make_pool
from autograder.runners.session import Session
from autograder.sandbox.level import Level
from autograder.submission import Submission, hand_ins, is_notebook, read_choices, starters
from autograder.whole_class import cases
from autograder.whole_class.folder import ResultsFolder

_BUDGET = 40  # batches of candidates
_BUDGET_OF_ENDS = 8  # where each batch waits for a time limit
_SECONDS_OF_AN_END = 1.0
_SECONDS = 60.0
_WORTH_PRELOADING = (b"tensorflow", b"keras")


@dataclass(frozen=True)
class Explanation:
    """The smallest failing case that was found.

    Attributes:
        check: The check, as the report has it.
        function: The student's function.
        prepared: The case, as small as it got, with the right result.
        was_visible: Whether it was made from one that students see.
        call: As the student would write it.
        seen: What the submission gave.
        difference: In what that is wrong.
        submission: The files, and which one was graded.
    """

    check: CheckResult
    function: str
    prepared: PreparedCase
    was_visible: bool
    call: str
    seen: Observation
    difference: Difference
    submission: Submission


def find_check(grade: Grade, name: str | None) -> CheckResult:
    """Return the check that is meant: the one named, else the first that did not pass.

    Raises:
        ConfigError: If there is none of that name, it has not run, or nothing failed.
    """
    if name is None:
        found = next((check for check in grade.checks if _has_run(check) and _has_failed(check)), None)
        if found is not None:
            return found
        if not all(map(_has_run, grade.checks)):
            raise _not_run(grade, [check for check in grade.checks if not _has_run(check)])
        raise ConfigError(f"expected a check that failed; {grade.submission} has none")
    for check in grade.checks:
        if check.name == name:
            if not _has_run(check):
                raise _not_run(grade, [check])
            return check
    known = ", ".join(check.name for check in grade.checks)
    raise ConfigError(f"expected a check among {known}; received {name!r}")


def _has_run(check: CheckResult) -> bool:
    is_without = check.status in (Status.SKIPPED, Status.ERROR)
    return not is_without and check.outcome is not Outcome.UNREADABLE_SUBMISSION


def _not_run(grade: Grade, checks: Sequence[CheckResult]) -> ConfigError:
    names = ", ".join(check.name for check in checks)
    return ConfigError(
        f"expected a check that has run; of {grade.submission}, {names} have not: {checks[0].message}"
        if len(checks) > 1
        else f"expected a check that has run; of {grade.submission}, {names} has not: {checks[0].message}"
    )


def explain(folder: ResultsFolder, grade: Grade, check: CheckResult) -> Explanation | None:
    """Return the smallest failing case of a `function` check, or None where no case of it failed.

    The submission runs again, behind the walls that it was graded behind.

    Raises:
        ConfigError: If the submission, the configuration or the cases are not those of the report any more.
    """
    if not isinstance(check.details, FunctionDetails):
        return None
    run = folder.read_run()
    assignment = load(Path(run.course), run.assignment)
    if assignment.digest != grade.config_digest:
        raise ConfigError(f"{assignment.path} has changed since {grade.submission} was graded; grade again")
    if run.data_folder:
        place = Path(run.data_folder)
        assignment = with_dataset(assignment, place, is_graded=True, allow_stand_in=True)
    function_check = _function_check(assignment, folder, grade, check.name)
    failing = _failing(function_check, check.details)
    if not failing:
        return None
    submission = _submission(Path(run.submissions), assignment, folder, grade)
    start = min(failing, key=lambda number: size(failing[number].case.inputs))
    with closing(_Laboratory(assignment, Level(run.sandbox), submission, function_check)) as laboratory:
        return laboratory.explain(check, failing[start], was_visible=start < len(function_check.visible))


class _Laboratory:
    """Where a submission runs again with ever smaller inputs."""

    def __init__(
        self, assignment: Assignment, level: Level, submission: Submission, check: FunctionCheck
    ) -> None:
        if not any(file.mentions(word) for file in submission.files for word in _WORTH_PRELOADING):
            assignment = dataclasses.replace(assignment, config=_without_preload(assignment, check))
        self._assignment = assignment
        self._submission = submission
        self._check = check
        self._pool = make_pool(assignment, level, 1, notebooks=is_notebook(submission.main))
        try:
            self._pool.await_warm()
        except BaseException:
            self._pool.close()
            raise

    def close(self) -> None:
        self._pool.close()

    def explain(self, result: CheckResult, failing: PreparedCase, *, was_visible: bool) -> Explanation:
        """Shrink a failing case, and return what comes of the smallest."""
        limits = self._assignment.config.limits
        with closing(self._session(limits)) as session:
            function = self._check.find(session.load()) or self._check.function
            [seen] = self._observe(session, [failing])
        difference = self._check.differ(failing, seen)
        if difference is not None:
            failing = self._shrink(failing, difference.kind, ends=isinstance(seen, Stopped))
            with closing(self._session(limits)) as session:
                [seen] = self._observe(session, [failing])
            difference = self._check.differ(failing, seen)
        if difference is None:
            raise ConfigError(
                f"{self._submission.id} gets this case right now: it does not answer the same every time"
            )
        return Explanation(
            check=result,
            function=function,
            prepared=failing,
            was_visible=was_visible,
            call=failing.style.call_text(function, failing.case.inputs),
            seen=seen,
            difference=difference,
            submission=self._submission,
        )

    def _shrink(self, failing: PreparedCase, kind: Kind, *, ends: bool) -> PreparedCase:
        """Return the smallest case that fails in the same way; with patience where each try ends a worker."""
        limits = self._assignment.config.limits
        if ends:
            limits = structs.replace(limits, call_seconds=min(limits.call_seconds, _SECONDS_OF_AN_END))
        with closing(self._session(limits)) as session:
            inputs = shrink(
                failing.case.inputs,
                lambda candidates: self._fail(session, failing, candidates, kind, go_on=not ends),
                budget=_BUDGET_OF_ENDS if ends else _BUDGET,
                keep=list(failing.case.inputs)[: self._check.problem.positional],
            )
        return _with_inputs(self._check, failing, inputs)

    def _session(self, limits: Limits) -> Session:
        worker = worker_limits(self._assignment, self._submission)
        session = Session(
            lambda: self._pool.start(0, worker, 0),
            self._submission,
            limits,
            wanted_by(self._assignment),
        )
        session.load()
        return session

    def _fail(
        self,
        session: Session,
        template: PreparedCase,
        candidates: Sequence[Mapping[str, Any]],
        kind: Kind,
        *,
        go_on: bool,
    ) -> list[bool]:
        """Return which inputs the reference takes and the submission gets wrong in the same way."""
        prepared = [self._prepared(template, inputs) for inputs in candidates]
        known = [each for each in prepared if each is not None]
        seen = iter(self._observe(session, known, go_on=go_on))
        found = [None if each is None else self._check.differ(each, next(seen)) for each in prepared]
        return [difference is not None and difference.kind is kind for difference in found]

    def _observe(
        self, session: Session, prepared: Sequence[PreparedCase], *, go_on: bool = True
    ) -> list[Observation]:
        function = self._check.find(session.load()) or self._check.function
        return self._check.observe(session, function, prepared, Allowance(_SECONDS), go_on=go_on)

    def _prepared(self, template: PreparedCase, inputs: Mapping[str, Any]) -> PreparedCase | None:
        try:
            return _with_inputs(self._check, template, inputs)
        except (ValueError, TypeError, IndexError, ZeroDivisionError, OverflowError, KeyError):
            return None


def _with_inputs(check: FunctionCheck, template: PreparedCase, inputs: Mapping[str, Any]) -> PreparedCase:
    case = dataclasses.replace(template.case, inputs=inputs)
    template.style.require_said(case)
    return prepare(check.problem, case, template.style, template.convention)


def _has_failed(check: CheckResult) -> bool:
    return check.status in (Status.FAILED, Status.PARTIAL) or (
        isinstance(check.details, FunctionDetails) and any(not case.passed for case in check.details.cases)
    )


def _without_preload(assignment: Assignment, check: FunctionCheck) -> AssignmentConfig:
    """Return the configuration, without modules that neither the submission nor a case of the check needs."""
    if any(prepared.case.as_tensors for prepared in (*check.visible, *check.hidden)):
        return assignment.config
    return structs.replace(assignment.config, preload=())


def _function_check(assignment: Assignment, folder: ResultsFolder, grade: Grade, name: str) -> FunctionCheck:
    """Return the check with the cases that the report is about."""
    for check in make_checks(assignment, {}):
        if isinstance(check, FunctionCheck) and check.name == name:
            return check.with_hidden(cases.kept(check.problem.name, grade.cases_digest, folder.cases))
    raise ConfigError(f"expected a check {name} in {assignment.path}; there is none any more")


def _failing(check: FunctionCheck, details: FunctionDetails) -> dict[int, PreparedCase]:
    prepared = check.cases_by(details.convention)
    return {
        number: each
        for number, (each, case) in enumerate(zip(prepared, details.cases, strict=False))
        if not case.passed and case.difference != Kind.NOT_RUN
    }


def _submission(path: Path, assignment: Assignment, folder: ResultsFolder, grade: Grade) -> Submission:
    """Return the submission that a report is about."""
    choices = read_choices(folder.path / "files.toml")
    config = assignment.config
    titles = (assignment.slug, config.title)
    given = starters(assignment.course, assignment.slug, config.file)
    functions = all_functions_of(config)
    for hand_in in hand_ins(
        path, config.file, due=config.due, choices=choices, titles=titles, functions=functions, starters=given
    ):
        if hand_in.student == grade.submission:
            for attempt in hand_in.attempts:
                if isinstance(attempt, Submission) and attempt.digest == grade.submission_digest:
                    return attempt
    raise ConfigError(
        f"expected the submission of {grade.submission} in {path} as it was graded; it is not there any more"
    )
