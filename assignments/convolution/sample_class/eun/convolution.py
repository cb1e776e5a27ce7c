# CNN week 1
import numpy as np


def convolve1d(signal, kernel):
    """Slide the kernel over the signal, with enough zeros on both sides that it touches at least once."""
    signal = np.asarray(signal, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    zeros = np.zeros(len(kernel) - 1)
    longer = np.concatenate((zeros, signal, zeros))
    return np.array([longer[i : i + len(kernel)] @ kernel for i in range(len(signal) + len(kernel) - 1)])


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.pad(np.asarray(image, dtype=float), padding)
    kernel = np.asarray(kernel, dtype=float)
    kh, kw = kernel.shape
    tops = np.arange(0, image.shape[0] - kh + 1, stride)
    lefts = np.arange(0, image.shape[1] - kw + 1, stride)
    out = np.zeros((tops.size, lefts.size))
    for (i, j), _ in np.ndenumerate(out):
        out[i, j] = (image[tops[i] : tops[i] + kh, lefts[j] : lefts[j] + kw] * kernel).sum() + bias
    return out


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    kh, kw, n_in, n_out = filters.shape
    if padding == "same":
        for axis, k in ((1, kh), (2, kw)):
            n = images.shape[axis]
            total = max(((n - 1) // stride) * stride + k - n, 0)
            amounts = [(0, 0)] * 4
            amounts[axis] = (total // 2, total - total // 2)
            images = np.pad(images, amounts)
    tops = np.arange(0, images.shape[1] - kh + 1, stride)
    lefts = np.arange(0, images.shape[2] - kw + 1, stride)
    out = np.zeros((images.shape[0], tops.size, lefts.size, n_out))
    for i, t in enumerate(tops):
        for j, l in enumerate(lefts):
            out[:, i, j] = images[:, t : t + kh, l : l + kw].reshape(-1, kh * kw * n_in) @ filters.reshape(-1, n_out)
    return out + np.asarray(biases)
