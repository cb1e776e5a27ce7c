"""Configurations as a student's process may return them: of layers nobody knows, and hostile ones."""

import json
import random
import time

import pytest

from reference.shapes.counts import Weight
from reference.shapes.model import count_model
from reference.shapes.settings import ConfigurationError

OWN = {"module": None, "class_name": "Mine", "registered_name": "Mine"}


def layer(kind, name=None, module="keras.layers", **settings):
    return {"module": module, "class_name": kind, "config": {"name": name or kind.lower(), **settings}}


def dense(units, name="dense", **settings):
    return layer("Dense", name, units=units, use_bias=True, **settings)


def given(shape, name="input"):
    return layer("InputLayer", name, batch_shape=[None, *shape])


def convolution(**settings):
    usual = {"filters": 2, "kernel_size": [3, 3], "strides": [1, 1], "dilation_rate": [1, 1], "groups": 1}
    usual |= {"padding": "valid", "data_format": "channels_last", "use_bias": True}
    return layer("Conv2D", "conv", **usual | settings)


def sequential(*layers, name="m"):
    return {"module": "keras", "class_name": "Sequential", "config": {"name": name, "layers": list(layers)}}


def tensor(name, call=0, at=0, shape=None):
    config = {"shape": shape, "keras_history": [name, call, at]}
    return {"class_name": "__keras_tensor__", "config": config}


def functional(calls, outputs, inputs=("input",), name="m"):
    """Return a functional model of layers, each with the arguments of its calls."""
    layers = [
        {
            **each,
            "name": each["config"]["name"],
            "inbound_nodes": [{"args": args, "kwargs": {}} for args in nodes],
        }
        for each, nodes in calls
    ]
    numbers = {each["name"]: int(each["class_name"] == "Functional") for each in layers}  # as Keras writes it
    ends = {
        "input_layers": [[each, 0, 0] for each in inputs],
        "output_layers": [[each, numbers.get(each, 0), 0] for each in outputs],
    }
    return {"module": "keras", "class_name": "Functional", "config": {"name": name, "layers": layers, **ends}}


def described(config, shape):
    return {**config, "build_config": {"input_shape": shape}}


