import numpy as np
import os, sys


def windows(x, kh, kw, stride):
    rows = np.arange(0, x.shape[1] - kh + 1, stride)[:, None] + np.arange(kh)[None, :]
    cols = np.arange(0, x.shape[2] - kw + 1, stride)[:, None] + np.arange(kw)[None, :]
    # -> (N, oh, kh, ow, kw, C)
    return x[:, rows][:, :, :, cols]


def convolve1d(signal, kernel):
    signal = np.asarray(signal, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    # outer product; entry (i, k) belongs to the output i + k
    products = np.einsum("i,k->ik", signal, kernel)
    out = np.zeros(len(signal) + len(kernel) - 1)
    np.add.at(out, np.add.outer(np.arange(len(signal)), np.arange(len(kernel))), products)
    return out


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    x = np.pad(np.asarray(image, dtype=float), padding)[None, :, :, None]
    k = np.asarray(kernel, dtype=float)
    return np.einsum("nyaxbc,ab->yx", windows(x, *k.shape, stride), k) + bias


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    x = np.asarray(images, dtype=float)
    k = np.asarray(filters, dtype=float)
    kh, kw, _, _ = k.shape
    if padding.lower() == "same":
        def amount(size, ksize):
            total = max((np.ceil(size / stride).astype(int) - 1) * stride + ksize - size, 0)
            return (total // 2, total - total // 2)
        x = np.pad(x, ((0, 0), amount(x.shape[1], kh), amount(x.shape[2], kw), (0, 0)))
    return np.einsum("nyaxbc,abcf->nyxf", windows(x, kh, kw, stride), k, optimize=True) + np.asarray(biases)


print("self test:", convolve1d([0, 1, 2, 3, 4], [1, -1, 2]))
