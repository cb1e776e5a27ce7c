"""All calculations in float32, like on a graphics card."""
import numpy as np

DTYPE = np.float32


def convolve1d(signal, kernel):
    x = np.asarray(signal).astype(DTYPE)
    k = np.asarray(kernel).astype(DTYPE)
    y = np.zeros(x.size + k.size - 1, dtype=DTYPE)
    for i, tap in enumerate(k):
        y[i : i + x.size] += tap * x
    return y


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    x = np.asarray(image).astype(DTYPE)
    k = np.asarray(kernel).astype(DTYPE)
    x = np.pad(x, ((padding, padding), (padding, padding)))
    rows = (x.shape[0] - k.shape[0]) // stride + 1
    cols = (x.shape[1] - k.shape[1]) // stride + 1
    y = np.empty((rows, cols), dtype=DTYPE)
    for r in range(rows):
        for c in range(cols):
            part = x[r * stride : r * stride + k.shape[0], c * stride : c * stride + k.shape[1]]
            y[r, c] = np.sum(part * k, dtype=DTYPE) + DTYPE(bias)
    return y


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    x = np.asarray(images).astype(DTYPE)
    k = np.asarray(filters).astype(DTYPE)
    b = np.asarray(biases).astype(DTYPE)
    n, h, w, _ = x.shape
    kh, kw, _, n_filters = k.shape
    if padding == "same":
        rows, cols = (h + stride - 1) // stride, (w + stride - 1) // stride
        more_h = max((rows - 1) * stride + kh - h, 0)
        more_w = max((cols - 1) * stride + kw - w, 0)
        x = np.pad(x, ((0, 0), (more_h // 2, (more_h + 1) // 2), (more_w // 2, (more_w + 1) // 2), (0, 0)))
    else:
        rows, cols = (h - kh) // stride + 1, (w - kw) // stride + 1
    y = np.empty((n, rows, cols, n_filters), dtype=DTYPE)
    for r in range(rows):
        for c in range(cols):
            part = x[:, r * stride : r * stride + kh, c * stride : c * stride + kw, :]
            y[:, r, c, :] = np.tensordot(part, k, axes=3) + b
    return y
