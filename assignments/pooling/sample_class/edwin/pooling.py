import functools

import numpy as np


def shifted(image, pool_size, stride):
    """The image once for each place in the window, every stride-th pixel of it, in float32."""
    image = np.asarray(image, dtype=np.float32)
    step = pool_size if stride is None else stride
    bottom = image.shape[0] - pool_size + 1
    right = image.shape[1] - pool_size + 1
    return [
        image[a : a + bottom : step, b : b + right : step]
        for a in range(pool_size)
        for b in range(pool_size)
    ]


def max_pool2d(image, pool_size=2, stride=None):
    return functools.reduce(np.maximum, shifted(image, pool_size, stride))


def average_pool2d(image, pool_size=2, stride=None):
    return sum(shifted(image, pool_size, stride)) / np.float32(pool_size**2)


def l2_pool2d(image, pool_size=2, stride=None):
    return np.sqrt(sum(part * part for part in shifted(image, pool_size, stride)))


def global_average_pool(images):
    return np.einsum("nhwc->nc", images.astype(np.float32)) / (images.shape[1] * images.shape[2])


def global_max_pool(images):
    return np.amax(np.amax(images, axis=2), axis=1)
