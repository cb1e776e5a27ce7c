"""Convolutional networks, step by step. Write the functions below, and hand in this file under this name."""


def zero_pad(X, pad):
    """Return the images with `pad` zeros around rows and columns."""
    raise NotImplementedError("write zero_pad")


def conv_single_step(a_slice_prev, W, b):
    """Return the sum of the products of a slice and a filter, plus the bias."""
    raise NotImplementedError("write conv_single_step")


def conv_forward(A_prev, W, b, hparameters):
    """Return the feature maps of a convolutional layer."""
    raise NotImplementedError("write conv_forward")


def pool_forward(A_prev, hparameters, mode="max"):
    """Return the pooled images."""
    raise NotImplementedError("write pool_forward")
