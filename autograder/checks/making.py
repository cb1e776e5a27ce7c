"""From an assignment's configuration to its checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.checks.check import Check
from autograder.checks.evaluation import Evaluation
from autograder.checks.function import FunctionCheck
from autograder.checks.source import SourceCheck
from autograder.checks.values import ValuesCheck
from autograder.checks.written import WrittenCheck
from autograder.config import (
    Assignment,
    AssignmentConfig,
    AutoencoderCheckConfig,
    CheckConfig,
    FunctionCheckConfig,
    ModelCheckConfig,
    SourceCheckConfig,
    TrainingCheckConfig,
    ValuesCheckConfig,
    WrittenCheckConfig,
)
from autograder.config.training import AboutTraining, budget_at_loading
from autograder.observation import Wanted
from autograder.problems.checking import (
    check_answers,
    check_misconceptions,
    refuse_answer,
)
from autograder.problems.problem import Case
from autograder.wire.messages import Place
from autograder.wire.surroundings import CellPolicy, Surroundings


def make_checks(
    assignment: Assignment, hidden: Mapping[str, Sequence[Case]], evaluation: Evaluation | None = None
) -> tuple[Check, ...]:
    """Return the checks of an assignment, in the order of the report.

    Args:
        assignment: The configuration.
        hidden: The drawn cases by problem; none for a student's own check.
        evaluation: The hidden samples that models are judged on; the same.
    """
    return tuple(_make(check, assignment, hidden, evaluation) for check in assignment.config.checks)


def _make(
    config: CheckConfig,
    assignment: Assignment,
    hidden: Mapping[str, Sequence[Case]],
    evaluation: Evaluation | None,
) -> Check:
    match config:
        case FunctionCheckConfig():
            return _make_function(config, assignment, hidden)
        case ValuesCheckConfig():
            return ValuesCheck(config)
        case SourceCheckConfig():
            return SourceCheck(config)
        case WrittenCheckConfig():
            return WrittenCheck(config)
        case ModelCheckConfig():
            from autograder.checks.model import ModelCheck  # noqa: PLC0415 - it counts by the references

            return ModelCheck(config)
        case TrainingCheckConfig():
            from autograder.checks.training import TrainingCheck  # noqa: PLC0415 - the same

            on = evaluation or assignment.dataset  # at home there is the data set alone
            calibrated = None if on is None else assignment.calibration.on(config.name, on.digest)
            return TrainingCheck(config, assignment.config.dataset or "", evaluation, calibrated)
        case AutoencoderCheckConfig():
            from autograder.checks.autoencoder import AutoencoderCheck  # noqa: PLC0415 - the same

            hidden_images = None if evaluation is None else evaluation.images[config.name]
            return AutoencoderCheck(config, assignment.config.dataset or "", hidden_images)


def _make_function(
    config: FunctionCheckConfig, assignment: Assignment, hidden: Mapping[str, Sequence[Case]]
) -> FunctionCheck:
    """Return the check of a function, once its problem has answered for every case."""
    problem = assignment.problems[config.problem]
    cases = hidden.get(config.problem, ())
    try:
        check = FunctionCheck(config, problem, cases, assignment.functions)
    except Exception:
        check_answers(problem, (*problem.examples, *cases))
        raise
    for prepared in (*check.visible, *check.hidden):
        if all(each.expected is None for each in check.visible):
            refuse_answer(problem, prepared.case, "it returns None. Is there a return?")
        if (difference := prepared.difference(prepared.expected)) is not None:
            refuse_answer(problem, prepared.case, difference.explanation)
    if problem.origin is not None:
        check_misconceptions(problem, (*problem.examples, *cases))
    return check


def wanted_by(assignment: Assignment) -> Wanted:
    """Return what is looked at in a submission of this assignment besides its functions' answers."""
    places = [
        Place(item.variable, item.entry, item.after)
        for check in assignment.config.checks
        if isinstance(check, ValuesCheckConfig)
        for item in check.items
        if item.after is not None
    ]
    sources = [check for check in assignment.config.checks if isinstance(check, SourceCheckConfig)]
    within = dict.fromkeys(name for check in sources for name in check.within)
    cells = assignment.config.cells
    policy = CellPolicy(cells.run, list(cells.tags), cells.cell_seconds or 0.0, cells.keep)
    around = _surroundings_of(assignment.config)
    training = sum(check.budget.seconds for check in _training_checks(assignment.config))
    if around.fit == "skip":
        training = 0.0
    return Wanted(bool(sources), tuple(places), tuple(within), policy, around, training)


def _surroundings_of(config: AssignmentConfig) -> Surroundings:
    trained = _training_checks(config)
    training = budget_at_loading(config.training, trained)
    has_models = bool(trained) or any(isinstance(check, ModelCheckConfig) for check in config.checks)
    return Surroundings(
        config.compatibility == "period",
        training.fit,
        training.epochs,
        training.seconds,
        has_models,
        training.steps or 0,
        training.threads if trained else 0,
    )


def _training_checks(config: AssignmentConfig) -> tuple[AboutTraining, ...]:
    return tuple(check for check in config.checks if isinstance(check, AboutTraining))
