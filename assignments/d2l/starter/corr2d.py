"""Convolution and pooling of one image. Write the functions below, and hand in this file under this name."""


def corr2d(X, K):
    """Return the cross-correlation of an image and a kernel."""
    raise NotImplementedError("write corr2d")


def pool2d(X, pool_size, mode="max"):
    """Return the pooled image."""
    raise NotImplementedError("write pool2d")


def corr2d_multi_in(X, K):
    """Return the cross-correlation over all channels."""
    raise NotImplementedError("write corr2d_multi_in")


def corr2d_multi_in_out(X, K):
    """Return one map for each kernel."""
    raise NotImplementedError("write corr2d_multi_in_out")
