"""Parameter counts and shapes by the lecture's figures and models."""

import re

import pytest

from reference.parameters import conv_parameters, dense_parameters, network_parameters, network_shapes


def conv(filters, **others):
    return {"type": "conv", "filters": filters, "kernel_size": 3, "activation": "relu"} | others


def dense(units, **others):
    return {"type": "dense", "units": units} | others


POOL = {"type": "max_pool"}
FLATTEN = {"type": "flatten"}
RELU = {"type": "activation", "activation": "relu"}


class TestLectureExamples:
    def test_dense_against_convolutional_weights_on_10x10(self):
        assert dense_parameters(10 * 10, 32, use_bias=False) == 3200
        assert conv_parameters(3, 1, 32, use_bias=False) == 288

    def test_1300x1300_into_1000_dense_units(self):
        assert dense_parameters(1300 * 1300, 1000, use_bias=False) == 1_690_000_000
        assert dense_parameters(1300 * 1300 * 3, 1000, use_bias=False) == 5_070_000_000

    def test_two_filters_on_9x9(self):
        layers = [{"type": "conv", "filters": 2, "kernel_size": 3}]
        assert network_shapes((9, 9, 1), layers) == [(7, 7, 2)]
        assert network_parameters((9, 9, 1), layers) == [3 * 3 * 1 * 2 + 2]

    @pytest.mark.parametrize(("stride", "size"), [(1, 7), (2, 4), (3, 3)])
    def test_strides_on_9x9(self, stride, size):
        assert network_shapes((9, 9, 1), [conv(1, strides=stride)]) == [(size, size, 1)]

    @pytest.mark.parametrize(
        ("input_shape", "layers", "total"),
        [
            pytest.param(
                (180, 180, 3),
                [
                    *(layer for filters in (16, 32, 64) for layer in (conv(filters, padding="same"), POOL)),
                    FLATTEN,
                    dense(128),
                    dense(5),
                ],
                3_989_285,
                id="image classifier",
            ),
            pytest.param(
                (32, 32, 3),
                [conv(32), POOL, conv(64), POOL, conv(64), FLATTEN, dense(64), dense(10)],
                122_570,
                id="CIFAR-10",
            ),
            pytest.param(
                (80, 80, 3),
                [conv(8), POOL, conv(16), POOL, FLATTEN, dense(64), dense(4, activation="softmax")],
                333_492,
                id="school",
            ),
            pytest.param(
                (28, 28, 1),
                [
                    conv(32, kernel_size=5, padding="same"),
                    POOL,
                    conv(64, kernel_size=5, padding="same"),
                    POOL,
                    FLATTEN,
                    dense(1024),
                    {"type": "dropout", "rate": 0.5},
                    dense(10),
                ],
                3_274_634,
                id="MNIST, low-level",
            ),
            pytest.param(
                (28, 28, 1),
                [
                    conv(32),
                    conv(64),
                    POOL,
                    {"type": "dropout", "rate": 0.25},
                    FLATTEN,
                    dense(128),
                    {"type": "dropout"},
                    dense(10),
                ],
                1_199_882,
                id="Fashion-MNIST",
            ),
            pytest.param(
                (28, 28, 1),
                [conv(32), POOL, RELU, FLATTEN, dense(128), dense(10)],
                693_962,
                id="zip code, base",
            ),
            pytest.param(
                (28, 28, 1),
                [conv(32), POOL, RELU, conv(64), POOL, RELU, FLATTEN, dense(128), dense(10)],
                225_034,
                id="zip code, improved",
            ),
            pytest.param((784,), [dense(32), dense(784)], 50_992, id="autoencoder 32"),
            pytest.param((784,), [dense(64), dense(784)], 101_200, id="autoencoder 64"),
            pytest.param(
                (784,),
                [dense(units) for units in (512, 256, 128, 64, 128, 256, 512, 784)],
                1_149_520,
                id="deep autoencoder",
            ),
            pytest.param(
                (784,),
                [dense(units) for units in (1024, 1024, 1024, 1024, 1024, 784)],
                5_805_840,
                id="sparse deep autoencoder",
            ),
        ],
    )
    def test_totals_of_the_courses_models(self, input_shape, layers, total):
        assert sum(network_parameters(input_shape, layers)) == total


