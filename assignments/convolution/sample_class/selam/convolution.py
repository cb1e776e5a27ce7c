# Convolution, with the ReLU from the lecture
import numpy as np


def relu(x):
    return np.maximum(x, 0)


def convolve1d(signal, kernel):
    out = np.zeros(len(signal) + len(kernel) - 1)
    for i, s in enumerate(signal):
        for j, k in enumerate(kernel):
            out[i + j] += float(s) * float(k)
    return out


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.pad(np.asarray(image, dtype=float), padding)
    kernel = np.asarray(kernel, dtype=float)
    kh, kw = kernel.shape
    oh = (image.shape[0] - kh) // stride + 1
    ow = (image.shape[1] - kw) // stride + 1
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[i, j] = np.sum(image[i * stride : i * stride + kh, j * stride : j * stride + kw] * kernel) + bias
    return out


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    kh, kw = filters.shape[:2]
    if padding == "same":
        h, w = images.shape[1:3]
        a = max((-(-h // stride) - 1) * stride + kh - h, 0)
        b = max((-(-w // stride) - 1) * stride + kw - w, 0)
        images = np.pad(images, ((0, 0), (a // 2, a - a // 2), (b // 2, b - b // 2), (0, 0)))
    oh = (images.shape[1] - kh) // stride + 1
    ow = (images.shape[2] - kw) // stride + 1
    out = np.zeros((images.shape[0], oh, ow, filters.shape[3]))
    for i in range(oh):
        for j in range(ow):
            window = images[:, i * stride : i * stride + kh, j * stride : j * stride + kw, :]
            out[:, i, j, :] = np.tensordot(window, filters, axes=3) + np.asarray(biases)
    return relu(out)
