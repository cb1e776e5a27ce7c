"""What is noted of a model, by name: each with one that has it and one that has not; and what it costs."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.config.models import ModelLints
from autograder.reports.model_view import model_text
from autograder.results import Status
from autograder.wire.models import DataSeen, FitSeen
from reference.models import configuration
from tests.models.configurations import (
    FLAT,
    HALF,
    OWN,
    RELU,
    RESCALING,
    Configuration,
    act,
    compiled,
    conv,
    dense,
    judged,
    layer,
    norm,
    pool,
    sequential,
)

IMAGE = (8, 8, 1)
SPARSE, ONE_HOT = "sparse_categorical_crossentropy", "categorical_crossentropy"
BINARY = "BinaryCrossentropy"
EMBEDDING = layer("Embedding", input_dim=99, output_dim=4)
CNN = sequential(IMAGE, conv(4), pool(), FLAT, dense(10, "softmax"))
LOGITS = sequential(IMAGE, conv(4), pool(), FLAT, dense(10))


def fit(most: float = 1.0, labels: str = "integers", **more: Any) -> FitSeen:
    x = DataSeen("ndarray", [60, *IMAGE], "float32", 0.0, most)
    return FitSeen(True, [x], [DataSeen("ndarray", [60])], [labels], **more)  # type: ignore[list-item]


def auto(*widths: int, size: int = 64, **code: Any) -> Configuration:
    made = [dense(width, **(code if at == len(widths) // 2 else {})) for at, width in enumerate(widths)]
    return sequential((size,), *made, dense(size))


def seen(*labels: str) -> FitSeen:
    data = DataSeen("ndarray", [60, 64])
    return FitSeen(True, [data], [data], list(labels))  # type: ignore[arg-type]


CASES: list[tuple[str, Configuration, dict[str, Any]]] = [
    ("double_softmax", CNN, {"compiled": compiled(SPARSE, True)}),
    ("double_softmax", sequential(IMAGE, FLAT, dense(4, "softmax"), act("softmax")), {}),
    ("double_softmax", sequential(IMAGE, FLAT, dense(1, "sigmoid")), {"compiled": compiled(BINARY, True)}),
    ("no_softmax", LOGITS, {"compiled": compiled(SPARSE, False)}),
    ("labels_against_loss", CNN, {"compiled": compiled(SPARSE), "fits": [fit(labels="one_hot")]}),
    ("labels_against_loss", CNN, {"compiled": compiled(ONE_HOT), "fits": [fit(labels="integers")]}),
    ("no_rescaling", CNN, {"fits": [fit(255.0)]}),
    ("dense_before_flatten", sequential(IMAGE, dense(8), FLAT, dense(10)), {}),
    ("dense_before_flatten", sequential((8, 8), dense(8), FLAT, dense(10)), {}),
    ("dropout_on_output", sequential(IMAGE, FLAT, dense(10), HALF), {}),
    ("dropout_on_output", sequential(IMAGE, FLAT, dense(10), HALF, act("softmax")), {}),
    ("useless_bias", sequential(IMAGE, conv(4), norm(), RELU, FLAT, dense(10)), {}),
    ("training_on_test", CNN, {"fits": [fit(has_test_set=True)]}),
    ("validation_on_test", CNN, {"fits": [fit(validation="data", validation_is="test")]}),
    ("validation_on_test", CNN, {"fits": [fit(validation="data", validation_is="evaluated")]}),
    ("validation_on_test", CNN, {"fits": [fit(validation="data", validation_is="training")]}),
    ("no_bottleneck", auto(64), {"fits": [seen("as_x")]}),
    ("no_bottleneck", auto(100, 80, 100), {"part": "autoencoder"}),
    ("unbalanced", auto(32, 16, 8, 32), {"fits": [seen("as_x")]}),
    (
        "unbalanced",
        sequential(
            IMAGE, conv(8, padding="same"), pool(), conv(4, padding="same"), conv(4, padding="same"), pool(),
            conv(2, padding="same"),
            layer("UpSampling2D", size=[4, 4], data_format="channels_last", interpolation="nearest"),
            conv(1, padding="same"),
        ),
        {"part": "autoencoder"},
    ),
]  # fmt: skip
SILENT: list[tuple[Configuration, dict[str, Any]]] = [
    (CNN, {"compiled": compiled(SPARSE), "fits": [fit()]}),
    (CNN, {"compiled": compiled(ONE_HOT), "fits": [fit(labels="one_hot")]}),
    (LOGITS, {"compiled": compiled(SPARSE, True), "fits": [fit(validation="split", validation_split=0.1)]}),
    (CNN, {"compiled": compiled("mine", None, is_keras_own=False), "fits": [fit(labels="")]}),
    (sequential(IMAGE, RESCALING, conv(4), FLAT, dense(3)), {"fits": [fit(255.0)]}),
    (sequential(IMAGE, layer("RandomFlip"), RESCALING, FLAT, dense(3)), {"fits": [fit(255.0)]}),
    (sequential(IMAGE, OWN, FLAT, dense(3)), {"fits": [fit(255.0)]}),
    (sequential((9,), EMBEDDING, dense(8), FLAT, dense(3)), {"fits": [fit(98.0)]}),
    (sequential(IMAGE, FLAT, dense(10), HALF, dense(3)), {}),
    (sequential(IMAGE, conv(4, use_bias=False), norm(), RELU, FLAT, dense(10)), {}),
    (sequential(IMAGE, conv(4, activation="relu"), norm(), FLAT, dense(10)), {}),
    (auto(32), {"fits": [seen("as_x")]}),
    (auto(100, activity_regularizer={"class_name": "L1"}), {"fits": [seen("as_x")]}),
    (auto(100), {"fits": [seen("numbers")]}),  # other targets: it takes noise away
    (sequential(IMAGE, conv(4, padding="same"), conv(1, padding="same")), {"fits": [fit(labels="numbers")]}),
    *[(configuration(name), {"part": "autoencoder"}) for name in (
        "autoencoder_32", "deep_autoencoder", "sparse_deep_autoencoder", "convolutional_autoencoder",
    )],
    *[(configuration(name), {}) for name in ("zip_code_improved", "cifar10_cnn", "school_cnn")],
]  # fmt: skip


def lints(model: Configuration, **seen_: Any) -> list[str]:
    _, details = judged(model, points={"parameters": 1}, parameters={"least": 0}, **seen_)
    return [lint.name for lint in details.lints]


@pytest.mark.parametrize(("name", "model", "more"), CASES, ids=[case[0] for case in CASES])
def test_it_is_noted(name: str, model: Configuration, more: dict[str, Any]) -> None:
    assert lints(model, **more) == [name]


@pytest.mark.parametrize(("model", "more"), SILENT)
def test_what_is_right_is_not(model: Configuration, more: dict[str, Any]) -> None:
    assert lints(model, **more) == []


def test_each_has_a_model_that_has_it() -> None:
    assert {case[0] for case in CASES} == set(ModelLints.__struct_fields__)


def test_a_note_costs_nothing_unless_the_assignment_says_so() -> None:
    check = {"parameters": {"least": 1}, "points": {"parameters": 2}}
    seen_ = compiled(SPARSE, True)
    free, _ = judged(CNN, seen_, **check)
    assert (free.status, free.score) == (Status.PASSED, 2.0)
    assert free.notes[-1].startswith(
        "double softmax: dense ends in softmax, and the loss has from_logits=True"
    )
    costly, details = judged(CNN, seen_, **check, lints={"double_softmax": 0.5})
    assert (costly.status, costly.score) == (Status.PARTIAL, 1.5)
    assert costly.notes[-1].endswith("leave one of the two out (costs 0.5 points)")
    assert costly.message.startswith("dense ends in softmax")
    assert model_text(details).splitlines()[1].endswith("leave one of the two out  −0.5")
    more, _ = judged(CNN, seen_, **check, lints={"double_softmax": 5})
    assert (more.status, more.score) == (Status.FAILED, 0.0)


def test_another_models_fit_counts_where_it_takes_the_same_input() -> None:
    same = FitSeen(False, [DataSeen("ndarray", [60, *IMAGE], "uint8", 0.0, 255.0)])
    other = FitSeen(False, [DataSeen("ndarray", [60, 3], "uint8", 0.0, 255.0)])
    assert lints(CNN, fits=[same]) == ["no_rescaling"]
    assert lints(CNN, fits=[other]) == []


def test_inputs_need_no_rescaling_where_the_first_convolution_is_normalised_at_once() -> None:
    normed = sequential(IMAGE, conv(4, use_bias=False), norm(), RELU, FLAT, dense(10, "softmax"))
    late = sequential(IMAGE, conv(4, activation="relu"), norm(), FLAT, dense(10, "softmax"))
    assert lints(normed, fits=[fit(255.0)]) == []
    assert lints(late, fits=[fit(255.0)]) == ["no_rescaling"]
