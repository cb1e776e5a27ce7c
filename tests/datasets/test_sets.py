"""What is made in a real set's place: the same bytes everywhere, of the shapes that Keras gives."""

from __future__ import annotations

import hashlib
import typing

import numpy as np
import pytest

from autograder.config.names import DatasetName
from autograder.datasets import (
    NAMES,
    HiddenSet,
    Kind,
    Prepared,
    anomalies_among,
    anomalies_from,
    hidden_set,
    noisy,
)
from autograder.datasets.drawing import Draws
from autograder.datasets.generated.tones import sine
from autograder.datasets.sets import SETS, set_named
from autograder.datasets.warping import warped
from autograder.errors import ConfigError
from tests.datasets.conftest import SEED

SHAPES = {
    "mnist": ((28, 28), np.uint8, 2_000, 297),
    "fashion_mnist": ((28, 28), np.uint8, 2_000, 500),
    "cifar10": ((32, 32, 3), np.uint8, 2_500, 500),
    "everyday": ((80, 80, 3), np.uint8, 1_200, 240),
    "tones": ((2_048,), np.int16, 1_000, 250),
    "photographs": ((96, 128, 3), np.uint8, 16, 8),
}
HIDDEN = {
    "mnist": "082615d779cef543",
    "fashion_mnist": "f409baf2829a1ac4",
    "cifar10": "791e7f318e2dc0e6",
    "everyday": "a12fcb197db31fc5",
    "tones": "d77a4d46557288f8",
    "photographs": "3810b6caac64586f",
}


def digest(hidden: HiddenSet) -> str:
    return hashlib.sha256(
        hidden.inputs.astype("<i2").tobytes() + hidden.labels.astype("<i8").tobytes()
    ).hexdigest()[:16]


def test_a_configuration_names_the_sets_that_there_are() -> None:
    assert typing.get_args(DatasetName) == NAMES
    with pytest.raises(ConfigError, match="expected the name of a data set: mnist, "):
        set_named("mnits")


@pytest.mark.parametrize("name", NAMES)
class TestEverySet:
    def test_its_samples_are_the_same_on_every_machine(self, every: dict[str, Prepared], name: str) -> None:
        assert every[name].digest == SETS[name].digest

    def test_its_hidden_samples_are_the_same_on_every_machine(
        self, every: dict[str, Prepared], name: str
    ) -> None:
        assert digest(hidden_set(every[name], SEED, 12)) == HIDDEN[name]

    def test_shapes_and_dtypes_are_those_of_keras(self, every: dict[str, Prepared], name: str) -> None:
        shape, dtype, train_count, test_count = SHAPES[name]
        train, test = every[name].public()
        hidden = hidden_set(every[name], SEED, 20)
        for inputs, count in ((train.inputs, train_count), (test.inputs, test_count), (hidden.inputs, 20)):
            assert inputs.shape == (count, *shape)
            assert inputs.dtype == dtype
        assert hidden.labels.dtype == np.int64
        assert hidden.labels.shape == (20,)
        classes = len(SETS[name].classes)
        assert set(train.labels.tolist()) == set(range(classes))
        assert np.bincount(test.labels).min() * classes > 0.6 * test_count  # about as many of each

    def test_another_seed_gives_other_samples(self, every: dict[str, Prepared], name: str) -> None:
        one, other = (hidden_set(every[name], seed, 20) for seed in (b"one", b"other"))
        assert (one.inputs != other.inputs).any(axis=tuple(range(1, one.inputs.ndim))).all()

    def test_no_sample_is_in_two_parts(self, every: dict[str, Prepared], name: str) -> None:
        train, test = every[name].public()
        parts = [train.inputs, test.inputs, hidden_set(every[name], SEED, 50).inputs]
        seen = [{sample.tobytes() for sample in part} for part in parts]
        assert sum(map(len, seen)) == len(set.union(*seen)) == sum(map(len, parts))


def test_every_set_but_the_digits_is_drawn_anew() -> None:
    assert [name for name in NAMES if SETS[name].draw is None] == ["mnist"]
    assert [name for name in NAMES if SETS[name].kind is Kind.GENERATED] == ["tones", "photographs"]


