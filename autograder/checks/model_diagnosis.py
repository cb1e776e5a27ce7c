"""Why a model counts otherwise than expected: one thing at a time is changed, and the model counted again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from autograder.checks.counted_model import CountedModel, Shape, shown_shape
from autograder.checks.model_chain import Chain, chain_of, listed
from autograder.checks.model_expected import Expected
from autograder.checks.model_graph import Graph, graph_of
from autograder.checks.model_pattern import Aligned
from autograder.checks.model_words import FAMILIES, Changes, Try, plain_setting, said_of, sentence_of
from autograder.config import Range
from autograder.config.keras_layers import DECISIVE

_MOST_TRIED = 400
_LEAST_TRIED = 10
_MOST_COUNTED = 24_000  # layers, in all tries
_MOST_MATCHED = 1_440_000  # pairs of layers, in all tries
_KERNELS, _STRIDES, _POOLS = (1, 2, 3, 4, 5, 7), (1, 2, 3), (2, 3)
_WIDTHS = (1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 48, 64, 96, 100, 128, 256, 512, 1024)


class Wanted(NamedTuple):
    """What a changed model has to come to.

    Attributes:
        total: So many parameters; None where that is not asked.
        is_as_expected: Whether its layers are; None where none are asked for.
        pairs: The layers beside those that are expected.
        inputs: The shape of its input, where it is asked for.
    """

    total: int | None
    is_as_expected: Callable[[CountedModel], bool] | None
    pairs: Sequence[Aligned] = ()
    inputs: Shape | None = None


def diagnose(counted: CountedModel, wanted: Wanted, configuration: str = "") -> tuple[str, ...]:
    """Return by which difference a model is not as expected, in a sentence; nothing where none explains.

    Args:
        counted: The model.
        wanted: What it has to come to.
        configuration: Its text: of a model with branches only settings are changed, in that.
    """
    if (wanted.total is None and wanted.is_as_expected is None) or _is_met(counted, wanted):
        return ()
    chain = chain_of(counted) or graph_of(counted, configuration)
    if chain is None:
        return ()
    tried = 0
    size = len(chain.links)
    enough = _MOST_MATCHED // size**2 if wanted.total is None else _MOST_COUNTED // size
    most = min(_MOST_TRIED, max(_LEAST_TRIED, enough))
    for is_known, tries in ((True, _by_expected(chain, wanted)), (False, _by_habit(chain, counted, wanted))):
        if not is_known and wanted.total is None:
            break
        for each in tries:
            tried += 1
            if tried > most:
                return ()
            if wanted.total is not None and each.chain.total() != wanted.total:
                continue
            after = each.chain.count()
            if after is not None and (wanted.is_as_expected is None or wanted.is_as_expected(after)):
                sentence = sentence_of(each, chain, counted, after)
                return (sentence if is_known else f"perhaps {sentence}",)
    return ()


def _is_met(counted: CountedModel, wanted: Wanted) -> bool:
    """Return whether nothing that is counted is wrong: what is, lies in how the model is compiled."""
    has_total = wanted.total is None or counted.total == wanted.total
    return has_total and (wanted.is_as_expected is None or wanted.is_as_expected(counted))


def _by_expected(chain: Chain | Graph, wanted: Wanted) -> Iterator[Try]:
    """Yield the model with what differs from the expected layers as it is there."""
    changes = _differences(chain, wanted.pairs)
    names = dict.fromkeys(name for settings in changes.values() for name in settings)
    for name in names:
        some = {at: {name: settings[name]} for at, settings in changes.items() if name in settings}
        yield _changed(chain, some)
    inputs = wanted.inputs
    if isinstance(chain, Chain) and inputs and None not in inputs and inputs != chain.input_shape:
        yield _with_input(chain, inputs)
    for at, settings in changes.items():
        for name, value in settings.items():
            yield _changed(chain, {at: {name: value}})
    if isinstance(chain, Chain):
        yield from _by_kinds(chain, wanted.pairs)
    if len(changes) > 1 or any(len(settings) > 1 for settings in changes.values()):
        yield _changed(chain, changes)


def _differences(chain: Chain | Graph, pairs: Sequence[Aligned]) -> dict[int, dict[str, Any]]:
    """Return the settings that are not those of the expected layers, where these are known."""
    found: dict[int, dict[str, Any]] = {}
    for pair in pairs:
        if pair.at is None or pair.wanted is None or pair.compared is None or pair.at >= len(chain.links):
            continue
        theirs = chain.links[pair.at].settings
        for name, value in {**_by_shape(pair.wanted), **_known(pair.wanted.settings)}.items():
            if (
                name in theirs
                and plain_setting(theirs[name]) != plain_setting(value)
                and not _is_pool(name, theirs, value)
            ):
                found.setdefault(pair.at, {})[name] = value
    return found


def _is_pool(name: str, theirs: Mapping[str, Any], value: object) -> bool:
    """Return whether strides are not given, and those of the pooling's size are meant."""
    return (
        name == "strides"
        and theirs[name] is None
        and plain_setting(theirs.get("pool_size")) == plain_setting(value)
    )


