import numpy as np
from numpy.lib.stride_tricks import sliding_window_view as windows


def corr2d(image, kernel):
    return np.einsum("hwij,ij->hw", windows(image, kernel.shape), kernel)


def pool2d(image, size, how="max"):
    return {"max": np.max, "avg": np.mean}[how](windows(image, size), axis=(2, 3))


def corr2d_multi_in(image, kernel):
    return np.array([corr2d(a, b) for a, b in zip(image, kernel)]).sum(0)


def corr2d_multi_in_out(image, kernels):
    return np.einsum("chwij,fcij->fhw", windows(image, kernels.shape[2:], axis=(1, 2)), kernels)
