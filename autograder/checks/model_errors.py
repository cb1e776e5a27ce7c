"""What Keras' usual exceptions come of, and what to do: a hint beside a message that speaks of tensors."""

from __future__ import annotations

import re

_SHAPES = re.compile(r"target\.shape=\(([^)]*)\), output\.shape=\(([^)]*)\)")
_FLATTEN = (
    "The model does not end in one row of numbers for each sample: "
    "a Flatten before the dense layers is missing."
)
_CLASS_NUMBERS = (
    "The labels are class numbers, and the loss compares them with each output: take "
    "sparse_categorical_crossentropy, or keras.utils.to_categorical(labels)."
)
_ONE_HOT = (
    "The labels are one-hot rows, and the loss takes class numbers: take categorical_crossentropy, or "
    "labels.argmax(axis=1)."
)
_MADE_ELSEWHERE = (
    'Make it at the top level of the file: what stands under `if __name__ == "__main__":` is not run here.'
)
OF_LABELS = (_CLASS_NUMBERS, _ONE_HOT)
"""The hints of labels in a form that the loss does not take."""
_OTHERS = (
    (r"Incompatible shapes: \[\d+\] vs\. \[\d+,\d+\]", _CLASS_NUMBERS),
    (r"must call `compile\(\)`", "The model is not compiled: call model.compile(...) where it is built."),
    (
        r"expected min_ndim=4, found ndim=3",
        "The images have no axis of channels: give x_train[..., None], or begin with a Reshape layer.",
    ),
    (
        r"dtype='string' is not a valid dtype|Failed to convert elements of \[?<\w+ name=",
        "Keras 3 takes the third argument of compile for the weights of losses: say metrics=[...].",
    ),
    (r"there is no variable \w+|expected a Keras model in \w+; it is of the type NoneType", _MADE_ELSEWHERE),
    (r"expected a Keras model from .*; it returns NoneType", "Is there a return at its end?"),
)


def hint_of_error(message: str) -> str:
    """Return what an exception, or a model that is not there, most often comes of; empty where that is open.

    Args:
        message: Of the exception, as it is shown.

    >>> hint_of_error("Received: target.shape=(None,), output.shape=(None, 5, 5, 10)").rpartition(":")[2]
    ' a Flatten before the dense layers is missing.'
    >>> hint_of_error("Incompatible shapes: [32] vs. [32,10]")[:30]
    'The labels are class numbers, '
    """
    found = _SHAPES.search(message)
    if found is not None:
        target, output = (_axes(text) for text in found.groups())
        if len(output) > 2:
            return _FLATTEN if len(target) <= 2 else ""
        return _CLASS_NUMBERS if len(target) < len(output) else _ONE_HOT if target == output else ""
    return next((hint for pattern, hint in _OTHERS if re.search(pattern, message)), "")


def _axes(text: str) -> list[str]:
    return [axis.strip() for axis in text.split(",") if axis.strip()]
