"""Dense layers and embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from reference.shapes.layers.counted import Counted, Counters, Uncounted, known, only, product
from reference.shapes.receptive_field import mix
from reference.shapes.settings import Settings, Shape


def _dense(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    _refuse_variants(settings)
    shape = only(shapes)
    inputs = known("inputs", shape[-1] if shape else None)
    units, rank = settings.integer("units"), len(shape)
    weights, count = inputs * units, product(shape[:-1])
    return Counted(
        ((*shape[:-1], units),),
        weights + units * settings.flag("use_bias"),
        multiply_adds=None if count is None else count * weights,
        view=partial(mix, places=(rank - 1,), rank=rank),
    )


def _embedding(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    _refuse_variants(settings)
    words, units = settings.integer("input_dim"), settings.integer("output_dim")
    return Counted(((*only(shapes), units),), words * units)


def _refuse_variants(settings: Settings) -> None:
    """Raise Uncounted for weights of another make: low rank or quantised."""
    for name in ("lora_rank", "quantization_config"):
        if settings.values.get(name) is not None:
            raise Uncounted


COUNTERS: Counters = {"Dense": _dense, "Embedding": _embedding}
