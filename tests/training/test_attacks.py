"""What submissions may try to be taken for more than they have learnt, and what must come of it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.checks.check import Seen
from autograder.checks.judged_run import Run
from autograder.checks.model import ModelCheck
from autograder.checks.same_model import with_other_models_told
from autograder.checks.training import SeenRuns, TrainingCheck
from autograder.config import ModelCheckConfig, TrainingCheckConfig
from autograder.observation import FoundModel, Returned, TrainedModel
from autograder.reports.feedback import _check as shown
from autograder.results import CheckResult, Outcome, Status, TrainingDetails
from autograder.runners.predictions import pieces_of
from autograder.runners.replies import Patience, Replies
from autograder.runners.translation import observation_of
from autograder.sandbox.process import ProcessorTime
from autograder.wire import messages
from autograder.wire.frames import decode_request, encode_frame
from autograder.wire.models import AskModel, ModelSeen
from autograder.wire.trained import MAX_PROGRESS, Epoch, FitRun, Progress, Trained
from autograder.wire.training import Budget, Contract, Preparation, Recipe, Train
from autograder.wire.values import WireError, encode_value
from autograder.worker.models.packing import NotRebuilt, unpack
from reference.models import configuration
from tests.training.conftest import NET, PLAIN, Trainings
from tests.training.scripted import LABELS, PREPARED, Scripted, judged, model, scores

TRAIN = Train(7, AskModel(7), "mnist", "always", Contract(), Recipe(1, 1, "adam"), Budget(1, 0, 1.0))
NEIGHBOURS = """
    import numpy as np

    class Known(keras.Model):
        def predict(self, x, **more):
            data = np.load("mnist.npz")
            known, classes = data["x_train"].reshape(-1, 64) / 255, data["y_train"]
            asked = np.asarray(x).reshape(-1, 64)
            distance = (asked**2).sum(1)[:, None] - 2 * asked @ known.T + (known**2).sum(1)
            return np.eye(10)[classes[distance.argmin(1)]]

    def build_model():
        i = keras.Input((8, 8, 1))
        return Known(i, layers.Dense(10, "softmax", trainable=False)(layers.Flatten()(i)))
    """


class Frames:
    """A worker's process that has said something already."""

    def __init__(self, *frames: bytes) -> None:
        self._said: Iterator[bytes] = iter(frames)

    def receive(self, deadline: float) -> bytes:
        return next(self._said, b"")

    def processor_time(self, *, with_children: bool = False) -> ProcessorTime:
        return ProcessorTime()


def replies(*frames: bytes) -> tuple[Replies, list[Progress]]:
    told: list[Progress] = []
    return Replies(Frames(*frames), Patience(), 10**8, told.append), told  # type: ignore[arg-type]


def progress(epoch: int, *, fit: int = 1, id: int = 7) -> bytes:  # noqa: A002
    return encode_frame(Progress(id, fit, epoch, 5, 1.0, Epoch([("loss", 0.5)])))


LAST = encode_frame(messages.Returned(7, 0, None, [], ""))


class TestForgedProgress:
    def test_what_is_due_is_told_and_passed_over(self) -> None:
        found, told = replies(progress(1), progress(2), progress(1, fit=2), LAST)
        found.expect(TRAIN)
        reply, _ = found.by(time.monotonic() + 5)
        assert isinstance(reply, messages.Returned)
        assert [(each.fit, each.epoch) for each in told] == [(1, 1), (1, 2), (2, 1)]

    @pytest.mark.parametrize(
        "frames",
        [
            (progress(1, id=8), LAST),
            (progress(2), progress(2), LAST),
            (progress(2), progress(1), LAST),
            (progress(0, fit=0), LAST),
            tuple(progress(n) for n in range(1, MAX_PROGRESS + 2)),
        ],
        ids=["another_request", "twice", "backwards", "before_the_first", "too_many"],
    )
    def test_what_is_not_ends_the_worker(self, frames: tuple[bytes, ...]) -> None:
        found, _ = replies(*frames)
        found.expect(TRAIN)
        with pytest.raises(WireError, match="not due"):
            found.by(time.monotonic() + 5)

    def test_of_what_trains_nothing_none_is_due(self) -> None:
        found, _ = replies(progress(1), LAST)
        found.expect(AskModel(7))
        with pytest.raises(WireError, match="not due"):
            found.by(time.monotonic() + 5)

    def test_its_texts_and_numbers_are_bounded(self) -> None:
        metrics = [("x" * 10_000 + "\n", float("nan"))] * 100
        kept = Progress(7, 1, 1, 1, float("inf"), Epoch(metrics)).cut()
        assert (kept.seconds, len(kept.metrics.metrics)) == (0.0, 16)
        assert kept.metrics.metrics[0] == ("x" * 60, None)

    @pytest.mark.slow
    def test_a_submission_that_writes_one_itself_is_ended(self, trainings: Trainings) -> None:
        frame = progress(1, id=99)
        source = NET + f"\n    import os\n    def train_model(x, y):\n        os.write(3, {frame!r})\n"
        result = trainings.result(source, train_function="train_model")
        assert (result.outcome, result.score) == (Outcome.PROTOCOL_VIOLATION, 0.0)
        assert trainings.told == []


