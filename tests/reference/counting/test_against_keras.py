"""Counts agree with Keras: every kind of layer by itself, models drawn from a seed, and those in use."""

import json
import math
import re

import numpy as np
import pytest

import reference.models
from benchmarks.architectures import Architectures
from benchmarks.disagreements import disagreements
from reference.shapes.counts import Weight
from reference.shapes.layers import COUNTERS
from reference.shapes.layers.operations import OPERATIONS
from reference.shapes.model import count_model

keras = pytest.importorskip("keras")
layers = keras.layers

# Frozen in a call that has masks: Keras says that a mask ends there.
pytestmark = pytest.mark.filterwarnings("ignore:Layer .* does not support masking")

VECTOR, STEPS, IMAGE, VOLUME = (7,), (9, 4), (9, 8, 6), (5, 6, 4, 2)
ODD = {"strides": (2, 3), "padding": "same"}
EACH = {
    "Conv1D": (STEPS, {"filters": 3, "kernel_size": 4, "padding": "causal", "dilation_rate": 2}),
    "Conv2D": (IMAGE, {"filters": 4, "kernel_size": (2, 3), "groups": 2, "use_bias": False, **ODD}),
    "Conv3D": (VOLUME, {"filters": 3, "kernel_size": (1, 2, 3)}),
    "DepthwiseConv1D": (STEPS, {"kernel_size": 3, "depth_multiplier": 2}),
    "DepthwiseConv2D": (IMAGE, {"kernel_size": (3, 2), "data_format": "channels_first"}),
    "SeparableConv1D": (STEPS, {"filters": 3, "kernel_size": 2, "depth_multiplier": 3}),
    "SeparableConv2D": (IMAGE, {"filters": 3, "kernel_size": (2, 4), "dilation_rate": (1, 2)}),
    "Conv1DTranspose": (STEPS, {"filters": 3, "kernel_size": 2, "strides": 3}),
    "Conv2DTranspose": (IMAGE, {"filters": 3, "kernel_size": (3, 2), "output_padding": (1, 2), **ODD}),
    "Conv3DTranspose": (VOLUME, {"filters": 3, "kernel_size": 2, "strides": 2}),
    "Dense": (IMAGE, {"units": 3}),
    "Embedding": (VECTOR, {"input_dim": 11, "output_dim": 3}),
    "Softmax": (IMAGE, {"axis": 1}),
    "PReLU": (IMAGE, {"shared_axes": [1, 2]}),
    "BatchNormalization": (IMAGE, {"axis": 1, "scale": False}),
    "LayerNormalization": (IMAGE, {"axis": [1, -1]}),
    "GroupNormalization": (IMAGE, {"groups": 3}),
    "RMSNormalization": (IMAGE, {"axis": 2}),
    "UnitNormalization": (IMAGE, {}),
    "Normalization": (IMAGE, {"axis": (1, 3)}),
    "SimpleRNN": (STEPS, {"units": 3}),
    "GRU": (STEPS, {"units": 3, "reset_after": False, "return_sequences": True}),
    "LSTM": (STEPS, {"units": 3, "use_bias": False}),
    "Flatten": (IMAGE, {}),
    "Reshape": (IMAGE, {"target_shape": (-1, 12)}),
    "Permute": (IMAGE, {"dims": (3, 1, 2)}),
    "RepeatVector": (VECTOR, {"n": 3}),
    "Resizing": (IMAGE, {"height": 4, "width": 13}),
    "CenterCrop": (IMAGE, {"height": 4, "width": 3}),
    "RandomCrop": (IMAGE, {"height": 4, "width": 3}),
    "ZeroPadding1D": (STEPS, {"padding": (1, 2)}),
    "ZeroPadding2D": (IMAGE, {"padding": ((1, 2), (0, 3)), "data_format": "channels_first"}),
    "ZeroPadding3D": (VOLUME, {"padding": 2}),
    "Cropping1D": (STEPS, {"cropping": (1, 2)}),
    "Cropping2D": (IMAGE, {"cropping": ((1, 2), (0, 3))}),
    "Cropping3D": (VOLUME, {"cropping": 1}),
    "UpSampling1D": (STEPS, {"size": 3}),
    "UpSampling2D": (IMAGE, {"size": (2, 3), "interpolation": "bilinear"}),
    "UpSampling3D": (VOLUME, {"size": (1, 2, 3)}),
    "Rescaling": (IMAGE, {"scale": 0.5}),
    "RandomTranslation": (IMAGE, {"height_factor": 0.1, "width_factor": 0.1}),
    "Dot": ([IMAGE, IMAGE], {"axes": 2}),
    "Concatenate": ([IMAGE, (9, 5, 6)], {"axis": 2}),
    "Subtract": ([IMAGE, (8, 6)], {}),
    **{
        f"SpatialDropout{rank}D": (shape, {"rate": 0.1})
        for rank, shape in enumerate((STEPS, IMAGE, VOLUME), 1)
    },
    **{
        name: ([IMAGE, IMAGE, (1, 8, 1)], {}) for name in ("Add", "Multiply", "Average", "Maximum", "Minimum")
    },
    **{
        f"{prefix}{kind}Pooling{rank}D": (shape, settings)
        for kind in ("Max", "Average")
        for rank, shape in enumerate((STEPS, IMAGE, VOLUME), 1)
        for prefix, settings in (
            ("", {"pool_size": 3, "strides": 2, "padding": "same"}),
            ("Global", {"keepdims": True}),
            ("Adaptive", {"output_size": 3}),
        )
    },
}
SETTINGS = {
    "Activation": {"activation": "relu"},
    "AlphaDropout": {"rate": 0.1},
    "Dropout": {"rate": 0.1},
    "GaussianDropout": {"rate": 0.1},
    "GaussianNoise": {"stddev": 0.1},
    "RandomBrightness": {"factor": 0.1},
    "RandomColorDegeneration": {"factor": 0.1},
    "RandomContrast": {"factor": 0.1},
    "RandomHue": {"factor": 0.1},
    "RandomPosterization": {"factor": 4},
    "RandomRotation": {"factor": 0.1},
    "RandomSaturation": {"factor": 0.1},
    "RandomSharpness": {"factor": 0.1},
    "RandomZoom": {"height_factor": 0.1},
}


