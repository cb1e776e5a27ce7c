"""The `function` check, judged: points by group, ends of every kind, and no observation that it raises at."""

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import reference.convolution as ref
from autograder.checks.check import Seen
from autograder.checks.function import FunctionCheck
from autograder.config import GroupPoints
from autograder.observation import Loading, Raised, Returned, Stopped
from autograder.problems import PROBLEMS
from autograder.results import Outcome, Status
from autograder.wire.messages import Error, Traceback

TRACE = [Traceback("convolution.py", 3, "conv2d", "return image @ kernel")]
WRONG = Returned(np.full((1, 1), 1234.5))
VISIBLE_OF_CONV2D = {"basic": 0, "stride": 1, "padding": 2, "bias": 3}


def group(result, name):
    return next(found for found in result.details.groups if found.name == name)


def hidden_of(check, name):
    return [number for number, prepared in enumerate(check.hidden) if prepared.case.group == name]


def with_others(answers, numbers, other=WRONG):
    return [other if number in numbers else answer for number, answer in enumerate(answers)]


class TestPoints:
    @pytest.mark.parametrize("name", PROBLEMS)
    def test_all_right_earns_all(self, student, name):
        result = student(name).answer(PROBLEMS[name].reference)
        assert (result.score, result.status, result.outcome) == (
            result.max_score,
            Status.PASSED,
            Outcome.COMPLETED,
        )
        assert result.message == f"all {len(result.details.cases)} cases are right"
        assert result.hint == ""
        assert all(case.passed and not case.inputs and not case.explanation for case in result.details.cases)

    def test_all_wrong_earns_nothing(self, student):
        result = student().answer_with(WRONG)
        assert (result.score, result.status) == (0.0, Status.FAILED)

    @pytest.mark.parametrize("name", VISIBLE_OF_CONV2D)
    def test_a_group_costs_its_own_points_only(self, student, name):
        maker = student()
        visible, hidden = maker.right()
        result = maker.judge(
            with_others(visible, [VISIBLE_OF_CONV2D[name]]), with_others(hidden, hidden_of(maker.check, name))
        )
        assert (result.score, result.status) == (3.0, Status.PARTIAL)
        assert {found.name for found in result.details.groups if not found.visible_passed} == {name}

    def test_hidden_points_are_shared_by_the_cases_that_are_right(self, student):
        maker = student()
        visible, hidden = maker.right()
        numbers = hidden_of(maker.check, "stride")
        for wrong in range(len(numbers)):
            result = maker.judge(visible, with_others(hidden, numbers[:wrong]))
            assert result.score == pytest.approx(4 - 0.4 * wrong / len(numbers), abs=0.005)
            assert group(result, "stride").visible_score == 0.6
            assert group(result, "stride").hidden_passed == len(numbers) - wrong

    def test_visible_points_count_only_if_a_hidden_case_of_the_group_is_right(self, student):
        maker = student()
        visible, hidden = maker.right()
        result = maker.judge(visible, with_others(hidden, hidden_of(maker.check, "bias")))
        assert result.score == 3.0
        assert (group(result, "bias").visible_passed, group(result, "bias").visible_score) == (1, 0.0)
        assert result.message.endswith("Right on the handout's example only, which earns nothing: bias")

    def test_a_wrong_example_costs_its_points_and_not_the_hidden_ones(self, student):
        maker = student()
        visible, hidden = maker.right()
        result = maker.judge(with_others(visible, [0]), hidden)
        assert result.score == 3.4
        assert group(result, "basic").hidden_score == 0.4

    def test_where_there_are_no_hidden_cases_the_visible_ones_count(self, student):
        maker = student()
        maker.check = FunctionCheck(maker.check.config, maker.check.problem, [])
        visible, _ = maker.right()
        result = maker.judge(visible, [])
        assert result.score == pytest.approx(2.4)
        assert result.status is Status.PASSED

    def test_points_that_do_not_divide_add_up(self, student):
        points = {name: GroupPoints(visible=1 / 3, hidden=1 / 7) for name in VISIBLE_OF_CONV2D}
        result = student(points=points).answer(ref.conv2d)
        assert result.score == result.max_score == round(4 * (1 / 3 + 1 / 7), 2)

    def test_the_message_counts_the_groups_with_wrong_cases(self, student):
        maker = student()
        visible, hidden = maker.right()
        wrong = [hidden_of(maker.check, "stride")[0], *hidden_of(maker.check, "bias")[:2]]
        result = maker.judge(visible, with_others(hidden, wrong))
        total = len(visible) + len(hidden)
        assert f"{total - 3} of {total} cases are right; stride 8 of 9, bias 5 of 7" in result.message


