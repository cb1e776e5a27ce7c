import math

import numpy as np


def convolve1d(signal, kernel):
    x = [float(v) for v in signal]
    k = [float(v) for v in kernel]
    y = [0.0] * (len(x) + len(k) - 1)
    for i in range(len(x)):
        for j in range(len(k)):
            y[i + j] += x[i] * k[j]
    return np.array(y)


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    image = np.pad(np.asarray(image, dtype=float), padding)
    kernel = np.asarray(kernel, dtype=float)
    H, W = image.shape
    kh, kw = kernel.shape
    n_rows = math.ceil((H - kh) / stride) + 1
    n_cols = math.ceil((W - kw) / stride) + 1

    rows = []
    top = 0
    while len(rows) < n_rows:
        row = []
        left = 0
        while len(row) < n_cols:
            # only where the kernel lies on the image completely
            if top + kh <= H and left + kw <= W:
                row.append(np.sum(image[top : top + kh, left : left + kw] * kernel) + bias)
            left += stride
        rows.append(row)
        top += stride
    return np.array(rows)


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    images = np.asarray(images, dtype=float)
    filters = np.asarray(filters, dtype=float)
    n, H, W, c = images.shape
    kh, kw, c, f = filters.shape
    if padding == "same":
        n_rows, n_cols = math.ceil(H / stride), math.ceil(W / stride)
        ph = max((n_rows - 1) * stride + kh - H, 0)
        pw = max((n_cols - 1) * stride + kw - W, 0)
        images = np.pad(images, ((0, 0), (ph // 2, ph - ph // 2), (pw // 2, pw - pw // 2), (0, 0)))
    else:
        n_rows, n_cols = (H - kh) // stride + 1, (W - kw) // stride + 1
    out = np.zeros((n, n_rows, n_cols, f))
    for i in range(n_rows):
        for j in range(n_cols):
            patch = images[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[:, i, j] = patch.reshape(n, -1) @ filters.reshape(-1, f) + biases
    return out
