"""Layers and patterns against what is expected: what is right by any way of writing it, and what is not."""

from __future__ import annotations

import time
from typing import Any

import pytest

from autograder.checks.model_expected import reference_model
from autograder.results import Status
from reference.models import NAMES, configuration, own_classes
from tests.models.configurations import (
    FLAT,
    HALF,
    RELU,
    Configuration,
    act,
    conv,
    dense,
    functional,
    judged,
    layer,
    norm,
    pool,
    sequential,
)

IMAGE = (28, 28, 1)
OWN_RELU = layer("Activation", activation={"class_name": "function", "config": "mine"})
FIRST = conv(8, activation="relu")
LAYERS = [
    {"kind": "Conv2D", "filters": 8, "kernel_size": 3, "activation": "relu"},
    {"kind": "MaxPool2D", "pool_size": [2, 2]},
    {"kind": "Flatten"},
    {"kind": "Dense", "units": 10},
]


def passes(configured: Configuration, **check: Any) -> bool:
    part = "pattern" if "pattern" in check else "layers"
    result, _ = judged(configured, points={part: 1}, **check)
    assert result.status in (Status.PASSED, Status.FAILED), result.message
    return result.status is Status.PASSED


def net(*between: Configuration, first: Configuration | None = None, shape: Any = IMAGE) -> Configuration:
    return sequential(shape, first or FIRST, *between, pool(), FLAT, dense(10))


def rows(model: Configuration, **check: Any) -> list[tuple[str, str, str]]:
    _, details = judged(model, points={"layers": 1}, **check)
    return [
        (
            pair.theirs.kind if pair.theirs else "",
            pair.expected.kind if pair.expected else "",
            pair.difference,
        )
        for pair in details.layers
    ]