class TestEnds:
    def test_a_protocol_violation_earns_nothing(self, student):
        maker = student()
        visible, hidden = maker.right()
        hidden[-1] = Stopped(Outcome.PROTOCOL_VIOLATION, "during a call, the worker sent a frame")
        result = maker.judge(visible, hidden)
        assert (result.score, result.status) == (0.0, Status.FAILED)
        assert result.outcome is Outcome.PROTOCOL_VIOLATION
        assert "earns nothing" in result.message
        assert all(found.visible_score == found.hidden_score == 0.0 for found in result.details.groups)

    @pytest.mark.parametrize(
        ("outcome", "difference"),
        [
            (Outcome.TIMEOUT, "the time limit"),
            (Outcome.MEMORY_LIMIT, "the memory limit"),
            (Outcome.CRASHED, "the process ended"),
            (Outcome.OUTPUT_LIMIT, "the output limit"),
        ],
    )
    def test_an_end_costs_its_own_case(self, student, outcome, difference):
        maker = student()
        visible, hidden = maker.right()
        number = hidden_of(maker.check, "padding")[0]
        result = maker.judge(visible, with_others(hidden, [number], Stopped(outcome, "how it ended")))
        assert result.outcome is outcome
        assert result.score == pytest.approx(4 - 0.4 / 8, abs=0.005)
        case = result.details.cases[len(visible) + number]
        assert (case.outcome, case.difference, case.explanation) == (outcome, difference, "how it ended")
        assert result.hint
        assert result.notes == ()

    def test_cases_that_were_not_run_are_counted_in_a_note(self, student):
        maker = student()
        visible, hidden = maker.right()
        stopped = Stopped(Outcome.TIMEOUT, "a call took longer than 2 s")
        hidden[-4:] = [stopped, *[Stopped(Outcome.TIMEOUT, "not run: too long", was_running=False)] * 3]
        result = maker.judge(visible, hidden)
        assert result.notes == ("3 cases were not run, because earlier ones ended the process too often",)
        assert [case.difference for case in result.details.cases[-4:]] == ["the time limit", *["not run"] * 3]

    def test_memory_that_an_exception_reports_is_the_memory_limit(self, student):
        for name in ("MemoryError", "_ArrayMemoryError"):
            result = student().answer_with(Raised(Error(name, "Unable to allocate", TRACE)))
            assert result.outcome is Outcome.MEMORY_LIMIT
            assert group(result, "basic").hidden_differences == ("the memory limit",)

    def test_an_exception_is_explained_by_the_student_s_line(self, student):
        result = student().answer_with(Raised(Error("ValueError", "matmul: no", TRACE)))
        assert result.outcome is Outcome.SUBMISSION_ERROR
        assert result.details.cases[0].explanation == (
            "ValueError: matmul: no\n  convolution.py, line 3: return image @ kernel"
        )

    def test_what_cannot_travel_is_named(self, student):
        result = student().answer_with(Raised(Error("", "a value of type set", [])))
        assert result.outcome is Outcome.COMPLETED
        assert result.details.cases[0].explanation == (
            "expected plain values or arrays; received a value of type set"
        )
        assert result.details.cases[0].difference == "the type"

    def test_none_asks_for_a_return(self, student):
        result = student().answer_with(Returned(None))
        assert result.details.cases[0].explanation == "expected an array; received None. Is there a return?"
        assert result.hint.endswith("print only shows it.")
        assert result.message.startswith("None was returned: ")


