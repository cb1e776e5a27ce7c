"""Splot (convolution)."""
import numpy as np


def convolve1d(signal, kernel):
    signal, kernel = np.asarray(signal, dtype=float), np.asarray(kernel, dtype=float)
    out = np.zeros(len(signal) + len(kernel) - 1)
    for k, weight in enumerate(kernel):
        out[k : k + len(signal)] += weight * signal
    return out


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image, kernel = np.asarray(image, dtype=float), np.asarray(kernel, dtype=float)
    image = np.pad(image, padding)
    kh, kw = kernel.shape
    return np.array([
        [np.sum(image[y : y + kh, x : x + kw] * kernel) + bias for x in range(0, image.shape[1] - kw + 1, stride)]
        for y in range(0, image.shape[0] - kh + 1, stride)
    ])


def strip(height, width, channels):
    """Zeros to lay beside an image: double the strip until it is large enough, then cut it to size."""
    zeros = np.zeros((1, 1, channels))
    while zeros.shape[0] < height:
        zeros = np.zeros((2 * zeros.shape[0], zeros.shape[1], channels))
    while zeros.shape[1] < width:
        zeros = np.zeros((2 * zeros.shape[0], zeros.shape[1], channels))
    return zeros[:height, :width]


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images, filters = np.asarray(images, dtype=float), np.asarray(filters, dtype=float)
    kh, kw, channels, _ = filters.shape
    if padding == "same":
        _, h, w, _ = images.shape
        more_h = max((-(-h // stride) - 1) * stride + kh - h, 0)
        more_w = max((-(-w // stride) - 1) * stride + kw - w, 0)
        wide = []
        for image in images:
            above, below = more_h // 2, more_h - more_h // 2
            left, right = more_w // 2, more_w - more_w // 2
            image = np.concatenate([strip(above, w, channels), image, strip(below, w, channels)], axis=0)
            image = np.concatenate([strip(h + more_h, left, channels), image, strip(h + more_h, right, channels)], axis=1)
            wide.append(image)
        images = np.stack(wide)
    ys = range(0, images.shape[1] - kh + 1, stride)
    xs = range(0, images.shape[2] - kw + 1, stride)
    out = [[np.tensordot(images[:, y : y + kh, x : x + kw], filters, axes=3) for x in xs] for y in ys]
    return np.array(out).transpose(2, 0, 1, 3) + np.asarray(biases)