class TestWhatIsRight:
    """No way to write the same model loses a mark."""

    @pytest.mark.parametrize(
        "model",
        [
            net(),
            net(RELU, first=conv(8)),
            net(act("relu"), first=conv(8)),
            net(layer("ops.Relu"), first=conv(8)),
            net(first=conv(8, activation={"class_name": "ReLU", "config": {}})),
            net(layer("ReLU") | {"module": "keras.src.activations.activations"}, first=conv(8)),
            sequential(IMAGE, layer("Lambda"), FIRST, pool(), FLAT, dense(10)),
            sequential(IMAGE, conv(8), pool(), RELU, FLAT, dense(10)),
            sequential(IMAGE, FIRST, pool(), RELU, FLAT, dense(10)),
            sequential(IMAGE, conv(8), pool(), FLAT, RELU, dense(10)),
            sequential(IMAGE, layer("Rescaling", scale=1 / 255, offset=0), *[
                {**each, "config": {**each["config"], "name": ""}} for each in net()["config"]["layers"][1:]
            ]),
            sequential(IMAGE, layer("RandomFlip", mode="horizontal"), FIRST, pool(), FLAT, dense(10)),
            sequential((28, 28), layer("Reshape", target_shape=[28, 28, 1]), FIRST, pool(), FLAT, dense(10)),
            sequential(IMAGE, FIRST, pool(), layer("Reshape", target_shape=[-1]), dense(10)),
            sequential(IMAGE, FIRST, pool(), FLAT, FLAT, dense(10), act("softmax")),
            sequential(IMAGE, FIRST, pool(strides=None), FLAT, dense(10, "softmax")),
            functional(
                {"image": IMAGE},
                ["out"],
                scaled=(layer("ops.Divide"), ["image"]),
                c=(conv(8), ["scaled"]),
                r=(RELU, ["c"]),
                p=(pool(), ["r"]),
                f=(FLAT, ["p"]),
                out=(dense(10), ["f"]),
            ),
        ],
    )  # fmt: skip
    def test_it_passes(self, model: Configuration) -> None:
        assert passes(model, layers=LAYERS)

    def test_activations_of_their_own_may_be_expected_as_such(self) -> None:
        layers = [
            {"kind": "Conv2D"},
            {"kind": "MaxPooling2D"},
            {"kind": "ReLU"},
            {"kind": "Flatten"},
            {"kind": "Dense"},
        ]
        for model in (
            net(),
            net(RELU, first=conv(8)),
            sequential(IMAGE, conv(8), pool(), RELU, FLAT, dense(9)),
        ):
            assert passes(model, layers=layers)
        assert not passes(net(first=conv(8)), layers=layers)
        layers[2] = {"kind": "Activation", "activation": "tanh"}
        assert not passes(net(), layers=layers)
        assert passes(net(first=conv(8, activation="tanh")), layers=layers)
        layers[2] = {"kind": "Activation"}  # any
        assert passes(net(first=conv(8, activation="elu")), layers=layers)
        assert not passes(net(first=conv(8)), layers=layers)

    @pytest.mark.parametrize("name", [name for name in NAMES if own_classes(name) is None])
    def test_each_reference_model_is_like_itself(self, name: str) -> None:
        points = dict.fromkeys(("input_shape", "output_shape", "parameters", "trainable", "layers"), 1)
        result, _ = judged(configuration(name), model=name, points=points)
        assert (result.status, result.score) == (Status.PASSED, 5.0)

    @pytest.mark.parametrize("name", [name for name in NAMES if own_classes(name) is not None])
    def test_one_of_classes_of_its_own_is_counted_with_its_weights(self, name: str) -> None:
        model = reference_model(name)
        assert None not in (model.total, model.trainable)
        assert model.inputs == ((28, 28, 1),)
        assert len(model.outputs) == 1
        assert None not in model.shapes
        assert all(layer.parameters is not None for layer in model.layers)

    def test_what_the_handout_leaves_open_is_not_marked(self) -> None:
        other = sequential(
            IMAGE,
            conv(5, 4, activation="selu"),
            pool(),
            RELU,
            conv(7, 2),
            pool(),
            FLAT,
            dense(99, "tanh"),
            dense(10),
        )
        assert passes(other, model="zip_code_improved", fixed=[])
        assert not passes(other, model="zip_code_improved", fixed=["filters"])
        base = configuration("zip_code_improved")
        base["config"]["layers"][-1]["config"]["activation"] = "softmax"
        assert passes(base, model="zip_code_improved", fixed=["filters", "activation"])
        base["config"]["layers"][-2]["config"]["activation"] = "tanh"
        assert not passes(base, model="zip_code_improved", fixed=["filters", "activation"])
        assert passes(base, model="zip_code_improved")

    def test_branches_have_no_order(self) -> None:
        def branches(one: int, two: int) -> Configuration:
            return functional(
                {"image": IMAGE},
                ["out"],
                left=(conv(4, one, padding="same"), ["image"]),
                right=(conv(4, two, padding="same"), ["image"]),
                left_pool=(pool(), ["left"]),
                right_pool=(pool(), ["right"]),
                both=(layer("Concatenate", axis=-1), ["left_pool", "right_pool"]),
                flat=(FLAT, ["both"]),
                out=(dense(10), ["flat"]),
            )

        layers = [
            {"kind": "Conv2D", "kernel_size": 3}, {"kind": "MaxPooling2D"},
            {"kind": "Conv2D", "kernel_size": 5}, {"kind": "MaxPooling2D"},
            {"kind": "Concatenate"}, {"kind": "Flatten"}, {"kind": "Dense"},
        ]  # fmt: skip
        assert passes(branches(3, 5), layers=layers)
        assert passes(branches(5, 3), layers=layers)
        assert not passes(branches(3, 3), layers=layers)
        swapped = [*layers[:4:2], layers[1], *layers[3:]]
        assert passes(branches(5, 3), layers=swapped)
        assert not passes(branches(5, 3), layers=[*layers[:4], *layers[5:], layers[4]])


