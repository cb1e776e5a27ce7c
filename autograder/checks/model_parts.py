"""Each part that a model is asked for, judged: shapes, counts, layers, patterns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import permutations

from autograder.checks.counted_model import CountedModel, Shape, shown_shape
from autograder.checks.model_compiled import compiled_verdicts
from autograder.checks.model_expected import Expected, Item, reference_model
from autograder.checks.model_layers import Beside, in_words, pattern_text
from autograder.checks.model_matching import fits_count, fits_shape, shown_count
from autograder.checks.model_verdict import Verdict
from autograder.config import ModelCheckConfig, Range
from autograder.config.models import asked_parts, is_of_model
from autograder.results.counting import counted
from autograder.wire.models import CompiledSeen

_MOST_ORDERED = 6


class Parts:
    """What a model is asked for, against what it is.

    Args:
        check: What is asked.
        counted: The model.
        is_built: Whether it has its weights.
    """

    def __init__(self, check: ModelCheckConfig, counted: CountedModel, *, is_built: bool) -> None:
        self.check, self.counted = check, counted
        self.asked = asked_parts(check)
        # What could not be built for the input that is asked for is wrong; else a person has to look.
        self._unknown = None if is_built or not wanted_shapes(check, "input_shape") else False

    def verdicts(
        self,
        layers: Beside | None,
        pattern: Beside | None,
        items: Sequence[Item],
        compiled: CompiledSeen | None,
    ) -> Iterator[Verdict]:
        """Yield what is said of each part.

        Args:
            layers: The layers beside those that are expected, where there are such.
            pattern: The same of a pattern.
            items: The pattern.
            compiled: What the model is compiled with.
        """
        for name, shapes in (("input_shape", self.counted.inputs), ("output_shape", self.counted.outputs)):
            if name in self.asked:
                yield self._of_shapes(name, wanted_shapes(self.check, name), shapes)
        for name, count in (("parameters", self.counted.total), ("trainable", self.counted.trainable)):
            if name in self.asked:
                wanted = wanted_count(self.check, name)
                assert wanted is not None  # by its configuration, or that of a model that can be counted
                yield self._of_count(name, count, wanted, layers)
        if "layers" in self.asked and layers is not None:
            yield self._of_layers("layers", layers, self._layers_text(layers))
        if "pattern" in self.asked and pattern is not None:
            yield self._of_layers("pattern", pattern, pattern_text(items))
        yield from compiled_verdicts(self.check, self.counted, compiled, self.asked)

    def _of_shapes(self, name: str, wanted: Sequence[Shape], shapes: Sequence[Shape]) -> Verdict:
        expected = " and ".join(map(shown_shape, wanted))
        if not shapes:
            return Verdict(name, self._unknown, expected, "not known")
        received = " and ".join(map(shown_shape, shapes))
        return Verdict(name, _fit_in_some_order(shapes, wanted), expected, received)

    def _of_count(self, name: str, count: int | None, wanted: int | Range, layers: Beside | None) -> Verdict:
        expected = shown_count(wanted)
        if count is None:
            return Verdict(name, self._unknown, expected, "not known")
        if fits_count(count, wanted):
            return Verdict(name, True, expected, f"{count:,}")
        allowed = layers.allowed(self.counted.facts, self.check.between) if layers is not None else []
        less = sum((each.parameters if name == "parameters" else each.trainable) or 0 for each in allowed)
        if less and fits_count(count - less, wanted):
            names = ", ".join(each.name for each in allowed)
            return Verdict(
                name, True, expected, f"{count:,}, {less:,} of them in {names}, which may be there"
            )
        return Verdict(name, False, expected, f"{count:,}")

    def _of_layers(self, name: str, found: Beside, expected: str) -> Verdict:
        first = found.first_difference
        passed = (first is None) if first is not None or not found.unknown else self._unknown
        received = counted(len(self.counted.layers), "layer")
        if first is not None:
            received += f"; the first that differs: {in_words(self.counted, found, found.pairs[first])}"
            if not self.counted.has_graph and not _lacks_some(self.counted, found):
                passed = None  # in which order they are called is not known
        elif found.unknown:
            received += f", of which the {' and '.join(found.unknown)} cannot be told"
        return Verdict(
            name, passed, expected, received, share=found.share if self.check.credit == "share" else None
        )

    def _layers_text(self, found: Beside) -> str:
        if self.check.model is not None:
            return f"the layers of {self.check.model}"
        return f"{sum(pair.wanted is not None for pair in found.pairs)} layers"


def wanted_shapes(check: ModelCheckConfig, part: str) -> tuple[Shape, ...]:
    """Return the shapes that are asked for; -1 stands for any length."""
    one, several = getattr(check, part), getattr(check, f"{part}s")
    if one is not None:
        return (one,)
    if several:
        return tuple(several)
    if is_of_model(check, part):
        model = reference_model(check.model or "")
        return model.inputs if part == "input_shape" else model.outputs
    return ()


def wanted_count(check: ModelCheckConfig, part: str) -> int | Range | None:
    """Return how many parameters are asked for, in all or of those that are trained."""
    given: int | Range | None = getattr(check, part)
    if given is None and is_of_model(check, part):
        model = reference_model(check.model or "")
        return model.total if part == "parameters" else model.trainable
    return given


def _fit_in_some_order(shapes: Sequence[Shape], wanted: Sequence[Shape]) -> bool:
    if len(shapes) != len(wanted):
        return False
    orders = permutations(wanted) if len(wanted) <= _MOST_ORDERED else [wanted]
    return any(all(map(fits_shape, shapes, order)) for order in orders)


def _lacks_some(counted: CountedModel, found: Beside) -> bool:
    """Return whether there are fewer layers of some kind than are expected, in whichever order."""
    there = Counter(facts.kind for facts in counted.facts)
    wanted: list[Expected] = [pair.wanted for pair in found.pairs if pair.wanted is not None]
    needed = Counter(each.kinds[0] for each in wanted if len(each.kinds) == 1 and not each.is_optional)
    return any(there[kind] < count for kind, count in needed.items())
