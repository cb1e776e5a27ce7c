"""The `values` check: what counts as the value asked for, and what is said of another one."""

import json

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.checks.check import Seen
from autograder.checks.values import ValuesCheck
from autograder.config import Item, ValuesCheckConfig
from autograder.observation import Allowance, Loading, Raised, Returned, Stopped
from autograder.results import Outcome, Status
from autograder.wire.messages import Error, Place


def item(accept, **changes):
    """Return an item that asks for one of some answers."""
    named = {"name": "the size", "variable": "SIZE", "points": 1.0, "accept": accept, **changes}
    return msgspec.convert(named, Item)


def check(*items) -> ValuesCheck:
    return ValuesCheck(ValuesCheckConfig(name="answers", items=items))


def judge_all(items, observations):
    return check(*items).judge(Loading(), Seen(observations))


def judge(asked, seen):
    """Return the result for one value, or for what was observed in its place."""
    return judge_all([asked], [seen if isinstance(seen, Raised | Stopped) else Returned(seen)])


def answer(asked, seen):
    [found] = judge(asked, seen).details.answers
    return found


def is_right(accept, value, **changes):
    return answer(item(accept, **changes), value).passed


class TestNumbers:
    @pytest.mark.parametrize(
        "value", [7, 7.0, np.int64(7), np.float32(7), np.array(7), np.uint8(7)], ids=repr
    )
    def test_a_number_is_right_whatever_holds_it(self, value):
        assert is_right([7], value)

    @pytest.mark.parametrize("value", [6, 8, 7.0001, -7, [7], "7", None, np.array([7]), 7j])
    def test_another_value_is_wrong(self, value):
        assert not is_right([7], value)

    def test_up_to_the_tolerance_a_number_is_right(self):
        for value in (0.5, 0.51, 0.49):
            assert is_right([0.5], value, tolerance=0.01)
        for value in (0.5101, 0.4899, 0.6):
            assert not is_right([0.5], value, tolerance=0.01)

    def test_without_a_tolerance_only_what_floats_round_is_excused(self):
        assert is_right([0.3], 0.1 + 0.2)
        assert not is_right([0.3], 0.3 + 1e-12)
        assert not is_right([3], 3 + 1e-12)

    def test_one_of_several_accepted_answers_is_enough(self):
        assert is_right([7, 9, "seven"], 9)
        assert is_right([7, 9, "seven"], "Seven")
        assert not is_right([7, 9, "seven"], 8)

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, np.array(np.nan)], ids=str)
    def test_what_is_not_finite_is_wrong_with_any_tolerance(self, value):
        assert not is_right([0.5], value)
        assert not is_right([0.5], value, tolerance=1e300)
        json.dumps(msgspec.to_builtins(answer(item([0.5]), value)), allow_nan=False)

    @pytest.mark.parametrize(("accepted", "value"), [(1, True), (0, False), (True, 1), (False, 0.0)])
    def test_booleans_are_no_numbers(self, accepted, value):
        assert not is_right([accepted], value)

    @pytest.mark.parametrize("value", [True, np.bool_(True), np.array(True)])
    def test_a_boolean_is_right_whatever_holds_it(self, value):
        assert is_right([True], value)
        assert not is_right([False], value)

    def test_a_number_that_fits_nothing_is_wrong(self):
        assert not is_right([7], 10**30)
        assert not is_right([7], -(2**63))
        assert is_right([2**53 + 1], 2**53 + 1)
        assert not is_right([2**53], 2**53 + 1)


class TestTexts:
    @pytest.mark.parametrize("value", ["valid", "Valid", " VALID\n", "valid "])
    def test_case_and_blanks_around_do_not_count(self, value):
        assert is_right(["valid"], value)

    @pytest.mark.parametrize("value", ["same", "validity", "", "va lid", ["valid"], b"valid", 1, None])
    def test_another_text_is_wrong(self, value):
        assert not is_right(["valid"], value)

    def test_blanks_inside_count_as_one(self):
        assert is_right(["max pooling"], "Max \t pooling")
        assert not is_right(["max pooling"], "maxpooling")

    def test_letters_are_compared_as_people_do(self):
        assert is_right(["straße"], "STRASSE")


