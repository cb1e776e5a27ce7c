import numpy as np

print("loading")


class Cache:
    def __init__(self, **values):
        self.__dict__.update(values)


def zero_pad(X, pad):
    return np.pad(X, [(0, 0), (pad, pad), (pad, pad), (0, 0)], mode="constant")


def conv_single_step(a_slice_prev, W, b):
    s = np.multiply(a_slice_prev, W) + 0.0
    return np.sum(s, axis=None) + b


def relu(Z):
    return np.maximum(0, Z)


def conv_forward(A_prev, W, b, hparameters):
    m, nH, nW, _ = np.shape(A_prev)
    f, _, _, nC = np.shape(W)
    stride, pad = hparameters["stride"], hparameters["pad"]
    H = (nH - f + 2 * pad) // stride + 1
    V = (nW - f + 2 * pad) // stride + 1
    A = zero_pad(A_prev, pad)
    Z = np.zeros([m, H, V, nC], dtype=np.float32)
    for c in range(nC):
        for h in range(H):
            for w in range(V):
                for i in range(m):
                    part = A[i, stride * h:stride * h + f, stride * w:stride * w + f]
                    Z[i, h, w, c] = conv_single_step(part, W[:, :, :, c], b[:, :, :, c])
    return Z, Cache(A_prev=A_prev, W=W, b=b, hparameters=hparameters)


def pool_forward(A_prev, hparameters, mode="max"):
    m, nH, nW, nC = A_prev.shape
    f, stride = hparameters["f"], hparameters["stride"]
    A = np.zeros((m, (nH - f) // stride + 1, (nW - f) // stride + 1, nC))
    for index in np.ndindex(*A.shape):
        i, h, w, c = index
        part = A_prev[i, h * stride:h * stride + f, w * stride:w * stride + f, c]
        A[index] = part.max() if mode == "max" else part.sum() / (f * f)
    return A, Cache(A_prev=A_prev, hparameters=hparameters)


def conv_backward(dZ, cache):
    raise NotImplementedError


if __name__ == "__main__":
    print(relu(conv_forward(np.ones((1, 3, 3, 1)), np.ones((2, 2, 1, 1)), np.zeros((1, 1, 1, 1)), {"pad": 0, "stride": 1})[0]))
