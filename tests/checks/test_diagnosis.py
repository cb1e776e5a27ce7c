"""From wrong answers to the mistake: every misconception is named, is told apart, and agrees with itself."""

from itertools import combinations

import numpy as np
import pytest

import reference.convolution as ref
from autograder.checks.check import Seen
from autograder.checks.diagnosis import HINTS, Kind, PreparedCase, prepare
from autograder.observation import Raised, Returned, Stopped
from autograder.problems import PROBLEMS
from autograder.problems.convolution_mistakes import image as image_mistakes
from autograder.results import Outcome, Status
from autograder.wire.messages import Error
from tests.checks.conftest import as_lists, as_single, with_numbers

MISCONCEPTIONS = [
    pytest.param(problem.name, number, id=f"{problem.name}-{number}-{misconception.name}")
    for problem in PROBLEMS.values()
    for number, misconception in enumerate(problem.misconceptions)
]
SEEDS = range(12)


def answer_of(function, prepared: PreparedCase):
    """Return what a mistaken function gives; None where it raises or nothing is left."""
    try:
        value = function(**prepared.case.inputs)
    except (ValueError, IndexError, TypeError, KeyError, ZeroDivisionError):
        return None
    return None if is_nothing(value) else value


def is_nothing(value) -> bool:
    return isinstance(value, np.ndarray) and not value.size


def agree(prepared: PreparedCase, first, second) -> bool:
    if first is None or second is None:
        return first is None and second is None
    return prepared.difference_from(first, second) is None


@pytest.fixture(scope="module")
def answers():
    """Return by problem and seed: the cases, and each misconception's answers to them."""
    found = {}
    for problem in PROBLEMS.values():
        for seed in SEEDS:
            drawn = [*problem.examples, *problem.draw(np.random.default_rng(seed))]
            cases = [prepare(problem, case) for case in drawn]
            found[problem.name, seed] = (
                cases,
                [[answer_of(each.function, case) for case in cases] for each in problem.misconceptions],
            )
    return found


class TestMisconceptions:
    @pytest.mark.parametrize(("name", "number"), MISCONCEPTIONS)
    def test_each_is_named_when_a_student_makes_exactly_that_mistake(self, student, name, number):
        misconception = PROBLEMS[name].misconceptions[number]
        for seed in (0, 1 + number % 4):
            result = student(name, seed).answer(misconception.function)
            assert result.details.misconception == misconception.name
            assert result.hint == misconception.explanation
            assert result.message.startswith(f"{misconception.name}: ")
            assert result.status in (Status.PARTIAL, Status.FAILED)
            assert result.score < result.max_score

    @pytest.mark.parametrize(("name", "number"), MISCONCEPTIONS)
    def test_each_is_named_from_float32_and_from_lists_too(self, student, name, number):
        misconception = PROBLEMS[name].misconceptions[number]

        for changed in (as_single, as_lists):
            result = student(name).answer(
                lambda changed=changed, **inputs: changed(misconception.function(**inputs))
            )
            assert result.details.misconception == misconception.name

    @pytest.mark.parametrize(("name", "number"), MISCONCEPTIONS)
    def test_three_hidden_cases_of_every_draw_tell_it_from_the_reference(self, answers, name, number):
        visible = len(PROBLEMS[name].examples)
        for seed in SEEDS:
            cases, given = answers[name, seed]
            wrong = [
                case
                for case, answer in zip(cases[visible:], given[number][visible:], strict=True)
                if not agree(case, None if is_nothing(case.expected) else case.expected, answer)
            ]
            assert len(wrong) >= 3

    @pytest.mark.parametrize("name", PROBLEMS)
    def test_no_two_agree_on_every_case_unless_they_share_a_name(self, answers, name):
        misconceptions = PROBLEMS[name].misconceptions
        for seed in SEEDS:
            cases, given = answers[name, seed]
            for first, second in combinations(range(len(misconceptions)), 2):
                if misconceptions[first].name == misconceptions[second].name:
                    continue
                assert not all(
                    agree(case, given[first][number], given[second][number])
                    for number, case in enumerate(cases)
                ), (misconceptions[first].name, misconceptions[second].name)

    def test_every_kind_of_difference_has_a_hint(self):
        assert HINTS.keys() == set(Kind)

    @pytest.mark.parametrize("name", PROBLEMS)
    def test_every_explanation_is_a_sentence(self, name):
        for misconception in PROBLEMS[name].misconceptions:
            assert misconception.explanation.endswith((".", "]"))
            assert misconception.name == misconception.name.strip()