def _by_shape(wanted: Expected) -> dict[str, Any]:
    """Return the width that an expected shape asks for."""
    shape = wanted.output_shape or (-1,)
    return {} if shape[-1] == -1 else {"filters": shape[-1], "units": shape[-1]}


def _known(settings: Mapping[str, object]) -> dict[str, Any]:
    """Return the decisive settings that are one value."""
    return {
        name: settings[name]
        for name in DECISIVE
        if name in settings and not isinstance(settings[name], Range)
    }


def _by_kinds(chain: Chain, pairs: Sequence[Aligned]) -> Iterator[Try]:
    """Yield the model with expected layers that are missing, less one that is not, or with another kind."""
    after = 0
    missing: list[Expected] = []
    for pair in (*pairs, None):
        if pair is not None and pair.at is None and pair.wanted is not None and not pair.fits:
            missing.append(pair.wanted)
            continue
        if missing:
            yield from _with_missing(chain, after, missing)
            missing = []
        if pair is None or pair.at is None:
            continue
        after = pair.at + 1
        link = chain.links[pair.at] if pair.at < len(chain.links) else None
        if pair.fits or pair.compared is not None or link is None:
            continue
        if pair.wanted is None:
            yield Try(chain.without(pair.at), f"{link.name} ({link.kind}), one layer more than expected,")
            continue
        kind, settings = pair.wanted.kinds[0], _known({**pair.wanted.like, **pair.wanted.settings})
        with suppress(ValueError):  # too little is known of the layer
            new = chain.with_layer(pair.at, kind, settings, in_place=True)
            yield Try(new, f"{link.name} ({link.kind}) in the place of {kind}")


def _with_missing(chain: Chain, at: int, missing: Sequence[Expected]) -> Iterator[Try]:
    place = chain.links[at - 1].name if at else "the input"
    with suppress(ValueError):  # too little is known of a layer
        new = chain
        for number, each in enumerate(missing):
            new = new.with_layer(at + number, each.kinds[0], _known({**each.like, **each.settings}))
        names = listed([each.kinds[0] for each in missing])
        yield Try(new, f"leaving out {names} after {place}")


def _by_habit(chain: Chain | Graph, counted: CountedModel, wanted: Wanted) -> Iterator[Try]:
    """Yield the model with what is often another way: for all layers of a sort at once, then for one."""
    options: Sequence[tuple[str, Sequence[Any]]] = (
        ("padding", ("valid", "same")),
        ("kernel_size", _KERNELS),
        ("pool_size", _POOLS),
        ("strides", _STRIDES),
        ("use_bias", (True, False)),
        ("filters", _WIDTHS),
        ("units", _WIDTHS),
    )
    single: list[Try] = []
    for name, values in options:
        places = [at for at, link in enumerate(chain.links) if name in link.settings]
        for prefix, _ in FAMILIES:
            of_family = [at for at in places if chain.links[at].kind.startswith(prefix)]
            for value in values:
                some = {
                    at: {name: value}
                    for at in of_family
                    if plain_setting(chain.links[at].settings[name]) != plain_setting(value)
                }
                if some and name not in ("filters", "units"):
                    yield _changed(chain, some)
                if len(some) > 1 or name in ("filters", "units"):
                    single += [_changed(chain, {at: changes}) for at, changes in some.items()]
    yield from single
    if isinstance(chain, Chain):
        yield from _by_layers(chain, counted, wanted)


def _by_layers(chain: Chain, counted: CountedModel, wanted: Wanted) -> Iterator[Try]:
    for at, link in enumerate(chain.links):
        rank = len(counted.facts[at].output_shape or ()) - 1
        if link.kind.startswith("Conv"):
            new = chain.with_layer(at + 1, f"MaxPooling{rank}D", {})
            yield Try(new, f"leaving out MaxPooling{rank}D after {link.name}")
        if link.kind == "Dense" and len(counted.facts[at].input_shape or ()) > 1:
            for flat in [place for place, other in enumerate(chain.links) if other.kind == "Flatten"]:
                if flat > at:
                    said = f"{link.name} (Dense) before {chain.links[flat].name} (Flatten)"
                    yield Try(chain.moved(flat, at), said)
            yield Try(chain.with_layer(at, "Flatten", {}), f"leaving out Flatten before {link.name}")
        if len(chain.links) > 1:
            yield Try(chain.without(at), f"{link.name} ({link.kind}), one layer too many,")
    if wanted.inputs is None and len(chain.input_shape) == 3:
        for channels in (1, 3):
            if chain.input_shape[-1] != channels:
                yield _with_input(chain, (*chain.input_shape[:-1], channels))


def _with_input(chain: Chain, shape: Shape) -> Try:
    said = f"an input of {shown_shape(chain.input_shape)} instead of {shown_shape(shape)}"
    return Try(Chain(shape, chain.links), said)


def _changed(chain: Chain | Graph, changes: Changes) -> Try:
    is_one = len({name for settings in changes.values() for name in settings}) == 1
    return Try(chain.with_settings(list(changes), changes), said_of(chain, changes), is_one)
