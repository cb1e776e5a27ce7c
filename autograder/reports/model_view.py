"""A model that is not as it must be: its parts, and its layers beside the expected ones, as text."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.reports.text import points
from autograder.results import LayerPair, ModelDetails, ModelLayer
from autograder.results.counting import counted

_MOST_ROWS = 60
_MOST_COLUMNS = 44
_MARKS = {True: "✓", False: "✗", None: "?"}
_COUNTED = {"configuration": "", "weights": " by weights", "before": " again", "not": ""}


def model_text(details: ModelDetails, *, with_layers: bool = True) -> str:
    """Return the parts of a model with their points, and below them its layers as a table.

    The first layer that differs is marked with an arrow; a number that comes from the weights' shapes, not
    from the configuration, says so.
    """
    costs = [lint for lint in details.lints if lint.cost]
    lines = [
        f"{_MARKS[part.passed]} {part.name.replace('_', ' ')}: "
        + ("" if part.passed else f"expected {part.expected}; received ")
        + part.received
        + f"  {points(part.score)} of {points(part.max_score)}"
        for part in details.parts
    ]
    lines += [f"✗ {lint.name.replace('_', ' ')}: {lint.message}  −{points(lint.cost)}" for lint in costs]
    if with_layers and details.layers:
        lines += ["", *_table(details)]
    return "\n".join(lines)


def _table(details: ModelDetails) -> list[str]:
    has_expected = any(pair.expected is not None for pair in details.layers)
    head = ["", "layer", "output shape", "parameters"]
    rows = [[*head, "expected", ""] if has_expected else head]
    for at, pair in enumerate(details.layers[:_MOST_ROWS]):
        mark = "→" if at == details.first_difference else "✗" if pair.difference else " "
        rows.append([mark, *_theirs(pair.theirs), *(_expected(pair) if has_expected else ())])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    more = len(details.layers) - _MOST_ROWS
    lines += [f"… and {more:,} more"] * (more > 0)
    if details.total is not None:
        trained = "" if details.trainable is None else f", {details.trainable:,} of them trained"
        lines.append(f"{counted(details.total, 'parameter')} in all{trained}")
    return [line.rstrip() for line in lines]


def _theirs(layer: ModelLayer | None) -> Sequence[str]:
    if layer is None:
        return ("–", "", "")
    count = "?" if layer.parameters is None else f"{layer.parameters:,}{_COUNTED[layer.counted]}"
    return (_cut(_title(layer)), _cut(layer.output_shape), count)


def _title(layer: ModelLayer) -> str:
    """Return a layer's class, its name where that is another than Keras gives by itself, and its settings."""
    path, _, name = layer.name.rpartition("/")
    rest = name.replace("_", "").removeprefix(layer.kind.lower())
    is_given = rest and not rest.isdecimal()
    title = f"{path}/{layer.kind}".lstrip("/") + (f" {name}" if is_given else "")
    return f"{title} {layer.settings}".rstrip()


def _expected(pair: LayerPair) -> Sequence[str]:
    layer = pair.expected
    if layer is None:
        return ("–", pair.difference)
    said = [
        layer.kind,
        layer.settings,
        *(each for each in (layer.output_shape, layer.parameters) if each != "any"),
    ]
    return (_cut(" ".join(each for each in said if each)), pair.difference)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_COLUMNS else text[: _MOST_COLUMNS - 1] + "…"