class TestDigits:
    """What is held back of them is found nowhere in what is public, and cannot be told from it."""

    def test_no_original_of_a_hidden_digit_is_in_the_public_part(self, every: dict[str, Prepared]) -> None:
        train, test = every["mnist"].public()
        public = np.concatenate([train.inputs, test.inputs]).reshape(-1, 784).astype(np.float32)
        originals = every["mnist"].held_back().inputs.reshape(-1, 784).astype(np.float32)
        hidden = hidden_set(every["mnist"], SEED).inputs.reshape(-1, 784).astype(np.float32)
        assert len(originals) == 500
        assert nearest(originals, public).min() > 100.0
        assert nearest(public[:50], public).max() < 1.0  # as it would be for one that is there
        # Nor does the nearest of all digits tell which one it was made of:
        assert (nearest(hidden, originals) < nearest(hidden, public)).mean() < 0.5

    def test_the_nearest_public_digit_tells_no_more_than_a_classifier(
        self, every: dict[str, Prepared]
    ) -> None:
        train, _ = every["mnist"].public()
        hidden = hidden_set(every["mnist"], SEED)
        public = train.inputs.reshape(len(train), -1).astype(np.float32)
        found = squares(hidden.inputs.reshape(500, -1).astype(np.float32), public).argmin(axis=1)
        assert 0.9 < (train.labels[found] == hidden.labels).mean() < 0.99

    def test_more_than_are_held_back_are_other_views_of_them(self, every: dict[str, Prepared]) -> None:
        hidden = hidden_set(every["mnist"], SEED, 1_100)
        assert len({sample.tobytes() for sample in hidden.inputs}) == 1_100
        assert sorted(hidden.labels[:500]) == sorted(hidden.labels[500:1_000])


