"""Why a model counts otherwise than expected: one mistake each, and the sentence that names it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from autograder.checks.model_errors import hint_of_error
from autograder.checks.wording import why_no_model
from autograder.config.keras_layers import DECISIVE
from autograder.observation import Loading
from autograder.results import Outcome, Status
from autograder.wire.messages import Error
from reference.models import configuration
from tests.models.configurations import (
    FLAT,
    Configuration,
    compiled,
    conv,
    dense,
    functional,
    judged,
    layer,
    pool,
    sequential,
)

EXACT = {"parameters": 1, "layers": 1}
Change = Callable[[list[Configuration]], None]


def improved(change: Change) -> Configuration:
    """Return the improved zip-code network with something changed in its layers."""
    found = copy.deepcopy(configuration("zip_code_improved"))
    change(found["config"]["layers"])
    return found


def settings(places: list[int], **changed: Any) -> Change:
    def change(layers: list[Configuration]) -> None:
        for at in places:
            layers[at]["config"] |= changed

    return change


def both(*changes: Change) -> Change:
    def change(layers: list[Configuration]) -> None:
        for each in changes:
            each(layers)

    return change


def without(*places: int) -> Change:
    def change(layers: list[Configuration]) -> None:
        for at in sorted(places, reverse=True):
            del layers[at]

    return change


def named(each: Configuration, name: str) -> Configuration:
    return {**each, "config": {**each["config"], "name": name}}


GLOBAL = layer("GlobalAveragePooling2D", "squeeze", data_format="channels_last", keepdims=False)
CASES: list[tuple[str, Change, str, int]] = [
    (
        "padding",
        settings([1, 4], padding="same"),
        "`padding='same'` in both convolutions makes Flatten 3136 long instead of 1600",
        421_642,
    ),
    (
        "padding of one",
        settings([4], padding="same"),
        "`padding='same'` in conv_2 (Conv2D) makes Flatten 2304 long instead of 1600",
        315_146,
    ),
    (
        "kernel",
        settings([1, 4], kernel_size=[5, 5]),
        "`kernel_size=5` in both convolutions makes Flatten 1024 long instead of 1600",
        184_586,
    ),
    (
        "filters",
        settings([4], filters=32),
        "`filters=32` in conv_2 (Conv2D) makes Flatten 800 long instead of 1600",
        113_386,
    ),
    (
        "strides",
        settings([1], strides=[2, 2]),
        "`strides=2` in conv_1 (Conv2D) makes Flatten 256 long instead of 1600",
        53_002,
    ),
    (
        "pool size",
        settings([2], pool_size=[3, 3], strides=[3, 3]),
        "`pool_size=3` in pool_1 (MaxPooling2D) makes Flatten 576 long instead of 1600",
        93_962,
    ),
    (
        "no bias",
        settings([1, 4], use_bias=False),
        "`use_bias=False` in both convolutions gives conv_1 288 parameters instead of 320",
        224_938,
    ),
    (
        "units",
        settings([8], units=64),
        "`units=64` in hidden (Dense) gives hidden 102,464 parameters instead of 204,928",
        121_930,
    ),
    (
        "units of all",
        both(settings([8], units=100), settings([9], units=9)),
        "`units` 100 and 9 instead of 128 and 10 in both dense layers gives hidden 160,100 parameters",
        179_825,
    ),
    (
        "missing pooling",
        without(5),
        "leaving out MaxPooling2D after relu_2 makes Flatten 7744 long instead of 1600",
        1_011_466,
    ),
    (
        "missing block",
        without(4, 5, 6),
        "leaving out Conv2D and MaxPooling2D after relu_1 makes Flatten 5408 long instead of 1600",
        693_962,
    ),
    (
        "missing dense layer",
        without(8),
        "leaving out Dense after flatten gives logits 16,010 parameters instead of 1,290",
        34_826,
    ),
    (
        "extra layer",
        lambda layers: layers.insert(9, named(dense(64), "more")),
        "more (Dense), one layer more than expected, gives logits 650 parameters instead of 1,290",
        232_650,
    ),
    (
        "another kind",
        lambda layers: layers.__setitem__(7, GLOBAL),
        "squeeze (GlobalAveragePooling2D) in the place of Flatten gives hidden 8,320 parameters",
        28_426,
    ),
    (
        "colour",
        settings([0], batch_shape=[None, 28, 28, 3]),
        "an input of (28, 28, 3) instead of (28, 28, 1) gives conv_1 896 parameters instead of 320",
        225_610,
    ),
    (
        "two things",
        both(settings([1], kernel_size=[5, 5]), settings([4], padding="same")),
        "`kernel_size=5` in conv_1 (Conv2D) and `padding='same'` in conv_2 (Conv2D) make Flatten 2304 long",
        315_658,
    ),
]


@pytest.mark.parametrize(
    ("change", "said", "total"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_difference_is_named(change: Change, said: str, total: int) -> None:
    points = {**EXACT, "input_shape": 1}
    result, details = judged(improved(change), model="zip_code_improved", points=points)
    assert result.status in (Status.FAILED, Status.PARTIAL)
    [why] = details.why
    assert why.startswith(said)
    assert why.endswith(f": {total:,} parameters, expected 225,034")
    assert result.hint == why


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (settings([1, 4], padding="same"), "`padding='same'` in both convolutions makes Flatten 3136 long"),
        (without(5), "leaving out MaxPooling2D after conv_2 makes Flatten 7744 long instead of 1600"),
        (
            settings([0], batch_shape=[None, 28, 28, 3]),
            "an input of (28, 28, 3) instead of (28, 28, 1) gives",
        ),
        (without(7), "leaving out Flatten before hidden gives"),
        (settings([8], units=77), "`units=77` in hidden"),
    ],
)
def test_of_a_total_alone_what_is_usual_is_tried(change: Change, said: str) -> None:
    _, details = judged(improved(change), parameters=225_034, points={"parameters": 1})
    assert details.why[0].startswith(f"perhaps {said}")


def test_what_no_single_change_explains_is_left_unsaid() -> None:
    model = sequential((28, 28, 1), conv(17), FLAT, dense(33), dense(10))
    assert judged(model, parameters=225_035, points={"parameters": 1})[1].why == ()


def test_without_a_total_shapes_are_explained() -> None:
    layers = [
        {"kind": "Conv2D", "filters": 8, "kernel_size": 3, "padding": "valid"},
        {"kind": "MaxPooling2D", "output_shape": [13, 13, 8]},
        {"kind": "Flatten"},
        {"kind": "Dense", "parameters": 13_530},
    ]
    model = sequential((28, 28, 1), conv(8, padding="same"), pool(), FLAT, dense(10))
    _, details = judged(model, layers=layers, points={"layers": 1})
    [said] = details.why
    assert said.startswith(
        "`padding='same'` in conv2d (Conv2D) makes Flatten 1568 long instead of 1352: 15,770"
    )


def test_an_activation_that_is_wrong_as_well_hides_no_count() -> None:
    change = both(settings([1, 4], padding="same"), settings([8], activation="tanh"))
    fixed = [*DECISIVE, "activation"]
    _, details = judged(improved(change), model="zip_code_improved", fixed=fixed, points=EXACT)
    assert details.why[0].startswith("`padding='same'` in both convolutions makes Flatten 3136 long")


def test_a_count_that_is_right_is_not_explained() -> None:
    twice = improved(lambda layers: layers[-1]["config"].update(activation="softmax"))
    result, details = judged(
        twice,
        compiled(from_logits=True),
        model="zip_code_improved",
        fits_loss=True,
        points=EXACT | {"fits_loss": 1},
    )
    assert (result.score, details.why, result.hint) == (2.0, (), "")


def residual(**changed: Any) -> Configuration:
    """Return two branches of convolutions that are added, with something changed in the first of one."""
    long = conv(8, padding="same", activation="relu")
    long["config"] |= changed
    return functional(
        {"images": (16, 16, 3)},
        ["out"],
        long_1=(long, ["images"]),
        long_2=(conv(8, padding="same"), ["long_1"]),
        short=(conv(8, 1), ["images"]),
        sum=(layer("Add"), ["long_2", "short"]),
        pool=(pool(), ["sum"]),
        flat=(FLAT, ["pool"]),
        out=(dense(10, activation="softmax"), ["flat"]),
    )


class TestBranches:
    """Only settings are changed: how the branches meet stays as it is."""

    def test_one_setting_of_one_branch(self) -> None:
        total, _ = judged(residual(), parameters=1, points={"parameters": 1})
        right = int(total.message.partition("received ")[2].partition(" ")[0].replace(",", ""))
        result, _ = judged(residual(filters=12), parameters=right, points={"parameters": 1})
        assert result.hint == (
            "perhaps `filters=12` in long_1 (Conv2D) gives long_1 336 parameters instead of 224: "
            f"{right + 112 + 4 * 72:,} parameters, expected {right:,}"
        )

    def test_two_inputs_that_are_joined(self) -> None:
        def two(units: int) -> Configuration:
            return functional(
                {"images": (6,), "numbers": (4,)},
                ["out"],
                left=(dense(8), ["images"]),
                right=(dense(units), ["numbers"]),
                both=(layer("Concatenate", axis=-1), ["left", "right"]),
                out=(dense(3), ["both"]),
            )

        kinds = [{"kind": "Dense", "units": 8}] * 2
        layers = [*kinds, {"kind": "Concatenate"}, {"kind": "Dense", "units": 3}]
        result, _ = judged(two(5), layers=layers, parameters=147, points=EXACT)
        assert "`units=5` in right (Dense) gives right 25 parameters instead of 40" in result.hint

    def test_of_a_long_chain(self) -> None:
        def long(padding: str) -> Configuration:
            first = conv(4, padding=padding)
            return sequential((30, 30, 1), first, *[conv(4, 1) for _ in range(100)], FLAT, dense(10))

        total = 4 * 10 + 100 * 20 + 28 * 28 * 4 * 10 + 10
        result, _ = judged(long("same"), parameters=total, points={"parameters": 1})
        assert result.hint.startswith("perhaps `padding='same'` in ")
        assert "makes Flatten 3600 long instead of 3136" in result.hint


def test_a_dense_layer_before_flatten_is_named_with_it() -> None:
    def swap(layers: list[Configuration]) -> None:
        at = next(at for at, each in enumerate(layers) if each["class_name"] == "Flatten")
        layers[at], layers[at + 1] = layers[at + 1], layers[at]

    result, _ = judged(improved(swap), model="zip_code_improved", points=EXACT)
    assert "(Dense) before flatten (Flatten) makes Flatten 3200 long instead of 1600" in result.hint


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ("same rank (ndim). Received: target.shape=(None,), output.shape=(None, 10)", "sparse_categorical_"),
        ("`target.ndim - 1`. Received: target.shape=(None, 10), output.shape=(None, 10)", "one-hot rows"),
        ("Received: target.shape=(None,), output.shape=(None, 5, 5, 10)", "a Flatten before the dense"),
        ("You must call `compile()` before using the model.", "not compiled"),
        ('Input 0 of layer "c" is incompatible: expected min_ndim=4, found ndim=3.', "x_train[..., None]"),
        ("expected a Keras model from build(); it returns NoneType", "Is there a return"),
        ("division by zero", ""),
    ],
)
def test_what_usual_exceptions_come_of(said: str, hint: str) -> None:
    assert hint in hint_of_error(said)
    assert bool(hint) == bool(hint_of_error(said))


def test_what_the_file_ran_into_before_is_told_beside_what_came_of_it() -> None:
    later = Error("ValueError", "Creating variables on a non-first call", [])
    first = Error("ValueError", "Received: target.shape=(None,), output.shape=(None, 10)", [])
    outcome, message = why_no_model("no trained model", later, Loading(error=first))
    assert outcome is Outcome.SUBMISSION_ERROR
    assert message.startswith("no trained model: ValueError: Creating variables")
    assert "\nBefore that, the file ran into ValueError: Received: target" in message
    assert "sparse_categorical_crossentropy" in hint_of_error(message)
