"""What to note of a model that is hardly meant so, by name. It costs nothing unless an assignment says so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from autograder.checks.code_layer import build_of_counted
from autograder.checks.counted_model import CountedModel
from autograder.checks.fit_lints import Said, of_data, of_inputs, of_labels
from autograder.checks.model_compiled import (
    BINARY,
    CATEGORICAL,
    Ending,
    endings,
    name_of_loss,
    why_not_fitting,
)
from autograder.checks.model_facts import Facts
from autograder.config import ModelCheckConfig
from autograder.observation import FoundModel
from autograder.results import ModelLint
from autograder.wire.models import FitSeen

_OF_TOKENS = (
    "Embedding",
    "LSTM",
    "GRU",
    "SimpleRNN",
    "Bidirectional",
    "Conv1D",
    "Attention",
    "MultiHeadAttention",
)
_SMALLEST_CODED = 8
_MOST_ENDS, _MOST_PASSED = 64, 50


def lints_of(check: ModelCheckConfig, found: FoundModel, counted: CountedModel) -> tuple[ModelLint, ...]:
    """Return what to note of a model: each once, with what it costs."""
    ends = endings(counted, found.seen.compiled)
    fits = _fits_of(found, counted)
    said = dict[str, str]()
    for name, message in (
        *_of_activations(ends),
        *of_labels(ends, fits),
        *of_inputs(counted, fits),
        *_of_layers(counted),
        *of_data(fits),
        *_of_autoencoders(check, counted, fits),
    ):
        said.setdefault(name, message)
    return tuple(
        ModelLint(name=name, message=message, cost=getattr(check.lints, name))
        for name, message in said.items()
    )


def _fits_of(found: FoundModel, counted: CountedModel) -> list[FitSeen]:
    """Return the calls of `fit` of this model, or of others that take the same input."""
    shapes = [list(shape) for shape in counted.inputs]
    return [
        each
        for each in found.seen.fits
        if each.of_this_model or (shapes and [data.shape[1:] for data in each.x] == shapes)
    ]


def _of_activations(ends: Sequence[Ending]) -> Iterator[Said]:
    for end in ends:
        if end.activation in ("softmax then softmax", "sigmoid then sigmoid"):
            yield Said(
                "double_softmax", f"{end.layer} is followed by {end.activation}: leave one of the two out"
            )
        if end.loss is None or name_of_loss(end.loss.name) not in CATEGORICAL | BINARY:
            continue
        if not (why := why_not_fitting(end)):
            continue
        if end.loss.from_logits and end.activation in ("softmax", "sigmoid"):
            yield Said("double_softmax", why)
        elif not end.loss.from_logits:
            yield Said("no_softmax", why)


def _of_layers(counted: CountedModel) -> Iterator[Said]:
    layers = counted.facts
    if not counted.has_graph:
        return
    is_of_tokens = any(facts.kind in _OF_TOKENS for facts in layers)
    flats = {at: facts for at, facts in enumerate(layers) if facts.kind == "Flatten"}
    for at, facts in enumerate(layers):
        rank = len(facts.input_shape or ())
        if (
            facts.kind == "Dense"
            and rank > 1
            and max(flats, default=-1) > at
            and not (rank == 2 and is_of_tokens)
        ):
            flat = next(each for place, each in flats.items() if place > at)
            yield Said(
                "dense_before_flatten",
                f"{facts.name} (Dense) comes before {flat.name} (Flatten): it works on the last axis alone, "
                f"the same on each place of {_said(facts.input_shape)}",
            )
        before = layers[facts.inputs[0]] if len(facts.inputs) == 1 and facts.inputs[0] >= 0 else None
        if facts.kind == "BatchNormalization" and before is not None and _has_bias(before):
            yield Said(
                "useless_bias",
                f"the bias of {before.name} is taken away again by {facts.name} (BatchNormalization): "
                "use_bias=False does the same with fewer parameters",
            )
    for end in [facts for facts in layers if facts.is_output][:_MOST_ENDS]:
        yield from _of_end(layers, end)


def _of_end(layers: Sequence[Facts], end: Facts) -> Iterator[Said]:
    for _ in range(_MOST_PASSED):
        if "Dropout" in end.kind:
            yield Said(
                "dropout_on_output",
                f"{end.name} ({end.kind}) comes after the last layer that learns: it drops answers",
            )
            return
        if not end.is_activation or len(end.inputs) != 1 or end.inputs[0] < 0:
            return
        end = layers[end.inputs[0]]


def _has_bias(facts: Facts) -> bool:
    values = facts.settings or {}
    is_linear = values.get("activation") in (None, "linear")
    return values.get("use_bias") is True and is_linear and len(facts.consumers) == 1


def _of_autoencoders(
    check: ModelCheckConfig, counted: CountedModel, fits: Sequence[FitSeen]
) -> Iterator[Said]:
    if not _is_autoencoder(check, counted, fits):
        return
    [given] = counted.inputs
    places = [at for at, facts in enumerate(counted.facts) if facts.kind == "Dense" or "Conv" in facts.kind]
    layers = [counted.facts[at] for at in places]
    sizes = [_size(facts.output_shape) for facts in layers]
    size = _size(given)
    if size is None or None in sizes or len(sizes) < 2:
        return
    every = [_size(facts.output_shape) or size for facts in counted.facts]
    narrowest = min(every[:-1], default=size)
    is_sparse = any((facts.settings or {}).get("activity_regularizer") for facts in counted.facts)
    is_denoising = any("numbers" in fit.labels for fit in fits)
    if narrowest >= size and not is_sparse and not is_denoising:
        yield Said(
            "no_bottleneck",
            f"the narrowest layer of the autoencoder has {narrowest:,} numbers, its input {size:,}: it can "
            "learn to copy, unless noise or a penalty keeps it from that",
        )
    build = build_of_counted(counted)
    if not build.layer or build.is_symmetric is not False:
        return
    if all(facts.kind == "Dense" for facts in layers):
        widths = ", ".join(map(str, build.widths))
        said = f"the widths of the encoder and the decoder do not mirror each other: {widths}"
    else:
        said = (
            f"the encoder has {build.in_encoder} layers that learn, the decoder "
            f"{len(build.widths) - build.in_encoder}: they do not mirror each other"
        )
    yield Said("unbalanced", said)


def _is_autoencoder(check: ModelCheckConfig, counted: CountedModel, fits: Sequence[FitSeen]) -> bool:
    """Return whether a model gives back what it is given, in one chain of layers."""
    if not counted.has_graph or len(counted.inputs) != 1 or counted.outputs != counted.inputs:
        return False
    if any(len(facts.inputs) != 1 or len(facts.consumers) > 1 for facts in counted.facts):
        return False
    if check.part is not None:
        return check.part == "autoencoder"
    if fits:
        return any("as_x" in fit.labels for fit in fits)
    return (_size(counted.inputs[0]) or 0) >= _SMALLEST_CODED


def _size(shape: Sequence[int | None] | None) -> int | None:
    if shape is None or None in shape:
        return None
    return math.prod(length for length in shape if length is not None)


def _said(shape: Sequence[int | None] | None) -> str:
    return str(tuple(shape or ()))
