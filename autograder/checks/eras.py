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
        instead: What to write today, where one thing takes the place of all that fits.
        line: What is in the line where it arose, where the message alone is no evidence.
    """

    types: frozenset[str]
    pattern: re.Pattern[str]
    needs: str
    instead: str = ""
    line: re.Pattern[str] | None = None

    def explains(self, error: Error) -> bool:
        """Return whether an exception is one of these."""
        line = error.traceback[-1].source if error.traceback else ""
        is_there = self.line is None or self.line.search(line) is not None
        return error.type in self.types and self.pattern.search(error.message) is not None and is_there


def _era(types: str, pattern: str, needs: str, instead: str = "", *, line: str | None = None) -> Era:
    where = re.compile(line) if line is not None else None
    return Era(frozenset(types.split()), re.compile(pattern), needs, instead, where)


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
_NAMES = {
    **{name: name for name in ("int", "float", "bool", "object", "str", "complex")},
    "long": "int",
    "unicode": "str",
    "alen": "len",
    "disp": "print",
    "asscalar": "a.item()",
    "rank": "np.ndim",
    "typeDict": "np.sctypeDict",
    "MachAr": "np.finfo",
    "int0": "np.intp",
    "uint0": "np.uintp",
    "bool8": "np.bool_",
    "str0": "np.str_",
    "bytes0": "np.bytes_",
    "object0": "np.object_",
    "void0": "np.void",
    "product": "np.prod",
    "cumproduct": "np.cumprod",
    "in1d": "np.isin",
    "trapz": "np.trapezoid",
    "row_stack": "np.vstack",
    "msort": "np.sort",
    "NAN": "np.nan",
    "float_": "np.float64",
    "Inf": "np.inf",
    "NaN": "np.nan",
    "complex_": "np.complex128",
}
"""What to write today for names that NumPy had."""
_NAME = re.compile(r"has no attribute '(\w+)'|`np\.(\w+)` was removed")
ERAS: tuple[Era, ...] = (
    _era(
        _ATTRIBUTE,
        r"module 'numpy' has no attribute '(int|float|bool|object|str|complex|long|unicode|asscalar|rank|"
        r"alen|typeDict|int0|uint0|bool8|str0|bytes0|object0|void0|MachAr)'",
        _BEFORE_1_24,
    ),
    _era(_ATTRIBUTE, r"`np\.(\w+)` was removed in the NumPy 2\.0 release", _BEFORE_2),
    _era(
        _ATTRIBUTE,
        r"module 'numpy' has no attribute '(product|cumproduct|in1d|trapz|row_stack|msort|disp|NAN|compat)'",
        _BEFORE_2,
    ),
    _era(_ATTRIBUTE, r"module 'numpy\.lib' has no attribute 'pad'", _BEFORE_2, "np.pad"),
    _era(
        "TypeError",
        r"only 0-dimensional arrays can be converted to Python scalars",
        "NumPy before 2.4",
        "a[0] or a.item() for an array a of one number",
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
    ),
    _era("ImportError", r"cannot import name '(np_utils|generic_utils|vis_utils)'", _KERAS_2),
    _era(_IMPORT, r"No module named '(tensorflow\.)?keras\.wrappers\.scikit_learn'", _KERAS_2),
    _era(_IMPORT, r"No module named '(tensorflow\.)?keras\.(applications|datasets)\.", _KERAS_2),
    _era(
        _IMPORT,
        r"No module named '(tensorflow\.)?keras\.(utils\.|layers\.|engine|objectives|initializations|"
        r"preprocessing\.text|optimizers\.optimizer_v2|optimizer_v2)",
        _KERAS_2,
    ),
    _era("ImportError", r"`keras\.optimizers\.legacy` is not supported", _KERAS_2),
    _era(
        "ImportError",
        r"cannot import name '(CuDNNLSTM|CuDNNGRU|ImageDataGenerator|TimeseriesGenerator|Deconvolution2D|"
        r"adam|sgd|rmsprop)' from '(tensorflow\.)?keras",
        _KERAS_2,
    ),
    _era("ImportError", r"cannot import name '(multi_gpu_model|Merge)' from 'keras", _KERAS_2),
    _era(
        _ATTRIBUTE,
        r"has no attribute '(fit_generator|evaluate_generator|predict_generator|predict_classes|"
        r"predict_proba|image_dim_ordering|set_image_dim_ordering|ImageDataGenerator|np_utils)'",
        _KERAS_2,
    ),
    _era("ValueError TypeError", r"Argument\(s\) not recognized: \{'lr'", _KERAS_2, "learning_rate"),
    _era("ValueError TypeError", r"Argument\(s\) not recognized: \{'decay'", _KERAS_2),
    _era(
        "TypeError ValueError",
        rf"(Trainer\.\w+\(\) got an unexpected keyword argument '|"
        rf"Unrecognized keyword arguments passed to \w+: \{{')"
        rf"({_OLD_ARGUMENTS})'",
        _KERAS_1,
    ),
    _era(
        "TypeError ValueError",
        r"Trainer\.\w+\(\) got an unexpected keyword argument '(workers|use_multiprocessing|max_queue_size)'",
        _KERAS_2,
    ),
    _era("KeyError", r"^'?val_acc'?$", _KERAS_1, "val_accuracy", line="hist|log"),
    _era("KeyError", r"^'?acc'?$", _KERAS_1, "accuracy", line="hist|log"),
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

    It says what to write today, where that is short.

    >>> era_of(Error("NameError", "name 'xrange' is not defined", []))
    'This works only with Python 2.'
    >>> era_of(Error("NameError", "name 'x' is not defined", []))
    ''
    """
    for era in ERAS:
        if era.explains(error):
            found = _NAME.search(error.message) if "NumPy" in era.needs else None
            instead = era.instead or (_NAMES.get(found[1] or found[2], "") if found else "")
            return f"This works only with {era.needs}{f': write {instead}' if instead else ''}."
    return ""
