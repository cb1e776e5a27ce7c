import numpy as np


def convolve1d(signal, kernel):
    return np.convolve(np.asarray(signal, float), np.asarray(kernel, float))


def _valid(x, w, stride):
    """(N,H,W,C), (kh,kw,C,F) -> (N,oh,ow,F)"""
    kh, kw = w.shape[:2]
    oh, ow = (x.shape[1] - kh) // stride + 1, (x.shape[2] - kw) // stride + 1
    out = np.zeros((x.shape[0], oh, ow, w.shape[3]))
    for a in range(kh):
        for b in range(kw):
            out += x[:, a:a + (oh - 1) * stride + 1:stride, b:b + (ow - 1) * stride + 1:stride] @ w[a, b]
    return out


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    x = np.pad(np.asarray(image, float), padding)
    w = np.asarray(kernel, float)
    return _valid(x[None, :, :, None], w[:, :, None, None], stride)[0, :, :, 0]


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    x = np.asarray(images, float)
    w = np.asarray(filters, float)
    if padding == "same":
        pads = []
        for n, k in zip(x.shape[1:3], w.shape[:2]):
            t = max((-(-n // stride) - 1) * stride + k - n, 0)
            pads.append((t // 2, t - t // 2))
        x = np.pad(x, [(0, 0), *pads, (0, 0)])
    return _valid(x, w, stride) + np.asarray(biases, float)