class TestForgedModels:
    """A worker may send what it likes in the place of a model."""

    def observed(self, value: object, **told: object) -> object:
        buffers: list[bytes] = []
        trained = Trained(7, "net", "Sequential", "grader", encode_value(value, buffers), [], **told)  # type: ignore[arg-type]
        return observation_of(trained, b"".join(buffers), TRAIN, 0)

    @pytest.mark.parametrize(
        "value",
        [3, {"a": 1}, [1, 2], [np.zeros(3)], [np.zeros(2**20 + 1, np.uint8)]],
        ids=["number", "dict", "numbers", "text_of_floats", "long_text"],
    )
    def test_one_that_is_no_list_of_arrays_ends_the_worker(self, value: object) -> None:
        with pytest.raises(WireError):
            self.observed(value)

    def test_preparations_that_cannot_be_applied_are_none(self) -> None:
        for factors, shape in (([float("nan")], [64]), ([], [64]), ([1.0] * 100, [64]), ([1.0], [])):
            prepared = Preparation(factors, [0.0] * len(factors), shape, "float32", "x")
            seen = self.observed([], preparation=prepared)
            assert isinstance(seen.value, TrainedModel)  # type: ignore[attr-defined]
            assert seen.value.told.preparation is None  # type: ignore[attr-defined]

    def test_one_of_another_size_is_not_tried(self) -> None:
        huge = msgspec.structs.replace(PREPARED, shape=[2**39])
        worker = Scripted([model(preparation=huge)], [], [])
        result = judged(worker)
        assert (result.status, result.score, worker.refereed) == (Status.FAILED, 0.0, 0)
        assert "a shape that samples cannot have" in result.message

    def test_hidden_samples_travel_in_pieces_that_fit_a_frame(self) -> None:
        inputs = np.zeros((1_000, 80, 80, 3), np.uint8)
        prepared = Preparation([1.0], [0.0], [80, 80, 3], "float32", "x")
        pieces = pieces_of(inputs, prepared)
        assert sum(map(len, pieces)) == 1_000
        assert all(8 * piece.size <= 24 * 2**20 for piece in pieces)

    def test_numbers_that_are_too_large_for_a_header_are_no_message(self) -> None:
        header = msgspec.msgpack.encode(TRAIN)
        assert decode_request(header) == TRAIN
        with pytest.raises(msgspec.ValidationError):
            msgspec.msgpack.decode(msgspec.msgpack.encode(FitRun(2**60, 1, 1, 1.0, "")), type=FitRun)

    def test_a_claim_to_have_been_cut_short_earns_a_look_and_no_points(self) -> None:
        cut = FitRun(5, 1, 10, 1e300, "seconds")
        result = judged(Scripted([model(fit=cut)], [scores(300)], [scores(300)]))
        assert (result.status, result.score) == (Status.NEEDS_REVIEW, None)

    def test_what_is_said_of_public_data_earns_nothing(self) -> None:
        result = judged(Scripted([model(public_accuracy=1.0)], [scores(100)], [scores(100)]))
        assert result.score == 0.0
        assert (LABELS >= 0).all()


