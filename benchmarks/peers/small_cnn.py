"""A question for a small CNN, its tests, and correct answers to it.

Conv 8 3×3 valid, MaxPool, Flatten, Dense 10 on 28×28×1: 80 + 0 + 0 + 13,530 = 13,610 parameters.
"""

from itertools import product
from string import Template

from benchmarks.peers.exercise import Check, Question

__all__ = ["SMALL_CNN"]

_CHECKS = (
    Check("total", "assert build_model().count_params() == 13610"),
    Check("output", "assert tuple(build_model().output_shape) == (None, 10)"),
    Check(
        "each_layer",
        "built = [each for each in build_model().layers if type(each).__name__ != 'InputLayer']\n"
        "assert [each.count_params() for each in built] == [80, 0, 0, 13530]",
    ),
    Check(
        "kinds",
        "names = [type(each).__name__ for each in build_model().layers]\n"
        "names = [name for name in names if name != 'InputLayer']\n"
        "assert names == ['Conv2D', 'MaxPooling2D', 'Flatten', 'Dense']",
        hidden=True,
    ),
    Check(
        "predicts",
        "predicted = np.asarray(build_model()(np.ones((2, 28, 28, 1), np.float32)))\n"
        "assert predicted.shape == (2, 10)\n"
        "assert np.isfinite(predicted).all()",
        hidden=True,
    ),
)

_FILE = Template('''\
import tensorflow as tf
$imports

$remark
CLASSES = 10
EXAMPLES = $examples


def build_model():
    """$summary"""
$body
''')

_BODIES = (
    """\
    return $keras.Sequential(
        [
            $keras.Input((28, 28, 1)),
            $layers.Conv2D(8, 3, activation="relu", name="$first"),
            $layers.MaxPooling2D(),
            $layers.Flatten(),
            $layers.Dense(CLASSES, activation="softmax"),
        ]
    )
""",
    """\
    model = $keras.Sequential()
    model.add($keras.Input(shape=(28, 28, 1)))
    model.add($layers.Conv2D(filters=8, kernel_size=(3, 3), padding="valid", name="$first"))
    model.add($layers.MaxPool2D(pool_size=(2, 2)))
    model.add($layers.Flatten())
    model.add($layers.Dense(CLASSES))
    return model
""",
    """\
    inputs = $keras.Input(shape=(28, 28, 1))
    x = $layers.Conv2D(8, (3, 3), activation="relu", name="$first")(inputs)
    x = $layers.MaxPooling2D((2, 2))(x)
    x = $layers.Flatten()(x)
    return $keras.Model(inputs, $layers.Dense(CLASSES, activation="softmax")(x))
""",
)

_SPELLINGS = (
    {"imports": "from tensorflow.keras import layers", "keras": "tf.keras", "layers": "layers"},
    {"imports": "import keras", "keras": "keras", "layers": "keras.layers"},
    {"imports": "from tensorflow import keras", "keras": "keras", "layers": "keras.layers"},
)

_REMARKS = (
    ("# Week 6: count before you train.", "A small network for digits."),
    ("# (3·3·1 + 1)·8 and (13·13·8 + 1)·10 parameters.", "One convolution, one pooling, one dense layer."),
)


def _answers(count: int) -> list[str]:
    """Return `count` different files that each answer the question correctly."""
    styles = list(product(_REMARKS, _SPELLINGS, _BODIES))
    files = []
    for index in range(count):
        # 5 shares no factor with the 18 styles: neighbours differ in all respects
        (remark, summary), spelling, body = styles[index * 5 % len(styles)]
        names = {**spelling, "first": f"filters_{index}"}
        filled = Template(body).substitute(names).rstrip("\n")
        files.append(
            _FILE.substitute(names, remark=remark, summary=summary, body=filled, examples=100 + index)
        )
    return files


SMALL_CNN = Question("build_model", _CHECKS, _answers)
