import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def ventanas(image, pool_size, stride):
    paso = stride or pool_size
    return sliding_window_view(np.asarray(image), (pool_size, pool_size))[::paso, ::paso]


def max_pool2d(image, pool_size=2, stride=None):
    return ventanas(image, pool_size, stride).max(axis=(-1, -2))


def average_pool2d(image, pool_size=2, stride=None):
    return ventanas(image, pool_size, stride).mean(axis=(-1, -2))


def l2_pool2d(image, pool_size=2, stride=None):
    return np.linalg.norm(ventanas(image, pool_size, stride).astype(float), axis=(-1, -2))


def global_average_pool(images):
    return np.mean(images, axis=(1, 2))


def global_max_pool(images):
    return np.max(images, axis=(1, 2))
