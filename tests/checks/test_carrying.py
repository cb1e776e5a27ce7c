"""Errors carried forward: a mistake in `output_size` is paid for there, and not in `network_shapes` again."""

import math
from dataclasses import dataclass, field

import numpy as np
import pytest

from autograder import config
from autograder.checks.carried_words import with_carried_words
from autograder.checks.function import FunctionCheck
from autograder.observation import Allowance, Loading, Raised, Returned, Stopped
from autograder.problems import PROBLEMS
from autograder.results import Outcome, Status
from autograder.wire.messages import Error
from reference.parameters import network_shapes
from tests.checks.conftest import ROOT

NOTE = "right with your own output_size: its mistake is paid for there, and not here again"


def right(size, kernel_size, stride=1, padding=0):
    return (size - kernel_size + 2 * padding) // stride + 1


def plus_one_forgotten(size, kernel_size, stride=1, padding=0):
    return (size - kernel_size + 2 * padding) // stride


def rounded_up(size, kernel_size, stride=1, padding=0):
    return math.ceil((size - kernel_size + 2 * padding) / stride) + 1


def built_on(output_size, last_dense=0):
    """Return a student's `network_shapes`, which leaves every axis to the student's `output_size`."""

    def shapes(input_shape, layers):
        shape, found = tuple(input_shape), []
        for layer in layers:
            if layer["type"] == "conv":
                kernel_size, strides = layer["kernel_size"], layer.get("strides", 1)
                padding = (kernel_size - 1) // 2 if layer.get("padding") == "same" else 0
                axes = [output_size(size, kernel_size, strides, padding) for size in shape[:2]]
                shape = (*axes, layer["filters"])
            elif layer["type"] == "max_pool":
                pool_size = layer.get("pool_size", 2)
                strides = layer.get("strides", pool_size)
                shape = (*(output_size(size, pool_size, strides) for size in shape[:2]), shape[2])
            elif layer["type"] == "flatten":
                shape = (math.prod(shape),)
            else:
                shape = (layer["units"] + last_dense,)
            found.append(shape)
        return found

    return shapes


@dataclass
class Worker:
    """Calls a submission's functions here, and keeps which were called."""

    functions: dict
    called: list = field(default_factory=list)
    was_renewed: bool = False

    def renew(self):
        self.was_renewed = True

    def call(self, function, calls, allowance, *, go_on=True):
        self.called.append(function)
        return [self._observe(self.functions[function], call) for call in calls]

    @staticmethod
    def _observe(function, call):
        try:
            value = function(*call.positional, **call.named)
        except Exception as error:
            return Raised(Error(type(error).__name__, str(error), []))
        return value if isinstance(value, Stopped | Raised) else Returned(value)


def check_of(name, *, has_hidden=True):
    [found] = [each for each in config.load(ROOT, "output-sizes").config.checks if each.name == name]
    problem = PROBLEMS[name]
    return FunctionCheck(found, problem, problem.draw(np.random.default_rng(0)) if has_hidden else ())


def graded(output_size, shapes, *, with_basis=True, has_hidden=True, worker=None):
    """Return the result of `network_shapes`, and the worker in which it was called."""
    functions = {"network_shapes": shapes} | ({"output_size": output_size} if output_size else {})
    worker = worker or Worker(functions)
    loading = Loading(frozenset(functions), tuple(functions))
    basis_check, check = (check_of(name, has_hidden=has_hidden) for name in ("output_size", "network_shapes"))
    allowance = Allowance(60.0)
    first, seen = (
        each.observe_hidden(worker, loading, allowance, each.observe_visible(worker, loading, allowance))
        for each in (basis_check, check)
    )
    basis = basis_check.as_basis(first) if with_basis else None
    if basis is not None:
        seen = check.observe_carried(worker, allowance, seen, basis)
    return check.judge(loading, seen), worker


def carried(result):
    return [case for case in result.details.cases if case.carried]


