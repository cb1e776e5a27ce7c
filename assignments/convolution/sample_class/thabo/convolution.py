import numpy as np


def convolve1d(signal, kernel):
    signal = np.asarray(signal, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    n = len(signal) + len(kernel) - 1
    # the signal with more and more zeros behind it, until there are enough of them
    versions = [signal]
    for version in versions:
        versions.append(np.concatenate([version, np.zeros(len(version))]))
    longest = versions[-1]
    y = np.zeros(n)
    for i in range(n):
        for k in range(len(kernel)):
            if i - k >= 0:
                y[i] += kernel[k] * longest[i - k]
    return y


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.pad(np.asarray(image, dtype=float), padding)
    kernel = np.asarray(kernel, dtype=float)
    rows, cols = kernel.shape
    y = [
        [(image[i : i + rows, j : j + cols] * kernel).sum() + bias for j in range(0, image.shape[1] - cols + 1, stride)]
        for i in range(0, image.shape[0] - rows + 1, stride)
    ]
    return np.array(y)


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    rows, cols = filters.shape[:2]
    if padding == "same":
        more = [max((-(-size // stride) - 1) * stride + k - size, 0) for size, k in zip(images.shape[1:3], (rows, cols))]
        images = np.pad(images, [(0, 0)] + [(m // 2, m - m // 2) for m in more] + [(0, 0)])
    y = np.zeros((len(images), (images.shape[1] - rows) // stride + 1, (images.shape[2] - cols) // stride + 1, filters.shape[3]))
    for i in range(y.shape[1]):
        for j in range(y.shape[2]):
            window = images[:, i * stride : i * stride + rows, j * stride : j * stride + cols]
            y[:, i, j] = np.einsum("nabc,abcf->nf", window, filters)
    return y + np.asarray(biases)
