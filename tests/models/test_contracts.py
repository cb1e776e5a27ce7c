"""What a model check may say in the configuration, and what it says of what was not seen."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from autograder import config
from autograder.authoring.kits.toml_writing import toml_of
from autograder.authoring.validating.models import model_findings
from autograder.checks.check import Seen
from autograder.checks.model import ModelCheck
from autograder.checks.model_asked import asked_in_words
from autograder.config import ModelCheckConfig, ModelLints, PatternItem, points_of
from autograder.config.models import reference_models
from autograder.errors import ConfigError
from autograder.observation import FoundModel, Loading, Raised, Returned, Stopped
from autograder.results import Outcome, Status
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
named_arguments = { code = 32 }
part = "decoder"
input_shape = [-1, 28]
output_shape = [10]
parameters = { least = 5, most = 9 }
layers = [
    { kind = "Dense", parameters = 3, units = { least = 2 } },
    { kind = "Flatten", output_shape = [4] },
]
pattern = [
    "Dense|LSTM",
    { kind = "...", without = ["Conv2D"] },
    { repeat = ["ReLU", "..."], times = { most = 3 } },
]
between = ["Dropout"]
last_activation = ["softmax", "linear"]
learning_rate = { least = 0.1 }
lints = { double_softmax = 0.25 }
points = { input_shape = 0.5, parameters = 1, layers = 2 }
"""
BUILT = 'function = "build"'
_OWN = PatternItem.__annotations__  # its own ones come first
KEYS = ", ".join(sorted(PatternItem.__struct_fields__, key=lambda name: name not in _OWN))
LINTS = ", ".join(ModelLints.__struct_fields__)
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
    (
        'part = "decoder"',
        'model = "zip_codes"',
        f'model: expected one of {", ".join(reference_models())}; received "zip_codes"',
    ),
    ('part = "decoder"', 'model = "zip_code_base"', "layers: expected model or layers; received both"),
    (
        'part = "decoder"',
        'fixed = ["units"]',
        "fixed: expected a model whose settings these are; there is none",
    ),
    (
        "[10]",
        "[10]\noutput_shapes = [[10]]",
        "output_shapes: expected output_shape or output_shapes; received both",
    ),
    ('"Flatten", ', '"flatten", ', 'layers[1].kind: expected "Flatten"; received "flatten"'),
    ('"Flatten", ', '"Flatten", units = 3, ', "layers[1].units: expected a setting that Flatten has: none"),
    ("units = {", "units = { most = 1,", "layers[0].units.most: expected at least 2; received 1"),
    (
        '"Dense|LSTM"',
        '"Dense or LSTM"',
        'pattern[0]: expected the kind of a layer, like "Conv2D", or "..."; received "Dense or LSTM"',
    ),
    ('"Dense|LSTM"', '"dense"', 'pattern[0]: expected "Dense"; received "dense"'),
    ('"Dense|LSTM"', '{ kind = "Dense|Lstm" }', 'pattern[0].kind: expected "LSTM"; received "Lstm"'),
    ('"Dense|LSTM"', "{ times = 2 }", "pattern[0]: expected kind or repeat; received neither"),
    ('kind = "...", without', 'kind = "Dense", without', 'pattern[1].without: expected kind = "..." with it'),
    (
        'kind = "...", ',
        'kind = "...", units = 3, ',
        "pattern[1]: expected what is asked of a layer beside its kind alone",
    ),
    ("{ most = 3 }", "{ most = 30 }", "pattern[2].times: expected 1 to 20 times"),
    ("{ most = 3 }", "0", "pattern[2].times: expected 1 to 20 times"),
    (
        "units = {",
        'kernel_size = "3", units = {',
        'layers[0].kernel_size: expected a whole number or a list; received "3"',
    ),
    (
        "units = {",
        'activation = ["relu", 3], units = {',
        "layers[0].activation[1]: expected text; received 3",
    ),
    (
        '"Dense|LSTM"',
        '{ kind = "Dense", unit = 3 }',
        f"pattern[0].unit: expected one of the keys {KEYS}; received another. Did you mean units?",
    ),
    ('"Dense|LSTM"', "3", "pattern[0]: expected text or a table; received 3"),
    ("{ least = 0.1 }", '"low"', 'learning_rate: expected a number or a table; received "low"'),
    (
        '"Flatten", ',
        '"...", ',
        'layers[1].kind: expected a kind: layers are exact, "..." goes into a pattern',
    ),
    ('["Dropout"]', '["dropout"]', 'between[0]: expected "Dropout"; received "dropout"'),
    ('without = ["Conv2D"]', 'without = ["..."]', "pattern[1].without[0]: expected the kind of a layer"),
    ("least = 0.1", "least = 0.1, most = 0.01", "learning_rate.most: expected at least 0.1; received 0.01"),
    (
        "double_softmax",
        "softmax",
        f"lints.softmax: expected one of the keys {LINTS}; received another. Did you mean no_softmax?",
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


class TestAnExactCountOfOpenLayers:
    """A right model would lose points by what the handout leaves to its author: `validate` says so."""

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (
                {"layers": [{"kind": "Dense"}]},
                ["layers[0] (Dense): expected units, or parameters and output_shape"],
            ),
            ({"layers": [{"kind": "Dense", "units": 3}, {"kind": "Flatten"}]}, []),
            (
                {"layers": [{"kind": "Conv2D", "kernel_size": 3}]},
                ["layers[0] (Conv2D): expected filters, or"],
            ),
            (
                {"layers": [{"kind": "Conv2D", "kernel_size": 3, "filters": {"least": 2}}]},
                ["layers[0] (Conv2D)"],
            ),
            ({"layers": [{"kind": "Conv2D", "parameters": 40, "output_shape": [26, 26, 4]}]}, []),
            ({"layers": [{"kind": "Dense", "parameters": 15}]}, []),
            ({"pattern": ["Dense"]}, ["expected layers or a model beside exactly 15 parameters, or bounds"]),
            ({"model": "zip_code_base"}, []),
            ({"model": "zip_code_base", "fixed": ["filters"]}, ["expected kernel_size, strides, padding"]),
        ],
    )
    def test_is_found(self, given: dict[str, object], said: list[str]) -> None:
        found = list(model_findings(check(**given).config))
        assert len(found) == len(said)
        assert all(each.message.startswith(one) for each, one in zip(found, said, strict=True))
        trained = check(**{"parameters": None, "points": {}, "trainable": 15, **given})
        assert len(list(model_findings(trained.config))) == len(said)
        bounds = {"parameters": {"least": 3}, **given}
        assert list(model_findings(check(**bounds).config)) == []

    def test_also_where_the_model_says_how_many(self) -> None:
        asked = check(parameters=None, model="zip_code_base", fixed=["units"])
        [finding] = model_findings(asked.config)
        assert finding.message.endswith("or bounds in the place of exactly the zip_code_base's parameters")


def test_what_is_asked_is_told_in_words() -> None:
    asked = check(
        model="zip_code_base",
        fixed=["filters"],
        between=["ELU"],
        points={"layers": 1, "input_shape": 1},
        parameters={"most": 9},
        pattern=["Conv2D", {"kind": "Dense", "units": 3, "times": {"most": 1}}, "..."],
        last_activation="softmax",
        fits_loss=True,
        loss=["mse"],
        learning_rate={"least": 0.1, "most": 1},
        optimizer=["Adam"],
        metrics=["mae"],
    )
    assert [said for _, said in asked_in_words(asked.config)] == [
        "input shape: (28, 28, 1)",
        "parameters: at most 9",
        "layers: as zip_code_base, Conv2D 32, MaxPooling2D, Flatten, Dense, Dense (filters); between: ELU",
        "pattern of layers: Conv2D, perhaps Dense 3, …; between: ELU",
        "last activation: softmax",
        "last activation and loss: a last activation that fits the loss",
        "loss: mean_squared_error",
        "optimiser: Adam",
        "learning rate: 0.1 to 1",
        "metrics: mae",
    ]


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