def nearest(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.sqrt(np.maximum(squares(some, others).min(axis=1), 0.0))


def squares(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    return (some**2).sum(1)[:, None] - 2.0 * some @ others.T + (others**2).sum(1)


class TestNoiseAndAnomalies:
    def test_noise_is_as_strong_as_asked_for_and_the_target_is_clean(
        self, every: dict[str, Prepared]
    ) -> None:
        hidden = hidden_set(every["fashion_mnist"], SEED, 200)
        pairs = noisy(hidden, SEED, 0.1)
        assert np.array_equal(pairs.targets, hidden.inputs)
        difference = pairs.inputs.astype(float) - pairs.targets
        assert 23.0 < difference[(pairs.targets > 90) & (pairs.targets < 165)].std() < 28.0
        assert np.array_equal(noisy(hidden, SEED, 0.0).inputs, hidden.inputs)
        assert not np.array_equal(noisy(hidden, b"other", 0.1).inputs, pairs.inputs)

    def test_other_classes_are_anomalies(self, every: dict[str, Prepared]) -> None:
        hidden = hidden_set(every["mnist"], SEED)
        found = anomalies_among(hidden, [1, 7])
        assert np.array_equal(found.is_anomaly, ~np.isin(hidden.labels, [1, 7]))
        with pytest.raises(ValueError, match="some are normal and some not"):
            anomalies_among(hidden, range(10))

    def test_another_set_is_among_the_samples_in_any_order(self, every: dict[str, Prepared]) -> None:
        digits, garments = (hidden_set(every[name], SEED, 100) for name in ("mnist", "fashion_mnist"))
        found = anomalies_from(digits, garments, SEED)
        assert found.is_anomaly.sum() == 100
        assert {x.tobytes() for x in found.inputs[found.is_anomaly]} == {x.tobytes() for x in garments.inputs}
        assert 20 < found.is_anomaly[:100].sum() < 80
        with pytest.raises(ValueError, match="expected samples of one kind"):
            anomalies_from(digits, hidden_set(every["cifar10"], SEED, 5), SEED)

    def test_what_makes_no_sense_is_refused(self, every: dict[str, Prepared]) -> None:
        with pytest.raises(ValueError, match="at least one sample; received count=0"):
            hidden_set(every["mnist"], SEED, 0)
        with pytest.raises(ValueError, match="expected images"):
            noisy(hidden_set(every["tones"], SEED, 5), SEED, 0.1)


class TestDrawing:
    def test_draws_are_those_of_shake_256(self) -> None:
        draws = Draws(b"key")
        name = b"\x03\0\0\0\0\0\0\0key" + b"\x04\0\0\0\0\0\0\0name"
        first = int.from_bytes(hashlib.shake_256(name).digest(4), "little")
        assert draws.uniform("name", 1)[0] == (first + 0.5) / 2**32
        assert draws.integers("name", 1, 10)[0] == first * 10 >> 32

    def test_noise_is_about_normal(self) -> None:
        noise = Draws(b"key").noise("noise", 200_000)
        assert abs(noise.mean()) < 0.01
        assert abs(noise.std() - 1.0) < 0.01
        assert abs((np.abs(noise) < 1.0).mean() - 0.683) < 0.02

    def test_what_is_not_moved_stays_as_it_is(self) -> None:
        images = np.arange(2 * 5 * 7, dtype=np.uint8).reshape(2, 5, 7)
        zero = np.zeros(2)
        assert np.array_equal(warped(images, np.zeros((2, 2)), zero, zero + 1.0), images)
        shifted = warped(images, np.array([[0.0, 1.0], [1.0, 0.0]]), zero, zero + 1.0)
        assert np.array_equal(shifted[0, :, 1:], images[0, :, :-1])
        assert np.array_equal(shifted[1, 1:], images[1, :-1])
        quarter = warped(images[:, :5, :5], np.zeros((2, 2)), zero + 1.0, zero + 1.0)
        assert np.array_equal(quarter[0], np.rot90(images[0, :5, :5], -1)) or np.array_equal(
            quarter[0], np.rot90(images[0, :5, :5])
        )

    def test_the_sine_is_a_sine(self) -> None:
        turns = np.linspace(-3.0, 3.0, 1_001)
        assert np.abs(sine(turns) - np.sin(2 * np.pi * turns)).max() < 1e-6


@pytest.mark.slow
@pytest.mark.parametrize(("name", "epochs"), [("mnist", 6), ("cifar10", 10), ("tones", 8)])
def test_a_small_network_learns_what_a_linear_model_cannot(
    every: dict[str, Prepared], name: str, epochs: int
) -> None:
    keras = pytest.importorskip("keras")
    train, _ = every[name].public()
    hidden = hidden_set(every[name], SEED)
    full = float(np.iinfo(train.inputs.dtype).max)
    x_train, x_hidden = ((x.astype(np.float32) / full) for x in (train.inputs, hidden.inputs))
    if name != "cifar10":
        x_train, x_hidden = x_train[..., None], x_hidden[..., None]
    classes = len(SETS[name].classes)
    keras.utils.set_random_seed(1)
    layers = keras.layers
    if name == "tones":
        parts = [layers.Conv1D(16, 32, strides=4, activation="relu"), layers.MaxPooling1D(4)]
        parts += [layers.Conv1D(32, 16, activation="relu"), layers.MaxPooling1D(4)]
    else:
        parts = [layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D()]
        parts += [layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D()]
    head = [layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(classes)]
    model = keras.Sequential([keras.Input(x_train.shape[1:]), *parts, *head])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    untrained = model.evaluate(x_hidden, hidden.labels, verbose=0)[1]
    model.fit(x_train, train.labels, epochs=epochs, verbose=0)
    learned = model.evaluate(x_hidden, hidden.labels, verbose=0)[1]
    flat = np.concatenate([x_train.reshape(len(x_train), -1), np.ones((len(x_train), 1))], axis=1)
    weights = np.linalg.lstsq(flat, np.eye(classes)[train.labels], rcond=1e-3)[0]
    asked = np.concatenate([x_hidden.reshape(len(x_hidden), -1), np.ones((len(x_hidden), 1))], axis=1)
    linear = ((asked @ weights).argmax(axis=1) == hidden.labels).mean()
    assert untrained < 2.0 / classes
    assert learned > 0.85, (untrained, learned, linear)
    assert learned > linear + 0.05, (untrained, learned, linear)
