import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def windows(image, size, stride):
    stride = size if stride is None else stride
    return sliding_window_view(image, (size, size))[::stride, ::stride]


def max_pool2d(image, pool_size=2, stride=None):
    return np.max(windows(image, pool_size, stride), axis=(2, 3))


def average_pool2d(image, pool_size=2, stride=None):
    return np.mean(windows(image, pool_size, stride), axis=(2, 3))


def l2_pool2d(image, pool_size=2, stride=None):
    squares = np.square(windows(image, pool_size, stride).astype(np.float64))
    return np.sqrt(np.sum(squares, axis=(2, 3)))


def global_average_pool(images):
    return np.array([[image[:, :, c].mean() for c in range(image.shape[2])] for image in images])


def globalMaxPool(images):
    return np.array([[image[:, :, c].max() for c in range(image.shape[2])] for image in images])