class TestShapes:
    @pytest.mark.parametrize("value", [[7, 7, 2], (7, 7, 2), np.array([7, 7, 2]), [7.0, 7, np.array(2)]])
    def test_a_shape_is_right_whatever_holds_it(self, value):
        assert is_right([[7, 7, 2]], value)

    @pytest.mark.parametrize("value", [[7, 7], [7, 7, 2, 1], [[7, 7, 2]], [7, 2, 7], 7, [], {"a": 7}])
    def test_another_shape_is_wrong(self, value):
        assert not is_right([[7, 7, 2]], value)

    def test_rows_are_compared_too(self):
        assert is_right([[[1, 2], [3, 4]]], np.array([[1.0, 2.0], [3.0, 4.0]]))
        assert not is_right([[[1, 2], [3, 4]]], [1, 2, 3, 4])
        assert not is_right([[[1, 2], [3, 4]]], [[1, 2], [3, 5]])

    def test_rows_of_different_lengths_are_compared_one_by_one(self):
        assert is_right([[[1, 2], [3]]], ([1, 2], (3,)))
        assert not is_right([[[1, 2], [3]]], [[1, 2], [4]])
        assert not is_right([[[1, 2], [3]]], [[1, 2], [3, 4]])

    def test_texts_in_a_list_are_compared_as_texts(self):
        assert is_right([["conv", "pool"]], ("Conv", "POOL"))
        assert not is_right([["conv", "pool"]], ["pool", "conv"])
        assert not is_right([["conv", "pool"]], ["conv"])

    def test_a_dictionary_needs_its_keys_and_their_values(self):
        assert is_right([{"rank": 2, "shape": [2, 3]}], {"shape": (2, 3), "rank": 2})
        assert not is_right([{"rank": 2, "shape": [2, 3]}], {"rank": 2})
        assert not is_right([{"rank": 2}], {"rank": 2, "shape": [2, 3]})
        assert not is_right([{"rank": 2}], {"rank": 3})
        assert not is_right([{"rank": 2}], 2)

    def test_a_huge_array_is_wrong_and_takes_no_time(self):
        huge = np.zeros((2**13, 2**13), np.int8)
        found = answer(item([[0, 0]]), huge)
        assert not found.passed
        assert found.received.values is None
        assert len(msgspec.json.encode(found)) < 10_000


class TestWhatIsSaid:
    """Exact texts: what is received, what was expected, and how near it came."""

    def test_all_right(self):
        result = judge_all([item([1], name="a"), item([2], name="b")], [Returned(1), Returned(2)])
        assert (result.message, result.hint) == ("all 2 values are right", "")
        assert (result.score, result.status, result.outcome) == (2.0, Status.PASSED, Outcome.COMPLETED)
        assert judge(item([1]), 1).message == "its value is right"

    def test_some_wrong(self):
        result = judge_all([item([1], name="a"), item([2], name="b")], [Returned(1), Returned(3)])
        assert (result.message, result.score, result.status) == (
            "1 of 2 values is right",
            1.0,
            Status.PARTIAL,
        )
        assert [each.score for each in result.details.answers] == [1.0, 0.0]

    def test_all_wrong(self):
        result = judge(item([1]), 2)
        assert (result.message, result.score, result.status) == (
            "its value is wrong",
            0.0,
            Status.FAILED,
        )

    def test_a_near_miss_gets_its_note_which_is_the_hint(self):
        near = [{"value": 6, "note": "You forget the + 1."}, {"value": 8, "note": "One too many."}]
        asked = item([7], near=near)
        assert answer(asked, 6.0).note == "You forget the + 1."
        assert judge(asked, 8).hint == "One too many."
        assert answer(asked, 5).note == ""
        assert answer(asked, 7).note == ""

    def test_a_near_miss_may_be_a_shape_or_a_text(self):
        asked = item([[7, 7, 2]], near=[{"value": [9, 9, 2], "note": "No padding."}])
        assert answer(asked, np.array([9, 9, 2])).note == "No padding."
        asked = item(["valid"], near=[{"value": "same", "note": "No padding."}])
        assert answer(asked, "SAME").note == "No padding."

    @pytest.mark.parametrize(
        ("accepted", "value", "note"),
        [
            ([7], "7", "expected a number; received a text"),
            ([7], None, "expected a number; received None"),
            ([7], True, "expected a number; received True or False"),
            ([7], [7], "expected a number; received a list of one value"),
            ([7], {"a": 7}, "expected a number; received a dictionary"),
            ([7], np.zeros((2, 3)), "expected a number; received an array of shape (2, 3)"),
            ([[7, 7]], 7, "expected 2 values; received a number"),
            ([[7, 7]], [7, 7, 7], "expected 2 values; received 3 values"),
            ([[7, 7]], np.array([7, 7, 7]), "expected 2 values; received 3 values"),
            (["valid"], 0, "expected a text; received a number"),
            ([False], 0, "expected True or False; received a number"),
            ([7, "seven"], None, "expected a number or a text; received None"),
            ([7, 8, 9], None, "expected a number; received None"),
        ],
    )
    def test_another_kind_of_value_is_named(self, accepted, value, note):
        assert answer(item(accepted), value).note == note

    def test_a_value_of_the_right_kind_has_no_note(self):
        assert answer(item([7]), 8).note == ""
        assert answer(item([7, "seven"]), "eight").note == ""

    def test_the_right_answer_is_told_of_what_is_visible_and_wrong(self):
        assert answer(item([7, 9], visible=True), 8).expected.text == "7"
        assert answer(item([7], visible=True), 7).expected is None
        assert answer(item([7]), 8).expected is None

    def test_what_was_received_is_shown(self):
        assert answer(item([7]), 8).received.text == "8"
        assert answer(item([7]), (7, 7)).received.description == "a tuple of shape (2,)"

    def test_where_a_value_is_to_be_is_said_as_python_writes_it(self):
        assert answer(item([7]), 8).place == "SIZE"
        assert answer(item([7], entry="stride 2"), 8).place == "SIZE['stride 2']"


