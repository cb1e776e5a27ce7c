"""Recurrent layers over steps of features."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from reference.shapes.layers.counted import Counted, Counters, Uncounted, known, only
from reference.shapes.receptive_field import mix
from reference.shapes.settings import Settings, Shape

_GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}


def _recurrent(settings: Settings, shapes: Sequence[Shape], *, kind: str) -> Counted:
    if settings.flag("stateful"):
        raise Uncounted  # it keeps its states, of the batch's size
    steps, features = only(shapes, 2)
    inputs, units, gates = known("features", features), settings.integer("units"), _GATES[kind]
    weights = gates * units * (inputs + units)
    biases = gates * units * (2 if kind == "GRU" and settings.flag("reset_after") else 1)
    returns_sequences = settings.flag("return_sequences")
    output: Shape = (steps, units) if returns_sequences else (units,)
    states: tuple[Shape, ...] = ((units,),) * (2 if kind == "LSTM" else 1)
    return Counted(
        (output, *states) if settings.flag("return_state") else (output,),
        weights + biases * settings.flag("use_bias"),
        multiply_adds=None if steps is None else steps * weights,
        view=partial(mix, places=(0, 1), rank=2, keeps=returns_sequences),
    )


COUNTERS: Counters = {kind: partial(_recurrent, kind=kind) for kind in _GATES}
