"""Dropout with inverted scaling: while training only, so that inference needs no correction.

What is kept is divided by the probability of being kept: the expected value of each element stays what it
was. Arrays may have any shape, bool, int or float; none is changed. Results are of float64 for integers and
booleans and of the values' type otherwise. It does not belong behind an output layer: what it drops there is
the answer.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.arrays import Array, float_type, numbers, shaped


def draw_kept(shape: tuple[int, ...], rate: float, rng: np.random.Generator) -> Array:
    """Return which elements are kept, each by its own draw.

    Args:
        shape: The shape of what is to be thinned out.
        rate: The probability of being dropped, from 0 to below 1.
        rng: Where the draws come from.

    Returns:
        That shape, bool.

    Raises:
        ValueError: If the rate is out of its range.

    Source: Srivastava et al., *Dropout*, JMLR 15 (2014), section 4.

    >>> draw_kept((2, 3), 0.0, np.random.default_rng(0)).all()
    np.True_
    """
    return rng.random(shape) >= _rate(rate)


def drop(values: ArrayLike, kept: ArrayLike, rate: float) -> Array:
    """Return the values where they are kept, divided by 1 - rate, and 0 elsewhere.

    Args:
        values: Any shape, bool, int or float.
        kept: That shape, bool (or 0 and 1).
        rate: The probability with which elements were dropped, from 0 to below 1.

    Returns:
        The values' shape. A dropped infinity or NaN is 0 too. For the type see the module.

    Raises:
        ValueError: If the shapes differ, there is no element, or the rate is out of its range.

    Source: Srivastava et al., *Dropout*, JMLR 15 (2014), section 10, on scaling at training time.

    >>> drop([1, 2, 3], [True, False, True], 0.5)
    array([2., 0., 6.])
    """
    values = numbers("values", values)
    kept = shaped("kept", kept, values.shape, of="the values")
    scaled = np.asarray(np.true_divide(values, 1 - _rate(rate), dtype=float_type(values)))
    return np.where(kept != 0, scaled, np.zeros_like(scaled))


def dropout(values: ArrayLike, rate: float, rng: np.random.Generator, *, training: bool) -> Array:
    """Return the values thinned out while training, and as they are otherwise.

    Args:
        values: Any shape, bool, int or float.
        rate: The probability of being dropped, from 0 to below 1.
        rng: Where the draws come from; it is not used outside training.
        training: Whether this is training.

    Returns:
        The values' shape, a new array. For the type see the module.

    Raises:
        ValueError: If there is no element, or the rate is out of its range.

    Source: as in :func:`drop`.

    >>> dropout([1, 2, 3], 0.5, np.random.default_rng(0), training=False)
    array([1., 2., 3.])
    """
    values, rate = numbers("values", values), _rate(rate)
    if not training:
        return values.astype(float_type(values))
    return drop(values, draw_kept(values.shape, rate, rng), rate)


def dropout_gradient(output_gradient: ArrayLike, kept: ArrayLike, rate: float) -> Array:
    """Return the gradient at the input of :func:`drop`: the output's, thinned out the same way.

    Args:
        output_gradient: The shape of the output.
        kept, rate: As they were on the way forward.

    Returns:
        That shape. For the type see the module.

    Raises:
        ValueError: As in :func:`drop`.

    Source: the chain rule; the derivative is 1 / (1 - rate) where an element is kept, and 0 elsewhere.

    >>> dropout_gradient([5.0, 5.0], [True, False], 0.5)
    array([10.,  0.])
    """
    return drop(numbers("output_gradient", output_gradient), kept, rate)


def _rate(rate: float) -> float:
    if not 0 <= rate < 1:
        raise ValueError(f"rate must be from 0 to below 1; received rate={rate}")
    return float(rate)