@pytest.mark.parametrize("mistaken", [plus_one_forgotten, rounded_up])
class TestOneMistakeIsPaidForOnce:
    def test_what_is_right_with_the_student_s_own_version_earns_all(self, mistaken):
        result, _ = graded(mistaken, built_on(mistaken))
        assert (result.score, result.status) == (result.max_score, Status.PASSED)
        cases, number = len(result.details.cases), len(carried(result))
        assert number >= 3
        assert result.message == (
            f"all {cases} cases are right, {number} of them by your own version of what it builds on"
        )
        assert result.notes == (NOTE,)
        assert result.details.misconception is None
        assert result.details.wrong_answers is None

    def test_without_the_setting_it_is_paid_for_again(self, mistaken):
        result, worker = graded(mistaken, built_on(mistaken), with_basis=False)
        assert result.score < result.max_score
        assert carried(result) == []
        assert not worker.was_renewed

    def test_a_mistake_of_its_own_costs_its_own_cases(self, mistaken):
        result, _ = graded(mistaken, built_on(mistaken, last_dense=1))
        assert 0 < result.score < result.max_score
        assert result.status is Status.PARTIAL
        wrong = [case for case in result.details.cases if not case.passed]
        assert {case.group for case in wrong} == {"whole"}
        assert carried(result)

    def test_what_is_right_by_itself_is_not_carried(self, mistaken):
        result, _ = graded(mistaken, network_shapes)
        assert result.score == result.max_score
        assert carried(result) == []
        assert result.notes == ()


class TestWhatExcusesNothing:
    def of(self, output_size, shapes=None):
        result, _ = graded(output_size, shapes or built_on(output_size))
        return result

    def test_a_right_basis(self):
        result = self.of(right, built_on(plus_one_forgotten))
        assert carried(result) == []
        assert result.score < result.max_score

    @pytest.mark.parametrize("answer", [0, 1, 7, 0.5, [3], np.array(4)], ids=repr)
    def test_a_basis_that_answers_everything_alike(self, answer):
        result = self.of(lambda *_, **__: answer)
        assert carried(result) == []
        assert result.score < result.max_score / 2

    @pytest.mark.parametrize("answer", [None, "7", {}, [], [1, 2], {"size": 7}, 3j], ids=repr)
    def test_a_basis_that_gives_no_number(self, answer):
        assert carried(self.of(lambda *_, **__: answer, built_on(plus_one_forgotten))) == []

    def test_a_basis_that_raises(self):
        def raising(*_, **__):
            raise NotImplementedError

        assert carried(self.of(raising, built_on(plus_one_forgotten))) == []

    @pytest.mark.parametrize("was_running", [True, False])
    def test_a_basis_that_ends_the_worker(self, was_running):
        stopped = Stopped(Outcome.TIMEOUT, "too long", was_running)
        assert carried(self.of(lambda *_, **__: stopped, built_on(plus_one_forgotten))) == []

    def test_a_basis_that_is_not_there(self):
        result, worker = graded(None, built_on(plus_one_forgotten))
        assert carried(result) == []
        assert set(worker.called) == {"network_shapes"}

    def test_a_wrong_version_that_is_not_the_one_handed_in(self):
        assert carried(self.of(rounded_up, built_on(plus_one_forgotten))) == []

    def test_a_basis_that_raises_for_some_inputs_still_excuses_the_others(self):
        def sometimes(size, kernel_size, stride=1, padding=0):
            if padding:
                raise ValueError("padding is for later")
            return plus_one_forgotten(size, kernel_size, stride)

        result = self.of(sometimes, built_on(plus_one_forgotten))
        assert {case.group for case in carried(result)} == {"conv", "pool", "whole"}
        assert {case.group for case in result.details.cases if not case.passed} >= {"same"}

    def test_an_exception_or_an_end_of_its_own(self):
        for seen in (Raised(Error("ValueError", "no", [])), Stopped(Outcome.CRASHED, "gone")):
            result, _ = graded(plus_one_forgotten, lambda *_, seen=seen, **__: seen)
            assert carried(result) == []
            assert result.score == 0.0

    def test_a_basis_that_is_right_while_it_is_judged_and_adapts_itself_later(self):
        worker = Worker({"network_shapes": built_on(plus_one_forgotten), "output_size": right})

        def renew():
            worker.functions["output_size"] = plus_one_forgotten

        worker.renew = renew
        result, _ = graded(right, built_on(plus_one_forgotten), worker=worker)
        assert carried(result) == []

    def test_a_basis_with_a_small_mistake_that_makes_a_larger_one_later(self):
        def nearly_right(size, kernel_size, stride=1, padding=0):
            return right(size, kernel_size, stride, padding) - (stride == 4)

        worker = Worker({"network_shapes": built_on(plus_one_forgotten), "output_size": nearly_right})

        def renew():
            worker.functions["output_size"] = plus_one_forgotten

        worker.renew = renew
        result, _ = graded(nearly_right, built_on(plus_one_forgotten), worker=worker)
        assert carried(result) == []