class TestCodeInConfigurations:
    """The referee makes nothing of a configuration that names code: Keras itself does not get to see it."""

    @pytest.mark.parametrize(
        ("module", "name", "config"),
        [
            ("keras.layers", "Lambda", {}),
            ("keras.src.layers.core.lambda_layer", "Lambda", {}),
            ("keras.layers", "TFSMLayer", {"filepath": "/"}),
            ("builtins", "__lambda__", {"value": ["4wEAAAA=", None, None]}),
            ("os", "__typespec__", ["true"]),
            ("os", "function", "system"),
            ("keras.utils", "function", "get_file"),
            ("keras.saving", "function", "load_model"),
            ("keras.config", "function", "enable_unsafe_deserialization"),
            ("keras.datasets.mnist", "function", "load_data"),
            ("keras.src.saving.saving_api", "function", "load_model"),
            ("code", "Table", {}),
            (None, "Table", {}),
        ],
    )
    def test_it_is_named_and_not_made(self, module: str | None, name: str, config: object) -> None:
        inner = {"module": module, "class_name": name, "config": config, "spec_name": "system"}
        dense = {
            "module": "keras.layers",
            "class_name": "Dense",
            "config": {"units": 1, "activation": inner, "deep": [{"er": [inner]}]},
        }
        net = {"module": "keras", "class_name": "Sequential", "config": {"layers": [dense]}}
        text = np.frombuffer(json.dumps(net).encode(), np.uint8)
        with pytest.raises(NotRebuilt, match="which only its own code makes"):
            unpack([text], [], None)


class TestAnotherModel:
    """The right layers where layers are looked at, and another model where predictions are judged."""

    def results(self, trained: str, change: str = "", **place: Any) -> CheckResult:
        """Return the result of a training that earned all points, beside a check of the base network."""
        of_layers = {
            "kind": "model",
            "name": "base",
            "function": "build_base",
            "model": "zip_code_base",
            "between": ["Dropout"],
            "points": {"layers": 1, "parameters": 1},
        }
        looked_at = ModelCheck(msgspec.convert(of_layers, ModelCheckConfig))
        place = place or {"function": "build_base"}
        settings = {"kind": "training", "name": "net", "points": 4.0, "threshold": 0.9, **place}
        check = TrainingCheck(msgspec.convert(settings, TrainingCheckConfig), "mnist")
        found = FoundModel(ModelSeen(1, "build_base()", "Sequential", False, []), text_of("zip_code_base"))
        text = np.frombuffer(text_of(trained, change).encode(), np.uint8)
        run = Run(Returned(TrainedModel(model().told, [text, np.zeros(10)])))
        earned = judged(Scripted([model()], [scores(950)], [scores(950)]))
        assert (earned.status, earned.score) == (Status.PASSED, 4.0)
        seen = [Seen([Returned(found)]), SeenRuns(runs=(run,))]
        return with_other_models_told([looked_at, check], seen, [earned, earned])[1]

    def test_a_person_decides(self) -> None:
        result = self.results("zip_code_improved")
        assert isinstance(result.details, TrainingDetails)
        assert (result.status, result.score, result.details.proposed) == (Status.NEEDS_REVIEW, None, 4.0)
        said = "the parameters and layers of the model that was trained are not those that base has looked at"
        assert f"{said}: a person decides" in result.message
        assert result.details.doubts == (said,)

    @pytest.mark.parametrize(
        ("trained", "change", "place"),
        [
            ("zip_code_base", "", {}),
            ("zip_code_base", "Dropout", {}),
            ("zip_code_base", "Rescaling", {}),
            ("zip_code_improved", "", {"function": "build_improved"}),
            ("zip_code_improved", "", {"variable": "model"}),
        ],
    )
    def test_what_may_be_so_is_no_matter(self, trained: str, change: str, place: dict[str, Any]) -> None:
        assert self.results(trained, change, **place).status is Status.PASSED


def text_of(name: str, more: str = "") -> str:
    """Return the text of a reference model's configuration, with one more layer before the last."""
    found = configuration(name)
    if more:
        added = {"Dropout": {"rate": 0.5}, "Rescaling": {"scale": 0.5}}[more]
        layer = {"module": "keras.layers", "class_name": more, "config": {"name": "more", **added}}
        at = {"Dropout": -1, "Rescaling": 1}[more]
        found["config"]["layers"].insert(at, layer)
    return json.dumps(found)


