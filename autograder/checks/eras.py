"""Exceptions that tell of another time: code that was right with versions that are not here."""

from __future__ import annotations

import re
from typing import NamedTuple

from autograder.wire.messages import Error


class Era(NamedTuple):
    """What works no more, and since when.

    Attributes:
        types: The exceptions that it raises today.
        pattern: What is in their message.
        needs: What it works with.
        has_shim: Whether `compatibility = "period"` makes it work.
        line: What is in the line where it arose, where the message alone is no evidence.
    """

    types: frozenset[str]
    pattern: re.Pattern[str]
    needs: str
    has_shim: bool = False
    line: re.Pattern[str] | None = None

    def explains(self, error: Error) -> bool:
        """Return whether an exception is one of these."""
        line = error.traceback[-1].source if error.traceback else ""
        is_there = self.line is None or self.line.search(line) is not None
        return error.type in self.types and self.pattern.search(error.message) is not None and is_there


def _era(types: str, pattern: str, needs: str, *, has_shim: bool = False, line: str | None = None) -> Era:
    where = re.compile(line) if line is not None else None
    return Era(frozenset(types.split()), re.compile(pattern), needs, has_shim, where)


_ATTRIBUTE = "AttributeError"
_IMPORT = "ImportError ModuleNotFoundError"
_BEFORE_1_24 = "NumPy before 1.24"
_BEFORE_2 = "NumPy before 2.0"
_KERAS_2 = "Keras 2"
_KERAS_1 = "Keras 1"
_TENSORFLOW_1 = "TensorFlow 1"
_PYTHON_2 = "Python 2"
_OLD_ARGUMENTS = (
    "nb_epoch|nb_filter|nb_row|nb_col|border_mode|subsample|subsample_length|filter_length|dim_ordering|init|"
    "output_dim|W_regularizer|b_regularizer|U_regularizer|W_constraint|b_constraint|inner_init|"
    "inner_activation|dropout_W|dropout_U|consume_less|samples_per_epoch|nb_val_samples|show_accuracy|"
    "pool_length|atrous_rate|beta_init|gamma_init"
)
ERAS: tuple[Era, ...] = (
    _era(
        _ATTRIBUTE,
        r"module 'numpy' has no attribute '(int|float|bool|object|str|complex|long|unicode|asscalar|rank|"
        r"alen|typeDict|int0|uint0|bool8|str0|bytes0|object0|void0|MachAr)'",
        _BEFORE_1_24,
        has_shim=True,
    ),
    _era(_ATTRIBUTE, r"`np\.(\w+)` was removed in the NumPy 2\.0 release", _BEFORE_2, has_shim=True),
    _era(
        _ATTRIBUTE,
        r"module 'numpy' has no attribute '(product|cumproduct|in1d|trapz|row_stack|msort|disp|NAN|compat)'",
        _BEFORE_2,
        has_shim=True,
    ),
    _era(_ATTRIBUTE, r"module 'numpy\.lib' has no attribute 'pad'", _BEFORE_2, has_shim=True),
    _era(
        "TypeError",
        r"only 0-dimensional arrays can be converted to Python scalars",
        "NumPy before 2.4",
        has_shim=True,
    ),
    _era(
        "ValueError",
        r"array element with a sequence.* inhomogeneous shape",
        _BEFORE_1_24,
        line=r"^(?!.*\bdtype\b)(?!.*\b(np|numpy)\.(?!array\(|asarray\()).*\b(np|numpy)\.(array|asarray)\(",
    ),
    _era(
        "OSError",
        r"^'seaborn(-[a-z0-9]+)*' is not a valid package style",
        "Matplotlib before 3.8",
        has_shim=True,
    ),
    _era("ImportError", r"cannot import name '(np_utils|generic_utils|vis_utils)'", _KERAS_2, has_shim=True),
    _era(_IMPORT, r"No module named '(tensorflow\.)?keras\.wrappers\.scikit_learn'", _KERAS_2),
    _era(_IMPORT, r"No module named '(tensorflow\.)?keras\.(applications|datasets)\.", _KERAS_2),
    _era(
        _IMPORT,
        r"No module named '(tensorflow\.)?keras\.(utils\.|layers\.|engine|objectives|initializations|"
        r"preprocessing\.text|optimizers\.optimizer_v2|optimizer_v2)",
        _KERAS_2,
        has_shim=True,
    ),
    _era("ImportError", r"`keras\.optimizers\.legacy` is not supported", _KERAS_2, has_shim=True),
    _era(
        "ImportError",
        r"cannot import name '(CuDNNLSTM|CuDNNGRU|ImageDataGenerator|TimeseriesGenerator|Deconvolution2D|"
        r"adam|sgd|rmsprop)' from '(tensorflow\.)?keras",
        _KERAS_2,
        has_shim=True,
    ),
    _era("ImportError", r"cannot import name '(multi_gpu_model|Merge)' from 'keras", _KERAS_2),
    _era(
        _ATTRIBUTE,
        r"has no attribute '(fit_generator|evaluate_generator|predict_generator|predict_classes|"
        r"predict_proba|image_dim_ordering|set_image_dim_ordering|ImageDataGenerator|np_utils)'",
        _KERAS_2,
        has_shim=True,
    ),
    _era("ValueError TypeError", r"Argument\(s\) not recognized: \{'(lr|decay)'", _KERAS_2, has_shim=True),
    _era(
        "TypeError ValueError",
        rf"(Trainer\.\w+\(\) got an unexpected keyword argument '|"
        rf"Unrecognized keyword arguments passed to \w+: \{{')"
        rf"({_OLD_ARGUMENTS})'",
        _KERAS_1,
        has_shim=True,
    ),
    _era(
        "TypeError ValueError",
        r"Trainer\.\w+\(\) got an unexpected keyword argument '(workers|use_multiprocessing|max_queue_size)'",
        _KERAS_2,
        has_shim=True,
    ),
    _era("KeyError", r"^'?(val_)?acc'?$", _KERAS_1, has_shim=True, line="hist|log"),
    _era(
        _ATTRIBUTE,
        r"module 'tensorflow' has no attribute '(Session|InteractiveSession|placeholder|ConfigProto|"
        r"global_variables_initializer|initialize_all_variables|get_variable|variable_scope|contrib|layers|app|"
        r"examples|truncated_normal|random_normal|set_random_seed|log|get_default_graph|reset_default_graph|"
        r"to_float|to_int32|mul|sub|arg_max|logging|flags|gfile|summary\.FileWriter|train\.AdamOptimizer)'",
        _TENSORFLOW_1,
    ),
    _era(_IMPORT, r"No module named 'tensorflow\.(contrib|examples)", _TENSORFLOW_1),
    _era("RuntimeError", r"tf\.placeholder\(\) is not compatible with eager execution", _TENSORFLOW_1),
    _era("SyntaxError", r"Missing parentheses in call to '(print|exec)'", _PYTHON_2),
    _era("SyntaxError", r"multiple exception types must be parenthesized", _PYTHON_2),
    _era("SyntaxError", r"leading zeros in decimal integer literals", _PYTHON_2),
    _era("NameError", r"name '(xrange|raw_input|unichr|basestring|execfile)' is not defined", _PYTHON_2),
    _era(
        "NameError",
        r"name '(unicode|long|reduce|cmp|reload)' is not defined",
        _PYTHON_2,
        line=r"\b(unicode|long|reduce|cmp|reload|isinstance)\(",
    ),
    _era(_ATTRIBUTE, r"'dict' object has no attribute '(has_key|iteritems|itervalues|iterkeys)'", _PYTHON_2),
    _era(_IMPORT, r"No module named '(cPickle|urllib2|StringIO|Tkinter|ConfigParser|Queue)'", _PYTHON_2),
)
"""In their order: the first that fits tells."""


def era_of(error: Error) -> str:
    """Return what an exception tells of the time that the code is of, in a sentence; empty where nothing.

    >>> era_of(Error("NameError", "name 'xrange' is not defined", []))
    'This works only with Python 2.'
    >>> era_of(Error("NameError", "name 'x' is not defined", []))
    ''
    """
    for era in ERAS:
        if era.explains(error):
            said = f"This works only with {era.needs}."
            if era.has_shim:
                said += (
                    ' An instructor can have it work here: compatibility = "period" in the '
                    "assignment's configuration."
                )
            return said
    return ""
