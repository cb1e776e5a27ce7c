try:
    import keras
except ImportError:
    keras = None


def output_size(size, kernel_size, stride=1, padding=0):
    return (size - kernel_size + 2 * padding) // stride + 1


def same_padding(kernel_size):
    return (kernel_size - 1) // 2


def conv_parameters(kernel_size, in_channels, filters, use_bias=True):
    if keras is None:
        height, width = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
        return height * width * in_channels * filters + (filters if use_bias else 0)
    layer = keras.layers.Conv2D(filters, kernel_size, use_bias=use_bias)
    layer.build((None, None, None, in_channels))
    return layer.count_params()


def dense_parameters(inputs, units, use_bias=True):
    if keras is None:
        return inputs * units + (units if use_bias else 0)
    layer = keras.layers.Dense(units, use_bias=use_bias)
    layer.build((None, inputs))
    return layer.count_params()


def shape_after(layer, shape):
    if keras is not None:
        kinds = {
            "conv": keras.layers.Conv2D,
            "max_pool": keras.layers.MaxPooling2D,
            "flatten": keras.layers.Flatten,
            "dense": keras.layers.Dense,
        }
        options = {key: value for key, value in layer.items() if key != "type"}
        return kinds[layer["type"]](**options).compute_output_shape((None, *shape))[1:]
    if layer["type"] == "dense":
        return (layer["units"],)
    if layer["type"] == "flatten":
        return (shape[0] * shape[1] * shape[2],)
    if layer["type"] == "max_pool":
        window = layer.get("pool_size", 2)
        stride, padding, channels = layer.get("strides") or window, 0, shape[2]
    else:
        window, stride, channels = layer["kernel_size"], layer.get("strides", 1), layer["filters"]
        padding = same_padding(window) if layer.get("padding") == "same" else 0
    return (
        output_size(shape[0], window, stride, padding),
        output_size(shape[1], window, stride, padding),
        channels,
    )


def network_shapes(input_shape, layers):
    shapes = []
    for layer in layers:
        input_shape = shape_after(layer, input_shape)
        shapes.append(input_shape)
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
