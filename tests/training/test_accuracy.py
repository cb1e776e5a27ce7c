"""What predictions come to: scores to classes, intervals, curves, and what chance does not explain."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from autograder.authoring.calibrating.proposing import Spread, propose
from autograder.checks.accuracy import (
    Accuracy,
    NotScores,
    confusion_of,
    differ,
    guesses,
    is_guessing,
    most_confused,
    share_of,
    whole_percent,
)

RNG = np.random.default_rng(5)
LABELS = RNG.integers(0, 10, 1_000)


class TestGuesses:
    @pytest.mark.parametrize(
        "change",
        [
            lambda scores: scores,
            lambda scores: 7 * scores - 3,  # logits
            lambda scores: 1 / (1 + np.exp(-9 * scores)),  # sigmoids
            lambda scores: scores.reshape(1_000, 1, 1, 10),  # of a convolution at the end
            lambda scores: scores.astype(np.float16),
            lambda scores: np.hstack([scores, scores[:, :1] - 1]),  # one output more than classes
        ],
    )
    def test_the_class_that_scores_highest_counts(self, change) -> None:
        scores = np.eye(10)[LABELS] * 0.5
        assert (guesses(change(scores), 1_000, 10) == LABELS).all()

    def test_of_two_classes_one_output_is_enough(self) -> None:
        labels = np.array([0, 1, 1, 0])
        probabilities, logits = (
            np.array([[0.2], [0.9], [0.6], [0.4]]),
            np.array([[-2.0], [9.0], [0.1], [-1.0]]),
        )
        assert (guesses(probabilities, 4, 2) == labels).all()
        assert (guesses(logits, 4, 2) == labels).all()

    @pytest.mark.parametrize(
        ("scores", "said"),
        [
            (np.zeros((1_000, 8)), "expected 10 outputs, one for each class; it has 8"),
            (np.zeros((1_000, 1)), "expected 10 outputs, one for each class; it has 1"),
            (np.zeros((999, 10)), r"expected 1,000 rows of scores; received float64 of shape \(999, 10\)"),
            (np.full((1_000, 10), np.nan), "NaN or infinite"),
            (np.zeros((1_000, 10), complex), "received complex128"),
            (np.float64(3), "expected 1,000 rows"),
        ],
    )
    def test_what_is_no_score_for_each_class_is_said(self, scores, said: str) -> None:
        with pytest.raises(NotScores, match=said):
            guesses(np.asarray(scores), 1_000, 10)


class TestAccuracy:
    def test_the_interval_covers_the_truth_as_often_as_it_says(self) -> None:
        right = RNG.binomial(400, 0.9, 2_000)
        reached = [Accuracy(int(each), 400) for each in right]
        covered = np.mean([each.low <= 0.9 <= each.high for each in reached])
        assert 0.92 < covered < 0.98

    def test_all_right_is_no_certainty(self) -> None:
        assert (Accuracy(100, 100).high, round(Accuracy(100, 100).low, 3)) == (1.0, 0.963)

    def test_a_half_percent_counts_for_the_student(self) -> None:
        assert [whole_percent(share) for share in (0.9449, 0.945, 0.95, 0.29, 0.285)] == [
            0.94,
            0.95,
            0.95,
            0.29,
            0.29,
        ]

    def test_guessing_is_told_from_learning(self) -> None:
        assert is_guessing(Accuracy(int((LABELS == 3).sum()), 1_000), LABELS)
        assert is_guessing(Accuracy(105, 1_000), LABELS)
        assert not is_guessing(Accuracy(200, 1_000), LABELS)

    def test_a_curve_is_followed_in_straight_lines(self) -> None:
        curve = [(0.5, 0.0), (0.8, 0.5), (0.95, 1.0)]
        shares = [share_of(curve, 0.95, each / 100) for each in range(101)]
        assert shares[0] == shares[50] == 0.0
        assert (shares[65], shares[80], shares[95], shares[100]) == (0.25, 0.5, 1.0, 1.0)
        assert all(before <= after for before, after in pairwise(shares))


class TestDifferences:
    def test_two_that_are_equally_often_wrong_do_not_differ(self) -> None:
        one, other = LABELS.copy(), LABELS.copy()
        one[:50], other[50:100] = 10, 10
        assert not differ(one, other, LABELS)

    def test_a_percent_is_no_difference_and_three_are_one(self) -> None:
        one = LABELS.copy()
        one[:10] = 10
        assert not differ(one, LABELS, LABELS)
        one[:30] = 10
        assert differ(one, LABELS, LABELS)

    def test_the_two_classes_that_are_mixed_up_most_are_named_only_where_that_is_frequent(self) -> None:
        labels = np.repeat([0, 1, 2], 100)
        guessed = labels.copy()
        guessed[:40], guessed[100:103] = 2, 0
        assert most_confused(confusion_of(guessed, labels, 3)) == (0, 2)
        guessed[:37] = 0
        assert most_confused(confusion_of(guessed, labels, 3)) is None

    def test_guesses_beyond_the_classes_have_a_column_of_their_own(self) -> None:
        table = confusion_of(np.array([0, 12, 11]), np.array([0, 1, 1]), 2)
        assert table == ((1, 0, 0), (0, 0, 2))
        assert most_confused(table) is None


class TestProposals:
    def test_a_proposed_threshold_is_missed_as_rarely_as_it_says(self) -> None:
        missed = 0
        rng = np.random.default_rng(11)
        for _ in range(400):
            reached = rng.binomial(1_000, rng.normal(0.95, 0.008, 6).clip(0, 1)) / 1_000
            threshold = propose(Spread(tuple(reached[:5]), 1_000))
            missed += whole_percent(reached[5]) < threshold
        assert missed <= 12  # 1 % of 400, and what chance adds

    def test_runs_that_agree_by_chance_do_not_make_it_strict(self) -> None:
        same = Spread((0.95,) * 5, 1_000)
        assert same.deviation == pytest.approx((0.95 * 0.05 / 1_000) ** 0.5)
        assert propose(same) < 0.95