class TestUnknownLayers:
    def test_are_named_and_not_guessed(self):
        counted = count_model(sequential(given((4,)), dense(3), {**OWN, "config": {"name": "mine"}}))
        mine = counted.layers[1]
        assert (mine.name, mine.kind) == ("mine", "Mine")
        assert (mine.output_shape, mine.parameters, mine.trainable, mine.multiply_adds) == (None,) * 4
        assert not mine.is_counted_by_weights
        assert (counted.total, counted.trainable, counted.multiply_adds) == (None,) * 3
        assert counted.uncounted == ("mine",)
        assert counted.layers[0].parameters == 15

    @pytest.mark.parametrize(
        "unknown",
        [
            {**OWN, "config": {"name": "x"}},
            {**OWN, "class_name": "Dense", "config": {"name": "x", "units": 3, "use_bias": True}},
            layer("Lambda", "x", function={"class_name": "__lambda__"}),
            layer("MultiHeadAttention", "x"),
            dense(3, "x", lora_rank=2),
            dense(3, "x", dtype={"class_name": "QuantizedDTypePolicy"}),
            layer("TimeDistributed", "x", layer={**OWN, "config": {"name": "y"}}),
        ],
        ids=["own", "own by a known name", "lambda", "no counter", "low rank", "quantised", "wrapped"],
    )
    def test_are_counted_by_their_weights(self, unknown):
        weights = {"x": [Weight((6, 5)), Weight((5,)), Weight((2,), is_trainable=False)]}
        counted = count_model(sequential(given((2, 3)), unknown), weights)
        (one,) = counted.layers
        assert one.is_counted_by_weights
        assert (one.parameters, one.trainable, one.output_shape) == (37, 35, None)
        assert (counted.total, counted.non_trainable, counted.multiply_adds) == (37, 2, None)
        assert counted.uncounted == ("x",)

    def test_shape_after_one_is_what_the_configuration_says_and_marked(self):
        mine = {**OWN, "config": {"name": "mine"}}
        told = sequential(given((4,)), mine, described(dense(3), [None, 7]), layer("Dropout", rate=0.5))
        untold = sequential(given((4,)), mine, dense(3))
        _, after, last = count_model(told).layers
        assert (after.parameters, after.output_shape, after.is_shape_declared) == (24, (3,), True)
        assert (last.output_shape, last.is_shape_declared) == ((3,), True)
        assert (after.receptive_field, last.receptive_field) == (None, None)
        after = count_model(untold).layers[1]
        assert (after.parameters, after.output_shape, after.is_shape_declared) == (None, None, False)

    def test_shape_in_a_graph_is_that_of_the_tensor(self):
        mine = {**OWN, "config": {"name": "mine"}}
        calls = [
            (given((4,)), []),
            (mine, [[tensor("input")]]),
            (dense(3), [[tensor("mine", shape=[None, 7])]]),
            (layer("Add"), [[[tensor("dense", shape=[None, 99]), tensor("dense")]]]),
        ]
        counted = count_model(functional(calls, ["add"]), {"mine": [Weight((4, 7))]})
        assert (counted.total, counted.output_shapes) == (
            28 + 24,
            ((3,),),
        )  # what is known is not taken from it
        assert [each.is_shape_declared for each in counted.layers] == [False, True, True]

    def test_model_of_a_class_of_ones_own_is_one_layer(self):
        counted = count_model({**OWN, "config": {"name": "whole"}}, {"whole": [Weight((5,))]})
        assert [(each.kind, each.parameters) for each in counted.layers] == [("Mine", 5)]
        assert counted.output_shapes == (None,)

    def test_model_that_is_not_built_has_no_shapes(self):
        counted = count_model(sequential(dense(3)))
        assert (counted.total, counted.input_shapes, counted.output_shapes) == (None, (None,), (None,))

    def test_layer_in_two_models_is_marked(self):
        inner = sequential(given((4,)), dense(4), name="inner")
        counted = count_model(sequential(given((4,)), inner, dense(4)))
        assert [(each.name, each.is_possibly_shared) for each in counted.layers] == [
            ("inner/dense", False),
            ("dense", True),
        ]
        other = count_model(sequential(given((4,)), inner, dense(4, activation="relu")))
        assert not any(each.is_possibly_shared for each in other.layers)

    @pytest.mark.parametrize("shape", [[3], (2**60,), (-1,), (1.0,), (1,) * 99])
    def test_their_weights_have_shapes(self, shape):
        with pytest.raises(ConfigurationError, match="weights: expected"):
            count_model(sequential(given((4,)), {**OWN, "config": {"name": "x"}}), {"x": [Weight(shape)]})


class TestMultiplyAdds:
    def test_are_products_of_weights_and_inputs(self):
        image = given((8, 6, 3))
        plain = count_model(sequential(image, convolution())).layers[0]
        assert plain.multiply_adds == 6 * 4 * (3 * 3 * 3) * 2
        strided = count_model(sequential(image, convolution(strides=[2, 2], padding="same", use_bias=False)))
        assert strided.multiply_adds == 4 * 3 * (3 * 3 * 3) * 2

    def test_are_unknown_where_a_length_is_open(self):
        counted = count_model(sequential(given((None, 6, 3)), convolution()))
        assert counted.output_shapes == ((None, 4, 2),)
        assert (counted.total, counted.multiply_adds) == (56, None)


