import numpy as np


def _blocks(image, pool_size, stride):
    """All windows, as axes 1 and 3: the reshape trick where it works, an index table where not."""
    image = np.asarray(image)
    stride = pool_size if stride is None else stride
    h, w = image.shape
    if stride == pool_size:
        rows, columns = h // pool_size, w // pool_size
        cropped = image[: rows * pool_size, : columns * pool_size]
        return cropped.reshape(rows, pool_size, columns, pool_size)
    tops = np.arange(0, h - pool_size + 1, stride)[:, None] + np.arange(pool_size)
    lefts = np.arange(0, w - pool_size + 1, stride)[:, None] + np.arange(pool_size)
    return image[tops[:, :, None, None], lefts[None, None]]


def max_pool2d(image, pool_size=2, stride=None):
    return _blocks(image, pool_size, stride).max(axis=(1, 3))


def average_pool2d(image, pool_size=2, stride=None):
    return _blocks(image, pool_size, stride).mean(axis=(1, 3))


def l2_pool2d(image, pool_size=2, stride=None):
    blocks = _blocks(image, pool_size, stride).astype(np.float64)
    return np.sqrt((blocks**2).sum(axis=(1, 3)))


def global_average_pool(images):
    n, h, w, c = images.shape
    return images.reshape(n, h * w, c).mean(axis=1)


def global_max_pool(images):
    n, h, w, c = images.shape
    return images.reshape(n, h * w, c).max(axis=1)
