"""Pooling, gradients, tensors and counts agree with TensorFlow's operations and with Keras's layers."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from reference.convolution_gradients import conv2d_gradients, conv2d_layer_gradients
from reference.parameters import network_parameters, network_shapes
from reference.pooling import (
    average_pool2d_layer,
    global_average_pool,
    global_max_pool,
    l2_pool2d_layer,
    max_pool2d_layer,
)
from reference.pooling_gradients import (
    average_pool2d_layer_gradient,
    global_average_pool_gradient,
    global_max_pool_gradient,
    l2_pool2d_layer_gradient,
    max_pool2d_layer_gradient,
)
from reference.tensors import add_bias, describe, first_second_last, scale, to_batch, to_row

tf = pytest.importorskip("tensorflow")

FLOAT32_TOLERANCE = {"rtol": 1e-5, "atol": 1e-4}

seeds = st.integers(0, 2**32 - 1)


def l2_pool(images, pool_size, strides, padding):
    """TensorFlow has none: the root of the mean of squares, times that of the window's size."""
    elements = np.prod(pool_size)
    return tf.sqrt(tf.nn.avg_pool2d(tf.square(images), pool_size, strides, padding) * elements)


POOLING = [
    pytest.param(tf.nn.max_pool2d, max_pool2d_layer, max_pool2d_layer_gradient, id="max"),
    pytest.param(tf.nn.avg_pool2d, average_pool2d_layer, average_pool2d_layer_gradient, id="average"),
    pytest.param(l2_pool, l2_pool2d_layer, l2_pool2d_layer_gradient, id="L2"),
]


def taped(operation, *inputs, seed):
    """Run TensorFlow's operation: its output, a made-up gradient there, and the inputs' gradients."""
    tensors = [tf.constant(array) for array in inputs]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        output = operation(*tensors)
    gradient = np.random.default_rng(seed).standard_normal(output.shape, dtype=np.float32)
    return output.numpy(), gradient, [part.numpy() for part in tape.gradient(output, tensors, gradient)]


class TestPooling:
    @pytest.mark.parametrize(("theirs", "ours", "gradient"), POOLING)
    @settings(max_examples=20, deadline=None)
    @given(data=st.data(), seed=seeds)
    def test_values_and_gradients_are_tensorflows(self, theirs, ours, gradient, data, seed):
        sizes = data.draw(st.tuples(*[st.integers(1, 9)] * 2))
        pool_size = tuple(data.draw(st.integers(1, min(size, 4))) for size in sizes)
        strides = data.draw(st.tuples(*[st.integers(1, 4)] * 2))
        images = np.random.default_rng(seed).standard_normal((2, *sizes, 3), dtype=np.float32)
        expected, weights, (by_images,) = taped(
            lambda tensor: theirs(tensor, pool_size, strides, "VALID"), images, seed=seed
        )
        received = ours(images, pool_size, strides)
        assert received.dtype == np.float32
        assert_allclose(received, expected, **FLOAT32_TOLERANCE)
        received = gradient(images, weights, pool_size, strides)
        assert received.dtype == np.float32
        assert_allclose(received, by_images, **FLOAT32_TOLERANCE)

    @pytest.mark.parametrize("channels", [1, 16])
    @pytest.mark.parametrize(("pool_size", "strides"), [(2, 2), (3, 1), ((3, 2), (2, 1))])
    def test_ties_go_to_the_first_as_in_tensorflow_on_a_cpu(self, channels, pool_size, strides):
        images = np.random.default_rng(1).integers(0, 2, (2, 7, 6, channels)).astype(np.float32)
        with tf.device("CPU"):
            _, weights, (expected,) = taped(
                lambda tensor: tf.nn.max_pool2d(tensor, pool_size, strides, "VALID"), images, seed=2
            )
        received = max_pool2d_layer_gradient(images, weights, pool_size, strides)
        assert_allclose(received, expected, **FLOAT32_TOLERANCE)

    @pytest.mark.parametrize(
        ("layer", "ours"),
        [
            (tf.keras.layers.MaxPool2D, max_pool2d_layer),
            (tf.keras.layers.AveragePooling2D, average_pool2d_layer),
        ],
    )
    @pytest.mark.parametrize(("pool_size", "strides"), [(2, None), (3, 2), ((2, 3), (3, 1))])
    def test_layers_are_kerass(self, layer, ours, pool_size, strides):
        images = np.random.default_rng(3).standard_normal((2, 7, 8, 3), dtype=np.float32)
        expected = np.asarray(layer(pool_size, strides)(images))
        assert_allclose(ours(images, pool_size, strides), expected, **FLOAT32_TOLERANCE)

    @pytest.mark.parametrize(
        ("layer", "ours", "gradient"),
        [
            (tf.keras.layers.GlobalMaxPooling2D, global_max_pool, global_max_pool_gradient),
            (tf.keras.layers.GlobalAveragePooling2D, global_average_pool, global_average_pool_gradient),
        ],
    )
    def test_global_pooling_and_its_gradients_are_kerass(self, layer, ours, gradient):
        images = np.random.default_rng(4).standard_normal((2, 5, 6, 3), dtype=np.float32)
        expected, weights, (by_images,) = taped(layer(), images, seed=5)
        assert_allclose(ours(images), expected, **FLOAT32_TOLERANCE)
        assert_allclose(gradient(images, weights), by_images, **FLOAT32_TOLERANCE)

    def test_ties_in_global_pooling_are_shared_by_keras_and_go_to_the_first_here(self):
        images = np.ones((1, 1, 2, 1), np.float32)
        _, weights, (expected,) = taped(tf.keras.layers.GlobalMaxPooling2D(), images, seed=6)
        assert_allclose(expected.ravel(), [weights[0, 0] / 2] * 2)
        assert_array_equal(global_max_pool_gradient(images, weights).ravel(), [weights[0, 0], 0])