class TestWhatIsNotKnown:
    @pytest.mark.parametrize(
        "model",
        [
            net(first=conv(8, activation={"class_name": "function", "config": "mine"})),
            net(first=conv(8, activation={"class_name": "__lambda__", "config": {}})),
            net(OWN_RELU, first=conv(8)),
        ],
    )
    def test_an_activation_of_ones_own_is_for_a_person(self, model: Configuration) -> None:
        result, _ = judged(model, points={"layers": 1}, layers=LAYERS)
        assert result.status is Status.NEEDS_REVIEW


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("model", "said"),
        [
            (net(first=conv(8)), "conv2d (Conv2D) has activation 'linear', expected 'relu'"),
            (
                sequential(IMAGE, conv(8), pool("AveragePooling2D"), RELU, FLAT, dense(10)),
                "conv2d (Conv2D) has activation 'linear', expected 'relu'",
            ),
            (
                net(first=conv(9, 5, activation="relu")),
                "conv2d (Conv2D) has filters 9, expected 8; has kernel_size 5×5, expected 3",
            ),
            (net(HALF), "dropout (Dropout) is not expected there"),
            (
                sequential(IMAGE, FIRST, FLAT, dense(10)),
                "MaxPooling2D is missing after conv2d",
            ),
            (
                sequential(
                    IMAGE, FIRST, pool(),
                    layer("GlobalAveragePooling2D", data_format="channels_last", keepdims=False), dense(10),
                ),
                "globalaveragepooling2d is GlobalAveragePooling2D, expected Flatten",
            ),
            (sequential(IMAGE, FIRST, pool(), FLAT), "Dense is missing after flatten"),
        ],
    )  # fmt: skip
    def test_the_first_difference_is_said(self, model: Configuration, said: str) -> None:
        result, _ = judged(model, points={"layers": 1}, layers=LAYERS)
        assert result.status is Status.FAILED
        assert result.message.endswith(f"; the first that differs: {said}")

    def test_a_missing_layer_does_not_shift_the_others(self) -> None:
        model = sequential(IMAGE, conv(4), RELU, FLAT, dense(10))
        layers = [
            {"kind": "Conv2D", "parameters": 40},
            {"kind": "Conv2D"},
            {"kind": "Flatten"},
            {"kind": "Dense"},
        ]
        assert rows(model, layers=layers) == [
            ("Conv2D", "Conv2D", ""),
            ("ReLU", "", ""),
            ("", "Conv2D", "missing"),
            ("Flatten", "Flatten", ""),
            ("Dense", "Dense", ""),
        ]

    def test_settings_counts_and_shapes_have_names(self) -> None:
        model = sequential(IMAGE, conv(4, padding="same", trainable=False), HALF, dense(3))
        layers: list[dict[str, Any]] = [
            {
                "kind": "Conv2D",
                "padding": "valid",
                "trainable": 40,
                "output_shape": [26, -1, 4],
                "parameters": 40,
            },
            {"kind": "Dropout", "rate": 0.25},
            {"kind": "Dense", "units": {"least": 5}, "use_bias": False},
        ]
        assert [difference for _, _, difference in rows(model, layers=layers)] == [
            "padding, trainable, output shape", "rate", "units, use_bias"
        ]  # fmt: skip

    def test_points_for_the_share_of_the_layers_that_fit(self) -> None:
        model = sequential(IMAGE, conv(9, activation="relu"), HALF, pool(), FLAT, dense(10))
        result, details = judged(model, points={"layers": 4}, layers=LAYERS, credit="share")
        assert (result.status, result.score) == (Status.PARTIAL, 2.4)  # 3 of 5
        assert [part.score for part in details.parts] == [2.4]
        right, _ = judged(net(), points={"layers": 4}, layers=LAYERS, credit="share")
        assert (right.status, right.score) == (Status.PASSED, 4.0)


class TestSeveralInputsAndOutputs:
    MODEL = functional(
        {"image": IMAGE, "size": (2,)},
        ["kind", "where"],
        flat=(FLAT, ["image"]),
        both=(layer("Concatenate", axis=-1), ["flat", "size"]),
        kind=(dense(10), ["both"]),
        where=(dense(4), ["both"]),
    )

    @pytest.mark.parametrize(
        ("asked", "score"),
        [
            ({"input_shapes": [[28, 28, 1], [2]], "output_shapes": [[10], [4]]}, 2.0),
            ({"input_shapes": [[2], [-1, -1, 1]], "output_shapes": [[4], [10]]}, 2.0),
            ({"input_shapes": [[28, 28, 1]], "output_shapes": [[10], [4], [4]]}, 0.0),
            ({"input_shapes": [[28, 28, 1], [3]], "output_shapes": [[10], [4]]}, 1.0),
            ({"input_shape": [28, 28, 1], "output_shape": [10]}, 0.0),
        ],
    )
    def test_their_shapes_may_come_in_any_order(self, asked: dict[str, Any], score: float) -> None:
        result, _ = judged(self.MODEL, points={"input_shape": 1, "output_shape": 1}, **asked)
        assert result.score == score

    def test_what_is_wrong_names_all(self) -> None:
        result, _ = judged(self.MODEL, points={"input_shape": 1}, input_shape=[28, 28, 1])
        assert result.message == "expected an input shape (28, 28, 1); received (28, 28, 1) and (2,)"


