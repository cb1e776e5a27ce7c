import numpy as np


def get_im2col_indices(shape, kh, kw, padding, stride):
    N, C, H, W = shape
    oh = (H + 2 * padding - kh) // stride + 1
    ow = (W + 2 * padding - kw) // stride + 1
    i0 = np.tile(np.repeat(np.arange(kh), kw), C)
    i1 = stride * np.repeat(np.arange(oh), ow)
    j0 = np.tile(np.arange(kw), kh * C)
    j1 = stride * np.tile(np.arange(ow), oh)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), kh * kw).reshape(-1, 1)
    return k, i, j, oh, ow


def im2col(x, kh, kw, padding, stride):
    p = padding
    padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), mode="constant")
    k, i, j, oh, ow = get_im2col_indices(x.shape, kh, kw, padding, stride)
    return padded[:, k, i, j], oh, ow


def conv_forward_naive(x, w, b, conv_param):
    cols, oh, ow = im2col(x, w.shape[2], w.shape[3], conv_param["pad"], conv_param["stride"])
    out = w.reshape(len(w), -1) @ cols + b[:, None]
    return out.reshape(len(x), len(w), oh, ow), (x, w, b, conv_param, cols)


def max_pool_forward_naive(x, pool_param):
    n, c, h, w = x.shape
    ph, pw = pool_param["pool_height"], pool_param["pool_width"]
    cols, oh, ow = im2col(x.reshape(n * c, 1, h, w), ph, pw, 0, pool_param["stride"])
    best = cols.argmax(axis=1)
    out = np.take_along_axis(cols, best[:, None], axis=1)
    return out.reshape(n, c, oh, ow), (x, best, pool_param)
