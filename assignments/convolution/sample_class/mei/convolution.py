"""Homework 2: convolution (mei)"""
import numpy as np


def convolve1d(signal, kernel):
    # a convolution is a correlation with the kernel turned round
    kernel[:] = kernel[::-1]
    k = len(kernel)
    padded = np.pad(np.asarray(signal, dtype=float), (k - 1, k - 1))
    return np.array([np.dot(padded[i:i + k], kernel) for i in range(len(padded) - k + 1)])


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    kernel = np.asarray(kernel, dtype=float)
    padded = np.pad(np.asarray(image, dtype=float), padding)
    kh, kw = kernel.shape
    rows = range(0, padded.shape[0] - kh + 1, stride)
    cols = range(0, padded.shape[1] - kw + 1, stride)
    return np.array([[np.sum(padded[r:r + kh, c:c + kw] * kernel) + bias for c in cols] for r in rows])


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    kh, kw = filters.shape[0], filters.shape[1]
    if padding == "same":
        def before_after(n, k):
            total = max((-(-n // stride) - 1) * stride + k - n, 0)
            return total // 2, total - total // 2
        images = np.pad(images, ((0, 0), before_after(images.shape[1], kh), before_after(images.shape[2], kw), (0, 0)))
    rows = range(0, images.shape[1] - kh + 1, stride)
    cols = range(0, images.shape[2] - kw + 1, stride)
    out = [[np.tensordot(images[:, r:r + kh, c:c + kw], filters, 3) for c in cols] for r in rows]
    # (oh, ow, N, F) -> (N, oh, ow, F)
    return np.moveaxis(np.array(out), 2, 0) + np.asarray(biases)
