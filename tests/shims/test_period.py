"""Names of old versions: they work under "period", each with its note, and fail under "strict"."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autograder.checks.eras import era_of
from autograder.worker.shims import numpy_names, scalars
from autograder.worker.shims.notes import Notes
from tests.shims.conftest import PERIOD, Place

NAMES = {**numpy_names.GONE_SINCE_1_24, **numpy_names.GONE_SINCE_2}


def test_styles_after_seaborn_have_their_old_names(place: Place) -> None:
    source = "import matplotlib.pyplot as plt\nplt.style.use('seaborn-whitegrid')\nplt.style.use(['ggplot'])"
    [note] = place.run(source, PERIOD).has_run().notes
    assert note == (
        "the style seaborn-whitegrid is gone since Matplotlib 3.8: it worked here as seaborn-v0_8-whitegrid"
    )
    error = place.run(source).error
    assert error is not None
    assert era_of(error) == "This works only with Matplotlib before 3.8."


class TestNumpy:
    def test_every_name_is_there_with_a_note(self, place: Place) -> None:
        seen = place.run(
            f"""
            import numpy as np
            there = [name for name in {sorted(NAMES)!r} if getattr(np, name) is None]
            assert there == []
            """,
            PERIOD,
        ).has_run()
        lost = [name for name in sorted(NAMES) if name not in vars(np)]
        assert len(lost) > 45
        assert [note.split()[0] for note in seen.notes] == [f"np.{name}" for name in lost][:50]
        assert "np.Inf is gone since NumPy 2.0: it worked here as np.inf" in seen.notes

    def test_each_does_what_it_did(self, place: Place) -> None:
        source = """
            import numpy as np
            a = np.array([[3, 1], [2, 4]], dtype=np.int)
            assert a.astype(np.float).dtype == float and np.zeros(2, np.bool).dtype == bool
            assert np.array(["x"], np.object).dtype == object and np.complex(1) == 1j + 1 - 1j
            assert np.product(a) == 24 and list(np.cumproduct([2, 3])) == [2, 6]
            assert np.sometrue([0, 1]) and not np.alltrue([0, 1])
            assert np.asscalar(np.array([5])) == 5 and np.rank(a) == 2 and np.alen(a) == 2
            assert list(np.in1d([1, 5], [5])) == [False, True] and np.trapz([1, 1]) == 1.0
            assert np.msort(a).tolist() == [[2, 1], [3, 4]] and np.mat(a).A1.tolist() == [3, 1, 2, 4]
            assert np.NINF == -np.Inf == -np.infty == -np.PINF and np.isnan(np.NaN) and np.isnan(np.NAN)
            assert np.asfarray([1]).dtype == float and np.asfarray([1], np.float32).dtype == np.float32
            assert np.find_common_type([np.float32], [np.int64]) == np.float32
            assert np.round_(1.26, 1) == 1.3 and np.row_stack([[1], [2]]).shape == (2, 1)
            assert np.cast["int8"](2.7) == 2 and np.fastCopyAndTranspose(a).tolist() == [[3, 2], [1, 4]]
            assert np.float_ is np.float64 and np.unicode_ is np.str_ and np.safe_eval("[1]") == [1]
            """
        place.run(source, PERIOD).has_run()
        assert place.run(source).error is not None

    def test_packages_find_numpy_as_it_is(self, place: Place) -> None:
        seen = place.run("import numpy, inspect\nprint(inspect.getattr_static(numpy, 'int', None))", PERIOD)
        assert (seen.has_run().printed, seen.notes) == ("None\n", ())

    def test_what_never_was_is_an_error(self, place: Place) -> None:
        error = place.run("import numpy as np\nnp.integr", PERIOD).error
        assert error is not None
        assert error.message == "module 'numpy' has no attribute 'integr'"


class TestScalars:
    SOURCE = """
        import numpy as np
        a = np.array([[2.5]])
        assert float(a) == 2.5 and int(a) == 2 and complex(a) == 2.5
        assert isinstance(float("1.5"), float) and type(float(3)) is float and float() == 0.0
        assert float.fromhex("0x1p1") == 2.0 and int("ff", 16) == 255 and np.dtype(float) == np.float64
        assert list(map(int, "12")) == [1, 2]
        def own():
            float = lambda x: "mine"
            return float(a)
        assert own() == "mine"
        def wrong():
            return float(np.zeros(2))
        """

    def test_an_array_of_one_element_converts(self, place: Place) -> None:
        seen = place.run(self.SOURCE, PERIOD).has_run()
        assert len(seen.notes) == 3
        assert seen.notes[0] == (
            "float() of an array of one element is an error since NumPy 2.4: "
            "it worked here as float(a.item())"
        )
        assert place.run(self.SOURCE).error is not None

    def test_lines_of_errors_stay(self, place: Place) -> None:
        error = place.run(self.SOURCE + "wrong()", PERIOD).error
        assert error is not None
        assert [line.source for line in error.traceback] == ["wrong()", "return float(np.zeros(2))"]

    def test_cells_are_rewritten_too(self, place: Place) -> None:
        source = '# %% tags=["one"]\nimport numpy as np\nx = float(np.ones(1))\n'
        place.run(source, PERIOD).has_run()

    def test_nothing_of_it_is_in_the_grader(self) -> None:
        assert not scalars.is_installed()
        with pytest.raises(AttributeError):
            np.int  # noqa: B018


KERAS_1 = """
    import numpy as np
    from keras.models import Sequential
    from keras.layers.core import Dense, Dropout, Flatten, Activation
    from keras.layers.convolutional import Convolution2D, MaxPooling2D
    from keras.layers.normalization import BatchNormalization
    from keras.layers.advanced_activations import LeakyReLU
    from keras.utils import np_utils
    from keras.optimizers import SGD
    from keras import backend as K
    K.set_image_dim_ordering("tf")
    assert K.image_dim_ordering() == "tf" and float(K.mean(K.variable([1.0, 3.0]))) == 2.0
    model = Sequential()
    model.add(Convolution2D(4, 3, 3, border_mode="same", subsample=(2, 2), input_shape=(8, 8, 1)))
    from keras.layers import Conv2D
    assert Conv2D(2, 3, 3, border_mode="same").kernel_size == (3, 3) == Conv2D(2, 3, 3).strides
    model.add(MaxPooling2D(pool_size=(2, 2), dim_ordering="tf"))
    model.add(BatchNormalization(mode=0))
    model.add(LeakyReLU(0.1))
    model.add(Dropout(p=0.5))
    model.add(Flatten())
    model.add(Dense(output_dim=3, init="uniform", W_regularizer="l2", activation="softmax"))
    assert model.output_shape == (None, 3) and model.layers[0].kernel.shape == (3, 3, 1, 4)
    model.compile(loss="categorical_crossentropy", optimizer=SGD(lr=0.1, decay=1e-6, momentum=0.9),
                  metrics=["accuracy"])
    x, y = np.zeros((6, 8, 8, 1)), np_utils.to_categorical([0, 1, 2, 0, 1, 2], 3)
    history = model.fit(x, y, nb_epoch=2, batch_size=2, verbose=0, validation_data=(x, y))
    assert len(history.history["acc"]) == len(history.history["val_acc"]) == 2
    assert model.predict_classes(x).shape == (6,) and model.predict_proba(x).shape == (6, 3)
    """
KERAS_2 = """
    import numpy as np
    from tensorflow import keras
    from tensorflow.keras.optimizers import Adam
    from tensorflow.keras.preprocessing.image import ImageDataGenerator
    from tensorflow.keras.utils import to_categorical
    from keras.preprocessing.image import ImageDataGenerator as Same
    from keras.preprocessing.text import Tokenizer
    from keras.preprocessing.sequence import pad_sequences, TimeseriesGenerator
    from keras.layers import CuDNNLSTM, LSTM
    from keras.optimizers import adam
    from tensorflow.keras.optimizers.legacy import SGD as LegacySGD
    assert CuDNNLSTM is LSTM and adam is Adam and ImageDataGenerator is Same
    LegacySGD(lr=0.1, decay=1e-3)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
    optimizer = Adam(lr=0.5, epsilon=None)
    assert abs(float(optimizer.learning_rate) - 0.5) < 1e-6
    model.compile(optimizer, "binary_crossentropy", metrics=["acc"])
    def batches():
        while True:
            yield np.zeros((2, 4)), np.zeros((2, 1))
    history = model.fit_generator(batches(), steps_per_epoch=2, epochs=1, verbose=0, workers=2)
    assert history.history["accuracy"] == history.history["acc"]
    assert len(model.evaluate_generator(batches(), steps=1, max_queue_size=3)) == 2
    assert model.predict_classes(np.zeros((2, 4))).shape == (2, 1)
    rate = LegacySGD(lr=0.1, decay=1.0).learning_rate
    for metrics in (["accuracy"], "accuracy", [keras.metrics.BinaryAccuracy(name="accuracy")]):
        model.compile("sgd", "binary_crossentropy", metrics)
        assert "accuracy" in model.fit(np.zeros((2, 4)), np.zeros((2, 1)), verbose=0).history
    model.save("m.keras")
    assert keras.models.load_model("m.keras").compiled
    model.compile("sgd", "binary_crossentropy", [0.5])
    """


@pytest.mark.slow
class TestKeras:
    def test_a_script_of_keras_1(self, place: Place) -> None:
        seen = place.run(KERAS_1, PERIOD).has_run()
        said = "\n".join(seen.notes)
        for part in (
            "the module keras.layers.core is of an older Keras: it worked here as keras.layers",
            "Convolution2D(n, r, r) is of Keras 1: it worked here as Conv2D",
            "Conv2D(border_mode=…) is of an older Keras: it worked here as padding",
            "Dense(output_dim=…) is of an older Keras: it worked here as units",
            "SGD(lr=…) is of an older Keras: it worked here as learning_rate",
            "BatchNormalization(mode=…) is of an older Keras: it was left out here",
            "model.fit(nb_epoch=…) is of an older Keras: it worked here as epochs",
            "history['acc'] has another name in this Keras: it worked here as 'accuracy'",
            "model.predict_classes is gone since Keras 2.6: it worked here by model.predict",
        ):
            assert part in said

    def test_a_script_of_keras_2(self, place: Place) -> None:
        said = "\n".join(place.run(KERAS_2, PERIOD).has_run().notes)
        for part in (
            "the module keras.preprocessing.text is of an older Keras",
            "keras.optimizers.adam is of an older Keras: it worked here as keras.optimizers.Adam",
            "model.fit_generator is gone since Keras 3: it worked here as model.fit",
            "model.fit(workers=…) is of an older Keras: it was left out here",
            "Adam(lr=…) is of an older Keras: it worked here as learning_rate",
            "model.compile(optimizer, loss, metrics) is of an older Keras: it worked here as metrics=…",
        ):
            assert part in said

    def test_under_strict_both_end_with_a_word_on_their_time(self, place: Place) -> None:
        for source in (KERAS_1, KERAS_2):
            seen = place.run(source)
            assert seen.notes == ()
            assert seen.error is not None
            assert era_of(seen.error).startswith("This works only with Keras 2."), seen.error

    def test_code_of_today_is_left_as_it_is(self, place: Place) -> None:
        """The weights after training are the same, and nothing is noted."""
        source = """
            import json, keras, numpy as np
            keras.utils.set_random_seed(1)
            model = keras.Sequential([keras.Input((6, 6, 1)), keras.layers.Conv2D(2, 3, 2, "same"),
                                      keras.layers.Flatten(), keras.layers.Dense(2)])
            model.compile(keras.optimizers.SGD(0.1), "mse", metrics=["mae"])
            x = np.linspace(0, 1, 72).reshape(2, 6, 6, 1)
            history = model.fit(x, np.eye(2), epochs=2, verbose=0)
            copy = keras.Sequential.from_config(model.get_config())
            assert type(copy.layers[0]) is keras.layers.Conv2D
            print(json.dumps([history.history["mae"], model.get_weights()[-1].tolist(), copy.count_params()]))
            """
        today, period = place.run(source).has_run(), place.run(source, PERIOD).has_run()
        assert period.notes == ()
        assert json.loads(period.printed.splitlines()[-1]) == json.loads(today.printed.splitlines()[-1])


def test_notes_are_bounded() -> None:
    notes = Notes()
    for number in range(100):
        notes.add(f"{number}\n" + "x" * 1000)
    assert len(notes.texts()) == 50
    assert {len(text) for text in notes.texts()} == {300}
    assert "\n" not in "".join(notes.texts())
