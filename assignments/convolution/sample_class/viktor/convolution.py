#!/usr/bin/env python3
import numpy as np


def convolve1d(signal, kernel):
    a = np.asarray(signal, dtype=float)
    b = np.asarray(kernel, dtype=float)
    c = np.zeros(len(a) + len(b) - 1)
    for i in range(len(a)):
        for j in range(len(b)):
            c[i + j] += a[i] * b[j]
    return c


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    a = np.pad(np.asarray(image, dtype=float), padding)
    b = np.asarray(kernel, dtype=float)
    tops = range(0, a.shape[0] - b.shape[0], stride)
    lefts = range(0, a.shape[1] - b.shape[1], stride)
    c = np.zeros((len(tops), len(lefts)))
    for i, t in enumerate(tops):
        for j, l in enumerate(lefts):
            c[i, j] = np.sum(a[t:t + b.shape[0], l:l + b.shape[1]] * b)
    return c + bias


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    a = np.asarray(images, dtype=float)
    b = np.asarray(filters, dtype=float)
    if padding == "same":
        p = []
        for s, k in ((a.shape[1], b.shape[0]), (a.shape[2], b.shape[1])):
            t = max((-(-s // stride) - 1) * stride + k - s, 0)
            p.append((t // 2, t - t // 2))
        a = np.pad(a, ((0, 0), p[0], p[1], (0, 0)))
    oh = (a.shape[1] - b.shape[0]) // stride + 1
    ow = (a.shape[2] - b.shape[1]) // stride + 1
    c = np.zeros((a.shape[0], oh, ow, b.shape[3]))
    for i in range(oh):
        for j in range(ow):
            part = a[:, i * stride:i * stride + b.shape[0], j * stride:j * stride + b.shape[1]]
            c[:, i, j, :] = np.tensordot(part, b, 3)
    return c + np.asarray(biases)
