"""What an assignment's file may say of the training of models: its budget, and how accurate one must be."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

import msgspec

from autograder.config.about_models import AboutModel, why_not_found
from autograder.config.limits import Count, Seconds
from autograder.config.names import Name, Points, Variable

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Positive = Annotated[float, msgspec.Meta(gt=0)]
Threads = Annotated[int, msgspec.Meta(ge=1, le=64)]
Repeats = Annotated[int, msgspec.Meta(ge=1, le=10)]
Curve: TypeAlias = Annotated[tuple[tuple[Share, Share], ...], msgspec.Meta(max_length=20)]
_MOST_CHANNELS = 64


class Training(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of `model.fit` in a submission, wherever it is called.

    Attributes:
        fit: Whether it runs as it is written, is shortened to the bounds below, or is skipped: the model
            then keeps the weights that it has, and the history is empty. With training checks, a `fit` that
            would run as it is written has the budget of the check that gives most.
        epochs: The most epochs of one `fit`, where it is shortened.
        seconds: Wall seconds of one `fit`, where it is shortened: it ends after the batch that passes them.
        steps: The most batches of one `fit`, where it is shortened. Any number, where it is left out.
        threads: With training checks, how many threads of a processor compute: the same number gives the
            same weights.
    """

    fit: Literal["run", "shorten", "skip"] = "run"
    epochs: Count = 2
    seconds: Seconds = 10.0
    steps: Count | None = None
    threads: Threads = 1


