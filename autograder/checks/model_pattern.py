"""Layers against what is expected of them, in order: a graph of states, and the cheapest way through it.

Exact layers and patterns are the same thing here: a state lies between two expected layers, a transition
takes a layer, a wildcard is a transition back to its own state. The cheapest way costs nothing where all
fits; where it does not, it says which layer is nearest to which.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from autograder.checks.model_expected import Expected, Item, Repeat, Wildcard
from autograder.checks.model_facts import Facts
from autograder.checks.model_matching import Compared, compare, is_of_kind, likeness

_MOST_ORDERS = 1_000
_MOST_ORDERED = 100
_MOST_MATCHED = 300
_MISSING, _EXTRA, _OTHER_KIND, _OTHER_SETTINGS = 1_000_000, 1_000_000, 1_900_000, 500_000
_LATER = 1  # less for each layer: what is missing is missing as late as it may be
_ANOTHER_SETTING, _ANOTHER_LIKENESS, _BY_WILDCARD, _FREE = 1_000, 10, 1, 2


class Aligned(NamedTuple):
    """A layer and the expected one that is nearest to it; one of them may be missing.

    Attributes:
        at: The index of the layer; None where an expected one is missing.
        wanted: What is expected; None where nothing is.
        compared: How both compare; None where they are of different kinds, or one is missing.
        is_free: Whether the layer may stand there, though nothing is expected.
    """

    at: int | None
    wanted: Expected | None
    compared: Compared | None = None
    is_free: bool = False

    @property
    def fits(self) -> bool:
        """Whether there is nothing that is known to be wrong."""
        if self.at is None:
            return self.wanted is None or self.wanted.is_optional
        if self.wanted is None:
            return self.is_free
        return self.compared is not None and not self.compared.differences


class States:
    """What is expected, as a graph of states from 0 to the last.

    Args:
        items: What is expected, in order.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        self.moves: list[list[tuple[int, Expected | Wildcard | None]]] = [[]]
        at = 0
        for item in items:
            at = self._add(at, item)
        self.last = at

    def _add(self, at: int, item: Item) -> int:
        if isinstance(item, Repeat):
            for _ in range(item.least):
                at = self._chain(at, item.items)
            if item.most is None:
                self.moves[self._chain(at, item.items)].append((at, None))
                return at
            ends = [at]
            for _ in range(item.most - item.least):
                at = self._chain(at, item.items)
                ends.append(at)
            for end in ends[:-1]:
                self.moves[end].append((at, None))
            return at
        if isinstance(item, Wildcard):
            after = self._new()
            self.moves[at].append((after, None))
            self.moves[after].append((after, item))
            return after
        after = self._new()
        self.moves[at].append((after, item))
        if item.is_optional:
            self.moves[at].append((after, None))
        return after

    def _chain(self, at: int, items: Sequence[Expected | Wildcard]) -> int:
        for item in items:
            at = self._add(at, item)
        return at

    def _new(self) -> int:
        self.moves.append([])
        return len(self.moves) - 1


def align(
    layers: Sequence[Facts], free: Sequence[bool], states: States, between: Collection[str]
) -> tuple[Aligned, ...]:
    """Return the cheapest way through what is expected, layer by layer.

    Args:
        layers: The layers, in order.
        free: Of each, whether it may stand there without being asked for.
        states: What is expected.
        between: Kinds that may stand between others.
    """
    layers = layers[:_MOST_MATCHED]
    goal = (len(layers), states.last)
    ways: dict[tuple[int, int], tuple[tuple[int, int], Aligned | None]] = {}
    queue: list[tuple[int, int, tuple[int, int]]] = [(0, 0, (0, 0))]
    best = {(0, 0): 0}
    done: set[tuple[int, int]] = set()
    number = 0
    while queue:
        cost, _, node = heapq.heappop(queue)
        if node in done:
            continue
        done.add(node)
        if node == goal:
            break
        for step, after, pair in _steps(node, layers, free, states, between):
            if cost + step < best.get(after, cost + step + 1):
                best[after] = cost + step
                ways[after] = (node, pair)
                number += 1
                heapq.heappush(queue, (cost + step, number, after))
    pairs: list[Aligned] = []
    node = goal
    while node != (0, 0):
        node, pair = ways[node]
        if pair is not None:
            pairs.append(pair)
    return tuple(pairs[::-1])