class TestConvolutionGradients:
    @settings(max_examples=30, deadline=None)
    @given(data=st.data(), seed=seeds)
    def test_layers_are_tensorflows(self, data, seed):
        rng = np.random.default_rng(seed)
        sizes = data.draw(st.tuples(*[st.integers(1, 9)] * 2))
        kernel_sizes = data.draw(st.tuples(*[st.integers(1, 4)] * 2))
        padding = data.draw(st.sampled_from(["valid", "same"]))
        strides = data.draw(st.tuples(*[st.integers(1, 3)] * 2))
        # TensorFlow on a CPU has the gradients of strides and of dilation, but not of both at once.
        dilation = data.draw(st.integers(1, 2)) if strides == (1, 1) else 1
        spans = [dilation * (size - 1) + 1 for size in kernel_sizes]
        assume(padding == "same" or all(span <= size for span, size in zip(spans, sizes, strict=True)))
        images = rng.standard_normal((2, *sizes, 3), dtype=np.float32)
        filters = rng.standard_normal((*kernel_sizes, 3, 2), dtype=np.float32)
        biases = rng.standard_normal(2, dtype=np.float32)

        def layer(images, filters, biases):
            return tf.nn.conv2d(images, filters, strides, padding.upper(), dilations=dilation) + biases

        _, weights, expected = taped(layer, images, filters, biases, seed=seed)
        received = conv2d_layer_gradients(images, filters, weights, strides, padding, dilation=dilation)
        for gradient, theirs in zip(received, expected, strict=True):
            assert gradient.dtype == np.float32
            assert_allclose(gradient, theirs, **FLOAT32_TOLERANCE)

    def test_explicit_padding_is_tensorflows(self):
        rng = np.random.default_rng(7)
        images = rng.standard_normal((2, 5, 6, 3), dtype=np.float32)
        filters = rng.standard_normal((3, 2, 3, 4), dtype=np.float32)
        sides = ((2, 1), (0, 3))
        _, weights, expected = taped(
            lambda images, filters: tf.nn.conv2d(images, filters, 2, [[0, 0], *sides, [0, 0]]),
            images,
            filters,
            seed=8,
        )
        received = conv2d_layer_gradients(images, filters, weights, 2, sides)
        assert_allclose(received.images, expected[0], **FLOAT32_TOLERANCE)
        assert_allclose(received.filters, expected[1], **FLOAT32_TOLERANCE)

    def test_conv2d_is_tensorflows(self):
        rng = np.random.default_rng(9)
        image = rng.standard_normal((7, 9), dtype=np.float32)
        kernel = rng.standard_normal((2, 3), dtype=np.float32)

        def conv2d(image, kernel, bias):
            sums = tf.nn.conv2d(image[None, :, :, None], kernel[:, :, None, None], (2, 3), "SAME")
            return sums[0, :, :, 0] + bias

        _, weights, expected = taped(conv2d, image, kernel, np.float32(0.5), seed=10)
        received = conv2d_gradients(image, kernel, weights, (2, 3), "same")
        for gradient, theirs in zip(received, expected, strict=True):
            assert_allclose(gradient, theirs, **FLOAT32_TOLERANCE)


class TestTensors:
    @pytest.mark.parametrize("shape", [(), (7,), (3, 2, 4, 5)])
    def test_description_is_tensorflows(self, shape):
        tensor = tf.zeros(shape)
        expected = {"rank": int(tf.rank(tensor)), "shape": tuple(tensor.shape), "size": int(tf.size(tensor))}
        assert describe(tensor) == expected

    def test_tensors_come_in(self):
        assert first_second_last(tf.constant([0, 1, 1, 2, 34])) == (0, 1, 34)
        assert_array_equal(to_row(tf.constant([[1], [2], [3]])), [[1, 2, 3]])
        assert to_batch(tf.zeros((4, 5, 3))).shape == (1, 4, 5, 3)
        for factor in (2, tf.constant(2), tf.constant([2, 2, 2])):
            assert_array_equal(scale(tf.constant([1, 2, 3]), factor), [2, 4, 6])
        assert_array_equal(max_pool2d_layer(tf.ones((1, 2, 2, 1))), [[[[1]]]])

    def test_what_comes_out_may_be_written_to_and_leaves_the_tensor(self):
        tensor = tf.ones((2, 3))
        for result in (to_row(tensor), to_batch(tensor)):
            result[:] = 0
        assert_array_equal(tensor, 1)

    def test_add_bias_is_tensorflows(self):
        rng = np.random.default_rng(11)
        images, biases = (rng.standard_normal(shape, dtype=np.float32) for shape in ((2, 3, 4, 5), (5,)))
        assert_array_equal(add_bias(images, biases), tf.nn.bias_add(images, biases))