WRONG = {
    "nothing": "",
    "no JSON": "{",
    "deep": "[" * 100_000,
    "deep settings": '{"name":' * 900 + "1" + "}" * 900,
    "list": "[]",
    "long number": sequential(given((4,)), dense(10**300)),
    "number too long to be shown": sequential(given((4,)), dense(10**10_000)),
    "number too long in the graph": functional([(given((4,)), [])], ["input"], [["input", 10**10_000, 0]]),
    "no layers": {"name": "m", "layers": 3},
    "no settings": {"name": "m", "layers": [{"module": "keras.layers", "class_name": "Dense"}]},
    "name of a wrong kind": sequential(given((4,)), dense(3, ["x"])),
    "name that is a path": sequential(given((4,)), dense(3, "a/b")),
    "long name": sequential(given((4,)), dense(3, "x" * 10_000)),
    "same name": sequential(given((4,)), dense(3), dense(3)),
    "negative": sequential(given((4,)), dense(-3)),
    "zero": sequential(given((4,)), dense(0)),
    "fraction": sequential(given((4,)), dense(3.0)),
    "true": sequential(given((4,)), dense(True)),
    "infinite": '{"name": "m", "layers": [{"module": "keras.layers", "class_name": "Dense", "config": '
    '{"name": "d", "units": Infinity}}], "build_input_shape": [null, 4]}',
    "missing": sequential(given((4,)), layer("Dense")),
    "does not fit": sequential(given((2, 2, 1)), convolution()),
    "groups": sequential(given((8, 8, 3)), convolution(groups=2)),
    "axes": sequential(given((8, 8)), convolution()),
    "too many numbers": sequential(given((8, 8, 1)), convolution(kernel_size=[3] * 10**6)),
    "padding": sequential(given((8, 8, 1)), convolution(padding="valid ")),
    "open channels": sequential(given((8, 8, None)), convolution()),
    "axis of the batch": sequential(given((4,)), layer("Softmax", axis=0)),
    "no such axis": sequential(given((4,)), layer("Softmax", axis=9)),
    "too many axes": sequential(given((4,)), layer("Reshape", target_shape=[1] * 100 + [4])),
    "other size": sequential(given((4,)), layer("Reshape", target_shape=[3])),
    "many dimensions": sequential(given((1,) * 40)),
    "cut away": sequential(given((4, 1)), layer("Cropping1D", cropping=[2, 2])),
    "growing": sequential(given((2, 1)), *[layer("UpSampling1D", f"u{at}", size=2**50) for at in range(9)]),
    "growing axes": sequential(
        given((2,)), *[layer("Embedding", f"e{at}", input_dim=1, output_dim=1) for at in range(99)]
    ),
    "steps of nothing": sequential(given((2,)), layer("TimeDistributed", layer=dense(2, "d"))),
    "output that is not there": functional([(given((4,)), [])], ["missing"]),
    "call that is not there": functional([(given((4,)), []), (dense(3), [[tensor("input", 7)]])], ["dense"]),
    "tensor that is not there": functional(
        [(given((4,)), []), (dense(3), [[tensor("input", 0, 7)]])], ["dense"]
    ),
    "circle": functional([(given((4,)), []), (dense(4), [[tensor("dense")]])], ["dense"]),
    "wide circle": functional(
        [(given((4,)), []), (dense(4, "a"), [[tensor("b")]]), (dense(4, "b"), [[tensor("a")]])], ["b"]
    ),
    "no call": functional([(given((4,)), []), (dense(3), [])], ["input"]),
    "input of another kind": functional([(dense(4), [[tensor("dense")]])], ["dense"], ["dense"]),
    "other parameters": functional(
        [(given((4,)), []), (given((5,), "more"), []), (dense(3), [[tensor("input")], [tensor("more")]])],
        ["dense"],
        ["input", "more"],
    ),
    "inputs that are missing": functional(
        [
            (given((4,)), []),
            (
                functional([(given((4,), "x"), []), (given((4,), "y"), [])], ["x"], ["x", "y"], "inner"),
                [[tensor("input")]],
            ),
        ],
        ["inner"],
    ),
}


def repeated(depth, times):
    """Return a model that calls a model many times that calls a model many times, and so on."""
    inner = functional([(given((4,)), []), (dense(4), [[tensor("input")]])], ["dense"], name="f0")
    for level in range(1, depth):
        calls = [[tensor("input")], *[[tensor(f"f{level - 1}", at)] for at in range(times - 1)]]
        inner = functional([(given((4,)), []), (inner, calls)], [f"f{level - 1}"], name=f"f{level}")
    return inner


