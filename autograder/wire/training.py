"""Training a submission's model, and predicting with it: what is asked of a worker.

A model travels as arrays: the text of its configuration, then its weights. Nothing of it is code.
"""

from __future__ import annotations

import math
from typing import Literal

import msgspec

from autograder.wire.models import MAX_AXES, AskModel, Length
from autograder.wire.values import MIB, Encoded

MAX_WEIGHT_MIB = 60
MAX_WEIGHT_BYTES = MAX_WEIGHT_MIB * MIB
MAX_CHANNELS = 64

Scale = Literal["auto", "0..1", "-1..1", "0..255", "standard"]
Layout = Literal["auto", "image", "channel", "flat"]
Dtype = Literal["auto", "float32", "float16", "float64", "uint8"]


class Budget(msgspec.Struct, frozen=True, array_like=True):
    """What a training may take: it ends with the first of these.

    Attributes:
        epochs: The most epochs.
        steps: The most batches; 0 for any number.
        seconds: Wall seconds: it ends after the batch that passes them.
    """

    epochs: int
    steps: int
    seconds: float


class Contract(msgspec.Struct, frozen=True, array_like=True):
    """How the handout says that inputs are prepared; ``"auto"`` for what it leaves open.

    Attributes:
        scale: The range that numbers are brought to, or ``"standard"``, by `mean` and `std`.
        mean: One number, or one for each channel, of the numbers as the data have them.
        std: The same.
        layout: ``"image"``, as the data have it; with a ``"channel"`` axis; or ``"flat"``.
        dtype: The numbers' dtype.
    """

    scale: Scale = "auto"
    mean: list[float] = []
    std: list[float] = []
    layout: Layout = "auto"
    dtype: Dtype = "auto"


class Preparation(msgspec.Struct, frozen=True, array_like=True):
    """From samples as the data have them to what a model takes: ``number * factor + offset``, reshaped.

    Attributes:
        factors: One number, or one for each channel.
        offsets: The same.
        shape: Of one sample.
        dtype: Of the numbers.
        said: The same in words.
    """

    factors: list[float]
    offsets: list[float]
    shape: list[Length]
    dtype: Literal["float32", "float16", "float64", "uint8"]
    said: str

    @property
    def is_sound(self) -> bool:
        """Whether it is one that can be applied: a worker may send what it likes."""
        return (
            0 < len(self.factors) == len(self.offsets) <= MAX_CHANNELS
            and all(map(math.isfinite, (*self.factors, *self.offsets)))
            and 0 < len(self.shape) <= MAX_AXES
        )


class Recipe(msgspec.Struct, frozen=True, array_like=True):
    """How a model is trained where its submission has not done so.

    Attributes:
        epochs: Passes over the training data.
        batch_size: Samples of a batch.
        optimizer: Where it is not compiled.
        loss: Where it is not compiled; empty for the one that goes with its last layer.
        stop_at: The accuracy on public data at which it ends early; 0 for never.
    """

    epochs: int
    batch_size: int
    optimizer: str
    loss: str = ""
    stop_at: float = 0.0


class Reconstruct(msgspec.Struct, frozen=True, array_like=True):
    """That a model is an autoencoder: what it is to give back is what goes in.

    Attributes:
        sigma: The standard deviation of noise that a model is trained to take off, black being 0 and white
            1; 0 for none.
        normal: The classes that it is trained on; all, where none is named.
    """

    sigma: float = 0.0
    normal: list[int] = []


class Train(msgspec.Struct, frozen=True, tag="train"):
    """Have a model of the loaded submission trained where it is not yet, and return it.

    Attributes:
        model: Which is meant.
        data: The name of the data set, whose public part is trained on.
        train: Whether weights that the submission left count: ``"never"`` trains, ``"always"`` does.
        function: The submission's own function that trains it.
        arguments: What that is called with, by name.
        contract: How inputs are prepared.
        recipe: How it is trained.
        budget: What that may take.
        run: Counts the trainings of one submission: each has seeds of its own.
        reconstruct: That it is an autoencoder, where it is one; else it tells classes.
    """

    id: int
    model: AskModel
    data: str
    train: Literal["never", "if_missing", "always"]
    contract: Contract
    recipe: Recipe
    budget: Budget
    function: str = ""
    arguments: list[str] = []
    run: int = 0
    reconstruct: Reconstruct | None = None


class Predict(msgspec.Struct, frozen=True, tag="predict"):
    """Predict with a model that was trained, or rebuilt. Answered by an array, samples first.

    Attributes:
        inputs: Samples as the data have them.
        preparation: How they are prepared.
        layer: The name of a layer, in a model in the model ``outer/inner``, whose output is asked for in the
            place of the model's.
        model: The id of the request that had it trained, or rebuilt.
    """

    id: int
    inputs: Encoded
    preparation: Preparation
    layer: str = ""
    model: int = 0


class Rebuild(msgspec.Struct, frozen=True, tag="rebuild"):
    """Make a model of its configuration and weights alone: for a worker that has no submission.

    Attributes:
        model: The text of its configuration as bytes, then its weights.
        paths: The weights' names.
        threads: How many of the processor's threads compute.
    """

    id: int
    model: Encoded
    paths: list[str]
    threads: int
