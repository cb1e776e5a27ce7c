"""Training an autoencoder as the handout says, where its submission has not done so; and how good one is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.wire.training import Preparation, Recipe, Reconstruct
from autograder.worker.models.preparing import prepare
from autograder.worker.models.public_data import Numbers, PublicData
from autograder.worker.models.schooling import last_activation
from autograder.worker.models.walking import tried

_BYTE = 255.0


class Lesson:
    """What an autoencoder is to learn: images of bytes, given back.

    Args:
        asked: Whether it is to take noise off, and which classes it sees.
        data: The public data.
        seed: Of the noise.
    """

    def __init__(self, asked: Reconstruct, data: PublicData, seed: int) -> None:
        self._asked, self._seed = asked, seed
        images = data.x_train
        if asked.normal:
            images = images[np.isin(data.y_train, asked.normal)]
        self._images = images
        self._mean = images.mean(axis=0, dtype=np.float64).reshape(-1) / _BYTE

    def explained(self, outputs: Numbers, images: Numbers, preparation: Preparation) -> float | None:
        """Return the share of the images' variance that outputs explain, from 0 to 1: for notes alone.

        The outputs may be in any usual range, or in that of the inputs. None where they are no such images.
        """
        targets = images.reshape(len(images), -1) / _BYTE
        if outputs.size != targets.size or not np.isfinite(outputs).all():
            return None
        rows = outputs.reshape(len(images), -1).astype(np.float64)
        ranges = [(1.0, 0.0), (0.5, 0.5), (1 / _BYTE, 0.0)]
        if len(preparation.factors) == 1 and preparation.factors[0]:
            factor = 1 / (preparation.factors[0] * _BYTE)
            ranges.append((factor, -preparation.offsets[0] * factor))
        greys = [rows * factor + offset for factor, offset in ranges]
        greys.append(0.5 + 0.5 * np.tanh(0.5 * rows))  # of logits
        errors = [float(np.square(each - targets).mean()) for each in greys]
        whole = float(np.square(targets - self._mean).mean())
        return max(0.0, 1.0 - min(errors) / whole) if whole else None

    def why_not_due(self, model: Any) -> str:
        """Return why a model cannot learn to give back its inputs; empty where it can, or nothing tells."""
        own = math.prod(self._images.shape[1:])
        each = _count(tried(lambda: list(model.output_shape[1:]), []))
        if each is None or each == own:
            return ""
        return (
            f"expected an autoencoder, which gives back as many numbers as go in, {own:,}; the model gives "
            f"{each:,} back"
        )

    def compile_as_due(self, model: Any, recipe: Recipe, keras: Any) -> str:
        """Compile a model that is not compiled; return what to note."""
        if tried(lambda: bool(model.compiled), False):
            return ""
        loss: Any = recipe.loss
        if not loss:
            is_probability = last_activation(model) == "sigmoid"
            loss = keras.losses.BinaryCrossentropy() if is_probability else keras.losses.MeanSquaredError()
        model.compile(optimizer=recipe.optimizer, loss=loss)
        named = recipe.loss or loss.name
        return f"it was not compiled: it was compiled with {recipe.optimizer} and {named}"

    def fit_as_due(self, model: Any, recipe: Recipe, preparation: Preparation) -> None:
        """Train a model to give back its inputs, or the clean ones of noisy inputs."""
        images = self._images
        if self._asked.sigma:
            noise = np.random.default_rng(self._seed).normal(0.0, self._asked.sigma * _BYTE, images.shape)
            noisy = np.clip(np.rint(images + noise), 0, _BYTE).astype(np.uint8)
        else:
            noisy = images
        model.fit(
            prepare(preparation, noisy),
            self._targets(model, preparation),
            batch_size=recipe.batch_size,
            epochs=recipe.epochs,
            verbose=0,
        )

    def _targets(self, model: Any, preparation: Preparation) -> Numbers:
        """Return what a model is to give back: in the range that its last layer can reach."""
        last = last_activation(model)
        prepared = prepare(preparation, self._images).astype(np.float32)
        shape: Sequence[int | None] = tried(lambda: list(model.output_shape[1:]), [])
        shape = shape if _count(shape) == math.prod(prepared.shape[1:]) else prepared.shape[1:]
        is_open = last in ("", "linear") and prepared.min() < 0
        if not is_open:
            factor, offset = (2 / _BYTE, -1.0) if last == "tanh" else (1 / _BYTE, 0.0)
            plain = Preparation([factor], [offset], list(preparation.shape), "float32", "")
            prepared = prepare(plain, self._images)
        return prepared.reshape(len(prepared), *shape)


def _count(shape: Sequence[int | None]) -> int | None:
    """Return how many numbers are in a shape; None where that is open."""
    known = [length for length in shape if length is not None]
    return math.prod(known) if known and len(known) == len(shape) else None
