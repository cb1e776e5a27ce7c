import numpy as np


def output_size(size, kernel_size, stride=1, padding=0):
    return np.floor((size - kernel_size + 2 * padding) / stride) + 1


def same_padding(kernel_size):
    return np.floor(kernel_size / 2)


def conv_parameters(kernel_size, in_channels, filters, use_bias=True):
    kernel = np.broadcast_to(kernel_size, 2)
    tensor = np.zeros((*kernel, in_channels, filters), np.int8)
    return np.int64(tensor.size + np.zeros(filters).size * use_bias)


def dense_parameters(inputs, units, use_bias=True):
    return np.array(inputs) * units + np.where(use_bias, units, 0)


def network_shapes(input_shape, layers):
    shape = np.array(input_shape)
    shapes = []
    for layer in layers:
        if layer["type"] == "conv":
            padding = 0 if layer.get("padding", "valid") == "valid" else same_padding(layer["kernel_size"])
            sizes = output_size(shape[:2], layer["kernel_size"], layer.get("strides", 1), padding)
            shape = np.append(sizes, layer["filters"])
        if layer["type"] == "max_pool":
            window = layer.get("pool_size", 2)
            shape = np.append(output_size(shape[:2], window, layer.get("strides", window)), shape[2])
        if layer["type"] == "flatten":
            shape = np.array([shape.prod()])
        if layer["type"] == "dense":
            shape = np.array([layer["units"]])
        shapes.append([int(length) for length in shape])
    return shapes


ANSWERS = {
    "size_at_stride_1": 7,
    "size_at_stride_2": 4,
    "size_at_stride_3": 3,
    "two_filters_shape": [7, 7, 2],
    "colour_shape": (4, 4, 10),
    "filter_tensor_shape": (3, 3, 1, 2),
    "dense_weights": 3200,
    "conv_weights": 288,
    "large_grey_weights": 1.69e9,
    "large_colour_weights": 3 * 1.69e9,
    "conv_weights_depend_on_image_size": False,
    "what_flattening_hides": """
    Flattening keeps every value, but not which pixels lie beside each other. If the pixels of all images are
    shuffled in the same way, a dense network learns as well as before, while a CNN becomes much worse.
    """,
}
