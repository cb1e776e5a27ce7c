"""A model against what it must be: what is counted, what is said, and what a person has to decide."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.config.keras_layers import DECISIVE
from autograder.reports.model_view import model_text
from autograder.results import Outcome, Status
from autograder.wire.models import LossSeen
from tests.models.conftest import Models

POINTS = {"input_shape": 0.5, "output_shape": 0.5, "parameters": 2.0, "layers": 3.0}
CONTRACT = {
    "points": POINTS,
    "input_shape": [28, 28, 1],
    "output_shape": [10],
    "parameters": 7_010,
    "layers": [
        {"kind": "Conv2D", "parameters": 40, "output_shape": [26, 26, 4]},
        {"kind": "MaxPooling2D", "output_shape": [13, -1, 4]},
        {"kind": "Flatten"},
        {"kind": "Dense", "parameters": {"least": 6_000, "most": 7_000}},
    ],
}
RIGHT = """
    from keras.layers import MaxPooling2D
    net = keras.Sequential([
        Input((28, 28, 1)), Conv2D(4, 3), ReLU(), MaxPooling2D(), Flatten(), Dense(10, "softmax"),
    ])
    """
TABLE = """
✓ input shape: (28, 28, 1)  0.5 of 0.5
✓ output shape: (10,)  0.5 of 0.5
✗ parameters: expected 7,010; received 5,874  0 of 2
✗ layers: expected 4 layers; received 6 layers; the first that differs: conv2d (Conv2D) has 104 parameters, \
expected 40; returns (24, 24, 4), expected (26, 26, 4)  0 of 3

   layer             output shape  parameters  expected
→  Conv2D 4 5×5      (24, 24, 4)   104         Conv2D (26, 26, 4) 40      parameters, output shape
   ReLU              (24, 24, 4)   0           –
✗  MaxPooling2D 2×2  (12, 12, 4)   0           MaxPooling2D (13, any, 4)  output shape
   Flatten           (576,)        0           Flatten
