"""Pooling from scratch: the maximum, the average and the L2 norm of windows, and of whole feature maps.

Write the five functions below, and hand in this file under this name. NumPy is allowed. The handout says
what each function has to do, with worked examples.
"""


def max_pool2d(image, pool_size=2, stride=None):
    """Return the largest element of each window.

    Args:
        image: The image, an array of shape ``(H, W)``, of integers (also uint8) or floats.
        pool_size: The window's height and width, an integer of at least 1.
        stride: The step from one window to the next, in both directions; without it, the pool size.

    Returns:
        An array of shape ``((H - pool_size) // stride + 1, (W - pool_size) // stride + 1)``.

    Example:
        >>> max_pool2d([[1, 4, 2, 11], [6, 13, 8, 3], [10, 0, 17, 7], [9, 2, 3, 5]])
        [[13, 11], [10, 17]]
    """
    raise NotImplementedError("write max_pool2d")


def average_pool2d(image, pool_size=2, stride=None):
    """Return the mean of each window. Arguments and shape are those of ``max_pool2d``.

    Example:
        >>> average_pool2d([[1, 4, 2, 11], [6, 13, 8, 3], [10, 0, 17, 7], [9, 2, 3, 5]])
        [[6.0, 6.0], [5.25, 8.0]]
    """
    raise NotImplementedError("write average_pool2d")


def l2_pool2d(image, pool_size=2, stride=None):
    """Return the L2 norm of each window: the square root of the sum of its squares.

    Arguments and shape are those of ``max_pool2d``.

    Example:
        >>> l2_pool2d([[3, 0, 1, 1], [0, 4, 1, 1]])
        [[5.0, 2.0]]
    """
    raise NotImplementedError("write l2_pool2d")


def global_average_pool(images):
    """Return the mean of every feature map.

    Args:
        images: The batch, an array of shape ``(N, H, W, C)``: images, rows, columns, channels.

    Returns:
        An array of shape ``(N, C)``.

    Example:
        >>> global_average_pool([[[[1, 5], [2, 4]]]])
        [[1.5, 4.5]]
    """
    raise NotImplementedError("write global_average_pool")


def global_max_pool(images):
    """Return the largest element of every feature map. Argument and shape: see ``global_average_pool``.

    Example:
        >>> global_max_pool([[[[1, 5], [2, 4]]]])
        [[2, 5]]
    """
    raise NotImplementedError("write global_max_pool")