class TestHostileConfigurations:
    @pytest.mark.parametrize("configuration", WRONG.values(), ids=WRONG)
    def test_raise_one_error(self, configuration):
        with pytest.raises(ConfigurationError) as caught:
            count_model(configuration)
        assert len(str(caught.value)) <= 1_000

    def test_small_one_that_means_a_large_walk_is_refused(self):
        assert count_model(repeated(3, 5)).multiply_adds == 25 * 16
        with pytest.raises(ConfigurationError, match="expected a model of at most"):
            count_model(repeated(12, 30))

    def test_deep_one_is_refused(self):
        inner = sequential(given((4,)), dense(4))
        for _ in range(30):
            inner = sequential(given((4,)), inner)
        with pytest.raises(ConfigurationError, match="20 deep"):
            count_model(inner)
        wrapped = dense(4)
        for _ in range(30):
            wrapped = layer("TimeDistributed", layer=wrapped)
        with pytest.raises(ConfigurationError, match="20 deep"):
            count_model(sequential(given((4,)), wrapped))

    def test_large_one_takes_time_in_proportion(self):
        """A second would be a hundred times too much, even on a busy machine."""
        many = functional(
            [
                *[(given((4,), f"i{at}"), []) for at in range(500)],
                (layer("Concatenate", "join", axis=-1), [[[tensor(f"i{at}") for at in range(500)]]]),
                *[(dense(2000, f"d{at}"), [[tensor(f"d{at - 1}" if at else "join")]]) for at in range(500)],
            ],
            ["d499"],
            [f"i{at}" for at in range(500)],
        )
        start = time.process_time()
        assert count_model(many).output_shapes == ((2000,),)
        assert time.process_time() - start < 5

    def test_order_of_the_layers_does_not_matter(self):
        calls = [(dense(3, f"d{at}"), [[tensor(f"d{at - 1}" if at else "input")]]) for at in range(2_000)]
        counted = count_model(functional([*calls[::-1], (given((3,)), [])], ["d1999"]))
        assert counted.total == 2_000 * 12

    @pytest.mark.parametrize("seed", range(8))
    def test_changed_ones_raise_nothing_else(self, seed):
        rng = random.Random(seed)
        inner = functional(
            [
                (given((8, 8, 3)), []),
                (convolution(), [[tensor("input")]]),
                (layer("BatchNormalization", "bn", axis=-1, scale=True, center=True), [[tensor("conv")]]),
                (layer("Softmax", "s", axis=2), [[tensor("bn")]]),
                (layer("Concatenate", "join", axis=-1), [[[tensor("bn"), tensor("s"), tensor("conv")]]]),
                (
                    layer("ZeroPadding2D", "p", padding=[[1, 1], [0, 2]], data_format="channels_last"),
                    [[tensor("join")]],
                ),
            ],
            ["p"],
            name="inner",
        )
        rnn = layer(
            "LSTM", "lstm", units=3, use_bias=True, return_sequences=True, return_state=False, stateful=False
        )
        model = sequential(
            given((8, 8, 3)),
            inner,
            layer("Permute", dims=[3, 1, 2]),
            layer("TimeDistributed", layer=dense(4, "d")),
            layer("Reshape", target_shape=[-1, 4]),
            layer("Bidirectional", layer=rnn, merge_mode="concat"),
            layer("Flatten", data_format="channels_last"),
            dense(3),
        )
        assert count_model(model).total
        refused = 0
        for _ in range(150):
            changed = json.loads(json.dumps(model))
            _change(changed, rng)
            try:
                count_model(changed)
            except ConfigurationError:
                refused += 1
        assert refused > 20


HOSTILE = [None, True, -1, 0, 1, 2, 3, 2**40, 10**400, 1.5, float("nan"), "", "input", "same", [], [[]], [0]]
HOSTILE += [[None], [-1], [3, 3, 3], [None, 5], {}, {"config": {}}, {"class_name": "__keras_tensor__"}]


def _change(value, rng):
    """Put something else somewhere into a configuration."""
    places = []
    stack = [value]
    while stack:
        each = stack.pop()
        keys = range(len(each)) if isinstance(each, list) else list(each)
        for key in keys:
            places.append((each, key))
            if isinstance(each[key], list | dict):
                stack.append(each[key])
    holder, key = rng.choice(places)
    holder[key] = json.loads(json.dumps(rng.choice(HOSTILE)))
