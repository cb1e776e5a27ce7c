"""Convolutions and pooling. Write the functions below, and hand in this file under this name."""


def convolve_grayscale_valid(images, kernel):
    """Return a valid convolution of grey images."""
    raise NotImplementedError("write convolve_grayscale_valid")


def convolve_grayscale_same(images, kernel):
    """Return a same convolution of grey images."""
    raise NotImplementedError("write convolve_grayscale_same")


def convolve_grayscale_padding(images, kernel, padding):
    """Return a convolution of grey images with custom padding."""
    raise NotImplementedError("write convolve_grayscale_padding")


def convolve_grayscale(images, kernel, padding="same", stride=(1, 1)):
    """Return a convolution of grey images."""
    raise NotImplementedError("write convolve_grayscale")


def convolve_channels(images, kernel, padding="same", stride=(1, 1)):
    """Return a convolution of images with channels."""
    raise NotImplementedError("write convolve_channels")


def convolve(images, kernels, padding="same", stride=(1, 1)):
    """Return a convolution with several kernels."""
    raise NotImplementedError("write convolve")


def pool(images, kernel_shape, stride, mode="max"):
    """Return the pooled images."""
    raise NotImplementedError("write pool")


def conv_forward(A_prev, W, b, activation, padding="same", stride=(1, 1)):
    """Return the feature maps of a convolutional layer."""
    raise NotImplementedError("write conv_forward")


def pool_forward(A_prev, kernel_shape, stride=(1, 1), mode="max"):
    """Return the pooled images."""
    raise NotImplementedError("write pool_forward")