class TestMissing:
    @staticmethod
    def judge(student, loading):
        check = student().check
        seen = check.observe_visible(None, loading, None)
        assert seen == check.observe_hidden(None, loading, None, seen) == Seen()
        result = check.judge(loading, seen)
        assert (result.score, result.status) == (0.0, Status.FAILED)
        assert sum(found.hidden_max_score + found.visible_max_score for found in result.details.groups) == 4.0
        assert all(found.hidden_total and found.visible_total for found in result.details.groups)
        return result

    @pytest.mark.parametrize("near", ["conv2D", "Conv2d", "conv_2d", "convo2d", "con2d"])
    def test_a_near_miss_is_named(self, student, near):
        result = self.judge(student, Loading(frozenset({near, "np"}), ("main", near)))
        assert result.outcome is Outcome.SUBMISSION_ERROR
        assert result.message == f"expected a function conv2d; the file defines main, {near}"
        assert result.hint == f"Did you mean {near}? It must be called conv2d."

    def test_nothing_near(self, student):
        result = self.judge(student, Loading(frozenset({"main"}), ("main",)))
        assert "spelling" in result.hint
        assert "Did you mean" not in result.hint

    def test_no_function_at_all(self, student):
        assert self.judge(student, Loading()).message == (
            "expected a function conv2d; the file defines no function at all"
        )
        of_parts = Loading(frozenset({"pool", "convolve"}))  # a file put together imports its functions
        assert self.judge(student, of_parts).message == (
            "expected a function conv2d; the file defines no function itself, and imports convolve, pool"
        )

    def test_a_file_that_ended_before(self, student):
        result = self.judge(student, Loading(error=Error("NameError", "name 'x' is not defined", TRACE)))
        assert result.outcome is Outcome.SUBMISSION_ERROR
        assert "NameError" in result.message

    def test_a_file_that_is_no_text(self, student):
        result = self.judge(student, Loading(unreadable="convolution.py is not text"))
        assert (result.outcome, result.message) == (
            Outcome.UNREADABLE_SUBMISSION,
            "convolution.py is not text",
        )

    def test_a_file_that_ended_the_worker(self, student):
        stopped = Stopped(Outcome.TIMEOUT, "running the file took longer than 10 s")
        result = self.judge(student, Loading(stopped=stopped))
        assert (result.outcome, result.message) == (stopped.outcome, stopped.message)
        assert "__main__" in result.hint


class TestRemarks:
    def test_a_changed_argument_earns_a_note(self, student):
        maker = student()
        visible, hidden = maker.right()
        visible[0] = Returned(visible[0].value, ("0",))
        hidden[0] = Returned(hidden[0].value, ("1", "stride", "9", "not a parameter"))
        result = maker.judge(visible, hidden)
        assert result.score == 4.0
        assert result.notes == ("conv2d changes its argument image in place",)

    def test_or_makes_the_case_wrong_where_the_assignment_says_so(self, student):
        maker = student(changed_arguments="wrong")
        visible, hidden = maker.right()
        result = maker.judge([Returned(visible[0].value, ("0",)), *visible[1:]], hidden)
        assert result.score == 3.4
        assert result.details.cases[0].difference == "an argument was changed"
        assert result.details.cases[0].explanation == "conv2d changes its argument image in place"
        assert result.details.misconception is None

    def test_a_list_earns_a_note(self, student):
        maker = student()
        as_lists = maker.answer(lambda **inputs: ref.conv2d(**inputs).tolist())
        assert as_lists.score == 4.0
        assert as_lists.notes == ("conv2d returns a list; it counts as the array it makes",)

    def test_a_type_counts_where_it_is_asked_for(self, student):
        def single(**inputs):
            return ref.conv2d(**inputs).astype(np.float32)

        assert student().answer(single).score == 4.0
        strict = student(strict_type=True).answer(single)
        assert strict.score < 1  # for the cases that are float32 themselves
        assert strict.details.misconception is None
        assert strict.details.cases[0].explanation == "expected dtype float64; received float32"
        assert student(strict_type=True).answer(ref.conv2d).score == 4.0

    def test_a_wrong_case_shows_the_call_its_inputs_and_the_first_differing_place(self, student):
        maker = student()
        visible, hidden = maker.right()
        wrong = visible[1].value.copy()
        wrong[1, 0] += 5
        case = maker.judge([visible[0], Returned(wrong), *visible[2:]], hidden).details.cases[1]
        assert case.call == "conv2d(image, kernel, stride=2)"
        assert set(case.inputs) == {"image", "kernel", "stride"}
        assert case.received.text == "   293   145\n  ▸223◂  263"
        assert case.expected.values == [[293, 145], [218, 263]]
        assert case.explanation == ("1 of 4 values differs, at [1, 0]: expected 218, received 223")


