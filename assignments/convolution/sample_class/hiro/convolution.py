"""Convolution assignment.

convolve1d uses the convolution theorem: a convolution in time is a product of the spectra.
"""

import numpy as np
from numpy import fft


def convolve1d(signal, kernel):
    a = np.asarray(signal, dtype=np.float64)
    b = np.asarray(kernel, dtype=np.float64)
    n = a.size + b.size - 1
    size = 1
    while size < n:
        size *= 2
    spectrum = fft.rfft(a, size) * fft.rfft(b, size)
    return fft.irfft(spectrum, size)[:n]


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    a = np.asarray(image, dtype=np.float64)
    b = np.asarray(kernel, dtype=np.float64)
    p = np.zeros((a.shape[0] + 2 * padding, a.shape[1] + 2 * padding))
    p[padding : padding + a.shape[0], padding : padding + a.shape[1]] = a
    h = (p.shape[0] - b.shape[0]) // stride + 1
    w = (p.shape[1] - b.shape[1]) // stride + 1
    out = np.full((h, w), float(bias))
    for i in range(b.shape[0]):
        for j in range(b.shape[1]):
            out += b[i, j] * p[i : i + (h - 1) * stride + 1 : stride, j : j + (w - 1) * stride + 1 : stride]
    return out


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    a = np.asarray(images, dtype=np.float64)
    b = np.asarray(filters, dtype=np.float64)
    n, h, w, c = a.shape
    kh, kw = b.shape[:2]
    if padding == "same":
        oh, ow = int(np.ceil(h / stride)), int(np.ceil(w / stride))
        eh, ew = max(0, (oh - 1) * stride + kh - h), max(0, (ow - 1) * stride + kw - w)
        p = np.zeros((n, h + eh, w + ew, c))
        p[:, eh // 2 : eh // 2 + h, ew // 2 : ew // 2 + w] = a
    else:
        oh, ow = (h - kh) // stride + 1, (w - kw) // stride + 1
        p = a
    out = np.zeros((n, oh, ow, b.shape[3]))
    out += np.asarray(biases)
    for i in range(kh):
        for j in range(kw):
            out += p[:, i : i + (oh - 1) * stride + 1 : stride, j : j + (ow - 1) * stride + 1 : stride] @ b[i, j]
    return out
