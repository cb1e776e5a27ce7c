"""What `fit` was given: ranges, labels, and which data it was validated on."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.observation import Sought
from autograder.wire.models import DataSeen, FitSeen
from autograder.worker.shims.fitted import labels_of, print_of, seen_of
from tests.models.conftest import Models

IMAGES = np.arange(40 * 4 * 4, dtype=np.float64).reshape(40, 4, 4) ** 2 % 251
LABELS = np.arange(40) * 7 % 3


class TestLabels:
    @pytest.mark.parametrize(
        ("target", "form"),
        [
            (LABELS, "integers"),
            (LABELS[:, None].astype(np.float32), "integers"),
            (np.eye(3)[LABELS], "one_hot"),
            (np.eye(3)[LABELS] + np.eye(3)[0], "numbers"),
            (LABELS / 3, "numbers"),
            (LABELS - 1, "numbers"),
            (IMAGES.copy(), "as_x"),
            (IMAGES + 1, "numbers"),
            (np.zeros((2, 2**23 + 1), np.int8), ""),  # too many to be looked at
            ((n for n in range(3)), ""),
            (["a", "b"], ""),
        ],
    )
    def test_their_form_is_told(self, target: object, form: str) -> None:
        assert labels_of(target, [IMAGES]) == form


class TestTheSameData:
    @pytest.mark.parametrize(
        ("x", "y", "is_same"),
        [
            ((IMAGES / 255).astype(np.float32)[..., None], np.eye(3)[LABELS], True),
            (IMAGES.reshape(40, 16) / 127.5 - 1, None, True),
            (IMAGES, LABELS[::-1].copy(), False),
            (IMAGES[::-1].copy(), None, False),
            (IMAGES[:39], LABELS[:39], False),
            (np.repeat(IMAGES, 2, axis=1), LABELS, True),
            (np.repeat(IMAGES, 2, axis=1), None, False),
        ],
        ids=["rescaled", "flat", "other_labels", "other_order", "fewer", "enlarged", "enlarged_unlabelled"],
    )
    def test_it_is_known_again(self, x: np.ndarray, y: np.ndarray | None, is_same: bool) -> None:
        one, other = print_of(IMAGES, LABELS), print_of(x, y)
        assert one is not None
        assert other is not None
        assert one.is_same(other) is other.is_same(one) is is_same

    def test_other_data_whose_labels_are_in_order_are_no_test_set(self) -> None:
        one, other = print_of(IMAGES, np.sort(LABELS)), print_of(IMAGES[:, :2], np.sort(LABELS))
        assert one is not None
        assert other is not None
        assert not one.is_same(other)


def test_a_range_is_that_of_examples_spread_over_all() -> None:
    assert seen_of(IMAGES) == DataSeen("ndarray", [40, 4, 4], "float64", 0.0, float(IMAGES.max()))
    assert seen_of(iter(())) == DataSeen("tuple_iterator")


def test_a_share_that_is_none_is_not_believed() -> None:
    assert FitSeen(True, validation_split=float("nan")).cut().validation_split == 0.0


SOURCE = """
    import numpy as np
    x = np.arange(60 * 4, dtype="uint8").reshape(60, 4)
    y = np.arange(60) * 7 % 3
    def net():
        model = keras.Sequential([Input((4,)), Dense(3)])
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        return model
    """


def test_a_call_is_seen_with_what_it_was_given(models: Models) -> None:
    found = models.found(
        SOURCE
        + """
    other, first = net(), net()
    other.fit(x, y, verbose=0)
    first.fit(x / 255, y, 15, 2, 0, validation_data=(x[40:] / 255, y[40:]))
    history = first.fit(x, y, epochs=5, initial_epoch=4, validation_split=0.25, verbose=0)
    first.evaluate(x[40:], y[40:], verbose=0)
    """,
        Sought(variable="first"),
    )
    one, two = found.seen.fits
    assert (one.of_this_model, one.labels, one.epochs_asked, one.epochs_run) == (True, ["integers"], 2, 2)
    assert (one.batch_size, one.validation, one.validation_is) == (15, "data", "evaluated")
    assert one.x == [DataSeen("ndarray", [60, 4], "float64", 0.0, 239 / 255)]
    assert (two.epochs_asked, two.epochs_run, two.validation_split) == (1, 1, 0.25)
    assert (two.x[0].dtype, two.x[0].most, two.validation_is) == ("uint8", 239.0, "")


def test_the_test_set_of_a_data_set_is_known_again(models: Models) -> None:
    found = models.found(
        SOURCE
        + """
    np.savez("m.npz", x_train=x[:40], y_train=y[:40], x_test=x[40:], y_test=y[40:])
    import keras.src.datasets.mnist as source
    source.get_file = lambda *given, **named: "m.npz"
    (a, b), (c, d) = keras.datasets.mnist.load_data()
    model = net()
    model.fit(a, b, validation_data=(c / 255.0, d), verbose=0)
    model.fit(c / 255.0, d, verbose=0)
    model.fit(np.concatenate([a, c]), np.concatenate([b, d]), verbose=0)
    model.fit(c[1:], d[1:], verbose=0)
    build_model = net
    """
    )
    fits = found.seen.fits
    assert [each.validation_is for each in fits] == ["test", "", "", ""]
    assert [each.has_test_set for each in fits] == [False, True, True, False]


def test_a_model_that_was_saved_and_loaded_is_compiled_as_it_was(models: Models) -> None:
    found = models.found(
        SOURCE
        + """
    kept = net()
    kept.fit(x, y, verbose=0)
    kept.save("kept.keras")
    del kept
    model = keras.models.load_model("kept.keras")
    model.evaluate(x, y, verbose=0)
    """,
        Sought(variable="model"),
    )
    assert found.seen.compiled is not None
    assert found.seen.compiled.of_this_model
    [loss] = found.seen.compiled.losses
    assert (loss.name.replace("_", "").lower(), loss.from_logits) == ("sparsecategoricalcrossentropy", True)
