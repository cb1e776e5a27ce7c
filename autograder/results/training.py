"""What a `training` check found out: how the model was trained, and how accurate it is on hidden data."""

from __future__ import annotations

import msgspec


class EpochResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one epoch of training came to, as its process says."""

    metrics: dict[str, float | None]


class TrainingRun(msgspec.Struct, frozen=True, kw_only=True):
    """One training, judged.

    Attributes:
        by: Who trained the model: ``"submission"`` while its file ran, its ``"file"`` of weights, its own
            ``"function"``, the ``"grader"``, or ``"nobody"``.
        epochs_asked: How many epochs were asked for.
        epochs_run: How many were run.
        seconds: How long that took, as its process says.
        ended: Why it ended early, where it did.
        accuracy: On hidden data; None where it could not be found.
        right: How many samples of these.
        own_accuracy: What the submission's own process predicted on the same data.
        public_accuracy: On public test data, as its process says.
        problem: Why there is no accuracy, where there is none.
    """

    by: str
    epochs_asked: int
    epochs_run: int
    seconds: float
    ended: str = ""
    accuracy: float | None = None
    right: int = 0
    own_accuracy: float | None = None
    public_accuracy: float | None = None
    problem: str = ""


class TrainingDetails(msgspec.Struct, frozen=True, kw_only=True, tag="training"):
    """What a `training` check found.

    Attributes:
        place: Where the model was found.
        kind: Its class.
        data: What it was trained and judged on, in words.
        data_digest: Of that data set.
        samples: How many hidden samples there are.
        threshold: The accuracy that earns all points.
        calibrated: Whether that comes of training the reference model on this data.
        runs: Each training; the one that counts is `counted`.
        counted: The index of the run that counts.
        percent: The accuracy that was judged, in whole percents; None where there is none.
        low: The lower end of the accuracy's interval of 95 %.
        high: Its upper end.
        spread: The difference between the best and the worst of several runs.
        refereed: Whether a clean process predicted, with the model made anew.
        prepared: How inputs were prepared, in words.
        loss: What it is compiled with, as its process says.
        optimizer: The same.
        classes: The names of the classes.
        confusion: By true class, how many samples were taken for each class.
        confused: The two classes that were taken for each other most: the true one first.
        curve: What each epoch came to.
        doubts: What a person has to decide.
        proposed: What the accuracy alone would earn, where a person has to decide.
    """

    place: str
    kind: str
    data: str
    data_digest: str
    samples: int
    threshold: float
    calibrated: bool = False
    runs: tuple[TrainingRun, ...] = ()
    counted: int = 0
    percent: int | None = None
    low: float | None = None
    high: float | None = None
    spread: float | None = None
    refereed: bool = False
    prepared: str = ""
    loss: str = ""
    optimizer: str = ""
    classes: tuple[str, ...] = ()
    confusion: tuple[tuple[int, ...], ...] = ()
    confused: tuple[str, str] | None = None
    curve: tuple[EpochResult, ...] = ()
    doubts: tuple[str, ...] = ()
    proposed: float | None = None
