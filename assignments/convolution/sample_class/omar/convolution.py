# convolution.py -- Omar
import numpy as np


def convolve1d(signal, kernel):
    """True convolution: flip the kernel, slide, multiply, add."""
    s = np.asarray(signal, dtype=float)
    k = np.asarray(kernel, dtype=float)[::-1]
    s = np.pad(s, len(k) - 1)
    return np.array([np.sum(s[n:n + len(k)] * k) for n in range(len(s) - len(k) + 1)])


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    """The same in two dimensions."""
    x = np.pad(np.asarray(image, dtype=float), padding)
    k = np.asarray(kernel, dtype=float)[::-1, ::-1]
    kh, kw = k.shape
    oh = (x.shape[0] - kh) // stride + 1
    ow = (x.shape[1] - kw) // stride + 1
    out = np.zeros((oh, ow))
    for i in range(oh):
        for j in range(ow):
            out[i, j] = np.sum(x[i * stride:i * stride + kh, j * stride:j * stride + kw] * k) + bias
    return out


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    """Conv2D as in Keras."""
    x = np.asarray(images, dtype=float)
    w = np.asarray(filters, dtype=float)
    kh, kw, _, nf = w.shape
    if padding == "same":
        th = max((-(-x.shape[1] // stride) - 1) * stride + kh - x.shape[1], 0)
        tw = max((-(-x.shape[2] // stride) - 1) * stride + kw - x.shape[2], 0)
        x = np.pad(x, ((0, 0), (th // 2, th - th // 2), (tw // 2, tw - tw // 2), (0, 0)))
    oh = (x.shape[1] - kh) // stride + 1
    ow = (x.shape[2] - kw) // stride + 1
    out = np.zeros((x.shape[0], oh, ow, nf))
    for i in range(oh):
        for j in range(ow):
            window = x[:, i * stride:i * stride + kh, j * stride:j * stride + kw, :]
            for f in range(nf):
                out[:, i, j, f] = (window * w[..., f]).sum(axis=(1, 2, 3)) + biases[f]
    return out
