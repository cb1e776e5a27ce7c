"""What a denoising autoencoder has to take away again. Images are floats from 0 to 1; none is changed."""

import numpy as np
from numpy.typing import ArrayLike

from reference.arrays import Array, float_type, numbers


def gaussian_noise(images: ArrayLike, deviation: float, rng: np.random.Generator) -> Array:
    """Return images with independent normal noise on each element, cut off at 0 and at 1.

    Args:
        images: Any shape, numbers from 0 to 1.
        deviation: The standard deviation of the noise, at least 0.
        rng: Where the noise comes from.

    Returns:
        The images' shape and type (float64 for integers and booleans), numbers from 0 to 1.

    Raises:
        ValueError: If a number is not from 0 to 1, or the deviation is negative.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, section 14.5.

    >>> gaussian_noise([[0.25, 1.0]], 0.0, np.random.default_rng(0))
    array([[0.25, 1.  ]])
    """
    if not deviation >= 0:
        raise ValueError(f"deviation must be at least 0; received deviation={deviation}")
    images = _images(images)
    noisy = images + deviation * rng.standard_normal(images.shape)
    return np.asarray(np.clip(noisy, 0, 1)).astype(float_type(images), copy=False)


def masking_noise(images: ArrayLike, fraction: float, rng: np.random.Generator) -> Array:
    """Return images in which each element is set to 0 by a draw of its own.

    Args:
        images: Any shape, numbers from 0 to 1.
        fraction: The probability of being set to 0, from 0 to 1.
        rng: Where the draws come from.

    Returns:
        The images' shape and type (float64 for integers and booleans). What is left is not scaled up.

    Raises:
        ValueError: If a number or the fraction is not from 0 to 1.

    Source: Vincent et al., *Stacked Denoising Autoencoders*, JMLR 11 (2010), section 3.3.

    >>> masking_noise([[0.25, 1.0]], 1.0, np.random.default_rng(0))
    array([[0., 0.]])
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction must be from 0 to 1; received fraction={fraction}")
    images = _images(images)
    kept = rng.random(images.shape) >= fraction
    return np.where(kept, images, 0).astype(float_type(images), copy=False)


def _images(images: ArrayLike) -> Array:
    array = numbers("images", images)
    if not (array.min() >= 0 and array.max() <= 1):
        span = f"numbers from {array.min()} to {array.max()}"
        raise ValueError(f"images: expected numbers from 0 to 1, received {span}")
    return array
