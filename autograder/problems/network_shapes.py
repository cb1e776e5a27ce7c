"""The problem `network_shapes`: a shape led through a network, one layer after the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import reference.parameters as ref
from autograder.problems.output_sizes_mistakes import NETWORK_SHAPES as MISTAKES
from autograder.problems.problem import Case, Composition, Problem, nothing_to_round
from reference.shapes import symmetric_padding

Layer = Mapping[str, Any]
Network = tuple[tuple[int, ...], list[dict[str, Any]]]


def _conv(filters: int, kernel_size: int = 3, **options: Any) -> dict[str, Any]:
    return {"type": "conv", "filters": filters, "kernel_size": kernel_size, **options}


def _pool(**options: Any) -> dict[str, Any]:
    return {"type": "max_pool", **options}


def _dense(units: int) -> dict[str, Any]:
    return {"type": "dense", "units": units}


_FLATTEN = {"type": "flatten"}
_SAME: dict[str, Any] = {"padding": "same"}
_ODD_IMAGE = (7, 10, 3)


def _draw_network_shapes(rng: np.random.Generator) -> list[Case]:
    def some() -> int:
        return int(rng.integers(5, 40))

    def drawn(*layers: dict[str, Any]) -> Network:
        """Return layers with an image for them, whose height and width stay apart to the end."""
        sides = [int(rng.integers(31, 41)), int(rng.integers(60, 73))]
        height, width = sides if rng.random() < 0.5 else reversed(sides)
        return (height, width, int(rng.integers(2, 5))), list(layers)

    plans: list[tuple[str, Network]] = [
        ("conv", drawn(_conv(some()))),
        ("conv", drawn(_conv(some(), 5, strides=2), _conv(some(), 2))),
        ("conv", drawn(_conv(some(), 4, padding="valid"), _conv(some(), strides=3), _conv(some(), 2))),
        ("conv", drawn(_conv(some(), 3, strides=2, padding="valid"), _conv(some(), 7))),
        ("same", drawn(_conv(some(), **_SAME), _conv(some(), 5, **_SAME))),
        ("same", drawn(_conv(some(), 5, strides=2, **_SAME), _conv(some(), strides=2, **_SAME))),
        ("same", drawn(_conv(some(), 3, strides=3, **_SAME), _conv(some(), 7, strides=2, **_SAME))),
        ("same", drawn(_conv(some(), 7, strides=4, **_SAME), _conv(some(), strides=3, **_SAME))),
        ("same", drawn(_conv(some(), 3, strides=2, **_SAME), _conv(some(), 5), _conv(some(), **_SAME))),
        ("pool", drawn(_pool(), _pool(pool_size=3))),
        ("pool", drawn(_conv(some()), _pool(pool_size=3), _pool())),
        ("pool", drawn(_pool(pool_size=3, strides=2), _conv(some(), 2), _pool())),
        ("pool", drawn(_conv(some(), 5), _pool(pool_size=2, strides=3), _pool(pool_size=4))),
        ("pool", drawn(_pool(pool_size=3, strides=1), _pool(pool_size=5, strides=2))),
        ("whole", drawn(_conv(some()), _pool(), _FLATTEN, _dense(some()), _dense(some()))),
        ("whole", drawn(_FLATTEN, _dense(some()))),
        ("whole", drawn(_conv(some(), 5, strides=2, **_SAME), _pool(pool_size=3), _FLATTEN, _dense(some()))),
        ("whole", drawn(_conv(some()), _conv(some()), _pool(pool_size=3, strides=2), _FLATTEN)),
        ("whole", ((int(rng.integers(100, 999)),), [_dense(some()), _dense(some()), _dense(some())])),
    ]
    size, filters = some(), some()
    degenerate: list[tuple[str, Network]] = [
        ("conv", ((size, size + 1, 1), [_conv(1, 1)])),
        ("same", ((3, 4, 1), [_conv(1, strides=4, **_SAME)])),
        ("pool", ((size, size + 2, filters), [_pool(pool_size=1)])),
        ("whole", ((5, 5, 1), [_conv(filters, 5), _FLATTEN])),
    ]
    return [_network_case(*plan) for plan in plans] + [
        _network_case(*plan, is_degenerate=True) for plan in degenerate
    ]


def _network_case(group: str, network: Network, title: str = "", *, is_degenerate: bool = False) -> Case:
    input_shape, layers = network
    return Case(group, {"input_shape": input_shape, "layers": layers}, title, is_degenerate)


def _shapes_by(input_shape: Sequence[int], layers: Sequence[Layer]) -> Composition:
    """Lead a shape through a network by somebody's own `output_size`, one call for each axis."""
    shape: tuple[Any, ...] = tuple(input_shape)
    shapes = []
    for layer in layers:
        match layer["type"]:
            case "conv":
                kernel_size = layer["kernel_size"]
                padding = symmetric_padding(kernel_size) if layer.get("padding") == "same" else 0
                lengths = yield [
                    _asked(size, kernel_size, layer.get("strides", 1), padding) for size in shape[:2]
                ]
                shape = (*map(_number, lengths), layer["filters"])
            case "max_pool":
                pool_size = layer.get("pool_size", 2)
                strides = layer.get("strides", pool_size)
                lengths = yield [_asked(size, pool_size, strides, 0) for size in shape[:2]]
                shape = (*map(_number, lengths), shape[2])
            case "flatten":
                shape = (math.prod(shape),)
            case _:
                shape = (layer["units"],)
        shapes.append(shape)
    return shapes


