"""What a `training` check says: the message, the hint for the usual failures, the notes."""

from __future__ import annotations

from autograder.checks.accuracy import Accuracy, whole_percent
from autograder.checks.judged_run import JudgedRun
from autograder.wire.trained import Progress, Trained

_BY = {
    "submission": "its own weights, from the training in its file",
    "file": "the weights in its file",
    "function": "trained by its own function",
    "grader": "trained by the handout's recipe",
    "nobody": "never trained",
}
_ENDED = {
    "epochs": "its training was ended after {run} of {asked} epochs, by the budget",
    "steps": "its training was ended in epoch {run} of {asked}, by the budget of steps",
    "seconds": "its training was ended in epoch {run} of {asked}, by the budget of seconds",
    "overtime": "its training had to be interrupted when its seconds were over",
    "reached": "its training was ended after {run} of {asked} epochs: what is asked for was reached",
    "hopeless": "its training was ended after {run} of {asked} epochs: what is asked for was out of reach",
}
_OVERFITTED = 0.1  # of the training accuracy above the hidden one
UNTRAINED = "The weights are those that the model was made with. Call model.fit before you hand in."


def reached_in_words(accuracy: float, samples: int, threshold: float) -> str:
    """Return what was reached, in whole percents.

    >>> reached_in_words(0.934, 1000, 0.95)
    'an accuracy of 93 % (91 to 94 %) on 1,000 hidden samples; 95 % is asked for'
    """
    told = whole_percent(accuracy)
    around = Accuracy(round(told * samples), samples)  # of what is told: the interval tells no more
    low, high = (round(100 * each) for each in (around.low, around.high))
    asked = "" if told >= threshold else f"; {_percent(threshold)} is asked for"
    return f"an accuracy of {_percent(told)} ({low} to {high} %) on {samples:,} hidden samples{asked}"


def epoch_in_words(progress: Progress) -> str:
    """Return how a training goes, short enough for a line of several.

    >>> from autograder.wire.trained import Epoch
    >>> epoch_in_words(Progress(1, 1, 3, 12, 4.21, Epoch([("accuracy", 0.912), ("loss", 0.3)])))
    'epoch 3 of 12, accuracy 0.912, 4 s'
    """
    metrics = {name: value for name, value in progress.metrics.metrics if name.isidentifier()}
    shown = next((name for name in metrics if "acc" in name and not name.startswith("val_")), "loss")
    value = metrics.get(shown)
    reached = f", {shown} {value:.3g}" if value is not None else ""
    return f"epoch {progress.epoch} of {progress.of}{reached}, {progress.seconds:.0f} s"


def hint_for(judged: JudgedRun, text: bytes) -> str:
    """Return what to try where a model is not accurate enough.

    Args:
        judged: The training.
        text: Of the model's configuration.
    """
    told = judged.told
    if "NaN" in judged.problem:
        return "Rescale the inputs to 0..1, and try a lower learning rate."
    if "outputs, one for each class" in judged.problem:
        return "The last layer needs one unit for each class."
    if told.by == "nobody":
        return UNTRAINED
    if told.fit is not None and told.fit.ended == "overtime":
        return "Let your function end by itself: train for as many epochs as there is time for."
    if _is_wrong_loss(told):
        return (
            f"The loss is {told.loss}. For classes, use sparse_categorical_crossentropy with integer labels, "
            "or categorical_crossentropy with one-hot labels."
        )
    if _is_not_rescaled(told, text):
        return "The inputs go in as 0..255. Rescale them: x / 255.0, or a Rescaling(1 / 255) layer first."
    if judged.is_single:
        return (
            "The model takes every sample for the same class. Look at the last layer and its loss: softmax "
            "with from_logits=True, neither of the two, or a learning rate that is too high end like this."
        )
    if judged.is_guessing:
        return "The model is no better than guessing: look whether the loss goes down while it trains."
    if (trained := _training_accuracy(told)) is not None and judged.accuracy is not None:
        gap = trained - judged.accuracy.high
        if gap > _OVERFITTED:
            return (
                f"On its training data the model reaches {_percent(whole_percent(trained))}: it has learnt "
                "them by heart. Try dropout, augmentation, fewer units, or fewer epochs."
            )
    return "Try more epochs, more filters, or another learning rate."


def notes_for(judged: JudgedRun) -> list[str]:
    """Return what to know of a training."""
    told = judged.told
    notes = [f"found in {told.place}; {_BY[told.by]}"]
    if told.fit is not None and told.fit.ended:
        notes.append(_ENDED[told.fit.ended].format(run=told.fit.run, asked=told.fit.asked))
    if told.preparation is not None:
        why = f", by which it does best on public data: {told.unprepared}" if told.unprepared else ""
        notes.append(f"inputs were prepared as {told.preparation.said}{why}")
    return notes


def _is_not_rescaled(told: Trained, text: bytes) -> bool:
    prepared = told.preparation
    is_raw = prepared is not None and prepared.said.startswith("0..255")
    return is_raw and not any(name in text for name in (b"Rescaling", b"Normalization"))


def _is_wrong_loss(told: Trained) -> bool:
    name = told.loss.lower().replace("_", "")
    units = told.outputs[-1] if told.outputs else None
    if "crossentropy" in name:
        return name.startswith("binary") and units is not None and units > 1
    return bool(name) and any(word in name for word in ("mean", "mse", "mae", "error", "huber", "cosine"))


def _training_accuracy(told: Trained) -> float | None:
    """Return the accuracy on its training data that the last epoch names, if one does."""
    if told.fit is None or not told.fit.curve:
        return None
    for name, value in told.fit.curve[-1].metrics:
        if not name.startswith("val_") and ("acc" in name) and value is not None:
            return value
    return None


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
