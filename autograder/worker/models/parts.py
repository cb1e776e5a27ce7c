"""Telling encoder, decoder and the whole apart, and which of several models is the outermost."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any, NamedTuple

from autograder.worker.models.walking import leaves, tried

ENCODER, DECODER, WHOLE = "encoder", "decoder", "autoencoder"
_MOST_COMPARED = 12


class Candidate(NamedTuple):
    """A model, and where it stands."""

    place: str
    model: Any


def outermost(found: Sequence[Candidate], base: type) -> list[Candidate]:
    """Return the models that are in no other of them."""
    made = [_layers(each.model, base) for each in found]
    return [each for at, each in enumerate(found) if not any(_is_in(made[at], other) for other in made)]


def part_of(found: Sequence[Candidate], part: str, base: type) -> tuple[Candidate | None, str]:
    """Return the encoder, the decoder or the whole of several models, and what to note.

    By the layers that they share; where they share none, by shapes and counts; at last by their names.
    """
    found = found[:_MOST_COMPARED]
    for tell, note in ((_by_layers, ""), (_by_counts, "told apart by shapes and counts of parameters")):
        told = tell(found, base)
        if part in told:
            return told[part], f"{told[part].place} is the {part}: {note}" if note else ""
    named = [each for each in found if part in _last_name(each.place)]
    if len(named) == 1:
        return named[0], f"{named[0].place} is taken for the {part} by its name: its layers do not tell"
    return None, ""


def _by_layers(found: Sequence[Candidate], base: type) -> dict[str, Candidate]:
    made = [_layers(each.model, base) for each in found]
    for at, whole in enumerate(made):
        parts = [other for other in range(len(found)) if _is_in(made[other], whole)]
        if not parts:
            continue
        first = [other for other in parts if whole[0] in made[other]]
        last = [other for other in parts if whole[-1] in made[other]]
        encoders = [other for other in first if other not in last]
        decoders = [other for other in last if other not in first]
        if len(encoders) > 1 and len(decoders) == 1:  # the one that reaches up to the decoder
            encoders = [max(encoders, key=lambda other: len(made[other]))]
        if len(decoders) > 1 and len(encoders) == 1:
            decoders = [max(decoders, key=lambda other: len(made[other]))]
        if len(encoders) <= 1 and len(decoders) <= 1 and (encoders or decoders):
            told = {WHOLE: found[at]}
            for part, those in ((ENCODER, encoders), (DECODER, decoders)):
                if those:
                    told[part] = found[those[0]]
            return told
    return {}


def _by_counts(found: Sequence[Candidate], base: type) -> dict[str, Candidate]:
    """Return the parts of three models of which one counts and fits as the other two together."""
    del base
    told = []
    seen = [(each, _ends(each.model), _count_of(each.model)) for each in found]
    for whole, encoder, decoder in permutations(seen, 3):
        fits = (
            encoder[1][0] == whole[1][0] is not None
            and decoder[1][1] == whole[1][1] is not None
            and encoder[1][1] == decoder[1][0]
        )
        if fits and whole[2] == encoder[2] + decoder[2] > 0:
            told.append({WHOLE: whole[0], ENCODER: encoder[0], DECODER: decoder[0]})
    return told[0] if len(told) == 1 else {}


def _ends(model: Any) -> tuple[Any, Any]:
    """Return the shapes of a model's first input and output, None where there are none."""
    first: Any = tried(lambda: tuple(model.inputs[0].shape), None)
    last: Any = tried(lambda: tuple(model.outputs[0].shape), None)
    return first, last


def _count_of(model: Any) -> int:
    return tried(lambda: int(model.count_params()), -1)


def _layers(model: Any, base: type) -> list[int]:
    return [id(layer) for _, layer in leaves(model, base)]


def _is_in(inner: Sequence[int], outer: Sequence[int]) -> bool:
    return bool(inner) and len(set(inner)) < len(set(outer)) and set(inner) <= set(outer)


def _last_name(place: str) -> str:
    return (
        place.replace("]", "").replace('"', "").replace("'", "").replace("[", ".").rpartition(".")[2].lower()
    )
