"""Finding an assignment's thresholds: its reference models are trained on several seeds, as students' are."""

from autograder.authoring.calibrating.run import Calibrations, Options, Reached, calibrate
from autograder.authoring.networks.training import Begins, Epoch

__all__ = ["Begins", "Calibrations", "Epoch", "Options", "Reached", "calibrate"]
