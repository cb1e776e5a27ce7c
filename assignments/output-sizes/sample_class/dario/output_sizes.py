# No formula where counting will do.


def output_size(size, kernel_size, stride=1, padding=0):
    places = 0
    start = -padding
    while start + kernel_size <= size + padding:
        places += 1
        start += stride
    return places


def same_padding(kernel_size):
    zeros = 0
    while output_size(kernel_size, kernel_size, padding=zeros) < kernel_size:
        zeros += 1
    return zeros


def conv_parameters(kernel_size, in_channels, filters, use_bias=True):
    try:
        height, width = kernel_size
    except TypeError:
        height = width = kernel_size
    one_filter = height * width * in_channels
    if use_bias:
        one_filter += 1
    return one_filter * filters


def dense_parameters(inputs, units, use_bias=True):
    return conv_parameters(1, inputs, units, use_bias=use_bias)


def after_conv(shape, filters, kernel_size, strides=1, padding="valid"):
    if padding == "same":
        return -(-shape[0] // strides), -(-shape[1] // strides), filters
    return output_size(shape[0], kernel_size, strides), output_size(shape[1], kernel_size, strides), filters


def after_max_pool(shape, pool_size=2, strides=None):
    return after_conv(shape, shape[2], pool_size, strides or pool_size)


def after_flatten(shape):
    return (shape[0] * shape[1] * shape[2],)


def after_dense(shape, units):
    return (units,)


AFTER = {"conv": after_conv, "max_pool": after_max_pool, "flatten": after_flatten, "dense": after_dense}


def network_shapes(input_shape, layers):
    if not layers:
        return []
    options = {key: value for key, value in layers[0].items() if key != "type"}
    shape = AFTER[layers[0]["type"]](input_shape, **options)
    return [shape] + network_shapes(shape, layers[1:])


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
