# Assignment: convolution
# Idea: im2col. Every window becomes a row of a big matrix, then everything is ONE matrix product.
import numpy as np
import math  # for ceil


def _im2col(x, kh, kw, s):
    """x: (N, H, W, C) -> (N * oh * ow, kh * kw * C), oh, ow"""
    n, h, w, c = x.shape
    oh = (h - kh) // s + 1
    ow = (w - kw) // s + 1
    cols = np.empty((n, oh, ow, kh, kw, c))
    for a in range(kh):
        for b in range(kw):
            cols[:, :, :, a, b, :] = x[:, a : a + s * oh : s, b : b + s * ow : s, :][:, :oh, :ow, :]
    return cols.reshape(n * oh * ow, kh * kw * c), oh, ow


def convolve1d(signal, kernel):
    s = np.array(signal, dtype=np.float64)
    k = np.array(kernel, dtype=np.float64)
    m = len(k) - 1
    padded = np.concatenate([np.zeros(m), s, np.zeros(m)])
    rows = [padded[i : i + m + 1] for i in range(len(s) + m)]
    return np.array(rows) @ k[::-1]


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    x = np.pad(np.array(image, dtype=np.float64), padding)
    k = np.array(kernel, dtype=np.float64)
    cols, oh, ow = _im2col(x[None, :, :, None], k.shape[0], k.shape[1], stride)
    return (cols @ k.ravel()).reshape(oh, ow) + bias


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    x = np.array(images, dtype=np.float64)
    w = np.array(filters, dtype=np.float64)
    kh, kw, c, f = w.shape
    if padding == "same":
        ph = max((math.ceil(x.shape[1] / stride) - 1) * stride + kh - x.shape[1], 0)
        pw = max((math.ceil(x.shape[2] / stride) - 1) * stride + kw - x.shape[2], 0)
        x = np.pad(x, [(0, 0), (ph // 2, ph - ph // 2), (pw // 2, pw - pw // 2), (0, 0)])
    cols, oh, ow = _im2col(x, kh, kw, stride)
    return (cols @ w.reshape(-1, f)).reshape(x.shape[0], oh, ow, f) + np.asarray(biases)
