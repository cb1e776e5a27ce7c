"""Esercizio 2: convolution."""
import numpy as np


def convolve1d(signal, kernel):
    return np.convolve(np.asarray(signal, dtype=float), np.asarray(kernel, dtype=float), "full")


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    return conv2D_layer(
        np.pad(np.asarray(image, dtype=float), padding).reshape(1, *(np.array(np.shape(image)) + 2 * padding), 1),
        np.reshape(kernel, (*np.shape(kernel), 1, 1)),
        [bias],
        stride,
    ).squeeze(axis=(0, 3))


def conv2D_layer(images, filters, biases, stride=1, padding="valid"):
    x = np.asarray(images, dtype=float)
    w = np.asarray(filters, dtype=float)
    kh, kw = w.shape[:2]
    if padding == "same":
        th = max((-(-x.shape[1] // stride) - 1) * stride + kh - x.shape[1], 0)
        tw = max((-(-x.shape[2] // stride) - 1) * stride + kw - x.shape[2], 0)
        x = np.pad(x, ((0, 0), (th // 2, th - th // 2), (tw // 2, tw - tw // 2), (0, 0)))
    oh = (x.shape[1] - kh) // stride + 1
    ow = (x.shape[2] - kw) // stride + 1
    y = np.empty((x.shape[0], oh, ow, w.shape[3]))
    for i in range(oh):
        for j in range(ow):
            y[:, i, j] = np.tensordot(x[:, i * stride:i * stride + kh, j * stride:j * stride + kw], w, axes=3)
    return y + np.asarray(biases)
