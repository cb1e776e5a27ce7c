import numpy as np


def before_after(n, k, s, padding, axis):
    if isinstance(padding, (tuple, list)):
        return padding[axis], padding[axis], None
    if padding == "valid":
        return 0, 0, None
    p = -(-((n - 1) * s + k - n) // 2)
    return p, p, n


def conv4(images, kernels, padding, stride):
    (sh, sw), (kh, kw) = stride, kernels.shape[:2]
    top, bottom, rows = before_after(images.shape[1], kh, sh, padding, 0)
    left, right, cols = before_after(images.shape[2], kw, sw, padding, 1)
    x = np.pad(images, ((0, 0), (top, bottom), (left, right), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(1, 2))[:, ::sh, ::sw]
    return np.einsum("nhwcij,ijcf->nhwf", windows, kernels)[:, :rows, :cols]


def convolve_grayscale_valid(images, kernel):
    return convolve_grayscale(images, kernel, "valid")


def convolve_grayscale_same(images, kernel):
    return convolve_grayscale(images, kernel, "same")


def convolve_grayscale_padding(images, kernel, padding):
    return convolve_grayscale(images, kernel, padding)


def convolve_grayscale(images, kernel, padding="same", stride=(1, 1)):
    return conv4(images[..., np.newaxis], kernel[:, :, np.newaxis, np.newaxis], padding, stride)[..., 0]


def convolve_channels(images, kernel, padding="same", stride=(1, 1)):
    return conv4(images, kernel[..., np.newaxis], padding, stride)[..., 0]


def convolve(images, kernels, padding="same", stride=(1, 1)):
    return conv4(images, kernels, padding, stride)


def pool(images, kernel_shape, stride, mode="max"):
    windows = np.lib.stride_tricks.sliding_window_view(images, kernel_shape, axis=(1, 2))
    windows = windows[:, ::stride[0], ::stride[1]]
    return windows.max(axis=(4, 5)) if mode == "max" else windows.mean(axis=(4, 5))


def conv_forward(A_prev, W, b, activation, padding="same", stride=(1, 1)):
    return activation(conv4(A_prev, W, padding, stride) + b)


def pool_forward(A_prev, kernel_shape, stride=(1, 1), mode="max"):
    return pool(A_prev, kernel_shape, stride, mode)
