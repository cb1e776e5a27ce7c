"""Exceptions of code that was right in its time are told apart; those of mistakes are not."""

from __future__ import annotations

import builtins
import json
import subprocess
import sys

import pytest

from autograder.checks.eras import ERAS, era_of
from autograder.checks.wording import explain_error
from autograder.wire.messages import Error, Traceback

RAISING = {  # what is run here, and what it works with
    "import numpy; numpy.int": "NumPy before 1.24",
    "import numpy; numpy.asscalar(1)": "NumPy before 1.24",
    "import numpy; numpy.array([[1], [1, 2]])": "NumPy before 1.24",
    "import numpy; numpy.Inf": "NumPy before 2.0",
    "import numpy; numpy.product": "NumPy before 2.0",
    "import numpy; numpy.trapz": "NumPy before 2.0",
    "import numpy; float(numpy.ones(1))": "NumPy before 2.4",
    "print 'x'": "Python 2",
    "xrange(3)": "Python 2",
    "raw_input()": "Python 2",
    "unicode('x')": "Python 2",
    "{}.has_key(1)": "Python 2",
    "import urllib2": "Python 2",
    "try: pass\nexcept ValueError, e: pass": "Python 2",
}
HEAVY = {
    "from keras.utils import np_utils": "Keras 2",
    "from keras.layers.convolutional import Conv2D": "Keras 2",
    "from keras.engine.topology import Layer": "Keras 2",
    "from keras.wrappers.scikit_learn import KerasClassifier": "Keras 2",
    "from keras.preprocessing.image import ImageDataGenerator": "Keras 2",
    "import keras; keras.optimizers.Adam(lr=0.1)": "Keras 2",
    "import keras; keras.optimizers.legacy.Adam()": "Keras 2",
    "import keras; keras.Sequential().predict_classes": "Keras 2",
    "import keras; keras.Sequential().fit_generator": "Keras 2",
    "import keras; keras.Sequential().fit(nb_epoch=3)": "Keras 1",
    "import keras; keras.layers.Dense(3, init='uniform')": "Keras 1",
    "import keras; keras.layers.Conv2D(3, 3, border_mode='same')": "Keras 1",
    "import tensorflow as tf; tf.Session()": "TensorFlow 1",
    "import tensorflow as tf; tf.placeholder(tf.float32)": "TensorFlow 1",
    "import tensorflow as tf; tf.compat.v1.placeholder(tf.float32)": "TensorFlow 1",
    "import tensorflow.contrib": "TensorFlow 1",
    "from tensorflow.examples.tutorials.mnist import input_data": "TensorFlow 1",
}
MISTAKES = (
    "import numpy as np; np.pad(np.ones((2, 2)), ((0, 0), (0, 0), ((1, 1), (1, 1))))",
    "import numpy as np; np.zeros((2, [1, 2]))",
    "import numpy as np; np.array([[1], [1, 2]], dtype=float)",
    "if 1:\n\tx = 1\n        y = 2",
    "print(long)",
    "def f(a): pass\nf(init=1)",
    "def fit(a): pass\nfit(1, workers=1)",
    "{}['acc']",
    "import numpy as np; np.integr",
    "import numpy as np; np.zeros(2) + np.zeros(3)",
    "float('x')",
    "float([1])",
    "x + 1",
    "{}['accuracy']",
    "def f(:\n  pass",
    "def f(a): pass\nf(b=1)",
    "import numpyy",
    "[].appendd(1)",
)
RUN = """
import json, sys
found = []
for source in json.loads(sys.argv[1]):
    try:
        exec(compile(source, "code.py", "exec"), {})
    except BaseException as error:
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        found.append([type(error).__name__, message])
    else:
        found.append(["", ""])
print("FOUND" + json.dumps(found))
"""


def errors_of(sources: list[str]) -> list[Error]:
    seen = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", RUN, json.dumps(sources)],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [[Traceback("code.py", 1, "", source)] for source in sources]
    return [
        Error(*found, line)
        for found, line in zip(json.loads(seen.stdout.partition("FOUND")[2]), lines, strict=True)
    ]


def told(sources: dict[str, str]) -> dict[str, str]:
    errors = errors_of(list(sources))
    return {
        source: era_of(error).removeprefix("This works only with ").partition(": ")[0].rstrip(".")
        for source, error in zip(sources, errors, strict=True)
    }


def test_what_is_raised_today_tells_what_it_works_with() -> None:
    assert told(RAISING) == RAISING


@pytest.mark.slow
def test_so_does_what_frameworks_raise() -> None:
    assert told(HEAVY) == HEAVY


def test_mistakes_are_of_no_era() -> None:
    errors = errors_of(list(MISTAKES))
    assert all(error.type for error in errors)
    assert [era_of(error) for error in errors] == [""] * len(MISTAKES)


def test_it_stands_below_the_exception_with_what_to_write() -> None:
    said = {
        "int": "write int.",
        "asscalar": "write a.item().",
        "product": "write np.prod.",
        "in1d": "write np.isin.",
    }
    for name, what in said.items():
        error = Error("AttributeError", f"module 'numpy' has no attribute '{name}'.\n`np.{name}` was …", [])
        assert explain_error(error).splitlines()[-1].partition(": ")[2] == what
        assert "nstructor" not in explain_error(error)
    for source, error in zip(RAISING, errors_of(list(RAISING)), strict=True):
        assert "nstructor" not in era_of(error), source
    assert explain_error(Error("NameError", "name 'xrange' is not defined", [])).endswith("with Python 2.")


@pytest.mark.parametrize("line", ["<<<<<<< HEAD", "=======", ">>>>>>> 1e5abc: mend", "||||||| 1234567"])
def test_what_is_left_of_a_merge_is_named(line: str) -> None:
    error = Error("SyntaxError", "invalid syntax", [Traceback("conv.py", 7, "", line)])
    assert explain_error(error) == (
        "SyntaxError: merge conflict markers in line 7: choose one version, and delete these lines\n"
        f"  conv.py, line 7: {line}"
    )
    alike = Error("SyntaxError", "invalid syntax", [Traceback("conv.py", 7, "", "x = = 1  # <<<<<<< HEAD")])
    assert "merge" not in explain_error(alike)


def test_every_era_is_of_an_exception() -> None:
    names = {name for era in ERAS for name in era.types}
    assert all(issubclass(getattr(builtins, name), Exception) for name in names)