def alone(kind):
    """Return a model of one layer."""
    shape, settings = EACH.get(kind, ((9, 8, 3), SETTINGS.get(kind, {})))
    if isinstance(shape, list):
        inputs = [layers.Input(each) for each in shape]
        return keras.Model(inputs, getattr(layers, kind)(**settings)(inputs))
    return keras.Sequential([layers.Input(shape), getattr(layers, kind)(**settings)])


@pytest.mark.parametrize("kind", sorted(COUNTERS))
def test_each_kind_of_layer_is_counted_as_by_keras(kind):
    model = alone(kind)
    assert disagreements(model) == []
    (layer,) = count_model(model.to_json()).layers
    assert (layer.kind, layer.is_counted_by_weights) == (kind, False)
    assert None not in (layer.output_shape, layer.parameters, layer.multiply_adds)


@pytest.mark.parametrize("kind", sorted(OPERATIONS))
def test_each_operation_is_counted_as_by_keras(kind):
    one, other = layers.Input((4, 3)), layers.Input((4, 3))
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.removeprefix("ops.")).lower()
    operation = getattr(keras.ops, name)
    output = {
        "clip": lambda: operation(one, 0, 1),
        "concatenate": lambda: operation([one, other], axis=1),
        "expand_dims": lambda: operation(one, 1),
        **{name: lambda: operation(one, axis=(1, -1), keepdims=True) for name in ("mean", "max", "any")},
        **{name: lambda: operation(one, axis=1) for name in ("sum", "min", "all")},
        **{
            name: lambda: operation(one, other) for name in ("add", "subtract", "multiply", "divide", "power")
        },
        **{name: lambda: operation(one, other) for name in ("maximum", "minimum", "true_divide")},
        **{name: lambda: operation(one, other) for name in ("not_equal", "logical_or")},
    }.get(name, lambda: operation(one))()
    model = keras.Model([one, other], [output, layers.Flatten()(other)])
    assert kind in {layer.kind for layer in count_model(model.to_json()).layers}
    assert disagreements(model) == []


