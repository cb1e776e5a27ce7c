"""A model that was trained: how it learnt, and for staff what it takes for what, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from autograder.results import EpochResult, TrainingDetails

_MOST_EPOCHS = 8
_MOST_METRICS = 4
_MOST_NAME = 12
_MOST_CLASSES = 20
BY = {
    "submission": "trained while the file ran",
    "file": "weights from a file",
    "function": "trained by its own function",
    "grader": "trained by the handout's recipe",
    "nobody": "not trained",
}


class TrainingFeedback(msgspec.Struct, frozen=True, kw_only=True):
    """What of a training its student may know: nothing of single hidden samples, the accuracy in percents.

    Attributes:
        by: Who trained the model.
        data: What it was trained and judged on.
        samples: How many hidden samples there were.
        percent: How many percents of them are right; None where that could not be found.
        threshold: The accuracy that earns all points.
        epochs_asked: How many epochs were asked for.
        epochs_run: How many were run.
        seconds: How long that took.
        curve: What each epoch came to, on public data.
        confused: The two classes that it mixes up most, where that is frequent: the true one first.
    """

    by: str
    data: str
    samples: int
    percent: int | None
    threshold: float
    epochs_asked: int
    epochs_run: int
    seconds: float
    curve: tuple[EpochResult, ...] = ()
    confused: tuple[str, str] | None = None


def training_feedback(details: TrainingDetails) -> TrainingFeedback:
    """Return what a student may know."""
    run = details.runs[details.counted]
    return TrainingFeedback(
        by=run.by,
        data=details.data,
        samples=details.samples,
        percent=details.percent,
        threshold=details.threshold,
        epochs_asked=run.epochs_asked,
        epochs_run=run.epochs_run,
        seconds=run.seconds,
        curve=details.curve,
        confused=details.confused,
    )


def training_text(training: TrainingFeedback) -> str:
    """Return how a model was trained, with its curve, and what it mixes up."""
    lines = [f"{BY[training.by]}, on {training.data}"]
    if training.epochs_run:
        epochs = f"{training.epochs_run} of {training.epochs_asked} epochs"
        lines[0] += f": {epochs}, {training.seconds:.3g} s"
    lines += curve_text(training.curve)
    if training.confused is not None:
        true, taken = training.confused
        lines.append(f"most of its mistakes: {true} is taken for {taken}")
    return "\n".join(lines)


def staff_text(details: TrainingDetails) -> str:
    """Return the same with all that staff may know: each run, the exact accuracy, the confusion matrix."""
    lines = [training_text(training_feedback(details))]
    for number, run in enumerate(details.runs):
        counts = " (counts)" if number == details.counted and len(details.runs) > 1 else ""
        found = run.problem or "no accuracy"
        if run.accuracy is not None:
            found = f"{run.right:,} of {details.samples:,} right, {run.accuracy:.4f}"
        if number == details.counted and details.low is not None and details.high is not None:
            found += f" (95 %: {details.low:.3f} to {details.high:.3f})"
        also = {"its own process": run.own_accuracy, "public data": run.public_accuracy}
        said = "".join(f"; {name} {value:.4f}" for name, value in also.items() if value is not None)
        lines.append(f"run {number + 1}{counts}: {found}{said}")
    if details.spread is not None:
        lines.append(f"spread of the runs: {details.spread:.4f}")
    if details.proposed is not None:
        lines.append(f"the accuracy alone would earn {details.proposed:g} points")
    calibrated = "calibrated" if details.calibrated else "not calibrated"
    lines.append(f"threshold {details.threshold:.4g} ({calibrated}), data {details.data_digest[:19]}…")
    return "\n".join([*lines, *_confusion(details)])


def curve_text(curve: Sequence[EpochResult]) -> list[str]:
    """Return metrics as rows of a table, some epochs as its columns, the first and the last among them."""
    if not curve:
        return []
    last = len(curve) - 1
    count = min(len(curve), _MOST_EPOCHS)
    chosen = sorted({round(at * last / max(1, count - 1)) for at in range(count)})
    names = list(dict.fromkeys(name for epoch in curve for name in epoch.metrics))[:_MOST_METRICS]
    rows = [["epoch", *(str(at + 1) for at in chosen)]]
    rows += [[name[:20], *(_number(curve[at].metrics, name) for at in chosen)] for name in names]
    return _table(rows)


def _number(metrics: Mapping[str, float | None], name: str) -> str:
    value = metrics.get(name)
    return "–" if value is None else f"{value:.3g}"


def _confusion(details: TrainingDetails) -> list[str]:
    names = details.classes
    if not details.confusion or len(names) > _MOST_CLASSES:
        return []
    more = len(details.confusion[0]) - len(names)
    head = ["true \\ taken for", *(name[:_MOST_NAME] for name in names), *["other"] * more]
    rows = [head]
    rows += [
        [name[:_MOST_NAME], *(str(number) for number in row)]
        for name, row in zip(names, details.confusion, strict=True)
    ]
    return ["", *_table(rows)]


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(n) for cell, n in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
