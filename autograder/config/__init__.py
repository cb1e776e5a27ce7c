"""An assignment: one TOML file that names problems, points and limits. Data, never code.

``grading_configs/<slug>.toml`` lies in a course folder, which is found upward from the working directory.
``structure`` says what the file may hold, ``loading`` reads and checks it, ``explaining`` turns a mistake
in it into a sentence.
"""

from autograder.config.autoencoders import AutoencoderCheckConfig
from autograder.config.backends import require_backend
from autograder.config.calibration import Calibrated, CalibratedPart, Calibration
from autograder.config.course import CONFIGS, find_course, slugs
from autograder.config.devices import GpuUse, OnDevice, gpu_use
from autograder.config.functions import all_functions_of, function_of, functions_of
from autograder.config.limits import Limits
from autograder.config.loading import (
    Assignment,
    load,
    require_hidden_cases,
)
from autograder.config.model_layers import ExpectedLayer, PatternItem, Range
from autograder.config.models import ModelCheckConfig, ModelLints, ModelPoints, Span
from autograder.config.structure import (
    AssignmentConfig,
    CellsConfig,
    CheckConfig,
    FunctionCheckConfig,
    GroupPoints,
    Item,
    SourceCheckConfig,
    ValuesCheckConfig,
    WrittenCheckConfig,
    json_schema,
    points_of,
)
from autograder.config.students import for_students
from autograder.config.training import Training, TrainingCheckConfig, threshold_of

__all__ = [
    "CONFIGS",
    "Assignment",
    "AssignmentConfig",
    "AutoencoderCheckConfig",
    "Calibrated",
    "CalibratedPart",
    "Calibration",
    "CellsConfig",
    "CheckConfig",
    "ExpectedLayer",
    "FunctionCheckConfig",
    "GpuUse",
    "GroupPoints",
    "Item",
    "Limits",
    "ModelCheckConfig",
    "ModelLints",
    "ModelPoints",
    "OnDevice",
    "PatternItem",
    "Range",
    "SourceCheckConfig",
    "Span",
    "Training",
    "TrainingCheckConfig",
    "ValuesCheckConfig",
    "WrittenCheckConfig",
    "all_functions_of",
    "find_course",
    "for_students",
    "function_of",
    "functions_of",
    "gpu_use",
    "json_schema",
    "load",
    "points_of",
    "require_backend",
    "require_hidden_cases",
    "slugs",
    "threshold_of",
]