class TestWhatIsNotThere:
    @pytest.mark.parametrize(
        ("error", "note"),
        [
            (("NameError", "there is no variable SIZE"), "there is no variable SIZE"),
            (("KeyError", "SIZE has no entry 'a'"), "SIZE has no entry 'a'"),
            (("TypeError", "SIZE is no dictionary but a list"), "SIZE is no dictionary but a list"),
            (("", "a value of type set"), "expected a plain value; it is a value of type set"),
        ],
    )
    def test_what_is_missing_is_said(self, error, note):
        result = judge(item([7]), Raised(Error(*error, [])))
        [found] = result.details.answers
        assert (found.passed, found.note, found.received, found.score) == (False, note, None, 0.0)
        assert (result.outcome, result.status, result.hint) == (Outcome.COMPLETED, Status.FAILED, note)

    def test_an_end_while_reading_costs_its_own_value(self):
        stopped = Stopped(Outcome.MEMORY_LIMIT, "reading a variable took more than 64 MiB of memory")
        result = judge_all(
            [item([1], name="a"), item([2], name="b"), item([3], name="c")],
            [Returned(1), stopped, Returned(3)],
        )
        assert (result.score, result.outcome) == (2.0, Outcome.MEMORY_LIMIT)
        assert result.details.answers[1].note == stopped.message

    @pytest.mark.parametrize(
        ("loading", "outcome", "message"),
        [
            (Loading(unreadable="code.py is not text"), Outcome.UNREADABLE_SUBMISSION, "code.py is not text"),
            (Loading(stopped=Stopped(Outcome.TIMEOUT, "too long")), Outcome.TIMEOUT, "too long"),
        ],
    )
    def test_a_file_that_could_not_be_run_has_no_values(self, loading, outcome, message):
        asked = check(item([7]), item([8], name="other"))
        seen = asked.observe_visible(None, loading, None)
        assert seen == asked.observe_hidden(None, loading, None, seen) == Seen()
        result = asked.judge(loading, seen)
        assert (result.score, result.status, result.outcome) == (0.0, Status.FAILED, outcome)
        assert result.message == message
        assert [each.note for each in result.details.answers] == [message] * 2

    def test_a_file_that_ended_with_an_error_may_have_values(self):
        class Worker:
            def fetch(self, places, allowance):
                self.asked = places
                return [Returned(7)]

        worker, loading = Worker(), Loading(error=Error("NameError", "no", []))
        asked = check(item([7], entry="a", after="answers"))
        seen = asked.observe_visible(worker, loading, Allowance(1.0))
        assert worker.asked == [Place("SIZE", "a", "answers")]
        assert asked.judge(loading, seen).score == 1.0


class TestWithoutAnswers:
    """A student's kit: it does not know, and says neither right nor wrong."""

    def test_a_value_that_is_there_is_judged_later(self):
        result = judge(item(None), 8)
        [found] = result.details.answers
        assert (found.passed, found.score, found.expected, found.note) == (None, 0.0, None, "")
        assert result.message == "its value is there, and judged after you hand in"
        assert result.status is Status.PASSED

    def test_one_that_is_none_is_no_answer(self):
        result = judge(item(None), None)
        assert result.details.answers[0].passed is False
        assert result.details.answers[0].note == "expected an answer; it is None"
        assert result.status is Status.FAILED

    def test_visible_ones_are_judged_beside_them(self):
        asked = [item([7], visible=True), item(None, name="b"), item(None, name="c")]
        result = judge_all(asked, [Returned(7), Returned(1), Returned("x")])
        assert result.message == "its value is right; 2 more values are judged after you hand in"
        assert [each.passed for each in result.details.answers] == [True, None, None]
        result = judge_all(asked, [Returned(6), Returned(1), Returned("x")])
        assert result.message == "its value is wrong; 2 more values are judged after you hand in"


words = st.text(max_size=6)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | words
    | hnp.arrays(
        st.sampled_from(["bool", "uint64", "int64", "float16", "float64", "complex64"]),
        st.sampled_from([(), (0,), (2,), (2, 2), (0, 2)]),
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(words, inner, max_size=2)
    ),
    max_leaves=6,
)
accepted = st.sampled_from(
    [7, 0.5, -1e300, 2**63 - 1, True, "a", [1, 2], [[1], [2, 3]], ["a", 1], {"a": [1]}, [], {}, [True]]
)


@given(plain, accepted, st.floats(0, 1e308))
def test_no_value_makes_judging_raise(value, accept, tolerance):
    result = judge(item([accept], tolerance=tolerance, visible=True), value)
    assert result.score in (0.0, 1.0)
    assert (result.status is Status.PASSED) == (result.score == 1.0)
    msgspec.json.encode(result)


@given(accepted)
def test_every_accepted_answer_is_right_itself(accept):
    assert is_right([accept], accept)
