"""Wrong ways to write a layer's steps: one window, and the border of zeros."""

from __future__ import annotations

import numpy as np

import reference.layers as ref
from autograder.problems.draws import Array
from autograder.problems.problem import Misconception


def _products(window: Array, weights: Array) -> Array:
    result: Array = window * weights
    return result


def _padded(images: Array, *zeros: int) -> Array:
    """Return images with so many zeros on both sides of each axis."""
    return np.pad(images, [(each, each) for each in zeros])


_ONE_SIDE = (
    "padding on one side",
    "You pad on one side of an axis only. Zeros go above and below, on the left and on the right.",
)
_WRONG_AXES = (
    "padding on the wrong axes",
    "You pad other axes than rows and columns: zeros go around axes 1 and 2 alone.",
)

CONV_SINGLE_STEP = (
    Misconception(
        "flipped kernel",
        "Your weights are flipped: this is true convolution; a CNN layer cross-correlates.",
        lambda window, weights, bias: ref.conv_single_step(window, weights[::-1, ::-1], bias),
    ),
    Misconception(
        "bias added at every product",
        "You add the bias before the sum, once for each product. Add it once, to the sum.",
        lambda window, weights, bias: ref.conv_single_step(window, weights, bias * window.size),
    ),
    Misconception(
        "bias per channel",
        "You add the bias once for each channel. Add it once, to the sum over all of them.",
        lambda window, weights, bias: ref.conv_single_step(window, weights, bias * window.shape[2]),
    ),
    Misconception(
        "bias forgotten",
        "You left the bias out: it is added to the sum.",
        lambda window, weights, **_: ref.conv_single_step(window, weights, 0.0),
    ),
    Misconception(
        "bias subtracted",
        "You subtract the bias.",
        lambda window, weights, bias: ref.conv_single_step(window, weights, -bias),
    ),
    Misconception(
        "channels not summed",
        "Your result has one number for each channel. All products are summed to one number.",
        lambda window, weights, bias: _products(window, weights).sum(axis=(0, 1)) + bias,
    ),
    Misconception(
        "products not summed",
        "You return the products themselves. They are summed to one number.",
        lambda window, weights, bias: _products(window, weights) + bias,
    ),
    Misconception(
        "only the first channel",
        "You use the first channel only: the products of all channels are summed.",
        lambda window, weights, bias: ref.conv_single_step(window[..., :1], weights[..., :1], bias),
    ),
    Misconception(
        "mean instead of sum",
        "You take the mean of the products. They are summed.",
        lambda window, weights, bias: float(_products(window, weights).mean() + bias),
    ),
    Misconception(
        "cut to integers",
        "You cut the result to an integer: it must keep its fraction.",
        lambda window, weights, bias: int(ref.conv_single_step(window, weights, bias)),
    ),
)

ZERO_PAD = (
    Misconception(*_WRONG_AXES, lambda images, padding: _padded(images, *[padding] * 4)),
    Misconception(*_WRONG_AXES, lambda images, padding: _padded(images, 0, *[padding] * 3)),
    Misconception(*_WRONG_AXES, lambda images, padding: _padded(images, *[padding] * 3, 0)),
    Misconception(*_WRONG_AXES, lambda images, padding: _padded(images, padding, padding, 0, 0)),
    Misconception(*_WRONG_AXES, lambda images, padding: _padded(images, 0, 0, padding, padding)),
    Misconception(
        "one axis only",
        "You pad along one of the two axes only: zeros go around rows and columns.",
        lambda images, padding: _padded(images, 0, padding, 0, 0),
    ),
    Misconception(
        "one axis only",
        "You pad along one of the two axes only: zeros go around rows and columns.",
        lambda images, padding: _padded(images, 0, 0, padding, 0),
    ),
    Misconception(
        *_ONE_SIDE,
        lambda images, padding: ref.zero_pad(images, padding)[:, : -padding or None, : -padding or None],
    ),
    Misconception(*_ONE_SIDE, lambda images, padding: ref.zero_pad(images, padding)[:, padding:, padding:]),
    Misconception(
        "edge values as padding",
        "You repeat the images' edge. Padding here means zeros.",
        lambda images, padding: np.pad(
            images, ((0, 0), (padding, padding), (padding, padding), (0, 0)), mode="edge"
        ),
    ),
    Misconception(
        "always one zero",
        "You pad by one whatever is asked for: there are `padding` zeros on each side.",
        lambda images, **_: ref.zero_pad(images, 1),
    ),
    Misconception(
        "padding ignored",
        "The padding makes no difference: add that many rows and columns of zeros on all four sides.",
        lambda images, **_: images,
    ),
    Misconception(
        "first image for all",
        "Every image of the batch is the first one.",
        lambda images, padding: ref.zero_pad(np.broadcast_to(images[:1], images.shape), padding),
    ),
)