class TestModels:
    @pytest.mark.parametrize(
        ("was", "becomes", "seen"),
        [
            ('"units": 3', '"units": 4', "dense (Dense): parameters: counted 2308, Keras 1731"),
            (
                '"padding": "same"',
                '"padding": "valid"',
                "conv (Conv2D): shapes: counted [(6, 6, 9)], Keras [(8, 8, 9)]",
            ),
            ('"trainable": true', '"trainable": false', "trainable: counted 0, Keras 1821"),
            (
                '"name": "dense"',
                '"name": "dens"',
                "layers of one side only: counted ['dens'], Keras ['dense']",
            ),
        ],
    )
    def test_disagreement_is_seen(self, monkeypatch, was, becomes, seen):
        convolution = layers.Conv2D(9, 3, padding="same", name="conv")
        dense = layers.Dense(3, name="dense")
        model = keras.Sequential([layers.Input((8, 8, 1)), convolution, layers.Flatten(), dense])
        changed = model.to_json().replace(was, becomes)
        monkeypatch.setattr("benchmarks.disagreements.count_model", lambda _: count_model(changed))
        assert seen in disagreements(model)

    @pytest.mark.parametrize("seed", range(3))
    def test_drawn_ones_are_counted_as_by_keras(self, seed):
        architectures = Architectures(seed)
        for _ in range(12):
            model = architectures.model()
            assert disagreements(model) == []

    @pytest.mark.slow
    def test_many_drawn_ones_are_counted_as_by_keras(self):
        architectures = Architectures(100)
        kinds = set()
        for _ in range(400):
            model = architectures.model()
            assert disagreements(model) == []
            kinds |= {layer.kind for layer in count_model(model.to_json()).layers}
        assert len(kinds & COUNTERS.keys()) > 80

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("name", "products", "tolerance"),
        [
            ("VGG16", 15.47e9, 0.001),
            ("ResNet50", 3.86e9, 0.01),
            ("MobileNet", 569e6, 0.01),
            ("MobileNetV2", 300e6, 0.01),
            ("DenseNet121", 2.83e9, 0.02),
            ("InceptionV3", 5.71e9, 0.01),
            ("Xception", 8.36e9, 0.01),
            ("EfficientNetB0", 0.39e9, 0.02),
            ("NASNetMobile", 564e6, 0.02),
        ],
    )
    def test_known_ones_are_counted_as_by_keras_and_as_published(self, name, products, tolerance):
        model = getattr(keras.applications, name)(weights=None)
        assert disagreements(model) == []
        counted = count_model(model.to_json())
        assert counted.uncounted == ()
        assert counted.multiply_adds == pytest.approx(products, rel=tolerance)

    @pytest.mark.parametrize("name", reference.models.NAMES)
    def test_the_courses_own_are_counted_as_by_keras_with_the_weights_of_what_is_not_known(self, name):
        model = reference.models.build(name)
        configuration = reference.models.configuration(name)
        unknown = {model.name: model} | {each.name: each for each in model.layers}
        weights = {
            each: [Weight(tuple(weight.shape), weight.trainable) for weight in unknown[each].weights]
            for each in count_model(configuration).uncounted
        }
        counted = count_model(configuration, weights)
        assert counted.total == model.count_params()
        assert counted.non_trainable == sum(math.prod(weight.shape) for weight in model.non_trainable_weights)
        assert set(counted.uncounted) == weights.keys()
        if not weights:
            assert disagreements(model) == []

    def test_dictionaries_of_inputs_are_sorted_as_by_keras(self):
        one, other = layers.Input((4,), name="z"), layers.Input((3,), name="a")
        inner = keras.Model({"z": one, "a": other}, {"y": layers.Dense(2)(one), "b": layers.Dense(5)(other)})
        by_list = keras.Model([one, other], layers.Dense(3)(layers.Concatenate()([one, other])))
        four, three = layers.Input((4,)), layers.Input((3,))
        made = inner({"z": four, "a": three})
        model = keras.Model([four, three], [made["y"], made["b"], by_list({"z": four, "a": three})])
        assert disagreements(model) == []

    def test_masks_are_no_inputs(self):
        steps, words = layers.Input((6, 2)), layers.Input((6,))
        masked, embedded = layers.Masking()(steps), layers.Embedding(5, 2, mask_zero=True)(words)
        inner = keras.Sequential([layers.Input((6, 2)), layers.Masking(), layers.LSTM(3)])
        joined = layers.Concatenate()([masked, embedded, steps])
        added = layers.Add()([masked, embedded])
        ends = [layers.GRU(2)(joined), layers.LSTM(2)(added), inner(masked)]
        model = keras.Model([steps, words], ends)
        assert disagreements(model) == []
        counted = count_model(model.to_json())
        assert counted.uncounted == ()
        assert {"ops.Any", "ops.LogicalOr", "ops.ExpandDims"} <= {layer.kind for layer in counted.layers}

    def test_activation_as_a_function(self):
        image = layers.Input((8, 8, 3))
        seen = layers.Dense(4)(layers.Flatten()(keras.activations.relu(layers.Conv2D(2, 3)(image))))
        model = keras.Model(image, keras.activations.softmax(seen))
        assert disagreements(model) == []
        counted = count_model(model.to_json())
        assert [layer.kind for layer in counted.layers][1::3] == ["ops.Relu", "ops.Softmax"]
        assert counted.uncounted == ()

    def test_operation_over_the_batch_is_unknown(self):
        steps = layers.Input((6, 2))
        model = keras.Model(steps, keras.ops.mean(steps, axis=0))
        (mean,) = count_model(model.to_json()).layers
        assert (mean.output_shape, mean.parameters) == (None, 0)

    def test_states_and_both_ways_are_outputs_of_their_own(self):
        steps = layers.Input((5, 3))
        _, *states = layers.LSTM(4, return_state=True)(steps)
        ends = layers.LSTM(4)(steps, initial_state=states)
        ways = layers.Bidirectional(layers.GRU(2, return_sequences=True), merge_mode=None)(steps)
        more = layers.Bidirectional(layers.LSTM(2, return_state=True))(steps)
        model = keras.Model(steps, [ends, *ways, *more])
        assert disagreements(model) == []

    def test_model_for_each_step_is_one_layer(self):
        inner = keras.Sequential([layers.Conv1D(3, 3), layers.BatchNormalization(), layers.Flatten()])
        model = keras.Sequential([layers.Input((8, 9, 2)), layers.TimeDistributed(inner)])
        assert disagreements(model) == []
        assert count_model(model.to_json()).multiply_adds == 8 * 7 * (3 * 2 * 3)

    def test_frozen_parts_are_not_trainable(self):
        base = keras.Sequential([layers.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.BatchNormalization()])
        base.trainable = False
        model = keras.Sequential([layers.Input((8, 8, 3)), base, layers.Flatten(), layers.Dense(2)])
        assert disagreements(model) == []
        base.layers[0].trainable = True  # its own flag says so, but a frozen model trains nothing of it
        counted = count_model(model.to_json())
        assert counted.trainable == (6 * 6 * 4 + 1) * 2
        assert counted.non_trainable == 112 + 16

    def test_shared_layers_are_counted_once_and_multiply_each_time(self):
        encoder = keras.Sequential([layers.Input((8, 8, 1)), layers.Conv2D(2, 3), layers.Flatten()], name="e")
        one, other = layers.Input((8, 8, 1)), layers.Input((8, 8, 1))
        model = keras.Model([one, other], layers.Subtract()([encoder(one), encoder(other)]))
        assert disagreements(model) == []
        convolution = count_model(model.to_json()).layers[0]
        assert convolution.parameters == 20
        assert convolution.multiply_adds == 2 * 36 * 9 * 2
        assert convolution.output_shapes == ((6, 6, 2),) * 2

    def test_configuration_without_json_is_the_same(self):
        model = Architectures(5).model()
        assert count_model(model.get_config()) == count_model(model.to_json())
        assert count_model(json.loads(model.to_json())) == count_model(model.to_json())