class TestWhatIsNotNamed:
    def test_right_answers(self, student):
        assert student().answer(ref.conv2d).details.misconception is None

    def test_two_mistakes_at_once(self, student):
        def both(image, kernel, bias=0.0, **rest):
            return ref.conv2d(image, kernel[::-1, ::-1], -bias, **rest)

        assert student().answer(both).details.misconception is None

    def test_random_numbers(self, student):
        rng = np.random.default_rng(0)

        def random(**inputs):
            return rng.normal(size=ref.conv2d(**inputs).shape)

        assert student().answer(random).details.misconception is None

    @pytest.mark.parametrize(
        "observation",
        [
            Returned(None),
            Returned(np.zeros((0, 0))),
            Raised(Error("ValueError", "no", [])),
            Raised(Error("", "a value of type set", [])),
            Stopped(Outcome.TIMEOUT, "too long"),
        ],
        ids=str,
    )
    def test_one_way_of_giving_no_answer(self, student, observation):
        assert student().answer_with(observation).details.misconception is None

    def test_a_mistake_that_fails_where_the_mistaken_code_would_not(self, student):
        maker = student()
        visible, _ = maker.right()
        mistaken = maker.observe(image_mistakes._flipped, [prepared.case for prepared in maker.check.hidden])
        mistaken[0] = Stopped(Outcome.TIMEOUT, "too long")
        assert maker.judge(visible, mistaken).details.misconception is None

    @pytest.mark.parametrize(
        "other",
        [
            Stopped(Outcome.TIMEOUT, "too long"),
            Raised(Error("ValueError", "no", [])),
            Returned(np.full((1, 1), 1234.5)),
        ],
        ids=str,
    )
    def test_what_explains_the_visible_cases_is_named_as_the_students_own_check_names_it(
        self, student, other
    ):
        maker = student()
        visible, hidden = (
            maker.observe(image_mistakes._flipped, [prepared.case for prepared in cases])
            for cases in (maker.check.visible, maker.check.hidden)
        )
        own = maker.check.with_hidden(()).judge(maker.loading, Seen(visible, []))
        graded = maker.judge(visible, [other, *hidden[1:]])
        assert own.details.misconception == graded.details.misconception == "flipped kernel"
        assert own.hint == graded.hint
        assert graded.message.startswith("flipped kernel: ")


class TestFingerprints:
    """Students who share a mistake share it; it tells whose answers agree, not who is right."""

    @staticmethod
    def of(result):
        return result.details.wrong_answers

    def test_right_answers_have_none(self, student):
        assert self.of(student().answer(ref.conv2d)) is None

    @pytest.mark.parametrize(("name", "number"), MISCONCEPTIONS)
    def test_float32_lists_and_float64_share_one(self, student, name, number):
        function = PROBLEMS[name].misconceptions[number].function

        def rounded_otherwise(value):
            return with_numbers(value, lambda each: each * (1 + 1e-12) if is_float(each) else each)

        def is_float(value):
            return np.asarray(value).dtype.kind == "f"

        maker = student(name)
        whole = self.of(maker.answer(function))
        for changed in (as_single, as_lists, rounded_otherwise):
            answer = maker.answer(lambda changed=changed, **inputs: changed(function(**inputs)))
            assert self.of(answer) == whole

    @pytest.mark.parametrize("name", PROBLEMS)
    def test_different_mistakes_have_different_ones(self, student, name):
        maker = student(name)
        found = {}
        for misconception in PROBLEMS[name].misconceptions:
            key = self.of(maker.answer(misconception.function))
            assert found.setdefault(key, misconception.name) == misconception.name

    def test_other_mistakes_of_the_same_shape_have_others(self, student):
        maker = student()
        mistakes = [
            lambda **inputs: ref.conv2d(**inputs) + 1,
            lambda **inputs: ref.conv2d(**inputs) - 1,
            lambda **inputs: -ref.conv2d(**inputs),
            lambda **inputs: ref.conv2d(**inputs) * 1.01,
            lambda **inputs: ref.conv2d(**inputs)[::-1],
            lambda **inputs: ref.conv2d(**inputs)[:, ::-1],
            lambda **inputs: np.zeros_like(ref.conv2d(**inputs)),
            lambda **inputs: np.full_like(ref.conv2d(**inputs), np.nan, dtype=float),
            lambda **inputs: (
                np.where(np.arange(ref.conv2d(**inputs).shape[1]), np.nan, 1.0)
                * np.ones_like(ref.conv2d(**inputs))
            ),
            lambda **inputs: None,
            lambda **inputs: "text",
            lambda **inputs: 1 / 0,
            lambda **inputs: {}["key"],
        ]
        no_answers = 4  # None, text and exceptions: failing alike is no agreement
        found = [self.of(maker.answer(mistake)) for mistake in mistakes]
        assert found[-no_answers:] == [None] * no_answers
        assert len(set(found)) == len(mistakes) - no_answers + 1

    def test_it_changes_with_the_cases_that_are_wrong(self, student):
        maker = student()
        visible, hidden = maker.right()
        found = set()
        for number in range(len(hidden)):
            wrong = list(hidden)
            wrong[number] = Returned(np.ones((1, 1)))
            found.add(self.of(maker.judge(visible, wrong)))
        assert len(found) == len(hidden)

    def test_the_largest_array_takes_no_time(self, student):
        result = student().answer_with(Returned(np.zeros((2**13, 2**13), np.int8)))
        assert self.of(result)
