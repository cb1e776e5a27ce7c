"""Convolution from scratch, sheet 2."""

import numpy as np


def convolve1d(signal, kernel):
    """Full convolution: y[n] = sum over k of kernel[k] * signal[n - k]."""
    signal = np.asarray(signal, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    result = np.zeros(len(signal) + len(kernel) - 1)
    for n in range(len(result)):
        for k in range(len(kernel)):
            if 0 <= n - k < len(signal):
                result[n] += kernel[k] * signal[n - k]
    return result


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.asarray(image, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    H, W = image.shape
    kh, kw = kernel.shape

    # put the image into a larger frame of zeros
    framed = np.zeros((H + 2 * padding, W + 2 * padding))
    framed[padding : padding + H, padding : padding + W] = image

    out_h = (H + 2 * padding - kh) // stride + 1
    out_w = (W + 2 * padding - kw) // stride + 1
    result = np.zeros((out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            total = 0.0
            for a in range(kh):
                for b in range(kw):
                    total += framed[i * stride + a, j * stride + b] * kernel[a, b]
            result[i, j] = total + bias
    return result


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    N, H, W, C = images.shape
    kh, kw, _, F = filters.shape

    if padding == "same":
        out_h = -(-H // stride)
        out_w = -(-W // stride)
        extra_h = max((out_h - 1) * stride + kh - H, 0)
        extra_w = max((out_w - 1) * stride + kw - W, 0)
        top, left = extra_h // 2, extra_w // 2
    else:
        out_h = (H - kh) // stride + 1
        out_w = (W - kw) // stride + 1
        extra_h = extra_w = top = left = 0

    framed = np.zeros((N, H + extra_h, W + extra_w, C))
    framed[:, top : top + H, left : left + W, :] = images

    result = np.zeros((N, out_h, out_w, F))
    for n in range(N):
        for i in range(out_h):
            for j in range(out_w):
                window = framed[n, i * stride : i * stride + kh, j * stride : j * stride + kw, :]
                for f in range(F):
                    result[n, i, j, f] = np.sum(window * filters[:, :, :, f]) + biases[f]
    return result
