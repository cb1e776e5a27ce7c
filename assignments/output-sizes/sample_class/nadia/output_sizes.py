def output_size(size, kernel_size, stride=1, padding=0):
    return (size - kernel_size + 2 * padding) // stride + 1


def same_padding(kernel_size):
    return (kernel_size - 1) // 2


def conv_parameters(kernel_size, in_channels, filters, use_bias=True):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    weights = kernel_size[0] * kernel_size[1] * in_channels * filters
    return weights + filters if use_bias else weights


def dense_parameters(inputs, units, use_bias=True):
    weights = inputs * units
    return weights + units if use_bias else weights


def network_shapes(input_shape, layers):
    shapes = []
    shape = input_shape
    if len(shape) == 3:
        width, height, channels = input_shape
        shape = (height, width, channels)
    for layer in layers:
        if layer["type"] == "conv":
            k = layer["kernel_size"]
            s = layer.get("strides", 1)
            p = same_padding(k) if layer.get("padding", "valid") == "same" else 0
            height = output_size(shape[0], k, stride=s, padding=p)
            width = output_size(shape[1], k, stride=s, padding=p)
            shape = (height, width, layer["filters"])
        elif layer["type"] == "max_pool":
            k = layer.get("pool_size", 2)
            s = layer.get("strides", k)
            shape = (output_size(shape[0], k, stride=s), output_size(shape[1], k, stride=s), shape[2])
        elif layer["type"] == "flatten":
            shape = (shape[0] * shape[1] * shape[2],)
        else:
            shape = (layer["units"],)
        shapes.append(shape)
    return shapes


ANSWERS = {
    "size_at_stride_1": 7,
    "size_at_stride_2": 4,
    "size_at_stride_3": 3,
    "two_filters_shape": (7, 7, 2),
    "colour_shape": (4, 4, 10),
    "filter_tensor_shape": (3, 3, 1, 2),
    "dense_weights": 3200,
    "conv_weights": 288,
    "large_grey_weights": 1_690_000_000,
    "large_colour_weights": 5_070_000_000,
    "conv_weights_depend_on_image_size": False,
    "what_flattening_hides": """
    Flattening keeps every value, but not which pixels lie beside each other. If the pixels of all images are
    shuffled in the same way, a dense network learns as well as before, while a CNN becomes much worse.
    """,
}
