"""What a model check asks, in words: for whoever looks at an assignment."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.checks.counted_model import shown_shape
from autograder.checks.model_compiled import expected_text
from autograder.checks.model_expected import expected_layers, expected_pattern, named_activations
from autograder.checks.model_layers import pattern_text
from autograder.checks.model_matching import shown_count
from autograder.checks.model_parts import wanted_count, wanted_shapes
from autograder.checks.model_verdict import TITLES
from autograder.config import ModelCheckConfig
from autograder.config.models import asked_parts


def asked_in_words(check: ModelCheckConfig) -> Iterator[tuple[str, str]]:
    """Yield each part that a model is asked for, and what is expected of it.

    >>> from autograder.config import ModelPoints
    >>> list(asked_in_words(ModelCheckConfig(name="net", points=ModelPoints(parameters=1), parameters=15)))
    [('parameters', 'parameters: 15')]
    """
    for part in asked_parts(check):
        yield part, f"{TITLES[part]}: {_expected(check, part)}"


def _expected(check: ModelCheckConfig, part: str) -> str:
    between = f"; between: {', '.join(check.between)}" if check.between else ""
    match part:
        case "input_shape" | "output_shape":
            return " and ".join(map(shown_shape, wanted_shapes(check, part)))
        case "parameters" | "trainable":
            return shown_count(wanted_count(check, part))
        case "layers":
            told = f"as {check.model}, " if check.model is not None else ""
            fixed = f" ({', '.join(check.fixed)})" if check.model is not None and check.fixed else ""
            return f"{told}{pattern_text(expected_layers(check))}{fixed}{between}"
        case "pattern":
            return pattern_text(expected_pattern(check)) + between
        case "last_activation":
            return " or ".join(named_activations(check.last_activation))
    return expected_text(check, part)