class TestShapes:
    def test_layer_by_layer(self):
        layers = [
            conv(8),
            {"type": "average_pool", "pool_size": 3, "strides": 2},
            conv(4, strides=(2, 1), padding="same"),
            {"type": "dropout", "rate": 0.5},
            FLATTEN,
            dense(10),
        ]
        assert network_shapes((28, 30, 1), layers) == [
            (26, 28, 8),
            (12, 13, 8),
            (6, 13, 4),
            (6, 13, 4),
            (312,),
            (10,),
        ]

    @pytest.mark.parametrize("kind", ["max_pool", "average_pool"])
    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            ({}, (3, 2, 5)),
            ({"pool_size": (3, 1)}, (2, 5, 5)),
            ({"pool_size": 3, "strides": None}, (2, 1, 5)),
            ({"pool_size": 3, "strides": 1}, (5, 3, 5)),
            ({"pool_size": 1, "strides": 3}, (3, 2, 5)),
            ({"padding": "same"}, (4, 3, 5)),
            ({"pool_size": 9, "padding": "same", "strides": 1}, (7, 5, 5)),
        ],
    )
    def test_pooling(self, kind, keys, expected):
        assert network_shapes((7, 5, 5), [{"type": kind} | keys]) == [expected]

    @pytest.mark.parametrize("kind", ["global_max_pool", "global_average_pool"])
    def test_global_pooling_leaves_the_channels(self, kind):
        assert network_shapes((7, 5, 3), [{"type": kind}]) == [(3,)]

    def test_dense_before_flatten_acts_on_the_last_axis(self):
        assert network_shapes((7, 5, 3), [dense(10)]) == [(7, 5, 10)]
        assert network_parameters((7, 5, 3), [dense(10)]) == [40]

    def test_flatten_of_what_is_flat(self):
        assert network_shapes((784,), [FLATTEN]) == [(784,)]

    def test_no_layers(self):
        assert network_shapes((28, 28, 1), []) == []
        assert network_parameters([28, 28, 1], []) == []


class TestParameters:
    def test_kernel_of_two_sizes(self):
        assert conv_parameters((3, 5), 2, 4) == 3 * 5 * 2 * 4 + 4

    def test_without_biases(self):
        assert network_parameters((4, 4, 2), [conv(3, use_bias=False)]) == [3 * 3 * 2 * 3]
        assert network_parameters((4,), [dense(3, use_bias=False)]) == [12]

    def test_what_learns_nothing_has_none(self):
        layers = [POOL, RELU, {"type": "dropout"}, {"type": "average_pool"}, {"type": "global_max_pool"}]
        assert network_parameters((4, 4, 2), layers) == [0] * 5


class TestErrors:
    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: conv_parameters(0, 1, 1), "kernel_size must be at least 1; received kernel_size=0"),
            (lambda: conv_parameters(3, 0, 1), "in_channels must be at least 1; received in_channels=0"),
            (lambda: conv_parameters(3, 1, 1.5), "filters must be an integer; received filters=1.5"),
            (lambda: dense_parameters(-1, 1), "inputs must be at least 1; received inputs=-1"),
            (lambda: dense_parameters(1, "2"), "units must be an integer; received units='2'"),
        ],
    )
    def test_counts(self, call, message):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            call()

    @pytest.mark.parametrize(
        ("layer", "message"),
        [
            ("flatten", "layers[1]: expected a dictionary with a \"type\", received 'flatten'"),
            ({"units": 3}, "layers[1]: expected a dictionary with a \"type\", received {'units': 3}"),
            (
                {"type": "conv3d"},
                (
                    "layers[1]: expected a type among conv, max_pool, average_pool, global_max_pool, "
                    "global_average_pool, flatten, dense, activation, dropout; received type='conv3d'"
                ),
            ),
            (
                {"type": "conv", "filters": 8},
                "layers[1] (conv): expected the keys filters, kernel_size; received filters",
            ),
            ({"type": "dense"}, "layers[1] (dense): expected the keys units; received none"),
            (
                conv(8, stride=2),
                (
                    "layers[1] (conv): expected keys among activation, filters, kernel_size, padding, "
                    "strides, use_bias; received stride"
                ),
            ),
            (
                {"type": "flatten", "units": 3},
                "layers[1] (flatten): expected no keys; received units",
            ),
            (
                conv(8, padding="full"),
                'layers[1] (conv): padding: expected "valid" or "same"; received padding=\'full\'',
            ),
            (conv(0, kernel_size=1), "layers[1] (conv): filters must be at least 1; received filters=0"),
            (conv(8, strides=0), "layers[1] (conv): strides must be at least 1; received strides=0"),
            (
                conv(8, kernel_size=(2, 3, 4)),
                "layers[1] (conv): kernel_size: expected an integer or two; received kernel_size=(2, 3, 4)",
            ),
            (conv(8), "layers[1] (conv): kernel_size=3 does not fit into the shape (2, 2, 3)"),
            (
                {"type": "max_pool", "pool_size": (1, 3)},
                "layers[1] (max_pool): pool_size=(1, 3) does not fit into the shape (2, 2, 3)",
            ),
        ],
    )
    def test_layer(self, layer, message):
        for function in (network_shapes, network_parameters):
            with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
                function((4, 4, 3), [POOL, layer])

    @pytest.mark.parametrize(
        "layer", [conv(8), POOL, {"type": "average_pool"}, {"type": "global_average_pool"}]
    )
    def test_what_needs_feature_maps_after_flatten(self, layer):
        message = (
            f"layers[1] ({layer['type']}): expected an input of shape (height, width, channels), "
            "received shape (48,)"
        )
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            network_shapes((4, 4, 3), [FLATTEN, layer])

    @pytest.mark.parametrize("input_shape", [(), 784, "28"])
    def test_input_shape_of_no_integers(self, input_shape):
        message = f"input_shape: expected one integer or more, received input_shape={input_shape!r}"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            network_shapes(input_shape, [])

    def test_input_shape_with_the_batch_axis_as_keras_shows_it(self):
        message = "input_shape must be an integer; received input_shape=None"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            network_shapes((None, 28, 28, 1), [])
