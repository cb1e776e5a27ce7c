"""Arguments of layers and optimizers that had other names in Keras 1 and 2."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Mapping
from typing import Any

from autograder.worker.shims.notes import Notes

ORDERINGS = {"th": "channels_first", "tf": "channels_last", "default": None}
OPTIMIZERS = ("SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam", "Ftrl")
ARGUMENTS: Mapping[str, str] = {  # of all layers that take the new name and had the old one
    "init": "kernel_initializer",
    "W_regularizer": "kernel_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "b_constraint": "bias_constraint",
    "bias": "use_bias",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "U_regularizer": "recurrent_regularizer",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "border_mode": "padding",
    "subsample": "strides",
    "subsample_length": "strides",
    "stride": "strides",
    "pool_length": "pool_size",
    "atrous_rate": "dilation_rate",
    "nb_filter": "filters",
    "filter_length": "kernel_size",
    "dim_ordering": "data_format",
    "p": "rate",
    "sigma": "stddev",
    "output_dim": "units",
    "beta_init": "beta_initializer",
    "gamma_init": "gamma_initializer",
}
DROPPED = ("consume_less", "input_length", "implementation", "mode")
_DENSE = (
    *("init", "W_regularizer", "b_regularizer", "W_constraint", "b_constraint", "bias"),
    *("input_length",),
)
_CONVOLUTION = (*_DENSE, "border_mode", "subsample", "nb_filter", "dim_ordering", "atrous_rate")
_POOLING = ("border_mode", "dim_ordering", "stride", "pool_length")
_RECURRENT = (
    *(*_DENSE, "output_dim", "inner_init", "inner_activation", "U_regularizer", "dropout_W", "dropout_U"),
    *("consume_less", "implementation"),
)
OF_LAYERS: Mapping[str, tuple[str, ...]] = {
    "Dense": (*_DENSE, "output_dim"),
    "Conv1D": (*_CONVOLUTION, "filter_length", "subsample_length"),
    **dict.fromkeys(("Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D"), _CONVOLUTION),
    **{
        f"{kind}{size}D": _POOLING
        for kind in ("MaxPooling", "AveragePooling", "GlobalMaxPooling", "GlobalAveragePooling")
        for size in (1, 2, 3)
    },
    **dict.fromkeys(("ZeroPadding2D", "UpSampling2D", "Cropping2D", "Flatten"), ("dim_ordering",)),
    **dict.fromkeys(("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianDropout"), ("p",)),
    "GaussianNoise": ("sigma",),
    **dict.fromkeys(("SimpleRNN", "GRU", "LSTM"), _RECURRENT),
    "Embedding": ("dropout_W", "W_regularizer", "W_constraint", "input_length", "init"),
    "BatchNormalization": ("mode", "beta_init", "gamma_init"),
}
_OTHERWISE = {
    ("Embedding", "init"): "embeddings_initializer",
    ("Embedding", "W_regularizer"): "embeddings_regularizer",
}
_OTHERWISE[("Embedding", "W_constraint")] = "embeddings_constraint"
_KERNELS = {"Conv2D": ("nb_row", "nb_col"), "Conv3D": ("kernel_dim1", "kernel_dim2", "kernel_dim3")}
_OF_KERAS_1 = ("border_mode", "subsample", "init", "dim_ordering", "W_regularizer")  # and of no later one


def change(keras: types.ModuleType, notes: Notes) -> None:
    """Have layers and optimizers take the old names of their arguments."""
    for name, known in OF_LAYERS.items():
        layer = getattr(keras.layers, name, None)
        if layer is not None:
            _wrap(layer, functools.partial(_layer_arguments, name, known, notes))
    for name in OPTIMIZERS:
        optimizer = getattr(keras.optimizers, name, None)
        if optimizer is not None:
            _wrap(optimizer, functools.partial(_optimizer_arguments, keras, name, notes))


def put_convolutions(layers: types.ModuleType, notes: Notes) -> None:
    """Have `Convolution2D` and its like take their kernel as Keras 1 did."""
    for axes in (1, 2, 3):
        now = f"Conv{axes}D"
        vars(layers)[f"Convolution{axes}D"] = _of_keras_1(getattr(layers, now), axes, notes)


def _wrap(kind: type, convert: Callable[[tuple[Any, ...], dict[str, Any]], tuple[Any, ...]]) -> None:
    real: Callable[..., None] = kind.__init__  # type: ignore[misc]

    @functools.wraps(real)
    def __init__(self: Any, *arguments: Any, **named: Any) -> None:  # noqa: N807
        real(self, *convert(arguments, named), **named)

    # Keras reads it both with and without what is wrapped: both must say the same.
    del __init__.__wrapped__
    vars(__init__)["__signature__"] = inspect.signature(real)
    kind.__init__ = __init__  # type: ignore[misc]


def _layer_arguments(
    name: str, known: tuple[str, ...], notes: Notes, arguments: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Any, ...]:
    rows = _KERNELS.get(name, ())
    if rows and all(each in named for each in rows):
        named["kernel_size"] = tuple(named.pop(each) for each in rows)
        _note(notes, name, "/".join(rows), "kernel_size")
    for old in known:
        if old not in named:
            continue
        value = named.pop(old)
        if old in DROPPED or (name, old) == ("Embedding", "dropout_W"):
            _note(notes, name, old, "")
            continue
        new = _OTHERWISE.get((name, old), ARGUMENTS[old])
        if old == "dim_ordering":
            value = ORDERINGS.get(value, value)
        named[new] = value
        _note(notes, name, old, new)
        if old in _OF_KERAS_1 and name in ("Conv1D", "Conv2D", "Conv3D"):
            arguments = _with_kernel(arguments, int(name[4]), notes)
    return arguments


def _optimizer_arguments(
    keras: types.ModuleType,
    name: str,
    notes: Notes,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
) -> tuple[Any, ...]:
    if "lr" in named:
        named["learning_rate"] = named.pop("lr")
        _note(notes, name, "lr", "learning_rate")
    if named.get("epsilon", 0) is None:
        named["epsilon"] = keras.backend.epsilon()
    for old in ("schedule_decay", "decay"):
        value = named.pop(old, None)
        if value is None:
            continue
        if old == "schedule_decay":
            _note(notes, name, old, "")
        elif value:
            rate = arguments[0] if arguments else named.get("learning_rate", 0.01 if name == "SGD" else 0.001)
            schedule = keras.optimizers.schedules.InverseTimeDecay(rate, decay_steps=1, decay_rate=value)
            if arguments:
                arguments = (schedule, *arguments[1:])
            else:
                named["learning_rate"] = schedule
            _note(notes, name, "decay", "learning_rate=InverseTimeDecay(…)")
    return arguments


def _of_keras_1(layer: Any, axes: int, notes: Notes) -> Callable[..., Any]:
    """Return a layer's name of Keras 1, whose kernel had as many arguments as axes."""

    @functools.wraps(layer, updated=())
    def convolution(*arguments: Any, **named: Any) -> Any:
        return layer(*_with_kernel(arguments, axes, notes), **named)

    return convolution


def _with_kernel(arguments: tuple[Any, ...], axes: int, notes: Notes) -> tuple[Any, ...]:
    """Return the arguments of a layer of Keras 1, with those of its kernel as one."""
    kernel = arguments[1 : 1 + axes]
    if len(kernel) < axes or axes < 2 or not all(isinstance(each, int) for each in kernel):
        return arguments
    notes.add(f"Convolution{axes}D(n, {', '.join('r' * axes)}) is of Keras 1: it worked here as Conv{axes}D")
    return (arguments[0], tuple(kernel), *arguments[1 + axes :])


def _note(notes: Notes, where: str, old: str, new: str) -> None:
    became = f"it worked here as {new}" if new else "it was left out here"
    notes.add(f"{where}({old}=…) is of an older Keras: {became}")