class TestBetween:
    MODEL = sequential(IMAGE, conv(8), norm(), RELU, pool(), HALF, FLAT, dense(10))
    PLAIN = net()

    def test_what_the_assignment_lets_stand_between(self) -> None:
        between = ["BatchNormalization", "Dropout"]
        assert passes(self.MODEL, layers=LAYERS, between=between)
        assert passes(self.PLAIN, layers=LAYERS, between=between)
        assert not passes(self.MODEL, layers=LAYERS, between=["BatchNormalization"])
        assert not passes(self.MODEL, layers=LAYERS, between=["Dropout"])

    def test_its_parameters_are_not_counted(self) -> None:
        exact = 80 + 13 * 13 * 8 * 10 + 10
        for model in (self.MODEL, self.PLAIN):
            result, _ = judged(
                model,
                points={"parameters": 1, "trainable": 1},
                layers=LAYERS,
                between=["BatchNormalization", "Dropout"],
                parameters=exact,
                trainable=exact,
            )
            assert (result.status, result.score) == (Status.PASSED, 2.0)


CONV_POOL = {"repeat": ["Conv2D", "MaxPooling2D|AveragePooling2D"], "times": {"least": 2}}
BEFORE_DENSE = [CONV_POOL, {"kind": "...", "without": ["Dense"]}, "Dense", "..."]
SPARSE = [{"repeat": ["...", "Conv2D", "MaxPooling2D"], "times": {"least": 2}}, "..."]


class TestPatterns:
    TWO = sequential(
        IMAGE, conv(8), RELU, pool(), conv(9), pool("AveragePooling2D"), FLAT, dense(64), dense(10)
    )

    @pytest.mark.parametrize(
        ("pattern", "fits"),
        [
            (BEFORE_DENSE, True),
            ([{**CONV_POOL, "times": 2}, "Flatten", {"kind": "Dense", "times": 2}], True),
            ([{**CONV_POOL, "times": {"most": 2}}, "Flatten", "...", {"kind": "Dense", "units": 10}], True),
            ([{**CONV_POOL, "times": {"least": 3}}, "..."], False),
            ([{**CONV_POOL, "times": 1}, {"kind": "...", "without": ["Conv2D"]}], False),
            (SPARSE, False),  # the second pooling averages
            (["...", "Flatten", "Dense"], False),
            (["...", {"kind": "Dropout", "times": {"most": 1}}, "Dense", "Dense"], True),
            (["Conv2D", "ReLU", "...", "Dense"], True),
            (["Conv2D", "MaxPooling2D", "ReLU", "..."], True),
            (["...", "Conv2D", "ReLU", "AveragePooling2D", "..."], False),
            (
                ["Conv2D", "...", {"kind": "Conv2D", "filters": {"least": 9}, "activation": "linear"}, "..."],
                True,
            ),
            ([{"kind": "...", "without": ["Flatten"]}], False),
        ],
    )
    def test_it_fits_or_not(self, pattern: list[Any], fits: bool) -> None:
        assert passes(self.TWO, pattern=pattern) is fits

    @pytest.mark.parametrize(
        ("model", "fits"),
        [
            (sequential(IMAGE, conv(8), pool(), conv(8), pool(), FLAT, dense(10)), True),
            (sequential(IMAGE, conv(8), conv(8), pool(), conv(8), pool(), FLAT, dense(10)), False),
            (sequential(IMAGE, conv(8), pool(), conv(8), FLAT, dense(10)), False),
            (sequential(IMAGE, conv(8), pool(), dense(4), conv(8), pool(), FLAT, dense(10)), False),
            (sequential(IMAGE, conv(8), pool(), conv(8), pool(), conv(8), FLAT, dense(10)), True),
            (sequential(IMAGE, conv(8), pool(), conv(8), pool(), FLAT), False),
        ],
    )
    def test_two_convolutions_each_followed_by_pooling_before_the_first_dense_layer(
        self, model: Configuration, fits: bool
    ) -> None:
        assert passes(model, pattern=BEFORE_DENSE) is fits

    def test_what_does_not_fit_is_said(self) -> None:
        model = sequential(IMAGE, conv(8), pool(), RELU, FLAT, dense(10))
        result, details = judged(model, points={"pattern": 1}, pattern=BEFORE_DENSE)
        assert result.message == (
            "pattern of layers: expected [Conv2D, MaxPooling2D or AveragePooling2D] at least 2 times, … "
            "without Dense, Dense, …; received 5 layers; the first that differs: Conv2D is missing after relu"
        )
        assert details.first_difference == 3

    def test_a_model_out_of_all_proportion_takes_no_time_out_of_it(self) -> None:
        model = sequential([4], *[dense(4)] * 2_000)
        began = time.process_time()
        _, details = judged(model, points={"layers": 1}, layers=[{"kind": "Dropout"}] * 200)
        assert len(details.layers) >= 2_000
        assert time.process_time() - began < 20
