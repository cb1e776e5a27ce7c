import numpy as np


def convolve1d(signal, kernel):
    signal = np.asarray(signal, dtype=float)
    kernel = np.asarray(kernel, dtype=float)
    result = np.zeros(signal.size + kernel.size - 1)
    for i in range(signal.size):
        result[i : i + kernel.size] += signal[i] * kernel
    return result


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.asarray(image)
    kernel = np.asarray(kernel)
    # a photograph in, a photograph out (so that imshow works); everything else is float
    dtype = np.uint8 if image.dtype == np.uint8 else np.float64
    image = np.pad(image, padding)
    kh, kw = kernel.shape
    oh = (image.shape[0] - kh) // stride + 1
    ow = (image.shape[1] - kw) // stride + 1
    result = np.zeros((oh, ow), dtype=dtype)
    for i in range(oh):
        for j in range(ow):
            window = image[i * stride : i * stride + kh, j * stride : j * stride + kw]
            value = np.sum(window * kernel.astype(float)) + bias
            result[i, j] = np.int64(value) if dtype == np.uint8 else value
    return result


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    kh, kw = filters.shape[:2]
    if padding == "same":
        pad = [(0, 0), None, None, (0, 0)]
        for axis, k in ((1, kh), (2, kw)):
            n = images.shape[axis]
            extra = max((-(-n // stride) - 1) * stride + k - n, 0)
            pad[axis] = (extra // 2, extra - extra // 2)
        images = np.pad(images, pad)
    oh = (images.shape[1] - kh) // stride + 1
    ow = (images.shape[2] - kw) // stride + 1
    result = np.zeros((images.shape[0], oh, ow, filters.shape[3]))
    for i in range(oh):
        for j in range(ow):
            window = images[:, i * stride : i * stride + kh, j * stride : j * stride + kw, :]
            result[:, i, j] = np.einsum("nabc,abcf->nf", window, filters) + biases
    return result
