"""Submissions that are trained for real: whose weights count, their inputs, budgets, the same twice."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import pytest

from autograder.reports.feedback import _check as shown
from autograder.results import CheckResult, Outcome, Status, TrainingDetails
from tests.training.conftest import NET, PLAIN, Trainings

OWN_FIT = (
    NET
    + """
    import numpy as np
    data = np.load("mnist.npz")
    x, y = data["x_train"][..., None] / 255, data["y_train"]
    model = build_model()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=5, batch_size=20, verbose=0)
    """
)
CONV = """
    import keras
    from keras import layers

    def build_model():
        return keras.Sequential([
            keras.Input((8, 8, 1)), layers.Conv2D(8, 3), layers.BatchNormalization(), layers.ReLU(),
            layers.Flatten(), layers.Dropout(0.2), layers.Dense(10, "softmax"),
        ])
    """
WIDER = (
    "keras.Sequential([keras.Input((8, 8)), layers.Flatten(), layers.Dense(48, 'relu'), "
    "layers.Dense(10, 'softmax')])"
)


@pytest.fixture(scope="module")
def by_recipe(trainings: Trainings) -> Any:
    """Give the result of a network that the grader trains, which several tests look at."""

    @cache
    def result() -> tuple[CheckResult, list[Any]]:
        found = trainings.result(CONV)
        return found, list(trainings.told)

    return result


class TestTheGradersOwnTraining:
    def test_it_reaches_what_such_a_network_reaches_and_a_clean_process_says_so(self, by_recipe: Any) -> None:
        result, _ = by_recipe()
        details = result.details
        assert isinstance(details, TrainingDetails)
        assert (result.status, result.score, details.refereed) == (Status.PASSED, 4.0, True)
        run = details.runs[0]
        assert run.accuracy is not None
        assert run.accuracy > 0.6
        assert run.own_accuracy == run.accuracy
        assert (run.by, run.epochs_run, run.ended) == ("grader", 5, "")
        assert details.prepared == "0..1"

    def test_each_epoch_is_told_while_it_trains(self, by_recipe: Any) -> None:
        result, told = by_recipe()
        assert [(each.fit, each.epoch, each.of) for each in told] == [(1, n, 5) for n in range(1, 6)]
        assert [each.seconds for each in told] == sorted(each.seconds for each in told)
        curve = result.details.curve
        assert [dict(each.metrics.metrics) for each in told] == [epoch.metrics for epoch in curve]
        assert curve[-1].metrics["accuracy"] > curve[0].metrics["accuracy"]

    def test_the_same_submission_gets_the_same_again(self, trainings: Trainings, by_recipe: Any) -> None:
        first, _ = by_recipe()
        again, details = trainings.judged(CONV)
        before = first.details
        assert [each.metrics for each in details.curve] == [each.metrics for each in before.curve]
        assert details.confusion == before.confusion
        assert (again.score, again.message) == (first.score, first.message)


class TestWhoseWeightsCount:
    def test_those_that_its_own_fit_has_left(self, trainings: Trainings) -> None:
        result, details = trainings.judged(OWN_FIT)
        assert (result.status, details.runs[0].by, details.place) == (Status.PASSED, "submission", "model")
        assert [each.epoch for each in trainings.told] == list(range(1, 6))
        assert details.prepared == "0..1"
        assert "its own weights, from the training in its file" in result.notes[0]

    @pytest.mark.slow
    def test_of_a_file_that_holds_them(self, trainings: Trainings) -> None:
        saved = trainings.save(OWN_FIT)
        result, details = trainings.judged("", files={"net.keras": saved}, file="net.keras")
        assert (result.status, details.runs[0].by) == (Status.PASSED, "file")
        assert details.prepared == "0..1"  # as it is best on public data: nothing else tells

    @pytest.mark.slow
    def test_always_means_fresh_ones(self, trainings: Trainings) -> None:
        result, details = trainings.judged(OWN_FIT, train="always", recipe={"epochs": 1, "batch_size": 200})
        assert details.runs[0].by == "grader"
        assert details.runs[0].accuracy is not None
        assert details.runs[0].accuracy < 0.7  # one epoch from the beginning
        assert any("model.fit was skipped" in note for note in trainings.notes)
        assert result.status is Status.FAILED

    def test_a_function_that_trains_nothing_is_told_so(self, trainings: Trainings) -> None:
        source = (
            NET
            + """
    def train(x, y):
        return build_model()
    """
        )
        result, details = trainings.judged(source, train_function="train")
        assert (result.status, result.score, details.runs[0].by) == (Status.FAILED, 0.0, "nobody")
        assert "it was never trained" in result.message

    def test_each_of_several_checks_is_judged_by_its_own_model(self, trainings: Trainings) -> None:
        source = (
            NET
            + """
    def build_poor():
        return keras.Sequential([
            keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(10, "softmax", trainable=False),
        ])
    """
        )
        checks = [
            {"kind": "training", "name": name, "function": f"build_{name}", "train": "always", **PLAIN}
            for name in ("model", "poor")
        ]
        trainings.result(source, top={"checks": [checks[0] | {"threshold": 1.0, "near": 1.0}, checks[1]]})
        good, poor = trainings.results
        assert isinstance(good.details, TrainingDetails)
        assert isinstance(poor.details, TrainingDetails)
        assert len(good.details.runs) == 3  # which ended the process that has trained the other model
        for run in (*good.details.runs, *poor.details.runs):
            assert run.accuracy is not None
            assert run.own_accuracy == run.accuracy
        assert good.details.runs[0].accuracy > 0.6 > poor.details.runs[0].accuracy
        assert Status.NEEDS_REVIEW not in (good.status, poor.status)

    def test_never_means_that_what_was_not_trained_fails(self, trainings: Trainings) -> None:
        result, details = trainings.judged(NET, train="never")
        assert (result.status, result.score, details.runs[0].by) == (Status.FAILED, 0.0, "nobody")
        assert "it was never trained" in result.message
        assert "Call model.fit" in result.hint

    @pytest.mark.slow
    def test_those_of_a_loop_of_its_own(self, trainings: Trainings) -> None:
        source = OWN_FIT.replace(
            "model.fit(x, y, epochs=5, batch_size=20, verbose=0)",
            """
    for start in [*range(0, 1000, 25)] * 6:
        model.train_on_batch(x[start:start + 25], y[start:start + 25])
    """,
        )
        result, details = trainings.judged(source, train="never")
        assert (result.status, details.runs[0].by, details.prepared) == (Status.PASSED, "submission", "0..1")

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("arguments", "signature", "returned"),
        [
            (["x_train", "y_train"], "x, y", "model"),
            (["x_train", "y_train"], "x, y", "None"),
            (["model", "x_train", "y_train", "epochs"], "model, x, y, epochs", "history"),
            (["model", "x_train", "y_train", "epochs"], "model, x, y, epochs", "(history, model)"),
        ],
    )
    def test_those_of_its_own_function(
        self, trainings: Trainings, arguments: list[str], signature: str, returned: str
    ) -> None:
        source = (
            NET
            + f"""
    def train_model({signature}):
        {"" if "model" in arguments else "model = build_model()"}
        model.compile("adam", "categorical_crossentropy", metrics=["acc"])
        one_hot = keras.utils.to_categorical(y, 10)
        history = model.fit(x[..., None] / 127.5 - 1, one_hot, epochs=5, batch_size=20, verbose=0)
        return {returned}
    """
        )
        result, details = trainings.judged(source, train_function="train_model", train_arguments=arguments)
        assert (result.status, details.runs[0].by, details.prepared) == (Status.PASSED, "function", "-1..1")

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("made", "said"),
        [
            ("keras.Sequential([keras.Input((8, 8)), layers.Reshape((8, 8, 1)), model])", ""),
            (
                WIDER,
                "train_model returns another network than it was given: 3,610 weights, not 2,410",
            ),
        ],
    )
    def test_of_another_network_than_its_function_was_given_a_person_decides(
        self, trainings: Trainings, made: str, said: str
    ) -> None:
        source = (
            NET
            + f"""
    import numpy as np
    data = np.load("mnist.npz")

    def train_model(model, x, y):
        made = {made}
        made.compile("adam", "sparse_categorical_crossentropy")
        x, y = np.concatenate([x, data["x_test"]]), np.concatenate([y, data["y_test"]])
        made.fit(x, y, epochs=8, batch_size=20, verbose=0)
        return made
    """
        )
        arguments = ["model", "x_train", "y_train"]
        result, _ = trainings.judged(source, train_function="train_model", train_arguments=arguments)
        assert result.status is (Status.NEEDS_REVIEW if said else Status.PASSED)
        assert said in result.message
        notes = " / ".join(result.notes)
        assert "fit was given the test set to train with" in notes
        assert "reach from 0 to 255, and no layer rescales them" in notes


class TestInputs:
    """The student's pipeline, not ours."""

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("layout", "change", "prepared"),
        [
            ("(8, 8)", "x = data['x_train'] / 255.0", "0..1"),
            ("(64,)", "x = data['x_train'].reshape(-1, 64) / 255.0", "0..1"),
            ("(8, 8, 1)", "x = data['x_train'][..., None] / 127.5 - 1", "-1..1"),
            ("(1, 8, 8)", "x = data['x_train'][:, None] / 255.0", "0..1"),
            ("(8, 8, 1)", "x = (data['x_train'][..., None] / 255.0 - 0.3) / 0.37", "from -0.811 to 1.89"),
        ],
    )
    def test_they_are_prepared_as_fit_saw_them(
        self, trainings: Trainings, layout: str, change: str, prepared: str
    ) -> None:
        source = OWN_FIT.replace("(8, 8, 1)", layout).replace(
            'x, y = data["x_train"][..., None] / 255,', "y ="
        )
        source = source.replace("    model = build", f"    {change}\n    model = build")
        result, details = trainings.judged(source)
        assert (result.status, details.prepared) == (Status.PASSED, prepared), result.message

    @pytest.mark.slow
    def test_raw_bytes_into_a_rescaling_layer(self, trainings: Trainings) -> None:
        source = NET.replace("layers.Flatten()", "layers.Rescaling(1 / 255), layers.Flatten()")
        result, details = trainings.judged(source)
        assert (result.status, details.prepared) == (Status.PASSED, "0..255, as they are")

    @pytest.mark.slow
    def test_by_the_handout_and_what_fit_saw_otherwise_is_noted(self, trainings: Trainings) -> None:
        source = OWN_FIT.replace("/ 255,", "* 1.0,")
        result, details = trainings.judged(source, preprocess={"scale": "0..1", "layout": "channel"})
        assert details.prepared == "0..1"
        assert "the handout prepares inputs as 0..1; fit saw 0..255, as they are" in result.notes[-1]

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("last", "compiled"),
        [
            ("layers.Dense(10)", ""),
            ("layers.Dense(10)", "keras.losses.CategoricalCrossentropy(from_logits=True)"),
            ('layers.Dense(10, "sigmoid")', '"binary_crossentropy"'),
            ('layers.Dense(10), layers.Activation("softmax")', '"categorical_crossentropy"'),
        ],
    )
    def test_logits_sigmoids_and_one_hot_labels_count(
        self, trainings: Trainings, last: str, compiled: str
    ) -> None:
        source = NET.replace('layers.Dense(10, "softmax")', last)
        if compiled:
            source = source.replace("return keras", "model = keras")
            end = "        ])\n"
            compile_it = f"        model.compile('adam', {compiled})\n        return model\n"
            source = source.replace(end, end + compile_it)
        result, _ = trainings.judged(source, recipe={"epochs": 20, "batch_size": 32})
        assert result.status is Status.PASSED, result.message

    def test_a_wrong_number_of_outputs_is_said_before_anything_is_trained(self, trainings: Trainings) -> None:
        result = trainings.result(NET.replace("layers.Dense(10", "layers.Dense(8"))
        assert (result.outcome, result.score) == (Outcome.COMPLETED, 0.0)
        assert result.message.startswith("expected 10 outputs, one for each class; the model has 8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "made",
    ["Net()", "Functional(i, layers.Dense(10, 'softmax')(layers.Flatten()(i)))"],
    ids=["by_its_call", "by_its_graph"],
)
def test_a_class_of_its_own_made_of_keras_layers_is_made_anew(trainings: Trainings, made: str) -> None:
    source = (
        NET
        + f"""
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.flat, self.hidden = layers.Flatten(), layers.Dense(32, "relu")
            self.norm, self.out = layers.BatchNormalization(), layers.Dense(10, "softmax")
        def call(self, x, training=False):
            return self.out(self.norm(self.hidden(self.flat(x)), training=training))
    class Functional(keras.Model):
        pass
    i = keras.Input((8, 8, 1))
    def build_model():
        return {made}
    """
    )
    result, details = trainings.judged(
        source, recipe={"epochs": 15, "batch_size": 20}, function="build_model"
    )
    assert details.refereed, result.message
    assert details.runs[0].own_accuracy == details.runs[0].accuracy
    assert result.status is Status.PASSED


