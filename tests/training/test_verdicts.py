"""What a training is worth: points by the curve, near misses, budgets, doubts, and what is said."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.config import Calibrated
from autograder.config.training import TrainingBudget
from autograder.observation import Stopped
from autograder.reports.feedback import _check as shown
from autograder.reports.training_view import staff_text
from autograder.results import CheckResult, Outcome, Status, TrainingDetails
from autograder.wire.models import DataSeen, FitSeen
from autograder.wire.trained import Epoch, FitRun
from reference.models import configuration
from tests.training.scripted import HIDDEN, PREPARED, Scripted, judged, model, once, scores

SCHOOL_CNN = json.dumps(configuration("school_cnn")).encode()
RAW = msgspec.structs.replace(PREPARED, said="0..255, as they are")


def cut(by: str) -> dict[str, Any]:
    return {"fit": FitRun(50, 3, 30, 60.0, by)}  # type: ignore[arg-type]


def calibrated(threshold: float, **changed: Any) -> Calibrated:
    entry = Calibrated(
        check="net",
        data="digits",
        digest="sha256:here",
        device="cpu",
        reference="school_cnn",
        budget=TrainingBudget(),
        epochs=5,
        batch_size=64,
        seeds=5,
        accuracies=(0.9, 0.91),
        threshold=threshold,
        failing=0.01,
    )
    return msgspec.structs.replace(entry, **changed)


def details_of(result: CheckResult) -> TrainingDetails:
    assert isinstance(result.details, TrainingDetails)
    return result.details


class TestPoints:
    def test_what_reaches_the_threshold_earns_all(self) -> None:
        result = judged(once(900))
        assert (result.status, result.score) == (Status.PASSED, 4.0)
        assert result.message == "an accuracy of 90 % (88 to 92 %) on 1,000 hidden samples"

    def test_without_a_curve_it_is_all_or_nothing(self) -> None:
        result = judged(once(840))
        assert (result.status, result.score) == (Status.FAILED, 0.0)
        assert result.message.endswith("on 1,000 hidden samples; 90 % is asked for")

    def test_a_curve_gives_a_part(self) -> None:
        result = judged(once(750), curve=[[0.6, 0.0], [0.9, 1.0]])
        assert (result.status, result.score) == (Status.PARTIAL, 2.0)

    def test_students_learn_whole_percents_and_staff_all(self) -> None:
        result = judged(once(847))
        details = details_of(result)
        assert details.runs[0].accuracy == 0.847
        assert "847 of 1,000 right" in staff_text(details)
        student = msgspec.json.encode(shown(result)).decode()
        assert '"percent":85' in student
        for secret in ("847", "0.847", "own_accuracy", "confusion", "sha256:here"):
            assert secret not in student

    @pytest.mark.parametrize(("right", "score"), [(890, 4.0), (885, 4.0), (870, 3.68), (790, 2.4)])
    def test_the_lower_of_two_thresholds_counts_and_the_curve_moves_along(
        self, right: int, score: float
    ) -> None:
        terms = {"threshold": 0.94, "curve": [[0.69, 0.0], [0.94, 1.0]], "near": 0.0}
        assert judged(once(right), calibrated(0.89), **terms).score == pytest.approx(score)

    def test_a_higher_calibrated_threshold_is_not_held_against_the_handout(self) -> None:
        assert judged(once(900), calibrated(0.97)).score == 4.0


class TestAgain:
    def test_a_near_miss_is_trained_again_and_the_best_counts(self) -> None:
        models = [model(), model(notes=["second"]), model(notes=["third"])]
        each = [scores(885), scores(870), scores(905)]
        worker = Scripted(models, each, each)
        result = judged(worker)
        assert (result.status, result.score) == (Status.PASSED, 4.0)
        assert [each.run for each in worker.asked] == [0, 1, 2]
        assert worker.refereed == 3
        assert "trained 3 times, to 89 %, 87 %, 91 %: a near miss was trained again" in result.notes[2]
        assert (details_of(result).counted, details_of(result).spread) == (2, 0.035)

    @pytest.mark.parametrize(
        ("right", "by"), [(860, "grader"), (905, "grader"), (885, "submission"), (885, "file")]
    )
    def test_nothing_else_is(self, right: int, by: Any) -> None:
        worker = once(right, by=by)
        judged(worker)
        assert len(worker.asked) == 1

    def test_a_run_that_was_ended_early_is_finished_before_it_is_judged(self) -> None:
        models = [model(fit=FitRun(9, 2, 20, 1.0, "reached")), model(notes=["b"]), model(notes=["c"])]
        worker = Scripted(models, [scores(800)] * 3, [scores(800), scores(910), scores(880)])
        assert judged(worker, early_stop=True).score == 4.0
        assert [each.recipe.stop_at for each in worker.asked] == [0.9, 0.0, 0.0]

    def test_of_repeats_the_mean_counts(self) -> None:
        models = [model(), model(notes=["b"]), model(notes=["c"])]
        each = [scores(860), scores(900), scores(880)]
        result = judged(Scripted(models, each, each), repeats=3, curve=[[0.78, 0.0], [0.9, 1.0]], near=0.0)
        assert result.message.startswith("an accuracy of 88 %")
        assert result.notes[2] == "trained 3 times, to 86 %, 90 %, 88 %: the mean counts"
        assert result.score == pytest.approx(3.33, abs=0.01)


class TestBudgets:
    @pytest.mark.parametrize("by", ["epochs", "steps", "seconds"])
    def test_a_run_that_we_cut_short_is_no_zero(self, by: str) -> None:
        result = judged(once(300, **cut(by)))
        assert (result.status, result.score) == (Status.NEEDS_REVIEW, None)
        assert f"cut short by the budget of {by}, which is no fault of its own" in result.message
        assert details_of(result).proposed == 0.0

    def test_one_that_is_good_all_the_same_passes(self) -> None:
        assert judged(once(930, **cut("seconds"))).score == 4.0

    def test_epochs_are_judged_by_a_threshold_that_was_calibrated_for_them(self) -> None:
        assert judged(once(860, **cut("epochs")), calibrated(0.85)).score == 4.0
        assert judged(once(700, **cut("epochs")), calibrated(0.85)).score == 0.0
        other = calibrated(0.85, budget=TrainingBudget(epochs=2))
        assert judged(once(700, **cut("epochs")), other).score is None
        assert judged(once(700, **cut("seconds")), calibrated(0.85)).score is None  # another machine's

    def test_what_never_ends_and_learns_nothing_is_the_students(self) -> None:
        result = judged(once(100, by="function", **cut("overtime")), train_function="train_model")
        assert (result.outcome, result.score) == (Outcome.TIMEOUT, 0.0)
        assert result.message.startswith("train_model did not end: an accuracy of 10 %")
        half = judged(once(600, by="function", **cut("overtime")), train_function="train_model")
        assert (half.status, half.score) == (Status.NEEDS_REVIEW, None)

    def test_a_process_that_was_ended_fails_with_its_outcome(self) -> None:
        stopped = Stopped(Outcome.MEMORY_LIMIT, "training the model took more than 4096 MiB of memory")
        result = judged(Scripted([stopped], [], []))
        assert (result.outcome, result.score, result.message) == (Outcome.MEMORY_LIMIT, 0.0, stopped.message)


class TestDoubts:
    def test_a_process_that_predicts_otherwise_than_its_weights_awaits_a_person(self) -> None:
        result = judged(once(500, own=990))
        assert (result.status, result.score) == (Status.NEEDS_REVIEW, None)
        assert "its own process predicts otherwise than a clean one with the same weights" in result.message
        assert "990" not in result.message
        assert details_of(result).runs[0].own_accuracy == 0.99

    def test_of_a_model_that_cannot_be_made_anew_its_own_predictions_are_taken(self) -> None:
        worker = Scripted([model()], [scores(950)], [Stopped(Outcome.MEMORY_LIMIT, "too much")])
        result = judged(worker)
        assert (result.status, details_of(result).refereed) == (Status.NEEDS_REVIEW, False)
        assert "no clean process can make this model anew" in result.message
        assert details_of(result).proposed == 4.0

    def test_another_network_than_it_was_given_awaits_a_person_where_it_earns_points(self) -> None:
        told = {"by": "function", "other": "train returns another network than it was given"}
        result = judged(once(900, **told))
        assert (result.status, result.score) == (Status.NEEDS_REVIEW, None)
        assert result.message.endswith("; train returns another network than it was given: a person decides")
        assert judged(once(300, **told)).status is Status.FAILED

    def test_that_it_does_not_predict_itself_is_no_doubt(self) -> None:
        result = judged(Scripted([model()], ["no predict"], [scores(950)]))
        assert (result.status, result.score) == (Status.PASSED, 4.0)

    def test_what_a_worker_says_about_hidden_samples_is_not_repeated(self) -> None:
        worker = Scripted([model()], ["CANARY 3"], ["CANARY 5"])
        assert "CANARY" not in msgspec.json.encode(shown(judged(worker))).decode()

    def test_inputs_that_nothing_tells_of_are_a_doubt_only_where_points_are_lost(self) -> None:
        told = {"by": "file", "unprepared": "nothing tells how its inputs are prepared"}
        assert judged(once(950, **told)).score == 4.0
        assert judged(once(300, **told)).status is Status.NEEDS_REVIEW
        assert judged(once(300, **told), preprocess={"scale": "0..1"}).score == 0.0

    def test_one_whose_inputs_are_unlike_the_data_awaits_a_person_unless_the_handout_says_it(self) -> None:
        told = {"preparation": None, "unprepared": "it takes inputs of shape (32, 32); the data have (8, 8)"}
        worker = Scripted([model(**told)], [], [])
        result = judged(worker)
        assert (result.status, worker.refereed) == (Status.NEEDS_REVIEW, 0)
        assert "it takes inputs of shape (32, 32)" in result.message
        closed = judged(Scripted([model(**told)], [], []), preprocess={"layout": "image"})
        assert (closed.status, closed.score) == (Status.FAILED, 0.0)


class TestWords:
    @pytest.mark.parametrize(
        ("right", "told", "hint"),
        [
            (100, {"by": "nobody"}, "Call model.fit before you hand in"),
            (600, {"loss": "mean_squared_error"}, "For classes, use sparse_categorical_crossentropy"),
            (600, {"loss": "binary_crossentropy", "outputs": [10]}, "The loss is binary_crossentropy"),
            (600, {"preparation": RAW}, "The inputs go in as 0..255. Rescale them"),
            (100, {"loss": "categorical_crossentropy"}, "no better than guessing"),
            (700, {"fit": FitRun(9, 9, 90, 1.0, "", [Epoch([("acc", 0.99)])])}, "learnt them by heart"),
            (860, {"loss": "sparse_categorical_crossentropy"}, "Try more epochs"),
        ],
    )
    def test_the_usual_failures_get_a_hint_of_their_own(self, right: int, told: Any, hint: str) -> None:
        assert hint in judged(once(right, **told)).hint

    def test_a_model_with_a_rescaling_layer_is_not_told_to_rescale(self) -> None:
        given = model(preparation=RAW, text=b'{"class_name": "Rescaling"}')
        worker = Scripted([given], [scores(600)], [scores(600)])
        assert "Rescale" not in judged(worker).hint

    def test_what_its_own_function_has_trained_with_is_noted_at_no_cost(self) -> None:
        raw = FitSeen(True, [DataSeen("ndarray", [60, 80, 80, 3], "uint8", 0.0, 255.0)])
        fits = [raw, msgspec.structs.replace(raw, has_test_set=True, validation="data", validation_is="test")]
        result = judged(once(900, by="function", fits=fits, text=SCHOOL_CNN))
        assert (result.status, result.score) == (Status.PASSED, 4.0)
        said = " / ".join(result.notes)
        assert "fit was given the test set to train with" in said
        assert "the validation data of fit are the test set" in said
        assert said.count("reach from 0 to 255, and no layer rescales them") == 1
        assert "reach from" not in " / ".join(judged(once(900, fits=fits, text=b"no JSON")).notes)

    def test_one_class_for_all_is_said(self) -> None:
        single = np.eye(10)[np.zeros(1_000, int)]
        result = judged(Scripted([model()], [single], [single]))
        assert "takes every sample for the same class" in result.hint

    def test_weights_that_are_no_numbers_are_said_and_nothing_is_predicted(self) -> None:
        worker = Scripted([model(weights=([1.0, np.nan], [2.0]))], [], [])
        result = judged(worker)
        assert (result.status, result.score, worker.refereed) == (Status.FAILED, 0.0, 0)
        assert result.message == "1 of 2 weights holds NaN or infinity: the training has diverged"
        assert "lower learning rate" in result.hint

    def test_a_wrong_number_of_outputs_is_said(self) -> None:
        eight = scores(900)[:, :8]
        result = judged(Scripted([model()], [eight], [eight]))
        assert (result.status, result.score) == (Status.FAILED, 0.0)
        assert "expected 10 outputs, one for each class; it has 8" in result.message
        assert result.hint == "The last layer needs one unit for each class."

    def test_at_home_public_data_tell_and_nothing_is_scored(self) -> None:
        result = judged(once(0, public_accuracy=0.934), hidden=None)
        assert (result.status, result.score) == (Status.PASSED, 0.0)
        assert result.message == (
            "an accuracy of 93 % on public test data; 90 % is asked for; judged on hidden samples after you "
            "hand in"
        )
        assert judged(once(0, public_accuracy=0.5), hidden=None).status is Status.FAILED

    def test_staff_see_the_confusion_and_each_run(self) -> None:
        text = staff_text(details_of(judged(once(847, public_accuracy=0.9))))
        lines = text.splitlines()
        assert lines[0] == "trained by the handout's recipe, on digits: 5 of 5 epochs, 2 s"
        assert lines[1:3] == ["epoch       1", "accuracy  0.9"]
        run = "run 1: 847 of 1,000 right, 0.8470 (95 %: 0.823 to 0.868); its own process 0.8470"
        assert lines[3] == f"{run}; public data 0.9000"
        assert len(lines) == 6 + 11
        assert sum(int(cell) for line in lines[-10:] for cell in line.split()[1:]) == len(HIDDEN.labels)
