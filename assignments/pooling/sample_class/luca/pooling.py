import numpy as np


def max_pool2d(image, pool_size=2, stride=None):
    image = np.asarray(image)
    if stride is None:
        stride = pool_size
    height = (image.shape[0] - pool_size) // stride + 1
    width = (image.shape[1] - pool_size) // stride + 1
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            out[i, j] = np.max(image[top : top + pool_size, left : left + pool_size])
    return out


def average_pool2d(image, pool_size=2, stride=None):
    image = np.asarray(image)
    if stride is None:
        stride = pool_size
    height = (image.shape[0] - pool_size) // stride + 1
    width = (image.shape[1] - pool_size) // stride + 1
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            out[i, j] = np.mean(image[top : top + pool_size, left : left + pool_size])
    return out


def l2_pool2d(image, pool_size=2, stride=None):
    image = np.asarray(image)
    if stride is None:
        stride = pool_size
    height = (image.shape[0] - pool_size) // stride + 1
    width = (image.shape[1] - pool_size) // stride + 1
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            out[i, j] = np.sqrt(np.sum(image[top : top + pool_size, left : left + pool_size] ** 2))
    return out


def global_average_pool(images):
    return np.asarray(images).mean(axis=(1, 2))


def global_max_pool(images):
    return np.asarray(images).max(axis=(1, 2))
