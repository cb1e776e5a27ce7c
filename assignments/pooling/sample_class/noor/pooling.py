import numpy as np


def max_pool2d(image, pool_size=2, stride=None):
    stride = stride or pool_size
    width, height = image.shape
    out_height = (height - pool_size) // stride + 1
    out_width = (width - pool_size) // stride + 1
    out = np.zeros((out_height, out_width))
    for y in range(out_height):
        for x in range(out_width):
            window = image[y * stride : y * stride + pool_size, x * stride : x * stride + pool_size]
            out[y, x] = window.max()
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
    image = np.asarray(image, dtype=float)
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