def test_in_a_student_s_own_check_the_examples_are_carried_too():
    result, _ = graded(rounded_up, built_on(rounded_up), has_hidden=False)
    assert (result.status, result.notes) == (Status.PASSED, (NOTE,))
    assert carried(result)


class TestWhatIsNotPaidFor:
    def test_a_small_slip_does_not_excuse_much(self):
        def slips(size, kernel_size, stride=1, padding=0):
            if kernel_size == size and stride == 1 and not padding:
                return 2  # a degenerate case: it costs next to nothing
            return right(size, kernel_size, stride, padding) + (kernel_size < 4)

        def nothing_changes(input_shape, layers):
            return [(*input_shape[:2], layer.get("filters", input_shape[-1])) for layer in layers]

        result, _ = graded(slips, nothing_changes)
        assert result.score < result.max_score / 4

    def test_a_result_that_numpy_has_no_type_for_is_none(self):
        def huge(size, kernel_size, stride=1, padding=0):
            return 2**62 + kernel_size

        result, _ = graded(huge, lambda *_: [(float("nan"),)] * 4)
        assert carried(result) == []


class TestWhatIsSaidOfIt:
    """Which earlier mistake explains a case, what it cost there, and what it costs here."""

    @staticmethod
    def told(mistaken):
        basis_check, check = check_of("output_size"), check_of("network_shapes")
        functions = {"output_size": mistaken, "network_shapes": built_on(mistaken)}
        worker, loading = Worker(functions), Loading(frozenset(functions), tuple(functions))
        allowance = Allowance(60.0)
        first, seen = (
            each.observe_hidden(worker, loading, allowance, each.observe_visible(worker, loading, allowance))
            for each in (basis_check, check)
        )
        seen = check.observe_carried(worker, allowance, seen, basis_check.as_basis(first))
        results = [basis_check.judge(loading, first), check.judge(loading, seen)]
        return with_carried_words([basis_check, check], results)

    def test_an_excused_mistake_and_what_it_cost_where_it_was_made(self):
        basis, result = self.told(rounded_up)
        lost = round(basis.max_score - basis.score, 2)
        assert 0 < lost < basis.max_score
        assert result.score == result.max_score
        assert result.notes[-1] == (
            f"{len(carried(result))} cases are right with your own output_size (rounded up): its mistake "
            f"cost {lost:g} of 2 points in output_size, and nothing here"
        )
        assert basis.notes == ()

    def test_a_mistake_that_is_not_excused_and_what_it_costs_here(self):
        def large_ones(size, kernel_size, stride=1, padding=0):
            if kernel_size == size and stride == 1 and not padding:
                return 2  # a degenerate case: it costs next to nothing
            return right(size, kernel_size, stride, padding) + (size == 180)

        _, result = self.told(large_ones)
        inherited = [case for case in result.details.cases if case.inherited]
        assert "180×180×3, padding 'same'" in [case.title for case in inherited]
        assert inherited == [case for case in result.details.cases if not case.passed]
        cost = result.max_score - result.score
        assert cost >= 0.18
        assert f"{len(inherited)} case" in result.notes[-1]
        assert (
            f" wrong only through your own output_size, and cost {cost:.2g} points here: "
            in (result.notes[-1])
        )
