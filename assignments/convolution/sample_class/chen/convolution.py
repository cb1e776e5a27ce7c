import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def convolve1d(signal, kernel):
    signal, kernel = np.asarray(signal, float), np.asarray(kernel, float)
    padded = np.pad(signal, kernel.size - 1)
    return sliding_window_view(padded, kernel.size) @ kernel[::-1]


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image, kernel = np.asarray(image, float), np.asarray(kernel, float)
    windows = sliding_window_view(np.pad(image, padding), kernel.shape)[::stride, ::stride]
    return np.tensordot(windows, kernel, axes=([2, 3], [0, 1])) + bias


def _same(size, k, stride):
    total = max((-(-size // stride) - 1) * stride + k - size, 0)
    return total // 2, total - total // 2


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images, filters = np.asarray(images, float), np.asarray(filters, float)
    kh, kw = filters.shape[:2]
    if padding == "same":
        images = np.pad(
            images,
            ((0, 0), _same(images.shape[1], kh, stride), _same(images.shape[2], kw, stride), (0, 0)),
        )
    # windows: (N, oh, ow, C, kh, kw)
    windows = sliding_window_view(images, (kh, kw), axis=(1, 2))[:, ::stride, ::stride]
    return np.tensordot(windows, filters, axes=([4, 5, 3], [0, 1, 2])) + np.asarray(biases)
