# Tested with the 6x6 example of the lecture (without padding, padding 1, stride 2).
import numpy as np


def convolve1d(signal, kernel):
    out = np.zeros(len(signal) + len(kernel) - 1, dtype=float)
    for k in range(len(kernel)):
        out[k : k + len(signal)] += np.asarray(signal, dtype=float) * kernel[k]
    return out


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.pad(np.asarray(image, dtype=float), padding)
    kernel = np.asarray(kernel, dtype=float)
    width, height = image.shape
    k_width, k_height = kernel.shape
    out_height = (height - k_height) // stride + 1
    out_width = (width - k_width) // stride + 1
    out = np.zeros((out_height, out_width))
    for y in range(out_height):
        for x in range(out_width):
            top, left = y * stride, x * stride
            out[y, x] = np.sum(image[top : top + k_height, left : left + k_width] * kernel) + bias
    return out


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    _, height, width, _ = images.shape
    k_height, k_width, _, n_filters = filters.shape
    if padding == "same":
        out_height = int(np.ceil(height / stride))
        out_width = int(np.ceil(width / stride))
        rows = max((out_height - 1) * stride + k_height - height, 0)
        cols = max((out_width - 1) * stride + k_width - width, 0)
        images = np.pad(images, ((0, 0), (rows // 2, rows - rows // 2), (cols // 2, cols - cols // 2), (0, 0)))
    else:
        out_height = (height - k_height) // stride + 1
        out_width = (width - k_width) // stride + 1
    out = np.zeros((len(images), out_height, out_width, n_filters))
    for y in range(out_height):
        for x in range(out_width):
            top, left = y * stride, x * stride
            window = images[:, top : top + k_height, left : left + k_width, :]
            out[:, y, x, :] = np.tensordot(window, filters, axes=3) + biases
    return out
