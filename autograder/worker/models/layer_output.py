"""What one layer of a model puts out: where the model is called, whatever models it is in."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.worker.models.finding import NotFound
from autograder.worker.models.public_data import Numbers
from autograder.worker.models.walking import leaves
from autograder.worker.plain import plain

_BATCH = 256


def output_of(model: Any, path: str, inputs: Numbers) -> Numbers:
    """Return what a layer puts out, samples first, as the model is called with inputs.

    Args:
        model: The model.
        path: The layer's name, in a model in the model ``outer/inner``.
        inputs: As the model takes them.

    Raises:
        NotFound: If there is no such layer, or it is not called.
    """
    import keras  # noqa: PLC0415  # it is there: a model is

    layer = next((each for name, each in leaves(model, keras.Model) if name == path), None)
    if layer is None:
        raise NotFound(f"there is no layer {path}")
    call, seen = layer.call, list[Any]()

    def noting(*args: Any, **named: Any) -> Any:
        seen.append(call(*args, **named))
        return seen[-1]

    found: list[Numbers] = []
    layer.call = noting
    try:
        for start in range(0, len(inputs), _BATCH):
            seen.clear()
            model(inputs[start : start + _BATCH], training=False)
            if not seen:
                raise NotFound(f"the layer {path} is not called")
            found.append(np.asarray(plain(seen[0])))
    finally:
        layer.call = call
    return np.concatenate(found)
