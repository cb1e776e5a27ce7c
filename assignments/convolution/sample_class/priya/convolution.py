import numpy as np
from typing import Sequence


def convolve1d(signal: Sequence, kernel: Sequence) -> np.ndarray:
    return np.convolve(np.asarray(signal, dtype=float), np.asarray(kernel, dtype=float), mode="full")


def conv2d(image, kernel, bias=0.0, stride=1, padding=0) -> np.ndarray:
    image = np.asarray(image, dtype=float)
    kernel = np.asarray(kernel, dtype=float)

    # 1. zero padding
    image = np.pad(image, ((padding, padding), (padding, padding)), "constant")

    # 2. output size
    height = image.shape[0] - kernel.shape[0] + 1
    width = image.shape[1] - kernel.shape[1] + 1

    # 3. slide
    output = np.zeros((height, width))
    for row in range(height):
        for col in range(width):
            region = image[row : row + kernel.shape[0], col : col + kernel.shape[1]]
            output[row, col] = (region * kernel).sum()

    # 4. bias
    return output + bias


def conv2d_layer(images, filters, biases, stride=1, padding="valid") -> np.ndarray:
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    kh, kw = filters.shape[:2]

    # 1. zero padding
    if padding == "same":
        widths = [(0, 0)]
        for size, k in zip(images.shape[1:3], (kh, kw)):
            total = max((-(-size // stride) - 1) * stride + k - size, 0)
            widths.append((total // 2, total - total // 2))
        widths.append((0, 0))
        images = np.pad(images, widths, "constant")

    # 2. output size
    height = (images.shape[1] - kh) // stride + 1
    width = (images.shape[2] - kw) // stride + 1

    # 3. slide
    output = np.zeros((images.shape[0], height, width, filters.shape[3]))
    for row in range(height):
        for col in range(width):
            region = images[:, row * stride : row * stride + kh, col * stride : col * stride + kw, :]
            output[:, row, col, :] = np.tensordot(region, filters, axes=([1, 2, 3], [0, 1, 2]))

    # 4. bias
    return output + np.asarray(biases)
