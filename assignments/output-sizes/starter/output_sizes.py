"""Output sizes and parameters: a network worked out on paper.

Write the five functions below, answer the questions in ANSWERS, and hand in this file under this name. No
framework is allowed. The handout says what each function has to do, with worked examples.
"""


def output_size(size, kernel_size, stride=1, padding=0):
    """Return how many places there are along one axis where the kernel fits.

    Args:
        size: The length of the input, an integer of at least 1.
        kernel_size: The length of the kernel, an integer of at least 1.
        stride: The step from one place to the next, an integer of at least 1.
        padding: The zeros on each side of the input, an integer of at least 0.

    Returns:
        An integer.

    Example:
        >>> output_size(6, 3, padding=1)
        6
    """
    raise NotImplementedError("write output_size")


def same_padding(kernel_size):
    """Return the zeros on each side with which a convolution of stride 1 keeps the length of an axis.

    Args:
        kernel_size: The length of the kernel, an odd integer.

    Returns:
        An integer: the zeros on one side.

    Example:
        >>> same_padding(3)
        1
    """
    raise NotImplementedError("write same_padding")


def conv_parameters(kernel_size, in_channels, filters, use_bias=True):
    """Return the number of parameters of a convolution layer.

    Args:
        kernel_size: The kernel: an integer where it is square, or a tuple ``(height, width)``.
        in_channels: The channels of the layer's input.
        filters: The filters, which are the channels of its output.
        use_bias: Whether each filter has a bias.

    Returns:
        An integer: weights and biases.

    Example:
        >>> conv_parameters(3, 3, 32)
        896
    """
    raise NotImplementedError("write conv_parameters")


def dense_parameters(inputs, units, use_bias=True):
    """Return the number of parameters of a dense layer.

    Args:
        inputs: The length of its input.
        units: The units, which are the length of its output.
        use_bias: Whether each unit has a bias.

    Returns:
        An integer: weights and biases.

    Example:
        >>> dense_parameters(784, 32)
        25120
    """
    raise NotImplementedError("write dense_parameters")


def network_shapes(input_shape, layers):
    """Return the output shape of every layer, without the batch axis.

    Args:
        input_shape: The shape of one input: ``(height, width, channels)``, or ``(n,)``.
        layers: A list of dictionaries, one for each layer, with a ``"type"``: ``"conv"``, ``"max_pool"``,
            ``"flatten"`` or ``"dense"``. The handout lists the keys of each type.

    Returns:
        A list of tuples, one for each layer.

    Example:
        >>> layers = [{"type": "conv", "filters": 8, "kernel_size": 3}, {"type": "max_pool"}]
        >>> network_shapes((28, 28, 1), layers)
        [(26, 26, 8), (13, 13, 8)]
    """
    raise NotImplementedError("write network_shapes")


# The questions are in the handout. Write numbers, tuples, True or False in the place of None.
ANSWERS = {
    "size_at_stride_1": 7,
    "size_at_stride_2": None,
    "size_at_stride_3": None,
    "two_filters_shape": None,
    "colour_shape": None,
    "filter_tensor_shape": None,
    "dense_weights": None,
    "conv_weights": None,
    "large_grey_weights": None,
    "large_colour_weights": None,
    "conv_weights_depend_on_image_size": None,
    # Written, and read by a person: some sentences.
    "what_flattening_hides": """
    """,
}
