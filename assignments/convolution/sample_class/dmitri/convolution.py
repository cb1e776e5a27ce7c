import numpy as np
from numpy import ceil


def convolve1d(signal, kernel):
    s, k = np.asarray(signal, dtype=float), np.asarray(kernel, dtype=float)
    return np.array([
        sum(k[j] * s[n - j] for j in range(k.size) if 0 <= n - j < s.size)
        for n in range(s.size + k.size - 1)
    ])


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.pad(np.asarray(image, dtype=float), padding)
    kernel = np.asarray(kernel, dtype=float)
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return (windows * kernel).sum(axis=(-2, -1))[::stride, ::stride] + bias


def pad_same(size, k, stride):
    out = int(ceil(size / stride))
    total = max((out - 1) * stride + k - size, 0)
    after = total // 2
    before = total - after
    return before, after


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    x = np.asarray(images, dtype=float)
    w = np.asarray(filters, dtype=float)
    kh, kw, _, _ = w.shape
    if padding == "same":
        x = np.pad(x, ((0, 0), pad_same(x.shape[1], kh, stride), pad_same(x.shape[2], kw, stride), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nyxcab,abcf->nyxf", windows, w) + np.asarray(biases)