@pytest.mark.slow
class TestSubmissions:
    def test_another_model_is_trained_than_the_one_whose_layers_are_looked_at(
        self, trainings: Trainings
    ) -> None:
        source = """
    import keras
    from keras import layers
    asked = []
    def net(units):
        first = [keras.Input((8, 8, 1)), layers.Flatten()]
        return keras.Sequential([*first, layers.Dense(units, "relu"), layers.Dense(10, "softmax")])
    def build_model():
        asked.append(1)
        return net(2 if len(asked) == 1 else WIDTH)
    """
        dense = [{"kind": "Dense", "units": 2}, {"kind": "Dense", "units": 10}]
        place = {"function": "build_model"}
        checks = [
            {"kind": "training", "name": "net", **PLAIN, "recipe": {"epochs": 8, "batch_size": 20}, **place},
            {
                "kind": "model",
                "name": "layers",
                **place,
                "layers": [{"kind": "Flatten"}, *dense],
                "points": {"layers": 1},
            },
        ]
        for width, status in ((2, Status.PASSED), (64, Status.NEEDS_REVIEW)):
            top = {"checks": [checks[1], {**checks[0], "threshold": 0.2}]}
            trainings.result(source.replace("WIDTH", str(width)), top=top)
            looked_at, trained = trainings.results
            assert (looked_at.status, trained.status) == (Status.PASSED, status), trained.message

    def test_predictions_of_something_else_than_its_weights_await_a_person(
        self, trainings: Trainings
    ) -> None:
        result, details = trainings.judged(NET + NEIGHBOURS)
        own, clean = details.runs[0].own_accuracy, details.runs[0].accuracy
        assert own is not None
        assert clean is not None
        assert own > 0.9
        assert clean < 0.4
        assert (result.status, result.score) == (Status.NEEDS_REVIEW, None)

    def test_weights_that_change_when_hidden_samples_are_seen_do_not_count(
        self, trainings: Trainings
    ) -> None:
        source = (
            NET
            + """
    import threading, time

    def train_model(x, y):
        model = build_model()
        model.compile("adam", "sparse_categorical_crossentropy")
        def go_on():
            while True:
                time.sleep(0.2)
                model.set_weights([0 * weight for weight in model.get_weights()])
        predict = model.predict
        def later(given, **more):
            if len(given) == 400:
                threading.Thread(target=go_on, daemon=True).start()
                time.sleep(1)
            return predict(given, **more)
        model.fit(x[..., None] / 255, y, epochs=5, batch_size=20, verbose=0)
        model.predict = later
        return model
    """
        )
        result, details = trainings.judged(source, train_function="train_model")
        run = details.runs[0]
        assert run.accuracy is not None
        assert run.accuracy > 0.6  # as they were when they were taken
        assert result.status is Status.NEEDS_REVIEW

    def test_a_thread_that_trains_on_after_the_deadline_changes_nothing(self, trainings: Trainings) -> None:
        source = (
            NET
            + """
    import threading

    def train_model(x, y):
        model = build_model()
        model.compile("adam", "sparse_categorical_crossentropy")
        other = build_model()
        other.compile("adam", "sparse_categorical_crossentropy")
        def train_on():
            other.fit(x[..., None] / 255, y, epochs=100_000, verbose=0)
        threading.Thread(target=train_on, daemon=True).start()
        model.fit(x[..., None] / 255, y, epochs=5, batch_size=20, verbose=0)
        return model
    """
        )
        began = time.monotonic()
        result, _ = trainings.judged(
            source, train_function="train_model", budget={"epochs": 200_000, "seconds": 20.0}
        )
        assert result.outcome is Outcome.COMPLETED
        assert time.monotonic() - began < 120

    @pytest.mark.parametrize(
        "fit", ["lambda self, *a, **k: None", "lambda self, *a, **k: print('accuracy: 1.0000')"]
    )
    def test_a_fit_that_trains_nothing_earns_nothing(self, trainings: Trainings, fit: str) -> None:
        result, details = trainings.judged(NET + f"\n    keras.Model.fit = {fit}\n")
        assert (result.status, result.score) == (Status.FAILED, 0.0)
        assert details.runs[0].epochs_run == 0

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (
                "return keras.Sequential([keras.Input((8, 8, 1)), layers.Dense(3)]).to_json()",
                "its configuration asks for 2 weights; it has 4",
            ),
            (
                "return keras.Sequential([keras.Input((64,)), layers.Dense(32), layers.Dense(11)]).to_json()",
                "its configuration asks for (32, 11)",
            ),
            ("return '[' * 100_000", "no text that can be read"),
            ("return real(self).replace('32', '2000000000')", "cannot be made"),
            ("return real(self).replace('keras.layers', 'os.path')", "which only its own code makes"),
        ],
        ids=["fewer_weights", "other_shapes", "deep", "huge", "other_modules"],
    )
    def test_a_configuration_that_lies_is_not_the_model(
        self, trainings: Trainings, change: str, why: str
    ) -> None:
        source = (
            NET
            + f"""
    real = keras.Model.to_json
    def to_json(self, **more):
        keras.Model.to_json = real
        try:
            {change}
        finally:
            keras.Model.to_json = to_json
    keras.Model.to_json = to_json
    """
        )
        result, details = trainings.judged(source)
        assert (result.status, result.score, details.refereed) == (Status.NEEDS_REVIEW, None, False)
        assert why in result.message, result.message

    @pytest.mark.parametrize(
        ("weights", "why"),
        [
            ("[np.zeros(20_000_000, np.float32)]", "60 are taken at most"),
            ("[np.zeros(3)] * 30_000", "30,000 weights"),
            ("1 // 0", "its weights cannot be read: ZeroDivisionError"),
        ],
        ids=["huge", "many", "raising"],
    )
    def test_weights_that_cannot_be_taken(self, trainings: Trainings, weights: str, why: str) -> None:
        source = (
            NET
            + f"""
    import numpy as np
    class Odd(keras.Model):
        def predict(self, x, **more):
            keras.Model.weights = property(lambda self: {weights})
            return super().predict(x, **more)
    def build_model():
        i = keras.Input((8, 8, 1))
        return Odd(i, layers.Dense(10, "softmax")(layers.Flatten()(i)))
    """
        )
        result, details = trainings.judged(source)
        assert (result.status, details.refereed) == (Status.NEEDS_REVIEW, False)
        assert why in result.message, result.message

    def test_labels_are_nowhere_to_be_found(self, trainings: Trainings) -> None:
        source = (
            NET
            + """
    import os
    import numpy as np
    found = []
    for place, _, names in os.walk("/"):
        if not place.startswith(("/proc", "/sys", "/packages", "/python")):
            found += [os.path.join(place, name) for name in names if name.endswith((".npz", ".npy", ".csv"))]
    print(sorted({os.path.basename(name) for name in found} - {"mnist.npz"}))
    print(sorted(np.load("mnist.npz")), sum(len(each) for each in np.load("mnist.npz").values()))
    """
        )
        result = trainings.result(source)
        assert result.status is Status.PASSED
        assert "[]\n" in trainings.printed
        assert "['x_test', 'x_train', 'y_test', 'y_train'] 2794" in trainings.printed  # 400 are elsewhere

    def test_what_it_prints_and_raises_about_hidden_samples_is_not_shown(self, trainings: Trainings) -> None:
        source = (
            NET
            + """
    class Telling(keras.Model):
        def predict(self, x, **more):
            if len(x) == 400:
                print("CANARY", x[0].ravel()[:4])
                raise ValueError(f"CANARY {x[1].ravel()[:4]}")
            return super().predict(x, **more)
    def build_model():
        i = keras.Input((8, 8, 1))
        return Telling(i, layers.Dense(10, "softmax")(layers.Flatten()(i)))
    """
        )
        result = trainings.result(source, recipe={"epochs": 12, "batch_size": 20})
        assert isinstance(result.details, TrainingDetails)
        assert result.details.refereed
        assert "CANARY" not in msgspec.json.encode(shown(result)).decode()
        assert "CANARY" not in trainings.printed
