"""Modules and names of Keras 1 and 2 that are gone, for submissions of their time; each use is noted."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from autograder.worker.shims import keras_arguments, keras_models
from autograder.worker.shims.callers import is_submission
from autograder.worker.shims.hooks import Change, offer
from autograder.worker.shims.notes import Notes

_OF_TENSORFLOW = ("keras._tf_keras.", "tensorflow.")  # where `tensorflow.keras` is
_LAYERS = (
    *("core", "convolutional", "convolutional_recurrent", "normalization", "pooling", "recurrent", "noise"),
    *(
        "advanced_activations",
        "embeddings",
        "merge",
        "wrappers",
        "local",
        "rnn",
        "attention",
        "regularization",
    ),
    *("reshaping", "activation", "preprocessing", "experimental", "experimental.preprocessing"),
    *("normalization.batch_normalization", "core.dense"),
)
MODULES: Mapping[str, tuple[str, ...]] = {  # a module that is gone: where its names are now
    **{f"keras.layers.{name}": ("keras.layers",) for name in _LAYERS},
    "keras.utils.np_utils": ("keras.utils",),
    "keras.utils.generic_utils": ("keras.utils",),
    "keras.utils.vis_utils": ("keras.utils",),
    "keras.utils.data_utils": ("keras.utils",),
    "keras.utils.layer_utils": ("keras.utils",),
    "keras.objectives": ("keras.losses",),
    "keras.initializations": ("keras.initializers",),
    "keras.engine": ("keras", "keras.layers"),
    "keras.engine.topology": ("keras", "keras.layers"),
    "keras.engine.training": ("keras",),
    "keras.engine.sequential": ("keras",),
    "keras.engine.base_layer": ("keras.layers",),
    "keras.preprocessing.text": ("keras.src.legacy.preprocessing.text",),
    "keras.optimizers.optimizer_v2": ("keras.optimizers",),
    "keras.optimizer_v2": ("keras.optimizers",),
}
NAMES: Mapping[str, tuple[str, ...]] = {  # a module that is there: where names that it has lost are now
    "keras.preprocessing.image": ("keras.src.legacy.preprocessing.image",),
    "keras.preprocessing.sequence": ("keras.src.legacy.preprocessing.sequence",),
    "keras.backend": ("keras.src.legacy.backend",),
    "keras.losses": ("keras.metrics",),
}
RENAMED: Mapping[str, Mapping[str, str]] = {
    "keras.optimizers": {name.lower(): name for name in keras_arguments.OPTIMIZERS},
    "keras.layers": {
        "CuDNNLSTM": "LSTM",
        "CuDNNGRU": "GRU",
        "Deconvolution2D": "Conv2DTranspose",
    },
    "keras.initializers": {
        "normal": "RandomNormal",
        "uniform": "RandomUniform",
        "zero": "Zeros",
        "one": "Ones",
    },
    "keras.losses": {
        "mse": "mean_squared_error",
        "MSE": "mean_squared_error",
        "mae": "mean_absolute_error",
        "MAE": "mean_absolute_error",
        "mape": "mean_absolute_percentage_error",
        "msle": "mean_squared_logarithmic_error",
    },
}


def changes(notes: Notes) -> Sequence[tuple[str, Change]]:
    """Return what to change once Keras was imported."""

    def change(module: types.ModuleType) -> None:
        keras_arguments.change(module, notes)
        keras_models.change(module, notes)
        module.backend.image_dim_ordering = _ordering(module)
        module.backend.set_image_dim_ordering = _set_ordering(module)
        for name in ("keras.optimizers.legacy", "keras.layers", *NAMES, *RENAMED):
            change_part(import_module(name))

    def change_part(module: types.ModuleType) -> None:
        name = _name(module.__name__)
        if name == "keras.optimizers.legacy":
            _put_optimizers(module)
        else:
            offer(module, _lost(name, notes))
        if name == "keras.layers":
            keras_arguments.put_convolutions(module, notes)

    parts = ("keras.optimizers.legacy", *dict.fromkeys((*NAMES, *RENAMED)))
    of_tensorflow = [prefix + name for prefix in _OF_TENSORFLOW for name in parts]
    return (("keras", change), *((name, change_part) for name in of_tensorflow))


def _name(name: str) -> str:
    """Return what a module of `tensorflow.keras` is called in Keras itself."""
    return next((name.removeprefix(each) for each in _OF_TENSORFLOW if name.startswith(each)), name)


def _put_optimizers(legacy: types.ModuleType) -> None:
    optimizers = import_module("keras.optimizers")
    for name in keras_arguments.OPTIMIZERS:
        setattr(legacy, name, getattr(optimizers, name, None))


def _lost(name: str, notes: Notes) -> Callable[[str], object]:
    """Return what looks up a name that a module has lost."""

    def look_up(asked: str) -> object:
        if asked.startswith("__") or not is_submission(2):
            raise AttributeError(asked)
        now = RENAMED.get(name, {}).get(asked, asked)
        for source in (name, *NAMES.get(name, ())):
            found = vars(import_module(source)).get(now)
            if found is not None:
                notes.add(f"{name}.{asked} is of an older Keras: it worked here as {source}.{now}")
                return found
        raise AttributeError(asked)

    return look_up


class OldModules:
    """Modules of Keras 1 and 2, under `keras` and under `tensorflow.keras`."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def fill(self, fullname: str) -> Change | None:
        """Return what fills a module, if it was one of Keras."""
        name = _name(fullname)
        sources = MODULES.get(name)
        if sources is None:
            return None
        notes = self._notes

        def fill(module: types.ModuleType) -> None:
            notes.add(f"the module {name} is of an older Keras: it worked here as {sources[0]}")
            module.__path__ = []  # others may be below it
            vars(module)["__getattr__"] = look_up

        def look_up(asked: str) -> object:
            if not asked.startswith("__"):
                for source in sources:
                    found = getattr(import_module(source), asked, None)
                    if found is not None:
                        return found
            raise AttributeError(f"module {name!r} has no attribute {asked!r}")

        return fill


def _ordering(keras: types.ModuleType) -> Callable[[], str]:
    def image_dim_ordering() -> str:
        """Return what Keras 1 called the format of images."""
        return "th" if keras.backend.image_data_format() == "channels_first" else "tf"

    return image_dim_ordering


def _set_ordering(keras: types.ModuleType) -> Callable[[str], None]:
    def set_image_dim_ordering(dim_ordering: Any) -> None:
        """Set the format of images by the names of Keras 1."""
        keras.backend.set_image_data_format(keras_arguments.ORDERINGS[dim_ordering])

    return set_image_dim_ordering
