import numpy as np


def conv_forward_naive(X, weights, bias, params):
    X = X.astype(np.float32)
    N, _, H, W = X.shape
    F, _, KH, KW = weights.shape
    S, P = params.get("stride", 1), params.get("pad", 0)
    big = np.zeros((N, X.shape[1], H + 2 * P, W + 2 * P), np.float32)
    big[:, :, P:P + H, P:P + W] = X
    rows = range(0, H + 2 * P - KH + 1, S)
    cols = range(0, W + 2 * P - KW + 1, S)
    Y = np.zeros((N, F, len(rows), len(cols)), np.float32)
    for f in range(F):
        for r, top in enumerate(rows):
            for c, left in enumerate(cols):
                Y[:, f, r, c] = (big[:, :, top:top + KH, left:left + KW] * weights[f]).sum(axis=(1, 2, 3))
    Y += bias[None, :, None, None]
    return Y, (X, weights, bias, params)


def max_pool_forward_naive(X, params):
    KH, KW, S = params["pool_height"], params["pool_width"], params["stride"]
    Y = None
    for dy in range(KH):
        for dx in range(KW):
            shifted = X[:, :, dy:X.shape[2] - KH + 1 + dy:S, dx:X.shape[3] - KW + 1 + dx:S]
            Y = shifted if Y is None else np.maximum(Y, shifted)
    return Y, (X, params)