class TestReceptiveField:
    @pytest.mark.parametrize("seed", range(12))
    def test_is_how_far_changes_reach(self, seed):
        """No window moves by more than one after an enlargement: there, it could see more than it does."""
        rng = np.random.default_rng(seed)
        length, chain, largest = 150, [], 3
        for _ in range(rng.integers(2, 6)):
            chain.append(
                self._link(*rng.integers(1, 5, size=2), rng.integers(1, largest + 1), rng.integers(7))
            )
            if type(chain[-1]).__name__ in ("Conv1DTranspose", "UpSampling1D"):
                largest = 1
        model = keras.Sequential([layers.Input((length, 1)), *chain])
        (expected,) = count_model(model.to_json()).receptive_field
        assert self._reach(model, length) == expected

    @staticmethod
    def _link(kernel, dilation, stride, which):
        """Return a layer whose weights are all positive: nothing cancels out."""
        kernel, dilation, stride, ones = (
            int(kernel),
            int(dilation),
            int(stride),
            {"kernel_initializer": "ones"},
        )
        if which == 0:
            return layers.Conv1D(1, kernel, dilation_rate=dilation, padding="causal", **ones)
        if which == 1:
            return layers.Conv1DTranspose(1, kernel, strides=2, **ones)
        if which == 2:
            return layers.UpSampling1D(2)
        if which == 3:
            return layers.AveragePooling1D(kernel, stride)
        return layers.Conv1D(1, kernel, strides=stride, padding="same", **ones)

    @staticmethod
    def _reach(model, length):
        """Return the most that one output element sees: all that make it other than zero."""
        inputs = np.zeros((length, length, 1), np.float32)
        inputs[np.arange(length), np.arange(length)] = 1
        sees = np.asarray(model(inputs))[..., 0] > 0  # (input element, output element)
        return max(np.ptp(np.flatnonzero(column)) + 1 for column in sees.T if column.any())

    @pytest.mark.parametrize(
        ("stack", "expected"),
        [
            ([layers.Conv2D(1, (3, 2)), layers.MaxPooling2D((2, 1)), layers.Conv2D(1, 3)], (8, 4)),
            ([layers.Conv2D(1, 3), layers.Flatten(), layers.Dense(1)], (20, 17)),
            ([layers.Conv2D(1, 3), layers.GlobalMaxPooling2D(), layers.Dense(1)], (20, 17)),
            ([layers.Conv2D(1, 3), layers.Flatten()], (3, 3)),
            ([layers.Permute((2, 1, 3)), layers.Conv2D(1, (3, 2))], (2, 3)),
            ([layers.Dense(3), layers.BatchNormalization(), layers.Dropout(0.5)], (1, 1)),
            ([layers.LayerNormalization(axis=[1, 2, 3])], (20, 17)),
            ([layers.Reshape((10, 34, 1)), layers.Conv2D(1, 2)], None),
            (
                [layers.Reshape((-1,)), layers.Dense(6), layers.Reshape((2, 3, 1)), layers.Conv2D(1, 2)],
                (20, 17),
            ),
            ([layers.TimeDistributed(layers.Conv1D(1, 3))], (1, 3)),
            ([layers.Reshape((20, 17)), layers.LSTM(3)], (20, 17)),
            ([layers.Resizing(10, 34, interpolation="nearest"), layers.Conv2D(1, 3)], (5, 2)),
        ],
    )
    def test_is_along_each_axis_of_the_image(self, stack, expected):
        model = keras.Sequential([layers.Input((20, 17, 1)), *stack])
        assert count_model(model.to_json()).receptive_field == expected

    def test_axes_of_channels_first_are_the_last(self):
        conv = {"data_format": "channels_first"}
        model = keras.Sequential(
            [layers.Input((3, 9, 8)), layers.Conv2D(2, (3, 5), **conv), layers.MaxPooling2D(2, **conv)]
        )
        assert count_model(model.to_json()).receptive_field == (4, 6)

    def test_longest_path_counts(self):
        image = layers.Input((16, 16, 1))
        far = layers.Conv2D(2, 3, padding="same")(layers.Conv2D(2, 3, padding="same")(image))
        near = layers.Conv2D(2, 1)(image)
        model = keras.Model(image, layers.Conv2D(1, 2)(layers.Add()([near, far])))
        assert count_model(model.to_json()).receptive_field == (6, 6)

    def test_squeeze_and_excitation_sees_the_whole_image(self):
        image = layers.Input((16, 15, 4))
        scale = layers.Dense(4)(layers.GlobalAveragePooling2D(keepdims=True)(image))
        model = keras.Model(image, layers.Conv2D(1, 3)(layers.Multiply()([image, scale])))
        assert count_model(model.to_json()).receptive_field == (16, 15)
