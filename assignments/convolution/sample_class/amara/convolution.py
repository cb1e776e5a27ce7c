import numpy as np


def convolve1d(signal, kernel):
    length = len(signal) + len(kernel) - 1
    y = np.zeros(length)
    n = 0
    while n < length:
        for k in range(len(kernel)):
            if 0 <= n - k < len(signal):
                y[n] += float(kernel[k]) * float(signal[n - k])
        print("n =", n, "y[n] =", y[n])
        n =+ 1
    return y


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.pad(np.asarray(image, dtype=float), padding)
    kernel = np.asarray(kernel, dtype=float)
    h = (image.shape[0] - kernel.shape[0]) // stride + 1
    w = (image.shape[1] - kernel.shape[1]) // stride + 1
    y = np.zeros((h, w))
    for i in range(h):
        for j in range(w):
            for a in range(kernel.shape[0]):
                for b in range(kernel.shape[1]):
                    y[i, j] += image[i * stride + a, j * stride + b] * kernel[a, b]
    return y + bias


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    kh, kw = filters.shape[:2]
    if padding == "same":
        h, w = images.shape[1:3]
        dh = max((-(-h // stride) - 1) * stride + kh - h, 0)
        dw = max((-(-w // stride) - 1) * stride + kw - w, 0)
        images = np.pad(images, [(0, 0), (dh // 2, dh - dh // 2), (dw // 2, dw - dw // 2), (0, 0)])
    h = (images.shape[1] - kh) // stride + 1
    w = (images.shape[2] - kw) // stride + 1
    y = np.zeros((images.shape[0], h, w, filters.shape[3]))
    for i in range(h):
        for j in range(w):
            window = images[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            y[:, i, j] = np.einsum("nabc,abcf->nf", window, filters)
    return y + np.asarray(biases)
