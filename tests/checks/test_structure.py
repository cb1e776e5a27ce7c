"""Results that are no arrays: dictionaries, lists of shapes, single numbers. Exact texts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks.comparison import Difference, Kind, has_more_than
from autograder.checks.showing import show
from autograder.checks.structure import differ

EXACT = 0.0
HALF = 0.5


def found(expected, value, distance=EXACT, **options):
    return differ(expected, value, lambda _: distance, **options)


def said(expected, value, distance=EXACT):
    difference = found(expected, value, distance)
    assert difference is not None
    return difference.kind, difference.explanation


class TestNumbers:
    @pytest.mark.parametrize("value", [4, 4.0, np.int64(4), np.float32(4), np.array(4)])
    def test_it_is_right_whatever_holds_it(self, value):
        assert found(4, value) is None

    @pytest.mark.parametrize(
        ("value", "kind", "text"),
        [
            (5, Kind.VALUES, "expected 4, received 5"),
            ([4], Kind.SHAPE, "shape (1,), expected ()"),
            (None, Kind.NONE_RETURNED, "expected a number; received None. Is there a return?"),
            ("4", Kind.TYPE, "expected a number; received a str"),
            ({"a": 4}, Kind.TYPE, "expected a number; received a dict"),
            (True, Kind.TYPE, "expected real numbers; received Boolean ones"),
            (
                4j,
                Kind.TYPE,
                "expected real numbers; received complex ones. An inverse FFT gives complex ones: take .real",
            ),
            (np.nan, Kind.NOT_FINITE, "expected finite numbers; received nan at its only value"),
        ],
    )
    def test_what_is_wrong_with_another(self, value, kind, text):
        assert said(4, np.asarray(value) if isinstance(value, complex) else value) == (kind, text)

    def test_it_may_be_off_by_what_rounding_explains(self):
        assert found(4.0, 4.4, HALF) is None
        assert found(4.0, 4.6, HALF) is not None

    def test_a_tuple_of_one_is_taken_for_a_comma_too_many(self):
        assert said(4, (4,)) == (
            Kind.SHAPE,
            "shape (1,), expected (). You return a tuple of one array: is there a comma behind it?",
        )


class TestSequencesOfNumbers:
    @pytest.mark.parametrize("value", [(3, 4), [3, 4], np.array([3, 4]), (3.0, 4), [np.array(3), 4]])
    def test_it_is_right_whatever_holds_it(self, value):
        assert found((3, 4), value) is None
        assert found([3, 4], value) is None

    @pytest.mark.parametrize(
        ("value", "kind", "text"),
        [
            ((4, 3), Kind.VALUES, "expected (3, 4); received (4, 3)"),
            ([3, 5], Kind.VALUES, "expected (3, 4); received [3, 5]"),
            (np.array([3, 5]), Kind.VALUES, "expected (3, 4); received [3, 5]"),
            ((3,), Kind.SHAPE, "expected (3, 4); received (3,)"),
            ((), Kind.SHAPE, "expected (3, 4); received ()"),
            ((3, 4, 1), Kind.SHAPE, "expected (3, 4); received (3, 4, 1)"),
            (tuple(range(9)), Kind.SHAPE, "expected (3, 4); received a tuple of 9 numbers"),
            (7, Kind.TYPE, "expected (3, 4); received 7"),
            (np.array(7), Kind.TYPE, "expected (3, 4); received an array of shape ()"),
            (None, Kind.TYPE, "expected (3, 4); received None"),
            ("34", Kind.TYPE, "expected (3, 4); received '34'"),
            ({3: 4}, Kind.TYPE, "expected (3, 4); received a dictionary"),
            ((True, True), Kind.VALUES, "expected (3, 4); received (True, True)"),
            ([np.nan, 4], Kind.VALUES, "expected (3, 4); received [nan, 4]"),
        ],
    )
    def test_what_is_wrong_with_another(self, value, kind, text):
        assert said((3, 4), value) == (kind, text)

    def test_numpy_s_numbers_are_written_as_python_writes_them(self):
        expected = (np.int64(3), np.float32(0.5))
        assert said(expected, (3, 1.5)) == (Kind.VALUES, "expected (3, 0.5); received (3, 1.5)")
        assert said(expected, np.float64(3)) == (Kind.TYPE, "expected (3, 0.5); received 3.0")

    def test_an_empty_one_is_right_if_it_is_empty(self):
        assert found((), []) is None
        assert found((), np.zeros(0)) is None
        assert said((), (1,)) == (Kind.SHAPE, "expected (); received (1,)")


class TestSequencesOfShapes:
    SHAPES = ((26, 26, 32), (24, 24, 64), (10,))

    def test_lists_and_tuples_are_alike(self):
        assert found(list(self.SHAPES), [list(shape) for shape in self.SHAPES]) is None
        assert found(self.SHAPES, tuple(np.array(shape) for shape in self.SHAPES)) is None

    @pytest.mark.parametrize(
        ("value", "kind", "text"),
        [
            (
                [(26, 26, 32), (24, 24, 32), (10,)],
                Kind.VALUES,
                "[1]: expected (24, 24, 64); received (24, 24, 32)",
            ),
            ([(26, 26, 32), (24, 24, 64), 10], Kind.TYPE, "[2]: expected (10,); received 10"),
            ([(26, 26, 32), (24, 24), (10,)], Kind.SHAPE, "[1]: expected (24, 24, 64); received (24, 24)"),
            ([(26, 26, 32), (24, 24, 64)], Kind.SHAPE, "expected 3 items; received 2"),
            ((10,), Kind.SHAPE, "expected 3 items; received 1"),
            (10, Kind.TYPE, "expected a tuple of 3 items; received 10"),
            (None, Kind.TYPE, "expected a tuple of 3 items; received None"),
        ],
    )
    def test_the_first_item_that_differs_is_named(self, value, kind, text):
        assert said(self.SHAPES, value) == (kind, text)

    def test_a_batch_of_shapes_that_came_as_one_array(self):
        assert found([(1, 2), (3, 4)], np.array([[1, 2], [3, 4]])) is None
        assert said([(1, 2), (3, 4)], np.array([[1, 2], [3, 5]])) == (
            Kind.VALUES,
            "[1]: expected (3, 4); received [3, 5]",
        )


DESCRIPTION = {"rank": 2, "shape": (2, 3)}


class TestDictionaries:
    def test_whatever_holds_its_values(self):
        assert found(DESCRIPTION, {"shape": [2, 3], "rank": np.array(2)}) is None

    @pytest.mark.parametrize(
        ("value", "kind", "text"),
        [
            (
                {"rank": 2},
                Kind.TYPE,
                "expected a dictionary with the keys 'rank', 'shape'; received the keys 'rank'",
            ),
            (
                {"Rank": 2, "shape": (2, 3)},
                Kind.TYPE,
                "expected a dictionary with the keys 'rank', 'shape'; received the keys 'Rank', 'shape'",
            ),
            ({}, Kind.TYPE, "expected a dictionary with the keys 'rank', 'shape'; received the keys none"),
            (
                (2, (2, 3)),
                Kind.TYPE,
                "expected a dictionary with the keys 'rank', 'shape'; received a tuple of 2 items",
            ),
            (None, Kind.TYPE, "expected a dictionary with the keys 'rank', 'shape'; received None"),
            (
                {"rank": 2, "shape": (3, 2)},
                Kind.VALUES,
                "['shape']: expected (2, 3); received (3, 2)",
            ),
            (
                {"rank": 3, "shape": (3, 2)},
                Kind.VALUES,
                "['rank']: expected 2, received 3",
            ),
            (
                {"rank": None, "shape": (2, 3)},
                Kind.NONE_RETURNED,
                "['rank']: expected a number; received None. Is there a return?",
            ),
        ],
    )
    def test_what_is_wrong_with_another(self, value, kind, text):
        assert said(DESCRIPTION, value) == (kind, text)

    def test_a_place_far_inside_is_named_in_full(self):
        expected = {"layers": [{"shape": (1, 2), "name": "conv"}]}
        assert said(expected, {"layers": [{"shape": (1, 3), "name": "conv"}]}) == (
            Kind.VALUES,
            "['layers'][0]['shape']: expected (1, 2); received (1, 3)",
        )

    def test_many_keys_are_cut(self):
        _, text = said({"a": 1}, {str(number): 1 for number in range(100)})
        assert text == (
            "expected a dictionary with the keys 'a'; "
            "received the keys '0', '1', '2', '3', '4', '5', '6', '7'"
        )


class TestTextsAndNone:
    def test_they_are_compared_as_they_are(self):
        assert found("valid", "valid") is None
        assert said("valid", "Valid") == (Kind.VALUES, "expected 'valid'; received 'Valid'")
        assert said("valid", None) == (Kind.VALUES, "expected 'valid'; received None")
        assert found(None, None) is None
        assert said(None, 0) == (Kind.VALUES, "expected None; received 0")

    def test_a_long_one_is_cut(self):
        _, text = said("valid", "x" * 1000)
        assert len(text) < 100


class TestArraysInside:
    def test_they_are_compared_as_arrays(self):
        expected = {"images": np.ones((2, 2)), "labels": np.array([0, 1])}
        assert found(expected, {"images": [[1, 1], [1, 1]], "labels": [0, 1]}) is None
        kind, text = said(expected, {"images": np.ones((2, 3)), "labels": [0, 1]})
        assert (kind, text) == (Kind.SHAPE, "['images']: shape (2, 3), expected (2, 2)")

    def test_a_type_counts_where_it_is_asked_for(self):
        expected = [np.ones((2, 2)), "a"]
        single = [np.ones((2, 2), np.float32), "a"]
        assert found(expected, single) is None
        assert found(expected, single, strict_type=True).kind is Kind.DTYPE


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=4)
    | st.sampled_from(
        [np.zeros(()), np.zeros((0, 2)), np.ones(2), np.ones((1, 2), np.float16), np.array(1j)]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(plain, plain)
def test_nothing_makes_it_raise(expected, value):
    difference = found(expected, value)
    assert difference is None or isinstance(difference, Difference)


@given(
    st.recursive(
        st.integers(-9, 9) | st.text(max_size=3), lambda inner: st.lists(inner, max_size=3), max_leaves=6
    )
)
def test_everything_without_floats_equals_itself(value):
    assert found(value, value) is None


class TestEndlessLists:
    """What is far larger than asked for is not looked through: judging takes no longer for it."""

    LONG = [[1] * 30] * 16_000

    @pytest.mark.parametrize("expected", [np.zeros((3, 4)), 7, [(1, 2), (3,)], {"rank": 2}, "same"], ids=repr)
    def test_they_are_wrong_at_once(self, expected, monkeypatch):
        monkeypatch.setattr("autograder.checks.structure.as_array", None)
        found = differ(expected, self.LONG, lambda _: 0.0)
        assert found is not None

    def test_they_are_counted_no_further_than_needed(self):
        class Counted(list):
            looked = 0

            def __len__(self):
                Counted.looked += 1
                return super().__len__()

        assert has_more_than([Counted([1] * 30) for _ in range(16_000)], 15_999)
        assert Counted.looked == 0
        assert not has_more_than([[1, 2], [3, [4]]], 8)
        assert has_more_than({"a": [1] * 9}, 9)

    def test_they_are_shown_in_a_few_characters(self):
        assert len(show(self.LONG).text) < 500
        assert show(self.LONG).description == "list"