✗  Dropout half 0.5  (576,)        0           –                          not expected
✗  Dense 10 softmax  (10,)         5,770       Dense 6,000 to 7,000       parameters
5,874 parameters in all, 5,874 of them trained
"""
TOTAL = 40 + 13 * 13 * 4 * 10 + 10

REFERENCE_STEPS = (
    "Conv2D(32, 3), keras.layers.MaxPooling2D(), ReLU(), Conv2D(64, 3), keras.layers.MaxPooling2D(), ReLU(), "
    "Flatten(), Dense(128, 'relu'), Dense(10)"
)


class TestTheContract:
    def test_a_right_model_earns_all(self, models: Models) -> None:
        result, details = models.judged(RIGHT, **CONTRACT | {"parameters": TOTAL})
        assert (result.status, result.score) == (Status.PASSED, 6.0)
        assert result.message == "the model is as it must be, 6,810 parameters"
        assert (details.total, details.first_difference, details.doubts) == (TOTAL, None, ())
        assert {pair.theirs.counted for pair in details.layers if pair.theirs} == {"configuration"}

    def test_a_wrong_one_gets_the_table(self, models: Models) -> None:
        source = RIGHT.replace("Conv2D(4, 3)", "Conv2D(4, 5)").replace(
            "Flatten(),", "Flatten(), Dropout(0.5, name='half'),"
        )
        result, details = models.judged(source, **CONTRACT)
        assert (result.status, result.score) == (Status.PARTIAL, 1.0)
        assert result.message == (
            "expected 7,010 parameters; received 5,874; expected 4 layers; received 6 layers; the first that "
            "differs: conv2d (Conv2D) has 104 parameters, expected 40; returns (24, 24, 4), expected "
            "(26, 26, 4)"
        )
        table = [line.rstrip() for line in TABLE.strip("\n").splitlines()]
        assert model_text(details).splitlines() == table

    def test_layers_that_two_models_share_count_once(self, models: Models) -> None:
        source = """
            shared = Dense(4)
            inner = keras.Sequential([Input((4,)), shared])
            i = Input((4,))
            net = keras.Model(i, inner(shared(i)))
            """
        result, details = models.judged(source, points={"parameters": 1}, parameters=20)
        assert (result.status, details.total) == (Status.PASSED, 20)

    def test_a_class_of_its_own_is_counted_by_its_weights(self, models: Models) -> None:
        source = """
            class Net(keras.Model):
                def __init__(self):
                    super().__init__()
                    self.flat, self.dense = Flatten(), Dense(10)
                    self.scale = self.add_weight(shape=(), name="scale")
                def call(self, x):
                    return self.scale * self.dense(self.flat(x))
            net = Net()
            """
        contract = {
            "points": {"parameters": 1, "output_shape": 1},
            "input_shape": [28, 28],
            "output_shape": [10],
        }
        result, details = models.judged(source, **contract, parameters=7_851)
        assert (result.status, result.score, details.total) == (Status.PASSED, 2.0, 7_851)
        assert "counted by its weights' shapes: Net is a class of its own" in result.notes[-1]
        assert {pair.theirs.counted for pair in details.layers if pair.theirs} == {"weights"}

    def test_one_that_cannot_be_built_for_its_input_is_wrong(self, models: Models) -> None:
        source = "net = keras.Sequential([Conv2D(4, 3), Flatten(), Dense(3)])"
        result, _ = models.judged(source, points={"parameters": 1}, input_shape=[28, 28], parameters=3)
        assert (result.status, result.score) == (Status.FAILED, 0.0)
        assert any("for an input of shape (28, 28) it raises ValueError" in note for note in result.notes)

    @pytest.mark.parametrize(
        ("layers", "end", "asked"),
        [
            ("Conv2D(4, 3), Flatten(), Dense(3)", "net.build((None, 8, 8, 1))", {"parameters": 475}),
            ("Conv2D(4, 3), Flatten(), Dense(3)", "net.build((None, 8, 8, 2))", {"parameters": 511}),
            (REFERENCE_STEPS, "net.compile(loss='mse')",
             {"model": "zip_code_improved", "parameters": 225_034}),
        ],
    )  # fmt: skip
    def test_one_is_built_for_the_input_that_its_build_was_given_or_the_reference_has(
        self, models: Models, layers: str, end: str, asked: dict[str, Any]
    ) -> None:
        source = f"""
            class Net(keras.Model):
                def __init__(self):
                    super().__init__()
                    self.steps = [{layers}]
                def call(self, x):
                    for step in self.steps:
                        x = step(x)
                    return x
            net = Net()
            {end}
            """
        result, details = models.judged(source, points={"parameters": 1}, **asked)
        assert (result.status, details.total) == (Status.PASSED, asked["parameters"]), result.message
        assert any("it was built for an input of shape" in note for note in result.notes)

    def test_of_one_that_is_not_built_a_person_decides(self, models: Models) -> None:
        source = "net = keras.Sequential([Flatten(), Dense(3)])"
        result, _ = models.judged(source, points={"parameters": 1}, parameters=3)
        assert (result.status, result.score) == (Status.NEEDS_REVIEW, None)
        assert result.message == "parameters cannot be told, since it is not built: a person decides"


ZIP_CODES = """
    import numpy as np
    from keras import layers
    def build_model(padding="valid", activation=None, from_logits=True):
        i = Input((28, 28, 1), name="digits")
        x = layers.MaxPooling2D(2)(layers.Conv2D(32, (3, 3), padding=padding, name="first")(i))
        x = layers.MaxPooling2D()(layers.Conv2D(64, 3, padding=padding)(keras.ops.relu(x)))
        x = layers.Dense(128, activation=keras.activations.relu)(Flatten()(layers.ReLU()(x)))
        net = keras.Model(i, layers.Dense(10, activation)(x))
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
        net.compile(keras.optimizers.Adam(0.01), loss, metrics=[keras.metrics.SparseCategoricalAccuracy()])
        return net
    """
WHOLE = {
    "model": "zip_code_improved",
    "fixed": [*DECISIVE, "activation"],
    "fits_loss": True,
    "optimizer": ["Adam"],
    "learning_rate": 0.01,
    "metrics": ["accuracy"],
    "points": dict.fromkeys(
        ("input_shape", "output_shape", "parameters", "trainable", "layers", "fits_loss", "optimizer",
         "learning_rate", "metrics"), 1,
    ),
}  # fmt: skip


class TestARealOne:
    """What Keras itself writes, by another way of writing than the reference's."""

    def test_it_earns_all_that_is_asked(self, models: Models) -> None:
        result, details = models.judged(ZIP_CODES, **WHOLE)
        assert (result.status, result.score) == (Status.PASSED, 9.0), model_text(details)
        assert (details.optimizer, details.loss) == ("Adam", "SparseCategoricalCrossentropy")
        assert details.lints == ()

    @pytest.mark.parametrize(
        "source",
        [
            """
            from keras import Sequential, layers
            block = lambda width: Sequential([layers.Conv2D(width, 3), layers.MaxPool2D(), layers.ReLU()])
            net = Sequential([block(32), block(64), Flatten(), Dense(128, "relu"), Dense(10)])
            net.build((None, 28, 28, 1))
            """,
            """
            import tensorflow as tf
            net = tf.keras.Sequential()
            net.add(tf.keras.layers.Input((28, 28, 1)))
            net.add(tf.keras.layers.Rescaling(1 / 255))
            net.add(tf.keras.layers.Convolution2D(32, (3, 3), activation=tf.nn.relu, name="a"))
            net.add(tf.keras.layers.MaxPooling2D((2, 2), strides=2))
            net.add(tf.keras.layers.Conv2D(64, kernel_size=3))
            net.add(tf.keras.layers.Activation(tf.nn.relu))
            net.add(tf.keras.layers.MaxPool2D(pool_size=2))
            net.add(tf.keras.layers.Reshape((1600,)))
            net.add(tf.keras.layers.Dense(128, activation=tf.keras.layers.ReLU()))
            net.add(tf.keras.layers.Dense(10, activation="softmax"))
            """,
            """
            from keras import layers, ops, activations
            inputs = Input((28, 28))
            x = ops.expand_dims(inputs, -1) / 255.0
            x = keras.Sequential([layers.RandomRotation(0.1), layers.RandomZoom(0.1)], name="augment")(x)
            x = activations.relu(layers.MaxPool2D()(layers.Conv2D(32, 3)(x)))
            x = layers.MaxPool2D()(layers.Conv2D(64, 3, activation="relu")(x))
            x = layers.Dense(128)(layers.Dropout(0.2)(Flatten()(x)))
            x = ops.softmax(layers.Dense(10)(ops.relu(x)))
            net = keras.Model(inputs, x)
            """,
            """
            from keras import layers
            class Net(keras.Model):
                def __init__(self, classes=10):
                    super().__init__()
                    self.out, self.hidden = Dense(classes), Dense(128, "relu")
                    self.convs = [layers.Conv2D(width, 3) for width in (32, 64)]
                    self.pool, self.flat, self.drop = layers.MaxPooling2D(), Flatten(), Dropout(0.5)
                def call(self, x, training=False):
                    for conv in self.convs:
                        x = keras.ops.relu(self.pool(conv(x)))
                    return self.out(self.drop(self.hidden(self.flat(x)), training=training))
            """,
        ],
        ids=["nested", "tensorflow", "functional", "class"],
    )
    def test_no_way_to_write_it_loses_a_mark(self, models: Models, source: str) -> None:
        points = {"output_shape": 1, "parameters": 1, "layers": 1}
        asked = {"model": "zip_code_improved", "fixed": WHOLE["fixed"], "between": ["Dropout"]}
        shape = [28, 28] if "expand_dims" in source else [28, 28, 1]
        result, details = models.judged(source, **asked, points=points, input_shape=shape)
        assert (result.status, result.score) == (Status.PASSED, 3.0), model_text(details)

    def test_its_mistakes_are_named(self, models: Models) -> None:
        source = f"""{ZIP_CODES}
    net = build_model("same", "softmax")
    net.run_eagerly = True
    x, y = np.zeros((20, 28, 28, 1), "uint8") + np.uint8(255), np.arange(20) % 10
    net.fit(x, y, validation_data=(x, y), verbose=0)
    """
        result, details = models.judged(source, **WHOLE, lints={"no_rescaling": 0.5})
        assert (result.status, result.score) == (Status.PARTIAL, 4.5)
        [why] = details.why
        assert why.startswith(
            "`padding='same'` in both convolutions makes Flatten 3136 long instead of 1600: "
        )
        assert [lint.name for lint in details.lints] == [
            "double_softmax",
            "no_rescaling",
            "validation_on_test",
        ]
        assert "it is applied twice" in result.message

    @pytest.mark.parametrize(
        ("loss", "name", "from_logits", "is_keras_own"),
        [
            ("'mse'", "mse", False, True),
            ("keras.losses.CategoricalCrossentropy(from_logits=True)", "CategoricalCrossentropy", True, True),
            ("keras.losses.binary_crossentropy", "binary_crossentropy", False, True),
            (
                "functools.partial(keras.losses.binary_crossentropy, from_logits=True)",
                "binary_crossentropy",
                True,
                True,
            ),
            ("lambda y, z: keras.ops.mean(y - z)", "<lambda>", None, False),
            ("{'out': 'mae'}", "mae", False, True),
        ],
    )
    def test_its_loss_is_read(
        self, models: Models, loss: str, name: str, from_logits: bool | None, is_keras_own: bool
    ) -> None:
        source = f"""
            import functools
            net = keras.Sequential([Input((4,)), Dense(3, name="out")])
            rate = keras.optimizers.schedules.ExponentialDecay(0.1, 9, 0.9)
            net.compile(keras.optimizers.SGD(rate), {loss})
            """
        seen = models.found(source).seen.compiled
        assert seen is not None
        output = "out" if "{" in loss else ""
        assert (seen.losses, seen.optimizer) == ([LossSeen(name, is_keras_own, from_logits, output)], "SGD")

    def test_what_a_function_returns_may_be_compiled_elsewhere(self, models: Models) -> None:
        source = """
            def build_model():
                return keras.Sequential([Input((4,)), Dense(3)])
            other = keras.Sequential([Input((4,)), Dense(2)])
            used = build_model()
            used.compile("rmsprop", "mse", metrics=["mae", keras.metrics.MeanSquaredError(name="m")])
            other.compile("adam", "mae")
            """
        asked = {"function": "build_model", "optimizer": ["RMSprop"], "metrics": ["mae", "mse"]}
        result, _ = models.judged(source, **asked, points={"optimizer": 1, "metrics": 1})
        assert (result.status, result.score) == (Status.PASSED, 2.0)
        assert (
            "it is not compiled; what is said of that is of another model with the same layers"
            in result.notes
        )


