"""Principal component analysis: the linear baseline that an autoencoder of the same code size must beat.

Examples are rows, bool, int or float; none is changed. Directions are of float64 for integers and booleans
and of the examples' type otherwise; codes and reconstructions of the wider type of directions and rows.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from reference.arrays import Array, float_type, numbers, summing_type


class PCA(NamedTuple):
    """The mean of the examples, shape (D,), and the directions of largest variance, shape (code size, D).

    The directions are orthonormal rows, the largest variance first; the sign of each is such that its entry
    of largest size is positive.
    """

    mean: Array
    components: Array


def fit(examples: ArrayLike, code_size: int) -> PCA:
    """Return the mean and the first directions of largest variance.

    Args:
        examples: Shape (N, D).
        code_size: How many directions, from 1 to the smaller of N and D.

    Returns:
        What :func:`code` and :func:`reconstruct` need. Where examples span fewer dimensions than asked for,
        the last directions are any orthonormal ones.

    Raises:
        ValueError: If the examples have another shape, or the code size is out of its range.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, section 5.8.1: right singular vectors of the
        centred examples.

    >>> fit([[0, 0], [0, 4], [0, 8]], 1)
    PCA(mean=array([0., 4.]), components=array([[0., 1.]]))
    """
    examples = numbers("examples", examples, 2)
    _check(code_size, examples)
    wide = examples.astype(summing_type(examples), copy=False)
    mean = wide.mean(axis=0)
    triangle = np.linalg.qr(wide - mean, mode="r")  # as many rows as D at most, with the same right vectors
    components = np.linalg.svd(triangle, full_matrices=False)[2][:code_size]
    largest = np.abs(components).argmax(axis=1)
    signs = np.where(components[np.arange(code_size), largest] < 0, -1, 1)[:, None]
    dtype = float_type(examples)
    return PCA(mean.astype(dtype, copy=False), np.asarray(signs * components + 0.0).astype(dtype, copy=False))


def code(pca: PCA, examples: ArrayLike) -> Array:
    """Return what is left of each example: its coordinates along the directions.

    Args:
        pca: From :func:`fit`.
        examples: Shape (N, D).

    Returns:
        Shape (N, code size).

    Raises:
        ValueError: If the examples have another shape.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, equation 2.66, around the mean.

    >>> code(PCA(np.array([0.0, 4.0]), np.array([[0.0, 1.0]])), [[3, 5]])
    array([[1.]])
    """
    examples = _rows("examples", examples, len(pca.mean))
    return (examples - pca.mean) @ pca.components.T


def reconstruct(pca: PCA, codes: ArrayLike) -> Array:
    """Return the examples that codes stand for.

    Args:
        pca: From :func:`fit`.
        codes: Shape (N, code size).

    Returns:
        Shape (N, D).

    Raises:
        ValueError: If the codes have another shape.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, equation 2.67, around the mean.

    >>> reconstruct(PCA(np.array([0.0, 4.0]), np.array([[0.0, 1.0]])), [[1]])
    array([[0., 5.]])
    """
    codes = _rows("codes", codes, len(pca.components))
    return codes @ pca.components + pca.mean


def reconstruction_error(pca: PCA, examples: ArrayLike) -> float:
    """Return the mean squared difference between examples and what is reconstructed from their codes.

    Args:
        pca: From :func:`fit`.
        examples: Shape (N, D): those it was fitted to, or better, others.

    Returns:
        The mean over all N * D elements: what Keras's MSE is for an autoencoder.

    Raises:
        ValueError: If the examples have another shape.

    Source: the definition.

    >>> reconstruction_error(PCA(np.array([0.0, 4.0]), np.array([[0.0, 1.0]])), [[3, 5]])
    4.5
    """
    examples = _rows("examples", examples, len(pca.mean))
    return float(np.square(reconstruct(pca, code(pca, examples)) - examples).mean())


def errors_by_code_size(
    examples: ArrayLike, code_sizes: Sequence[int], others: ArrayLike | None = None
) -> dict[int, float]:
    """Return the reconstruction error for each of several code sizes.

    Args:
        examples: Shape (N, D): what PCA is fitted to.
        code_sizes: Each from 1 to the smaller of N and D, at least one of them.
        others: Shape (M, D): what the error is measured on; the examples themselves where there are none.

    Returns:
        The errors as in :func:`reconstruction_error`; on the examples themselves none is larger than that of
        a smaller code.

    Raises:
        ValueError: As in :func:`fit`; if there is no code size.

    Source: the first directions are the same whatever the code size, so that one decomposition does.

    >>> errors_by_code_size([[0, 0], [0, 4], [6, 2]], [1, 2])[2] < 1e-9
    True
    """
    if not code_sizes:
        raise ValueError("code_sizes: expected at least one; received none")
    examples = numbers("examples", examples, 2)
    for size in code_sizes:
        _check(size, examples)
    whole = fit(examples, max(code_sizes))
    measured = examples if others is None else others
    return {
        size: reconstruction_error(PCA(whole.mean, whole.components[:size]), measured) for size in code_sizes
    }


def _check(code_size: int, examples: Array) -> None:
    most, shape = min(examples.shape), examples.shape
    if not 1 <= code_size <= most:
        raise ValueError(f"code_size must be from 1 to {most} for shape {shape}; received {code_size}")


def _rows(name: str, values: ArrayLike, length: int) -> Array:
    array = numbers(name, values, 2)
    if array.shape[1] != length:
        raise ValueError(f"{name}: expected shape (N, {length}), received shape {array.shape}")
    return array