def _steps(
    node: tuple[int, int],
    layers: Sequence[Facts],
    free: Sequence[bool],
    states: States,
    between: Collection[str],
) -> Iterator[tuple[int, tuple[int, int], Aligned | None]]:
    at, state = node
    for after, item in states.moves[state]:
        if item is None:
            yield 0, (at, after), None
        elif isinstance(item, Wildcard):
            if at < len(layers) and layers[at].kind not in item.without:
                yield _BY_WILDCARD, (at + 1, after), Aligned(at, None, is_free=True)
        else:
            if at < len(layers):
                cost, pair = _taken(at, layers[at], item, between)
                yield cost, (at + 1, after), pair
            yield (
                0 if item.is_optional else _MISSING - _LATER * at,
                (at, after),
                None if item.is_optional else Aligned(None, item),
            )
    if at < len(layers):
        yield _FREE if free[at] else _EXTRA, (at + 1, state), Aligned(at, None, is_free=free[at])


def _taken(at: int, layer: Facts, wanted: Expected, between: Collection[str]) -> tuple[int, Aligned]:
    if not is_of_kind(layer, wanted):
        return _OTHER_KIND, Aligned(at, wanted)
    compared = compare(layer, wanted, between)
    cost = _OTHER_SETTINGS if compared.differences else 0
    cost += _ANOTHER_SETTING * len(compared.differences) + _ANOTHER_LIKENESS * likeness(layer, wanted)
    return cost, Aligned(at, wanted, compared)


def order_that_fits(
    layers: Sequence[Facts], free: Sequence[bool], states: States, between: Collection[str]
) -> tuple[int, ...] | None:
    """Return another order in which the layers can be called and fit what is expected; None if there is none.

    Of a model with branches, the order between them says nothing. Only so many orders are tried.
    """
    is_chain = all(len(facts.inputs) == 1 and len(facts.consumers) <= 1 for facts in layers)
    if is_chain or len(layers) > _MOST_ORDERED:
        return None
    seen: set[tuple[frozenset[int], frozenset[int]]] = set()
    stack: list[tuple[tuple[int, ...], frozenset[int]]] = [((), _closed({0}, states))]
    while stack and len(seen) < _MOST_ORDERS:
        order, now = stack.pop()
        called = frozenset(order)
        if len(order) == len(layers):
            if states.last in now:
                return order
            continue
        if (called, now) in seen:
            continue
        seen.add((called, now))
        for at in range(len(layers) - 1, -1, -1):
            if at not in called and all(source < 0 or source in called for source in layers[at].inputs):
                after = _after(layers[at], free=free[at], now=now, states=states, between=between)
                if after:
                    stack.append(((*order, at), after))
    return None


def _after(
    layer: Facts, *, free: bool, now: Collection[int], states: States, between: Collection[str]
) -> frozenset[int]:
    """Return the states after a layer that fits."""
    found = set(now) if free else set()
    for state in now:
        for after, item in states.moves[state]:
            if isinstance(item, Wildcard):
                if layer.kind not in item.without:
                    found.add(after)
            elif item is not None and _taken(0, layer, item, between)[1].fits:
                found.add(after)
    return _closed(found, states)


def _closed(now: set[int], states: States) -> frozenset[int]:
    """Return the states that are reached without a layer."""
    todo = list(now)
    while todo:
        for after, item in states.moves[todo.pop()]:
            if item is None and after not in now:
                now.add(after)
                todo.append(after)
    return frozenset(now)