OWN_CLASS = """
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.first, self.flat, self.last = Dense(5, "relu"), Flatten(), Dense(10)
            self.scale = self.add_weight(shape=(), name="scale")
        def call(self, x):
            return self.last(self.flat(self.first(x))){}
    net = Net()
    """


class TestAClassOfOnesOwn:
    LAYERS = [{"kind": "Dense", "units": 5}, {"kind": "Flatten"}, {"kind": "Dense", "units": 10}]  # noqa: RUF012

    @pytest.mark.parametrize(
        ("code", "layers", "status"),
        [
            ("", LAYERS, Status.PASSED),
            ("", [LAYERS[0], LAYERS[2]], Status.FAILED),
            (" * self.scale", [{"kind": "Dense"}, {"kind": "Flatten"}, {"kind": "Dense"}], Status.PASSED),
            (" * self.scale", LAYERS, Status.NEEDS_REVIEW),  # the settings cannot be told
            (
                " * self.scale",
                [{"kind": "Flatten"}, {"kind": "Dense"}, {"kind": "Dense"}],
                Status.NEEDS_REVIEW,
            ),
            (" * self.scale", [{"kind": "Dense"}] * 3, Status.FAILED),
        ],
    )
    def test_its_layers_are_read_where_its_call_tells_them(
        self, models: Models, code: str, layers: list[dict[str, Any]], status: Status
    ) -> None:
        source = OWN_CLASS.format(code)
        source = source if code else "\n".join(line for line in source.splitlines() if "scale" not in line)
        result, _ = models.judged(source, layers=layers, input_shape=[4, 3], points={"layers": 1})
        assert result.status is status, result.message


