"""Why a model counts otherwise, in a sentence: which settings are meant, where, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from autograder.checks.counted_model import CountedModel
from autograder.checks.model_chain import Chain, axes_of, listed
from autograder.checks.model_graph import Graph

Changes: TypeAlias = Mapping[int, Mapping[str, Any]]
"""By the place of a layer: the settings that it is given."""
FAMILIES = (
    ("Conv", "convolution"),
    ("MaxPooling", "pooling"),
    ("AveragePooling", "pooling"),
    ("Dense", "dense layer"),
)
"""How the kinds of layers begin that are spoken of together, and what they are called."""
_MOST_SAID = 400  # characters


class Try(NamedTuple):
    """A chain or a graph that is changed in one thing, and what is said of the model as it is."""

    chain: Chain | Graph
    said: str
    is_one: bool = True


def said_of(chain: Chain | Graph, changes: Changes) -> str:
    """Return which settings of the model as it is are meant, and where."""
    by_name: dict[str, list[int]] = {}
    for at, settings in changes.items():
        for name in settings:
            by_name.setdefault(name, []).append(at)
    said = []
    for name, places in by_name.items():
        values = [plain_setting(chain.links[at].settings[name]) for at in places]
        if all(value == values[0] for value in values):
            said.append(f"`{name}={values[0]!r}` in {_places(chain, places)}")
        else:
            others = [plain_setting(changes[at][name]) for at in places]
            said.append(f"`{name}` {listed(values)} instead of {listed(others)} in {_places(chain, places)}")
    return ", ".join(said[:-1]) + (" and " if len(said) > 1 else "") + said[-1]


def _places(chain: Chain | Graph, places: Sequence[int]) -> str:
    names = [chain.links[at].name for at in places]
    if len(places) == 1:
        return f"{names[0]} ({chain.links[places[0]].kind})"
    for prefix, word in FAMILIES:
        if [at for at, link in enumerate(chain.links) if link.kind.startswith(prefix)] == sorted(places):
            return f"both {word}s" if len(places) == 2 else f"all {len(places)} {word}s"
    return listed(names)


def sentence_of(tried: Try, chain: Chain | Graph, before: CountedModel, after: CountedModel) -> str:
    """Return what a change explains: what it makes of the layers, and of the count."""
    effect = _effect(tried, chain, before, after)
    return f"{tried.said[:_MOST_SAID]} {effect}: {before.total:,} parameters, expected {after.total:,}"


def _effect(tried: Try, chain: Chain | Graph, before: CountedModel, after: CountedModel) -> str:
    """Return what a difference makes of the layers after it: of the flattened length, else of a count."""
    now = {link.name: at for at, link in enumerate(tried.chain.links)}
    shared = [(at, now[link.name]) for at, link in enumerate(chain.links) if link.name in now]
    for at, other in shared:
        one, two = before.shapes[at], after.shapes[other]
        is_flat = chain.links[at].kind == "Flatten" and one is not None and two is not None
        if is_flat and one != two and one is not None and two is not None:
            return f"{_verb(tried, 'make')} Flatten {one[0]} long instead of {two[0]}"
    for at, other in shared:
        mine, theirs = before.layers[at].parameters, after.layers[other].parameters
        if mine is not None and theirs is not None and mine != theirs:
            name = chain.links[at].name
            return f"{_verb(tried, 'give')} {name} {mine:,} parameters instead of {theirs:,}"
    return f"{_verb(tried, 'change')} the count"


def _verb(tried: Try, verb: str) -> str:
    return f"{verb}s" if tried.is_one else verb


def plain_setting(value: Any) -> Any:
    """Return a setting as it is written: one number where all axes have the same."""
    axes = list(axes_of(value))
    return axes[0] if axes and all(each == axes[0] for each in axes) else tuple(axes)
