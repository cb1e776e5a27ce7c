import numpy as np


def convolve1d(signal, kernel):
    x = np.array(signal, dtype=float)
    h = np.array(kernel, dtype=float)
    L = len(x) + len(h) - 1
    y = np.zeros(L)
    for n in range(L):
        lo = max(0, n - len(x) + 1)
        hi = min(n, len(h) - 1)
        for m in range(lo, hi + 1):
            y[n] += h[m] * x[n - m]
    return y


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    x = np.pad(np.array(image, dtype=float), padding)
    k = np.array(kernel, dtype=float)
    ys = list(range(0, x.shape[0] - k.shape[0] + 1, stride))
    xs = list(range(0, x.shape[1] - k.shape[1] + 1, stride))
    out = np.zeros((len(ys), len(xs)))
    for i, y0 in enumerate(ys):
        for j, x0 in enumerate(xs):
            out[i, j] = np.vdot(x[y0 : y0 + k.shape[0], x0 : x0 + k.shape[1]], k) + bias
    return out


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    x = np.array(images, dtype=float)
    k = np.array(filters, dtype=float)
    if padding == "same":
        for axis in (1, 2):
            size, ksize = x.shape[axis], k.shape[axis - 1]
            need = max((int(np.ceil(size / stride)) - 1) * stride + ksize - size, 0)
            width = [(0, 0)] * 4
            width[axis] = (need // 2, need - need // 2)
            x = np.pad(x, width)
    ys = range(0, x.shape[1] - k.shape[0] + 1, stride)
    xs = range(0, x.shape[2] - k.shape[1] + 1, stride)
    out = np.zeros((x.shape[0], len(ys), len(xs), k.shape[3]))
    for i, y0 in enumerate(ys):
        for j, x0 in enumerate(xs):
            window = x[:, y0 : y0 + k.shape[0], x0 : x0 + k.shape[1], :]
            out[:, i, j] = np.einsum("nabc,abcf->nf", window, k)
    return out + np.array(biases)


img = np.arange(20).reshape(4, 5)
print(conv2d(img, [[1, 0], [0, 1]]))
print(conv2d(img, [[1, 0], [0, 1]], padding=1))
print(conv2d(image, [[1, 0], [0, 1]], stride=2))
