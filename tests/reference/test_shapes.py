"""Output sizes and paddings, by the lecture's figures and by counting windows."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.shapes import conv_output_size, explicit_padding, pair, same_padding, symmetric_padding

sizes = st.integers(1, 40)
steps = st.integers(1, 5)


class TestValues:
    @pytest.mark.parametrize(
        ("size", "kernel_size", "stride", "padding", "expected"),
        [
            (9, 3, 1, 0, 7),
            (9, 3, 2, 0, 4),
            (9, 3, 3, 0, 3),
            (6, 3, 1, 0, 4),
            (6, 3, 1, 1, 6),
            (6, 3, 2, 0, 2),
        ],
    )
    def test_lecture_sizes(self, size, kernel_size, stride, padding, expected):
        assert conv_output_size(size, kernel_size, stride=stride, padding=padding) == expected

    @given(
        size=sizes,
        kernel_size=sizes,
        stride=steps,
        before=st.integers(0, 5),
        after=st.integers(0, 5),
        dilation=steps,
    )
    def test_output_size_counts_the_places_where_the_kernel_fits(
        self, *, size, kernel_size, stride, before, after, dilation
    ):
        room = before + size + after
        span = len(range((kernel_size - 1) * dilation + 1))
        places = [start for start in range(0, room, stride) if start + span <= room]
        if places:
            received = conv_output_size(
                size, kernel_size, stride=stride, padding=(before, after), dilation=dilation
            )
            assert received == len(places)
        else:
            with pytest.raises(ValueError, match="does not fit"):
                conv_output_size(size, kernel_size, stride=stride, padding=(before, after), dilation=dilation)

    @given(size=sizes, kernel_size=sizes, stride=steps, dilation=steps)
    def test_same_padding_gives_size_over_stride_rounded_up_and_puts_the_odd_one_after(
        self, size, kernel_size, stride, dilation
    ):
        before, after = same_padding(size, kernel_size, stride=stride, dilation=dilation)
        received = conv_output_size(
            size, kernel_size, stride=stride, padding=(before, after), dilation=dilation
        )
        assert received == -(-size // stride)
        assert after - before in (0, 1)

    @given(size=sizes, half=st.integers(0, 8), dilation=steps)
    def test_same_padding_keeps_the_size_at_stride_1(self, size, half, dilation):
        assert same_padding(size, 2 * half + 1, dilation=dilation) == (half * dilation, half * dilation)

    @given(size=sizes, half=st.integers(0, 8))
    def test_symmetric_padding_keeps_the_size_at_stride_1(self, size, half):
        padding = symmetric_padding(2 * half + 1)
        assert conv_output_size(size, 2 * half + 1, padding=padding) == size
        assert (padding, padding) == same_padding(size, 2 * half + 1)

    @pytest.mark.parametrize(
        ("padding", "expected"),
        [
            ("valid", ((0, 0), (0, 0))),
            ("same", ((0, 1), (1, 1))),
            (2, ((2, 2), (2, 2))),
            (np.int64(2), ((2, 2), (2, 2))),
            (((1, 2), (3, 4)), ((1, 2), (3, 4))),
            ([[1, 2], [3, 4]], ((1, 2), (3, 4))),
        ],
    )
    def test_explicit_padding_of_every_form(self, padding, expected):
        assert explicit_padding(padding, (6, 5), (2, 3)) == expected

    def test_pair_of_an_integer_or_two(self):
        assert pair("stride", np.int32(2)) == (2, 2)
        assert pair("stride", (1, 2)) == (1, 2)


class TestErrors:
    def test_kernel_that_does_not_fit(self):
        message = (
            "kernel_size=5 does not fit into size=3 with padding=0 and dilation=1: "
            "expected at least 5 elements, received 3"
        )
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            conv_output_size(3, 5)

    def test_dilated_kernel_that_does_not_fit(self):
        message = (
            "kernel_size=3 does not fit into size=3 with padding=(1, 0) and dilation=2: "
            "expected at least 5 elements, received 4"
        )
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            conv_output_size(3, 3, padding=(1, 0), dilation=2)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"stride": 0}, "stride must be at least 1; received stride=0"),
            ({"dilation": 0}, "dilation must be at least 1; received dilation=0"),
            ({"dilation": -1}, "dilation must be at least 1; received dilation=-1"),
            ({"padding": -1}, "padding must be at least 0; received padding=-1"),
            ({"padding": (0, -2)}, "padding must be at least 0; received padding=-2"),
            ({"padding": (0, 1, 2)}, "padding: expected an integer or two; received padding=(0, 1, 2)"),
            ({"kernel_size": 0}, "kernel_size must be at least 1; received kernel_size=0"),
            ({"size": -1}, "size must be at least 0; received size=-1"),
            ({"stride": 1.5}, "stride must be an integer; received stride=1.5"),
            ({"padding": "1"}, "padding must be an integer; received padding='1'"),
        ],
    )
    def test_output_size_names_the_argument_and_what_it_was(self, arguments, message):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            conv_output_size(**{"size": 9, "kernel_size": 3} | arguments)

    @pytest.mark.parametrize("name", ["size", "kernel_size", "stride", "dilation"])
    def test_same_padding_names_the_argument_and_what_it_was(self, name):
        message = f"{name} must be at least 1; received {name}=0"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            same_padding(**{"size": 9, "kernel_size": 3} | {name: 0})

    @pytest.mark.parametrize(
        ("kernel_size", "message"),
        [
            (4, "kernel_size must be odd; received kernel_size=4"),
            (-1, "kernel_size must be at least 1; received kernel_size=-1"),
            (2.5, "kernel_size must be an integer; received kernel_size=2.5"),
        ],
    )
    def test_symmetric_padding_names_what_the_kernel_was(self, kernel_size, message):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            symmetric_padding(kernel_size)

    @pytest.mark.parametrize("padding", ["SAME", "full", (1, 1), ((1, 1),), ((1, 1), 1)])
    def test_padding_of_no_known_form(self, padding):
        message = (
            'padding: expected an integer, "valid", "same" or ((top, bottom), (left, right)); '
            f"received padding={padding!r}"
        )
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            explicit_padding(padding, (9, 9), (3, 3))

    def test_kernel_that_fits_along_one_axis_only(self):
        with pytest.raises(ValueError, match=r"kernel_size=3 does not fit into size=2 with padding=\(0, 0\)"):
            explicit_padding("valid", (9, 2), (3, 3))

    def test_defaults_are_keyword_only(self):
        with pytest.raises(TypeError):
            conv_output_size(9, 3, 2)
        with pytest.raises(TypeError):
            same_padding(9, 3, 2)
