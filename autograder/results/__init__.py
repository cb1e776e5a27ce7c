"""The result of grading: frozen values, from which every report is made."""

from autograder.results.autoencoders import AutoencoderDetails, AutoencoderPart
from autograder.results.cells import CellResult
from autograder.results.dataset import Dataset, data_note
from autograder.results.details import (
    AnswerResult,
    CaseResult,
    Details,
    FoundUse,
    FunctionDetails,
    GroupResult,
    RubricLine,
    Shown,
    SourceDetails,
    ValuesDetails,
    WrittenDetails,
)
from autograder.results.enums import (
    Outcome,
    Status,
)
from autograder.results.grade import (
    SAID_INSIDE,
    CheckResult,
    Environment,
    Grade,
    HandInInfo,
    Override,
    Timing,
    awaits_review,
    first_outcome,
    is_fault,
    is_question,
    is_whole,
    total,
    with_checks,
)
from autograder.results.models import LayerPair, ModelDetails, ModelLayer, ModelLint, ModelPart, WantedLayer
from autograder.results.training import EpochResult, TrainingDetails, TrainingRun

__all__ = [
    "SAID_INSIDE",
    "AnswerResult",
    "AutoencoderDetails",
    "AutoencoderPart",
    "CaseResult",
    "CellResult",
    "CheckResult",
    "Dataset",
    "Details",
    "Environment",
    "EpochResult",
    "FoundUse",
    "FunctionDetails",
    "Grade",
    "GroupResult",
    "HandInInfo",
    "LayerPair",
    "ModelDetails",
    "ModelLayer",
    "ModelLint",
    "ModelPart",
    "Outcome",
    "Override",
    "RubricLine",
    "Shown",
    "SourceDetails",
    "Status",
    "Timing",
    "TrainingDetails",
    "TrainingRun",
    "ValuesDetails",
    "WantedLayer",
    "WrittenDetails",
    "awaits_review",
    "data_note",
    "first_outcome",
    "is_fault",
    "is_question",
    "is_whole",
    "total",
    "with_checks",
]
