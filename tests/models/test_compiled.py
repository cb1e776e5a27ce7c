"""What a model is compiled with: whether its last activation fits its loss, and what an assignment asks."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.results import Status
from autograder.wire.models import CompiledSeen, LossSeen
from tests.models.configurations import (
    OWN,
    Configuration,
    act,
    compiled,
    dense,
    functional,
    judged,
    layer,
    sequential,
)


def net(*ends: Configuration) -> Configuration:
    return sequential((4,), dense(8, "relu"), *ends)


SPARSE, BINARY = "SparseCategoricalCrossentropy", "binary_crossentropy"
SOFTMAX = layer("Softmax", axis=-1)


class TestWhetherTheyGoTogether:
    @pytest.mark.parametrize(
        ("ends", "loss", "from_logits", "fits"),
        [
            ([dense(3, "softmax")], SPARSE, False, True),
            ([dense(3), SOFTMAX], SPARSE, False, True),
            ([dense(3), act("softmax")], "categorical_crossentropy", False, True),
            ([dense(3), layer("ops.Softmax")], SPARSE, False, True),
            ([dense(3)], SPARSE, True, True),
            ([dense(1, "sigmoid")], BINARY, False, True),
            ([dense(2, "softmax")], BINARY, False, True),
            ([dense(1)], BINARY, True, True),
            ([dense(3, "softmax"), layer("Flatten")], SPARSE, False, True),
            ([dense(1)], "mse", False, True),
            ([dense(4)], "mse", False, True),  # what comes in comes out
            ([dense(3, "softmax")], "mse", None, True),
            ([dense(3)], "categorical_hinge", None, True),
            ([dense(3)], "mse", False, False),
            ([dense(3)], "KLDivergence", None, False),
            ([dense(3, "softmax")], SPARSE, True, False),
            ([dense(3), SOFTMAX], SPARSE, True, False),
            ([dense(1, "sigmoid")], BINARY, True, False),
            ([dense(3)], SPARSE, False, False),
            ([dense(3, "relu")], SPARSE, False, False),
            ([dense(3), SOFTMAX, SOFTMAX], SPARSE, False, False),
            ([dense(1)], BINARY, False, False),
            ([dense(3, "softmax")], SPARSE, None, None),  # it does not tell
            ([OWN], SPARSE, False, None),
        ],
    )
    def test_a_last_activation_and_a_loss(
        self, ends: list[Configuration], loss: str, from_logits: bool | None, fits: bool | None
    ) -> None:
        seen = compiled(loss, from_logits)
        result, details = judged(net(*ends), seen, fits_loss=True, points={"fits_loss": 1})
        [part] = details.parts
        assert part.passed is fits
        assert result.status is {True: Status.PASSED, False: Status.FAILED, None: Status.NEEDS_REVIEW}[fits]

    @pytest.mark.parametrize(
        ("asked", "metrics", "fits"),
        [
            ({}, ["mae"], None),
            ({}, ["mae", "SparseCategoricalAccuracy"], False),
            ({"loss": ["mse"]}, ["accuracy"], True),
            ({"loss": ["sparse_categorical_crossentropy"]}, [], False),
            ({"last_activation": ["softmax", "linear"]}, [], False),
            ({"last_activation": "linear"}, [], None),
        ],
    )
    def test_whether_several_logits_are_classes(
        self, asked: dict[str, Any], metrics: list[str], fits: bool | None
    ) -> None:
        seen = compiled("mse", None, metrics=metrics)
        _, details = judged(net(dense(3)), seen, fits_loss=True, **asked, points={"fits_loss": 1})
        assert next(part for part in details.parts if part.name == "fits_loss").passed is fits

    def test_of_a_loss_of_ones_own_a_person_decides(self) -> None:
        seen = compiled("sparse_categorical_crossentropy", None, is_keras_own=False)
        result, _ = judged(net(dense(3)), seen, fits_loss=True, points={"fits_loss": 1})
        assert result.status is Status.NEEDS_REVIEW

    def test_what_is_wrong_is_said(self) -> None:
        asked: dict[str, Any] = {"fits_loss": True, "points": {"fits_loss": 1}}
        result, _ = judged(net(dense(3, "softmax")), compiled(SPARSE, True), **asked)
        assert result.message == (
            "dense_1 ends in softmax, and the loss has from_logits=True, so that it is applied twice: leave "
            "one of the two out"
        )
        result, _ = judged(net(dense(3)), compiled(SPARSE, False), **asked)
        assert result.message == (
            "dense_1 ends in logits, and sparse_categorical_crossentropy takes probabilities: end in "
            "softmax, or in logits with from_logits=True in the loss"
        )

    def test_each_output_has_its_loss(self) -> None:
        model = functional(
            {"x": (4,)},
            ["kind", "size"],
            hidden=(dense(8), ["x"]),
            kind=(dense(3, "softmax"), ["hidden"]),
            size=(dense(1), ["hidden"]),
        )
        named = [LossSeen("mse", True, None, "size"), LossSeen(SPARSE, True, True, "kind")]
        for losses, fits in (
            (named, False),
            ([named[0], LossSeen(SPARSE, True, False, "kind")], True),
            ([LossSeen(SPARSE, True, False, "0"), LossSeen("mse", True, None, "1")], True),
            ([LossSeen("mse", True)], True),
            ([], False),
        ):
            seen = CompiledSeen(True, "Adam", 0.1, losses, [])
            _, details = judged(model, seen, fits_loss=True, points={"fits_loss": 1})
            assert details.parts[0].passed is fits


class TestWhatIsAskedFor:
    @pytest.mark.parametrize(
        ("asked", "passed"),
        [
            ({"last_activation": "softmax"}, True),
            ({"last_activation": ["linear", "sigmoid"]}, False),
            ({"loss": ["mse", "SparseCategoricalCrossentropy"]}, True),
            ({"loss": ["categorical_crossentropy"]}, False),
            ({"optimizer": ["sgd", "adam"]}, True),
            ({"optimizer": ["SGD"]}, False),
            ({"learning_rate": 0.001}, True),
            ({"learning_rate": {"least": 0.01}}, False),
            ({"learning_rate": {"most": 0.01}}, True),
            ({"metrics": ["sparse_categorical_accuracy"]}, True),
            ({"metrics": ["accuracy", "AUC"]}, False),
        ],
    )
    def test_it_is_there_or_not(self, asked: dict[str, Any], passed: bool) -> None:
        [part] = asked
        seen = compiled(rate=0.0010000000474974513, metrics=["acc"])
        result, details = judged(net(dense(3, "softmax")), seen, **asked, points={part: 0.5})
        assert [each.passed for each in details.parts] == [passed]
        assert result.score == 0.5 * passed

    def test_what_is_not_compiled_fails_but_its_activation(self) -> None:
        asked = {
            "loss": ["mse"],
            "fits_loss": True,
            "optimizer": ["SGD"],
            "metrics": ["mae"],
            "last_activation": "relu",
        }
        points = dict.fromkeys(asked, 1)
        result, details = judged(net(dense(3, "relu")), None, **asked, points=points)
        assert (result.status, result.score) == (Status.PARTIAL, 1.0)
        assert {part.received for part in details.parts} == {"relu", "a model that is not compiled"}

    def test_a_learning_rate_that_is_a_schedule_is_for_a_person(self) -> None:
        seen = compiled(rate=None)
        assert (
            judged(net(), seen, learning_rate=0.1, points={"learning_rate": 1})[0].status
            is Status.NEEDS_REVIEW
        )
