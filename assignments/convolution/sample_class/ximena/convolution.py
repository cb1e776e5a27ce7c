import numpy as np


def convolve1d(signal, kernel):
    signal = np.asarray(signal, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    y = np.zeros(len(signal) + len(kernel) - 1)
    for n in range(len(signal)):
        for k in range(len(kernel)):
            y[n + k] += signal[n] * kernel[k]
    return y


def conv2d(image, kernel, bias=0.0, stride=1, padding=0)
    image = np.pad(np.asarray(image, dtype=float), padding)
    kernel = np.asarray(kernel, dtype=float)
    kh, kw = kernel.shape
    oh = (image.shape[0] - kh) // stride + 1
    ow = (image.shape[1] - kw) // stride + 1
    y = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            y[i, j] = np.sum(image[i * stride:i * stride + kh, j * stride:j * stride + kw] * kernel) + bias
    return y


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    kh, kw = filters.shape[:2]
    if padding == "same":
        th = max((-(-images.shape[1] // stride) - 1) * stride + kh - images.shape[1], 0)
        tw = max((-(-images.shape[2] // stride) - 1) * stride + kw - images.shape[2], 0)
        images = np.pad(images, ((0, 0), (th // 2, th - th // 2), (tw // 2, tw - tw // 2), (0, 0)))
    oh = (images.shape[1] - kh) // stride + 1
    ow = (images.shape[2] - kw) // stride + 1
    y = np.zeros((images.shape[0], oh, ow, filters.shape[3]))
    for i in range(oh):
        for j in range(ow):
            window = images[:, i * stride:i * stride + kh, j * stride:j * stride + kw, :]
            y[:, i, j, :] = np.tensordot(window, filters, axes=3) + biases
    return y