class TrainingBudget(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one training may take: it ends with the first of these.

    Attributes:
        epochs: The most epochs.
        steps: The most batches. Any number, where it is left out.
        seconds: Wall seconds: it ends after the batch that passes them.
    """

    epochs: Count = 30
    steps: Count | None = None
    seconds: Seconds = 60.0


class TrainingRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a model is trained where the submission has not done so: state it in the handout.

    Attributes:
        epochs: Passes over the training data.
        batch_size: Samples of a batch.
        optimizer: Where the model is not compiled: the name of one of Keras' own.
        loss: Where the model is not compiled: the name of one of Keras' own. The cross-entropy that goes
            with its last layer, where it is left out.
    """

    epochs: Count = 5
    batch_size: Count = 64
    optimizer: Name = "adam"
    loss: Variable | None = None


class Preprocess(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How inputs are prepared, as the handout says. What it leaves open is as `fit` saw it.

    Attributes:
        scale: The range that numbers are brought to; ``"standard"`` for `mean` and `std`.
        mean: What is taken off: one number, or one for each channel, of the numbers as the data have them.
        std: What they are then divided by.
        layout: ``"image"``, as the data have it; with a ``"channel"`` axis at the end; or ``"flat"``.
        dtype: The numbers' dtype.
    """

    scale: Literal["auto", "0..1", "-1..1", "0..255", "standard"] = "auto"
    mean: Annotated[tuple[float, ...], msgspec.Meta(max_length=_MOST_CHANNELS)] = ()
    std: Annotated[tuple[Positive, ...], msgspec.Meta(max_length=_MOST_CHANNELS)] = ()
    layout: Literal["auto", "image", "channel", "flat"] = "auto"
    dtype: Literal["auto", "float32", "float16", "float64", "uint8"] = "auto"


Given = Literal["model", "x_train", "y_train", "x_test", "y_test", "epochs", "batch_size"]


class AboutTraining(AboutModel, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A check of a trained model.

    Attributes:
        train: Whether weights that the submission's own `fit`, or its file, left count: always
            (``"never"`` is trained by the grader), where there are some, or never.
        train_function: The submission's own function that trains the model, called in the place of the
            recipe.
        train_arguments: What that is called with, by position. The data are as `keras.datasets` gives them.
        budget: What one training may take.
        recipe: How the grader trains.
        preprocess: How inputs are prepared.
        samples: How many hidden samples the model is judged on.
        reference: The model of `reference.models` that `autograder calibrate` trains, and `validate --train`.
    """

    train: Literal["never", "if_missing", "always"] = "if_missing"
    train_function: Variable | None = None
    train_arguments: tuple[Given, ...] = ("x_train", "y_train")
    budget: TrainingBudget = TrainingBudget()
    recipe: TrainingRecipe = TrainingRecipe()
    preprocess: Preprocess = Preprocess()
    samples: Count = 1_000
    reference: Variable | None = None


class TrainingCheckConfig(
    AboutTraining, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="training"
):
    """A `training` check: a model of the submission, trained on the public part of the assignment's data set
    and judged on hidden samples of it.

    The model is looked for as in a model check. A clean process makes it anew from its configuration and
    weights and predicts; the accuracy, in whole percents, is computed where the labels are.

    Attributes:
        points: What it is worth.
        threshold: The accuracy that earns all points; where it is left out, the first of the curve that does.
        curve: Partial credit: pairs of an accuracy and the share of the points that it earns, both
            ascending, with straight lines between them. Without one, it is all or nothing.
        early_stop: Whether the grader's own training ends once the threshold is reached on public test
            data, or cannot be reached any more.
        near: A miss by less is trained again with two other seeds where the check trains itself, and the
            best counts.
        repeats: How often the grader trains; the mean counts, and the spread is reported.
    """

    points: Points
    threshold: Share | None = None
    curve: Curve = ()
    early_stop: bool = False
    near: Share = 0.02
    repeats: Repeats = 1


def threshold_of(check: TrainingCheckConfig) -> float:
    """Return the accuracy that earns all points."""
    if check.threshold is not None:
        return check.threshold
    return next(accuracy for accuracy, share in check.curve if share >= 1)


_BESIDES_SECONDS = 60.0  # making, trying and judging the model of one training
_NEAR_MISS_RUNS = 3


def most_seconds(check: AboutTraining) -> float:
    """Return the wall seconds that a check may take beside those that the limits give each check.

    What ends by itself ends at its budget; what goes on is ended at twice as much.
    """
    repeats = check.repeats if isinstance(check, TrainingCheckConfig) else 1
    runs = max(repeats, _NEAR_MISS_RUNS)
    return runs * (2 * check.budget.seconds + _BESIDES_SECONDS)


def why_not_trained(check: TrainingCheckConfig, dataset: str | None) -> tuple[str, str] | None:
    """Return a key, and what is expected there, where the structure alone cannot say what is wrong.

    Args:
        check: The check.
        dataset: The assignment's data set; None where there is none.
    """
    if (wrong := why_not_found(check)) is not None:
        return wrong
    if dataset is None:
        return "kind", 'expected dataset = "NAME" at the top of the file, whose samples it is judged on'
    if check.threshold is None and not check.curve:
        return "threshold", "expected this key, or a curve; both are missing"
    if odd := _why_no_curve(check):
        return "curve", odd
    return why_not_trainable(check)


def why_not_trainable(check: AboutTraining) -> tuple[str, str] | None:
    """Return the same of what all checks of trained models say."""
    if check.recipe.epochs > check.budget.epochs:
        most = check.budget.epochs
        return "recipe.epochs", f"expected at most budget.epochs, {most}; received {check.recipe.epochs}"
    prepared = check.preprocess
    if (prepared.scale == "standard") != bool(prepared.mean and prepared.std):
        return "preprocess.scale", 'expected "standard" with mean and std, or neither'
    if len({len(prepared.mean), len(prepared.std)} - {1}) > 1:
        return "preprocess.std", f"expected as many as in mean, {len(prepared.mean)}; received others"
    if check.train_function is not None and check.train == "never":
        return "train_function", 'expected train = "if_missing" or "always" with it; received "never"'
    return None


def _why_no_curve(check: TrainingCheckConfig) -> str:
    curve = check.curve
    if not curve:
        return ""
    if any(after[0] <= before[0] or after[1] < before[1] for before, after in pairwise(curve)):
        return "expected accuracies that ascend, and shares that do not descend"
    if curve[-1][1] != 1:
        return f"expected the share 1 at its end; received {curve[-1][1]:g}"
    first = next(accuracy for accuracy, share in curve if share >= 1)
    if check.threshold is not None and check.threshold != first:
        return f"expected the share 1 at the threshold, {check.threshold:g}; it is reached at {first:g}"
    return ""


def budget_at_loading(training: Training, checks: tuple[AboutTraining, ...]) -> Training:
    """Return what becomes of a `fit` while the file runs, with the training checks that there are.

    Where the grader trains all models itself, what the file would train is skipped.
    """
    if training.fit != "run" or not checks:
        return training
    if all(check.train == "always" or check.train_function is not None for check in checks):
        return msgspec.structs.replace(training, fit="skip")
    steps = [check.budget.steps for check in checks]
    return Training(
        fit="shorten",
        epochs=max(check.budget.epochs for check in checks),
        seconds=max(check.budget.seconds for check in checks),
        steps=None if None in steps else max(each for each in steps if each is not None),
        threads=training.threads,
    )