class TestWhatLies:
    """Nothing that a student's class says of itself earns points; nor does it end the grading."""

    def test_a_configuration_that_is_another_models(self, models: Models) -> None:
        source = """
            other = keras.Sequential([Input((4,)), Dense(50)])
            text = other.to_json()
            net = keras.Sequential([Input((4,)), Dense(3)])
            keras.Model.to_json = lambda self, **kwargs: text
            """
        result, details = models.judged(source, points={"parameters": 1}, variable="net", parameters=250)
        assert (result.status, result.score) == (Status.NEEDS_REVIEW, None)
        assert details.doubts[0].startswith("dense: 250 parameters by its configuration, 0 in its weights")

    def test_a_class_has_no_say_in_its_configuration(self, models: Models) -> None:
        source = """
            class Net(keras.Model):
                def to_json(self, **kwargs):
                    return '{"class_name": "Sequential"}'
                def get_config(self):
                    raise RuntimeError("no")
            i = Input((4,))
            net = Net(i, Dense(3)(i))
            """
        result, details = models.judged(source, points={"parameters": 1}, parameters=15)
        assert (result.status, details.total, details.doubts) == (Status.PASSED, 15, ())
        assert [pair.theirs.kind for pair in details.layers if pair.theirs] == ["Dense"]

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ("keras.Model.to_json = lambda self: '[' * 2_000_000", Status.PASSED),  # counted by its weights
            ("keras.Model.to_json = lambda self: '[' * 100_000", Status.NEEDS_REVIEW),
            ("keras.Model.to_json = lambda self: 3", Status.PASSED),
            ("Dense.weights = property(lambda self: 1 // 0)", Status.NEEDS_REVIEW),
            ("keras.Sequential.layers = property(lambda self: 1 // 0)", Status.NEEDS_REVIEW),
            ("Dense.name = keras.Model.name = property(lambda self: 'x' * 10**6)", Status.PASSED),
        ],
        ids=["long", "deep", "no_text", "weights_raise", "layers_raise", "long_names"],
    )
    def test_what_raises_or_is_too_large_ends_nothing(
        self, models: Models, change: str, status: Status
    ) -> None:
        source = f"net = keras.Sequential([Input((4,)), Dense(3)])\n{change}\n"
        result, _ = models.judged(source, points={"parameters": 1}, variable="net", parameters=15)
        assert (result.outcome, result.status) == (Outcome.COMPLETED, status)

    def test_what_only_claims_to_be_a_model_is_none(self, models: Models) -> None:
        source = "class Net:\n    __class__ = property(lambda self: keras.Model)\nnet = Net()\n"
        with pytest.raises(AssertionError, match="expected a Keras model"):
            models.judged(source, points={"parameters": 1}, parameters=15)
