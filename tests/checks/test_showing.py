"""Values as people read them: exact texts."""

import json
import time

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.checks.showing import show


def text(value, mark=None, **options):
    return show(value, mark, **options).text


class TestArrays:
    def test_numpy_s_numbers_in_a_tuple(self):
        shown = show((np.int64(3), np.float32(0.5)))
        assert (shown.description, shown.text, shown.values) == (
            "a tuple of shape (2,)",
            "  3  0.5",
            [3.0, 0.5],
        )

    def test_numpy_s_numbers_in_a_structure(self):
        value = {"rank": np.array(2), "shapes": [(np.int64(3), np.float32(0.5)), np.bool_(True)]}
        assert text(value, is_structure=True) == "{'rank': 2, 'shapes': [(3, 0.5), True]}"

    def test_a_vector(self):
        assert text(np.array([1, -25, 3])) == "  1  -25  3"
        assert text(np.array([1, -25, 3]), (1,)) == "  1  ▸-25◂  3"

    def test_a_matrix(self):
        assert text(np.array([[1, 25], [-3, 4]]), (1, 0)) == "    1   25\n  ▸-3◂   4"
        assert text(np.array([[1.5, 0.1 + 0.2], [np.nan, -np.inf]])) == "  1.5   0.3\n  nan  -inf"

    def test_columns_stay_in_line_whatever_is_marked(self):
        matrix = np.array([[1, 200, 3], [40, 5, 6]])
        for mark in np.ndindex(matrix.shape):
            rows = text(matrix, mark).split("\n")
            plain = [row.replace("▸", " ").replace("◂", " ").split() for row in rows]
            assert plain == [["1", "200", "3"], ["40", "5", "6"]]
            ends = {row.replace("▸", " ").replace("◂", " ").rstrip().rfind("3") for row in rows[:1]}
            assert len(ends) == 1
            assert sum(row.count("▸") for row in rows) == sum(row.count("◂") for row in rows) == 1

    def test_a_batch_of_images_is_a_matrix_for_each_image_and_channel(self):
        images = np.arange(16).reshape(1, 2, 4, 2)
        assert text(images) == (
            "[0, :, :, 0]\n  0   2   4   6\n  8  10  12  14\n[0, :, :, 1]\n  1   3   5   7\n  9  11  13  15"
        )

    def test_filters_have_their_rows_first(self):
        filters = np.arange(8).reshape(2, 2, 1, 2)
        assert text(filters, rows=0) == "[:, :, 0, 0]\n  0  2\n  4  6\n[:, :, 0, 1]\n  1  3\n  5  7"

    def test_the_matrix_that_differs_comes_first(self):
        images = np.zeros((3, 2, 2, 3), int)
        shown = text(images, (2, 1, 0, 1))
        assert shown.startswith("[2, :, :, 1]\n   0   0\n  ▸0◂  0\n[0, :, :, 0]\n")
        assert shown.count("[") == 4
        assert shown.endswith("… and 5 more")
        assert shown.count("▸") == 1

    def test_three_axes(self):
        assert text(np.arange(4).reshape(2, 1, 2)) == "[0, :, :]\n  0  1\n[1, :, :]\n  2  3"

    def test_a_large_matrix_is_shown_around_the_mark(self):
        large = np.arange(10_000).reshape(100, 100)
        shown = text(large, (50, 97))
        assert "▸5097◂" in shown
        assert shown.startswith("  … 44 rows\n")
        assert shown.endswith("  … 44 more rows\n  (columns 88 to 99 of 100)")
        assert len(shown.split("\n")) == 15
        assert show(large).values is None

    def test_no_size_takes_long(self):
        began = time.monotonic()
        for shape in [(2**26,), (2**26, 1, 1), (2**13, 2**13), (1, 1, 1, 2**26), (2**20, 2, 2, 2)]:
            assert len(text(np.zeros(shape, bool), (0,) * len(shape))) < 5_000
        assert time.monotonic() - began < 2

    def test_a_number_of_no_axes(self):
        assert show(np.array(3)).description == "a int64 number"
        assert text(np.array(3), ()) == "  ▸3◂"

    @pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 0, 1, 1)])
    def test_an_empty_array(self, shape):
        assert text(np.zeros(shape)) == f"empty, shape {shape}"

    def test_its_description(self):
        assert show(np.zeros((2, 3))).description == "2×3 array of float64"
        assert show(np.zeros((2, 3), np.uint8)).values == [[0, 0, 0], [0, 0, 0]]
        assert show(np.array([np.inf])).values is None
        assert show(np.array([1j])).values is None


class TestOtherValues:
    def test_lists_that_make_an_array_are_shown_as_one(self):
        shown = show([[1, 2], [3, 4]], (0, 1))
        assert shown.description == "a list of shape 2×2"
        assert shown.text == "  1  ▸2◂\n  3   4"
        assert shown.values == [[1, 2], [3, 4]]
        assert show((1.0, 2.0)).description.startswith("a tuple")

    @pytest.mark.parametrize(
        ("value", "description", "shown", "values"),
        [
            (None, "None", "None", None),
            (True, "bool", "True", True),
            (3, "int", "3", 3),
            (2.5, "float", "2.5", 2.5),
            (float("nan"), "float", "nan", None),
            (np.float64(2.5), "float", "2.5", 2.5),
            ("a\x1b", "str", "'a\\x1b'", "a\x1b"),
            ([[1], [2, 3]], "list", "[[1], [2, 3]]", None),
            ([], "list", "[]", None),
            ({"a": 1}, "dict", "{'a': 1}", None),
        ],
        ids=repr,
    )
    def test_what_is_no_array(self, value, description, shown, values):
        found = show(value)
        assert (found.description, found.text, found.values) == (description, shown, values)

    def test_a_long_text_is_cut(self):
        assert text("x" * 1000) == "'" + "x" * 399 + "…"

    @given(
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(2**63), 2**64 - 1)
            | st.floats()
            | st.text(max_size=3)
            | hnp.arrays(
                st.sampled_from(["bool", "float32", "complex64", "uint8"]),
                hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=3),
            ),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
            ),
            max_leaves=6,
        )
    )
    def test_whatever_comes_is_shown_and_is_json(self, value):
        shown = show(value)
        assert shown.description
        json.loads(msgspec.json.encode(shown))