def kerass(layer):
    """Make Keras's layer of one of our dictionaries; its average pooling alone has no default size."""
    keys = ({"pool_size": 2} if layer["type"] == "average_pool" else {}) | layer
    layers = {
        "conv": tf.keras.layers.Conv2D,
        "max_pool": tf.keras.layers.MaxPool2D,
        "average_pool": tf.keras.layers.AveragePooling2D,
        "global_max_pool": tf.keras.layers.GlobalMaxPooling2D,
        "global_average_pool": tf.keras.layers.GlobalAveragePooling2D,
        "flatten": tf.keras.layers.Flatten,
        "dense": tf.keras.layers.Dense,
        "activation": tf.keras.layers.Activation,
        "dropout": tf.keras.layers.Dropout,
    }
    return layers[keys.pop("type")](**keys)


per_axis = st.one_of(st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 3)))
paddings = st.sampled_from(["valid", "same"])
POOLS = st.fixed_dictionaries(
    {"type": st.sampled_from(["max_pool", "average_pool"])},
    optional={"pool_size": per_axis, "strides": per_axis, "padding": paddings},
)
CONVS = st.fixed_dictionaries(
    {"type": st.just("conv"), "filters": st.integers(1, 5), "kernel_size": per_axis},
    optional={
        "strides": per_axis,
        "padding": paddings,
        "use_bias": st.booleans(),
        "activation": st.just("relu"),
    },
)
DENSES = st.fixed_dictionaries(
    {"type": st.just("dense"), "units": st.integers(1, 9)}, optional={"use_bias": st.booleans()}
)
WITHOUT_SHAPE = st.sampled_from(
    [{"type": "activation", "activation": "relu"}, {"type": "dropout", "rate": 0.5}]
)
TO_VECTORS = st.sampled_from(
    [{"type": kind} for kind in ("flatten", "global_max_pool", "global_average_pool")]
)
NETWORKS = st.tuples(
    st.lists(st.one_of(CONVS, POOLS, DENSES, WITHOUT_SHAPE), max_size=4),
    st.lists(TO_VECTORS, min_size=1, max_size=1),
    st.lists(st.one_of(DENSES, WITHOUT_SHAPE, st.just({"type": "flatten"})), max_size=3),
)


class TestNetworks:
    @settings(max_examples=40, deadline=None)
    @given(input_shape=st.tuples(st.integers(6, 20), st.integers(6, 20), st.integers(1, 3)), parts=NETWORKS)
    def test_shapes_and_counts_are_kerass(self, input_shape, parts):
        layers = [layer for part in parts for layer in part]
        try:
            shapes = network_shapes(input_shape, layers)
        except ValueError as error:
            assert "does not fit" in str(error)  # noqa: PT017
            assume(False)
        expected_shape, expected = (None, *input_shape), []
        for layer in map(kerass, layers):
            layer.build(expected_shape)
            expected_shape = layer.compute_output_shape(expected_shape)
            expected.append((expected_shape[1:], layer.count_params()))
        received = list(zip(shapes, network_parameters(input_shape, layers), strict=True))
        assert received == expected

    def test_model_of_the_school(self):
        pool, conv = {"type": "max_pool"}, {"type": "conv", "filters": 8, "kernel_size": 3}
        dense = {"type": "dense", "units": 64}
        layers = [conv, pool, conv | {"filters": 16}, pool, {"type": "flatten"}, dense, dense | {"units": 4}]
        model = tf.keras.Sequential([tf.keras.Input((80, 80, 3)), *map(kerass, layers)])
        assert network_shapes((80, 80, 3), layers) == [layer.output.shape[1:] for layer in model.layers]
        counts = network_parameters((80, 80, 3), layers)
        assert counts == [layer.count_params() for layer in model.layers]
        assert sum(counts) == model.count_params() == 333_492

    @pytest.mark.parametrize("kind", ["conv", "max_pool", "average_pool"])
    def test_keras_refuses_an_empty_output_too(self, kind):
        size = {"filters": 1, "kernel_size": 4} if kind == "conv" else {"pool_size": 4}
        layer = {"type": kind} | size
        with pytest.raises(ValueError, match="does not fit into the shape"):
            network_shapes((2, 9, 3), [layer])
        with pytest.raises(ValueError, match=r"[Nn]egative|<= 0"):
            kerass(layer).compute_output_shape((None, 2, 9, 3))
