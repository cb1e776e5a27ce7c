"""The data that models are trained and scored on: named sets, real where their true files are there.

A data set is prepared once: a public part, which submissions read as `keras.datasets` does, and what is held
back from them. What models are scored on is made of that under a secret seed (`hidden_set`). Nothing is ever
fetched, and what stands in a real set's place says so.
"""

from autograder.datasets.arrays import Labelled
from autograder.datasets.hidden import (
    AnomalySet,
    HiddenSet,
    NoisyPairs,
    anomalies_among,
    anomalies_from,
    foreign_set,
    hidden_set,
    noisy,
)
from autograder.datasets.prepared import Prepared
from autograder.datasets.preparing import prepare
from autograder.datasets.sets import NAMES, Kind

__all__ = [
    "NAMES",
    "AnomalySet",
    "HiddenSet",
    "Kind",
    "Labelled",
    "NoisyPairs",
    "Prepared",
    "anomalies_among",
    "anomalies_from",
    "foreign_set",
    "hidden_set",
    "noisy",
    "prepare",
]
