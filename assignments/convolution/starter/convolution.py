"""Convolution from scratch: in one dimension, in two, and as a layer.

Write the three functions below, and hand in this file under this name. NumPy is allowed. The handout
says what each function has to do, with a worked example.
"""


def convolve1d(signal, kernel):
    """Return the full discrete convolution of a signal with a kernel. The kernel is flipped.

    Args:
        signal: The signal, an array of shape ``(n,)``.
        kernel: The kernel, an array of shape ``(k,)``. It may be longer than the signal.

    Returns:
        An array of shape ``(n + k - 1,)``.

    Example:
        >>> convolve1d([0, 1, 2, 3, 4], [1, -1, 2])
        [0, 1, 1, 3, 5, 2, 8]
    """
    raise NotImplementedError("write convolve1d")


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    """Return the feature map of one kernel on one image. The kernel is not flipped.

    Args:
        image: The image, an array of shape ``(H, W)``, of integers (also uint8) or floats.
        kernel: The kernel, an array of shape ``(kh, kw)``.
        bias: A number added to every value of the feature map, after the sum.
        stride: The step from one window to the next, in both directions; at least 1.
        padding: How many rows and columns of zeros to add on each of the four sides.

    Returns:
        An array of shape ``((H - kh + 2 * padding) // stride + 1, (W - kw + 2 * padding) // stride + 1)``.

    Example:
        >>> conv2d([[0, 0, 0], [0, 156, 155], [0, 153, 154]], [[-1, -1, 1], [0, 1, -1], [0, 1, 1]])
        [[308.0]]
    """
    raise NotImplementedError("write conv2d")


def conv2d_layer(images, filters, biases, stride=1, padding="valid"):
    """Return the feature maps of a batch of images, as the layer Conv2D of Keras without activation.

    Args:
        images: The batch, an array of shape ``(N, H, W, C)``: images, rows, columns, channels.
        filters: The filters, an array of shape ``(kh, kw, C, F)``.
        biases: One bias for each filter, an array of shape ``(F,)``.
        stride: The step from one window to the next, in both directions; at least 1.
        padding: ``"valid"``: none. ``"same"``: as many zeros as make the output
            ``ceil(H / stride)`` by ``ceil(W / stride)``; an odd row goes below, an odd column right.

    Returns:
        An array of shape ``(N, out_h, out_w, F)``.
    """
    raise NotImplementedError("write conv2d_layer")