def _asked(size: Any, kernel_size: int, stride: int, padding: int) -> dict[str, Any]:
    """Return the inputs of `output_size` as its own cases have them: what is the default is left out."""
    options = {"stride": (stride, 1), "padding": (padding, 0)}
    given = {name: value for name, (value, default) in options.items() if value != default}
    return {"size": size, "kernel_size": kernel_size, **given}


def _is_in_the_handout(input_shape: Sequence[int], layers: Sequence[Layer]) -> bool:
    """Return whether there is a layer, and each dense one has one axis, each "same" one an odd kernel."""
    shapes = [tuple(input_shape), *ref.network_shapes(input_shape, layers)]
    return bool(layers) and all(
        len(shape) == 1 if layer["type"] == "dense" else _is_odd_where_same(layer)
        for shape, layer in zip(shapes, layers, strict=False)
    )


def _is_odd_where_same(layer: Layer) -> bool:
    return layer.get("padding") != "same" or layer["kernel_size"] % 2 == 1


def _number(length: Any) -> Any:
    """Return what a student's function gave as a number of Python's own; ValueError where it is none."""
    return np.asarray(length).item()


NETWORK_SHAPES = Problem(
    name="network_shapes",
    signature="network_shapes(input_shape, layers)",
    positional=2,
    reference=ref.network_shapes,
    magnitude=nothing_to_round,
    groups=("conv", "same", "pool", "whole"),
    examples=(
        _network_case("conv", ((28, 28, 1), [_conv(32), _conv(64)]), "two convolutions on 28×28×1"),
        _network_case("conv", (_ODD_IMAGE, [_conv(4, strides=2)]), "7×10×3, strides of 2"),
        _network_case("same", ((180, 180, 3), [_conv(16, **_SAME)]), "180×180×3, padding 'same'"),
        _network_case("same", (_ODD_IMAGE, [_conv(4, strides=2, **_SAME)]), "7×10×3, 'same', strides of 2"),
        _network_case("pool", ((80, 80, 3), [_conv(8), _pool(), _conv(16), _pool()]), "the school's network"),
        _network_case("pool", (_ODD_IMAGE, [_pool(pool_size=3, strides=2)]), "7×10×3, strides of 2"),
        _network_case(
            "whole",
            (
                (32, 32, 3),
                [_conv(32), _pool(), _conv(64), _pool(), _conv(64), _FLATTEN, _dense(64), _dense(10)],
            ),
            "the network for CIFAR-10",
        ),
    ),
    draw=_draw_network_shapes,
    misconceptions=MISTAKES,
    composed={"output_size": _shapes_by},
    accepts=_is_in_the_handout,
)