words = st.text(max_size=8)
errors = st.builds(
    Error,
    words | st.sampled_from(["ValueError", "MemoryError", ""]),
    words,
    st.lists(st.builds(Traceback, words, st.integers(-5, 2**63), words, words), max_size=2),
)
arrays = hnp.arrays(
    st.sampled_from(["bool", "uint8", "uint64", "int64", "float16", "float32", "float64", "complex64"]),
    st.sampled_from([(4, 4), (2, 2), (6, 6), (3, 4), (), (0,), (0, 2), (4, 4, 1), (1, 3, 4, 4)]),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | words | arrays,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(words, inner, max_size=2)
    ),
    max_leaves=6,
)
observations = st.one_of(
    st.builds(Returned, values, st.lists(words | st.sampled_from("0129"), max_size=2).map(tuple), words),
    st.builds(Raised, errors),
    st.builds(Stopped, st.sampled_from(Outcome), words, st.booleans()),
)


class TestAnything:
    @given(st.data(), st.sampled_from(list(PROBLEMS)))
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_no_observation_makes_judging_raise(self, student, data, name):
        maker = student(name)
        pool = st.sampled_from(data.draw(st.lists(observations, min_size=1, max_size=4)))
        visible, hidden = maker.right()
        visible = [data.draw(pool | st.just(answer)) for answer in visible]
        hidden = [data.draw(pool | st.just(answer)) for answer in hidden]
        result = maker.judge(visible, hidden)
        assert 0 <= result.score <= result.max_score
        assert result.message
        assert len(result.details.cases) == len(visible) + len(hidden)
        assert (result.status is Status.PASSED) == all(case.passed for case in result.details.cases)
        points = sum(found.visible_score + found.hidden_score for found in result.details.groups)
        assert result.score == pytest.approx(points, abs=0.006)

    @given(st.builds(Loading, st.frozensets(words), st.lists(words).map(tuple), error=st.none() | errors))
    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_no_loading_makes_it_raise(self, student, loading):
        assert student().check.judge(loading, Seen()).score == 0.0


class TestBounds:
    def test_a_report_holds_no_endless_text(self, student):
        result = student().answer_with(Returned("\x01" * 500_000))
        assert len(msgspec.json.encode(result)) < 500_000

    def test_examples_and_degenerate_cases_alone_earn_little(self, student):
        """Answers typed in, and a formula that is right for kernels of one element."""
        maker = student()
        visible, hidden = maker.right()
        cases = [prepared.case for prepared in maker.check.hidden]
        hidden = [
            seen if case.is_degenerate else Returned(np.zeros(1))
            for case, seen in zip(cases, hidden, strict=True)
        ]
        result = maker.judge(visible, hidden)
        assert any(case.is_degenerate for case in cases)
        assert sum(group.visible_score for group in result.details.groups) == 0

    def test_one_kind_of_difference_is_told_of_a_group(self, student):
        maker = student()
        visible, hidden = maker.right()
        kinds = [Returned(None), Returned("text"), Returned(np.zeros((1, 1))), Returned(np.nan)]
        result = maker.judge(visible, [kinds[number % 4] for number in range(len(hidden))])
        assert all(len(group.hidden_differences) == 1 for group in result.details.groups)

    def test_a_required_function_is_no_misspelling_of_another(self, student):
        check = student().check
        other = FunctionCheck(check.config, check.problem, (), frozenset({"conv2d", "conv2d_layer"}))
        loading = Loading(frozenset({"conv2d_layer"}), ("conv2d_layer",))
        assert "Did you mean" not in other.judge(loading, Seen()).hint
