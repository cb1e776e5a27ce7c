"""What autoencoders pay besides their reconstruction: for active codes, for codes that follow the input."""

import numpy as np
from numpy.typing import ArrayLike

from reference.arrays import Array, float_type, numbers, summing_type


def l1_activity_penalty(codes: ArrayLike, factor: float = 1e-5) -> float:
    """Return the sum of the codes' absolute values for a mean example, times a factor.

    Args:
        codes: Shape (N, ...), what a layer puts out; bool, int or float.
        factor: The weight in the loss.

    Returns:
        ``factor / N * sum of |h|``: Keras divides what an activity regulariser gives by the batch's size.

    Raises:
        ValueError: If there is no code or no axis.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, section 14.2.1, with the absolute values of
        equation 14.9.

    >>> l1_activity_penalty([[1, -2], [0, 3]], 0.5)
    1.5
    """
    codes = numbers("codes", codes)
    if codes.ndim == 0:
        raise ValueError("codes: expected a batch with an axis of examples, received shape ()")
    return float(factor * np.abs(codes).sum(dtype=summing_type(codes)) / len(codes))


def contractive_penalty(codes: ArrayLike, kernel: ArrayLike) -> Array:
    """Return the squared Frobenius norm of the Jacobian of ``sigmoid(x @ kernel + bias)`` by x.

    Args:
        codes: Shape (N, units), what the sigmoid put out: numbers from 0 to 1.
        kernel: Shape (inputs, units).

    Returns:
        Shape (N,): one norm an example, ``sum over j of (h_j * (1 - h_j))² * sum over i of W_ij²``. Of the
        wider float type of the two.

    Raises:
        ValueError: If the shapes do not fit together.

    Source: Rifai et al., *Contractive Auto-Encoders* (2011), equations 1 and 4.

    >>> contractive_penalty([[0.5, 1.0]], [[2.0, 9.0], [4.0, 9.0]])
    array([1.25])
    """
    codes, kernel = numbers("codes", codes, 2), numbers("kernel", kernel, 2)
    if codes.shape[1] != kernel.shape[1]:
        raise ValueError(
            f"kernel: expected shape (inputs, {codes.shape[1]}) for codes of shape {codes.shape}, "
            f"received shape {kernel.shape}"
        )
    dtype = summing_type(codes, kernel)
    slopes = np.square(codes.astype(dtype) * (1 - codes.astype(dtype)))
    norms = np.asarray(slopes @ np.square(kernel.astype(dtype)).sum(axis=0))
    return norms.astype(float_type(codes, kernel), copy=False)
