"""Finding an assignment's thresholds: its reference models are trained on several seeds, as students' are."""

from autograder.authoring.calibrating.run import Begins, Calibrations, Epoch, Options, Reached, calibrate

__all__ = ["Begins", "Calibrations", "Epoch", "Options", "Reached", "calibrate"]
