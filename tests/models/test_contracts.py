"""What a model check may say in the configuration; and layers beside the expected ones, without a worker."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from autograder import config
from autograder.authoring.kits.toml_writing import toml_of
from autograder.checks.check import Seen
from autograder.checks.counted_model import CountedModel
from autograder.checks.model import ModelCheck
from autograder.checks.model_layers import beside
from autograder.config import ExpectedLayer, ModelCheckConfig, points_of
from autograder.errors import ConfigError
from autograder.observation import FoundModel, Loading, Raised, Returned, Stopped
from autograder.results import ModelLayer, Outcome, Status
from autograder.runners.requests import Request
from autograder.runners.translation import observation_of
from autograder.wire.frames import decode_reply
from autograder.wire.messages import Call, Error, FromWorker
from autograder.wire.messages import Returned as Answered
from autograder.wire.models import MAX_CONFIGURATION_BYTES, AskModel, LayerSeen, ModelSeen, WeightSeen
from autograder.wire.values import WireError

TEXT = """
schema = "autograder/assignment/v1"
title = "Nets"
file = "nets.py"

[[checks]]
kind = "model"
name = "net"
function = "build"
arguments = [784, [128, 64], "relu"]
part = "decoder"
input_shape = [-1, 28]
output_shape = [10]
parameters = { least = 5, most = 9 }
layers = [{ kind = "Dense", parameters = 3 }, { kind = "Flatten", output_shape = [4] }]
points = { input_shape = 0.5, parameters = 1, layers = 2 }
"""
BUILT = 'function = "build"'
MISTAKES = [
    (
        BUILT,
        f'{BUILT}\nvariable = "x"',
        "function: expected one of variable, function and file; received variable and function",
    ),
    (BUILT, 'variable = "net"', "arguments: expected a function that they are given to; there is none"),
    (
        BUILT,
        'file = "../net.keras"',
        (
            'file: expected a file of a Keras model in the submission, like "autoencoder.keras" or '
            '"models/net.h5"; received "../net.keras"'
        ),
    ),
    ("least = 5, most", "least = 50, most", "parameters.most: expected at least 50; received 9"),
    ("{ least = 5, most = 9 }", '"9"', 'parameters: expected a whole number or a table; received "9"'),
    (
        "parameters = 3",
        "parameters = -3",
        "layers[0].parameters: expected a whole number of at least 0; received -3",
    ),
    ("[-1, 28]", "[-2, 28]", "input_shape[0]: expected a whole number of at least -1; received -2"),
    (
        "input_shape = [-1, 28]\n",
        "",
        "points.input_shape: expected input_shape to be given as well; it is missing",
    ),
    (
        "least = 5, most = 9",
        "leest = 5",
        "parameters.leest: expected one of the keys least, most; received another. Did you mean least?",
    ),
]


def load(folder: Path, text: str) -> config.Assignment:
    (folder / "grading_configs").mkdir(exist_ok=True)
    (folder / "grading_configs" / "nets.toml").write_text(text)
    return config.load(folder, "nets")


class TestTheConfiguration:
    def test_it_is_worth_its_parts_and_loads_back_from_a_kit(self, tmp_path: Path) -> None:
        assignment = load(tmp_path, TEXT)
        assert assignment.max_score == 3.5
        theirs = config.for_students(assignment.config)
        assert load(tmp_path, toml_of(theirs)).config == theirs

    @pytest.mark.parametrize(("old", "new", "expected"), MISTAKES)
    def test_a_mistake_is_explained(self, tmp_path: Path, old: str, new: str, expected: str) -> None:
        assert old in TEXT
        with pytest.raises(ConfigError) as caught:
            load(tmp_path, TEXT.replace(old, new))
        assert str(caught.value).endswith(f"nets.toml: checks[0].{expected}")


def counted(*layers: tuple[str, int, tuple[int, ...]]) -> CountedModel:
    made = tuple(
        ModelLayer(name=f"{at}", kind=kind, output_shape=str(shape), parameters=parameters)
        for at, (kind, parameters, shape) in enumerate(layers)
    )
    return CountedModel(made, tuple(shape for _, _, shape in layers), (), (), None, None)


def differences(model: CountedModel, *expected: tuple[str, int | None]) -> list[tuple[str, str, str]]:
    wanted = [ExpectedLayer(kind=kind, parameters=parameters) for kind, parameters in expected]
    return [
        (
            pair.theirs.kind if pair.theirs else "",
            pair.expected.kind if pair.expected else "",
            pair.difference,
        )
        for pair in beside(model, wanted)
    ]


class TestLayersBesideTheExpectedOnes:
    def test_a_missing_layer_does_not_shift_the_others(self) -> None:
        model = counted(("Conv2D", 40, (8,)), ("Flatten", 0, (8,)), ("Dense", 90, (10,)))
        assert differences(model, ("Conv2D", 40), ("Conv2D", 148), ("Flatten", None), ("Dense", 90)) == [
            ("Conv2D", "Conv2D", ""),
            ("", "Conv2D", "missing"),
            ("Flatten", "Flatten", ""),
            ("Dense", "Dense", ""),
        ]

    def test_an_activation_between_them_is_no_difference_and_another_layer_is(self) -> None:
        model = counted(("Dense", 5, (5,)), ("ReLU", 0, (5,)), ("Dropout", 0, (5,)), ("Dense", 6, (1,)))
        assert differences(model, ("Dense", 5), ("Dense", 6)) == [
            ("Dense", "Dense", ""),
            ("ReLU", "", ""),
            ("Dropout", "", "not expected"),
            ("Dense", "Dense", ""),
        ]
        assert differences(model, ("Dense", 5), ("ReLU", None), ("Dropout", None), ("Dense", 7))[1:] == [
            ("ReLU", "ReLU", ""),
            ("Dropout", "Dropout", ""),
            ("Dense", "Dense", "parameters"),
        ]

    def test_another_kind_at_a_place_is_one_difference(self) -> None:
        model = counted(("MaxPooling2D", 0, (4,)), ("Dense", 6, (1,)))
        assert differences(model, ("AveragePooling2D", 0), ("Dense", 6))[0] == (
            "MaxPooling2D", "AveragePooling2D", "another kind",
        )  # fmt: skip

    def test_a_model_out_of_all_proportion_is_looked_at_in_part(self) -> None:
        model = counted(*[("Dense", 1, (1,))] * 2_000)
        assert len(beside(model, [ExpectedLayer(kind="Dense")] * 200)) == 2_000


def check(**settings: object) -> ModelCheck:
    whole = {"name": "net", "points": {"parameters": 2}, "parameters": 15, **settings}
    return ModelCheck(msgspec.convert(whole, ModelCheckConfig))


class TestWhatIsNotSeen:
    @pytest.mark.parametrize(
        ("observed", "outcome", "message"),
        [
            (Stopped(Outcome.TIMEOUT, "too long"), Outcome.TIMEOUT, "too long"),
            (Raised(Error("", "there is none", [])), Outcome.COMPLETED, "there is none"),
            (Raised(Error("ValueError", "no", [])), Outcome.SUBMISSION_ERROR, "no model: ValueError: no"),
        ],
    )
    def test_it_earns_nothing(self, observed: object, outcome: Outcome, message: str) -> None:
        result = check().judge(Loading(), Seen([observed]))  # type: ignore[list-item]
        assert (result.status, result.score, result.outcome) == (Status.FAILED, 0.0, outcome)
        assert result.message == message

    def test_a_file_that_did_not_run_is_not_asked(self) -> None:
        loading = Loading(stopped=Stopped(Outcome.CRASHED, "gone"))
        seen = check().observe_visible(None, loading, None)  # type: ignore[arg-type]
        assert check().judge(loading, seen).outcome is Outcome.CRASHED

    def test_weights_that_are_the_same_count_once_and_odd_names_do_no_harm(self) -> None:
        weight = WeightSeen(0, [3, 5], True)
        layers = [LayerSeen("a\n\ud800", "Dense", [weight]), LayerSeen("b", "Dense", [weight])]
        seen = ModelSeen(1, "net", "Net", True, layers).cut()
        result = check().judge(Loading(), Seen([Returned(FoundModel(seen, ""))]))
        assert (result.status, result.score) == (Status.PASSED, points_of(check().config))


class TestTheWire:
    MODEL = ModelSeen(1, "net", "Net", True, [])

    @pytest.mark.parametrize(
        ("reply", "request_", "data"),
        [
            (MODEL, Call(1, "f", []), b""),
            (Answered(1, 0, None, [], ""), AskModel(1), b""),
            (MODEL, AskModel(2), b""),
            (MODEL, AskModel(1), b" " * (MAX_CONFIGURATION_BYTES + 1)),
        ],
        ids=["a model for a call", "a value for a model", "an answer of before", "too long"],
    )
    def test_what_is_not_due_is_refused(self, reply: FromWorker, request_: Request, data: bytes) -> None:
        with pytest.raises(WireError):
            observation_of(reply, data, request_, 0)

    def test_shapes_that_are_none_do_not_arrive(self) -> None:
        for shape in ([-1], [2**60], ["x"]):
            weight = WeightSeen(0, shape, True)  # type: ignore[arg-type]
            sent = ModelSeen(1, "net", "Net", True, [LayerSeen("a", "Dense", [weight])])
            with pytest.raises(WireError):
                decode_reply(msgspec.msgpack.encode(sent))
