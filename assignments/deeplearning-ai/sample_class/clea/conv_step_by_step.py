import numpy as np


def zero_pad(X, pad):
    for axis in (1, 2):
        shape = list(X.shape)
        shape[axis] = pad
        border = np.zeros(shape)
        X = np.concatenate([border, X, border], axis=axis)
    return X


def conv_single_step(a_slice_prev, W, b):
    return np.einsum("ijk,ijk->", a_slice_prev, W) + np.squeeze(b)


def out_size(n, f, pad, stride):
    return (n + 2 * pad - f) // stride + 1


def conv_forward(A_prev, W, b, hparams):
    f = W.shape[0]
    s = hparams.get("stride", 1)
    p = hparams.get("pad", 0)
    m, H, W_, _ = A_prev.shape
    A = zero_pad(A_prev, p)
    Z = np.empty((m, out_size(H, f, p, s), out_size(W_, f, p, s), W.shape[3]))
    for r in range(Z.shape[1]):
        for q in range(Z.shape[2]):
            patch = A[:, r * s:r * s + f, q * s:q * s + f, :]
            Z[:, r, q, :] = np.einsum("nhwc,hwcf->nf", patch, W) + b[0, 0, 0]
    return Z, (A_prev, W, b, hparams)


def pool_forward(A_prev, hparams, mode="max"):
    f, s = hparams["f"], hparams["stride"]
    m, H, W_, C = A_prev.shape
    A = np.empty((m, out_size(H, f, 0, s), out_size(W_, f, 0, s), C))
    for r in range(A.shape[1]):
        for q in range(A.shape[2]):
            patch = A_prev[:, r * s:r * s + f, q * s:q * s + f, :]
            A[:, r, q, :] = np.amax(patch, axis=(1, 2)) if mode == "max" else np.average(patch, axis=(1, 2))
    return A, (A_prev, hparams)