class TestBudgets:
    @pytest.mark.slow
    def test_steps_end_a_training(self, trainings: Trainings) -> None:
        result, details = trainings.judged(NET, budget={"epochs": 12, "steps": 70, "seconds": 60.0})
        run = details.runs[0]
        assert (run.epochs_run, run.ended, result.status) == (2, "steps", Status.NEEDS_REVIEW)

    @pytest.mark.slow
    def test_seconds_end_a_training(self, trainings: Trainings) -> None:
        recipe = {"epochs": 10_000, "batch_size": 32}
        result, details = trainings.judged(
            NET, budget={"epochs": 10_000, "seconds": 2.0}, recipe=recipe, threshold=1.0
        )
        assert (details.runs[0].ended, result.status) == ("seconds", Status.NEEDS_REVIEW)
        assert 1.5 < details.runs[0].seconds < 20

    @pytest.mark.slow
    def test_a_fit_while_the_file_runs_has_the_same_budget(self, trainings: Trainings) -> None:
        source = OWN_FIT.replace("epochs=5", "epochs=500")
        result, details = trainings.judged(
            source, budget={"epochs": 3, "seconds": 60.0}, recipe={"epochs": 2}, threshold=1.0
        )
        run = details.runs[0]
        assert (run.by, run.epochs_asked, run.epochs_run, run.ended) == ("submission", 500, 3, "epochs")
        assert result.status is Status.NEEDS_REVIEW
        assert any("model.fit was shortened: epochs asked 500, run 3" in note for note in trainings.notes)

    @pytest.mark.slow
    def test_all_fits_of_one_function_share_it(self, trainings: Trainings) -> None:
        source = (
            NET
            + """
    def train_model(x, y):
        model = build_model()
        model.compile("adam", "sparse_categorical_crossentropy")
        for _ in range(50):
            model.fit(x[..., None] / 255, y, verbose=0)
        return model
    """
        )
        _, details = trainings.judged(
            source, train_function="train_model", budget={"epochs": 4, "seconds": 60.0}, recipe={"epochs": 2}
        )
        assert details.runs[0].ended == "epochs"
        assert [(each.fit, each.epoch) for each in trainings.told] == [(n, 1) for n in range(1, 5)]

    @pytest.mark.slow
    def test_what_never_ends_is_interrupted_and_the_students(self, trainings: Trainings) -> None:
        source = NET + "\n    def train_model(x, y):\n        while True:\n            pass\n"
        result, _ = trainings.judged(
            source, train_function="train_model", budget={"epochs": 12, "seconds": 1.0}
        )
        assert (result.outcome, result.status, result.score) == (Outcome.TIMEOUT, Status.FAILED, 0.0)

    @pytest.mark.slow
    def test_a_training_ends_early_once_it_is_good_enough(self, trainings: Trainings) -> None:
        recipe = {"epochs": 30, "batch_size": 32}
        result, details = trainings.judged(NET, recipe=recipe, early_stop=True, threshold=0.7)
        assert details.runs[0].ended == "reached"
        assert 1 < details.runs[0].epochs_run < 30
        assert result.status is Status.PASSED

    @pytest.mark.slow
    def test_and_once_there_is_no_hope(self, trainings: Trainings) -> None:
        source = NET.replace('layers.Dense(32, "relu")', "layers.Dropout(0.999)")
        result, details = trainings.judged(source, recipe={"epochs": 30, "batch_size": 200}, early_stop=True)
        assert details.runs[0].ended == "hopeless"
        assert details.runs[0].epochs_run < 30
        assert result.score == 0.0

    @pytest.mark.slow
    def test_a_near_miss_is_trained_with_other_seeds(self, trainings: Trainings) -> None:
        result, details = trainings.judged(
            NET, threshold=1.0, near=1.0, recipe={"epochs": 4, "batch_size": 32}
        )
        reached = [run.accuracy for run in details.runs]
        assert len(set(reached)) > 1
        assert details.runs[details.counted].accuracy == max(each for each in reached if each is not None)
        assert "trained 3 times" in " ".join(result.notes)
        assert len(trainings.told) == 12


def test_nothing_of_hidden_samples_reaches_a_student(trainings: Trainings, by_recipe: Any) -> None:
    result, _ = by_recipe()
    told = msgspec.json.encode(shown(result)).decode()
    details = result.details
    exact = details.runs[0].accuracy
    assert str(exact) not in told
    assert f"{details.runs[0].right}" not in told.replace('"samples":400', "")
    assert "confusion" not in told
    assert trainings.hidden.digest not in told
