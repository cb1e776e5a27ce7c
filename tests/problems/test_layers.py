"""Layers as courses have them written: plain loops are right everywhere, by whichever custom of 'same'."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from autograder.checks.diagnosis import prepare
from autograder.problems import PROBLEMS
from autograder.problems.checking import check_answers, check_problem

SLIDING = ("conv_forward", "convolve_images", "convolve_channels")
NAMES = (
    *SLIDING,
    "corr2d_multi",
    "corr2d_multi_in",
    "conv_single_step",
    "zero_pad",
    "pool_forward",
    "pool_image",
)
SAME = ("same", "same_even", "same_stride")
SEEDS = range(5)


def drawn(name, seed=0):
    return PROBLEMS[name].draw(np.random.default_rng(seed))


def all_cases(name):
    return [*PROBLEMS[name].examples, *(case for seed in SEEDS for case in drawn(name, seed))]


# What students write: four loops, and one formula for the zeros.
def missing(size, kernel_size, stride):
    return (size - 1) * stride + kernel_size - size


def fitting(size, zeros, kernel_size, stride):
    return int((size + 2 * zeros - kernel_size) / stride) + 1


def as_tensorflow(h, k, s):
    outputs = int(np.ceil(h / s))
    zeros = max((outputs - 1) * s + k - h, 0)
    return zeros // 2, zeros - zeros // 2, outputs


def by_ceiling(h, k, s):
    zeros = int(np.ceil(((h - 1) * s + k - h) / 2))
    return zeros, zeros, fitting(h, zeros, k, s)


def by_floor(h, k, s):
    zeros = missing(h, k, s) // 2
    return zeros, zeros, fitting(h, zeros, k, s)


def with_one_more(h, k, s):
    zeros = int(missing(h, k, s) / 2) + 1
    return zeros, zeros, fitting(h, zeros, k, s)


def keeping_size(h, k, s):
    return missing(h, k, s) // 2, missing(h, k, s) - missing(h, k, s) // 2, h


def by_half(h, k, s):
    zeros = k // 2 if k % 2 == 0 else (k - 1) // 2
    return zeros, zeros, fitting(h, zeros, k, s)


STUDENTS = {
    None: as_tensorflow,
    "same_by_ceiling": by_ceiling,
    "same_by_ceiling_cut": lambda h, k, s: (*by_ceiling(h, k, s)[:2], h),
    "same_by_floor": by_floor,
    "same_with_one_more": with_one_more,
    "same_keeping_size": keeping_size,
    "same_by_half": by_half,
    "same_by_half_cut": lambda h, k, s: (
        (k // 2, k - 1 - k // 2, int(np.ceil(h / s))) if s == 1 else (k // 2, k // 2, -(-h // s))
    ),
    "same_by_half_down": lambda h, k, s: ((k - 1) // 2, (k - 1) // 2, fitting(h, (k - 1) // 2, k, s)),
    "same_by_half_after": lambda h, k, s: ((k - 1) // 2, k - 1 - (k - 1) // 2, -(-h // s)),
}


def conv_loops(images, filters, biases, strides=(1, 1), padding="valid", *, same):
    m, h, w, _ = images.shape
    kh, kw, _, maps = filters.shape
    sh, sw = strides
    if padding == "same":
        (top, bottom, rows), (left, right, columns) = same(h, kh, sh), same(w, kw, sw)
    else:
        top, left = (0, 0) if padding == "valid" else padding
        bottom, right = top, left
        rows, columns = fitting(h, top, kh, sh), fitting(w, left, kw, sw)
    padded = np.pad(images, ((0, 0), (top, bottom), (left, right), (0, 0)))
    out = np.zeros((m, rows, columns, maps))
    for i in range(m):
        for row in range(rows):
            for column in range(columns):
                window = padded[i, row * sh : row * sh + kh, column * sw : column * sw + kw, :]
                for each in range(maps):
                    out[i, row, column, each] = np.sum(window * filters[:, :, :, each]) + biases[each]
    return out


def pool_loops(images, pool_size, strides, mode="max"):
    m, h, w, channels = images.shape
    (ph, pw), (sh, sw) = pool_size, strides
    out = np.zeros((m, fitting(h, 0, ph, sh), fitting(w, 0, pw, sw), channels))
    for i, row, column, channel in np.ndindex(out.shape):
        window = images[i, row * sh : row * sh + ph, column * sw : column * sw + pw, channel]
        out[i, row, column, channel] = np.max(window) if mode == "max" else np.mean(window)
    return out


def zero_pad_loops(images, padding):
    m, h, w, channels = images.shape
    out = np.zeros((m, h + 2 * padding, w + 2 * padding, channels))
    for i, row, column, channel in np.ndindex(images.shape):
        out[i, row + padding, column + padding, channel] = images[i, row, column, channel]
    return out


LOOPS = {
    "conv_forward": conv_loops,
    "convolve_images": lambda images, kernel, **options: conv_loops(
        images[..., None], kernel[..., None, None], [0], **options
    )[..., 0],
    "convolve_channels": lambda images, kernel, **options: conv_loops(
        images, kernel[..., None], [0], **options
    )[..., 0],
    "corr2d_multi": lambda image, filters: conv_loops(
        image[None], filters, np.zeros(filters.shape[3]), same=None
    )[0],
    "corr2d_multi_in": lambda image, kernel: conv_loops(image[None], kernel[..., None], [0], same=None)[
        0, ..., 0
    ],
    "conv_single_step": lambda window, weights, bias: np.sum(window * weights) + bias,
    "zero_pad": zero_pad_loops,
    "pool_forward": pool_loops,
    "pool_image": lambda image, pool_size, mode="max": pool_loops(
        image[None, :, :, None], pool_size, (1, 1), mode
    )[0, :, :, 0],
}


def by_convention(problem, key):
    convention = problem.conventions[key]
    return replace(problem, reference=convention.reference, magnitude=convention.magnitude)


@pytest.mark.parametrize("name", NAMES)
class TestEveryProblem:
    def test_its_parts_fit_together(self, name):
        check_problem(PROBLEMS[name])
        check_answers(PROBLEMS[name], all_cases(name))

    def test_plain_loops_are_right(self, name):
        options = {"same": as_tensorflow} if name in SLIDING else {}
        for case in all_cases(name):
            assert prepare(PROBLEMS[name], case).difference(LOOPS[name](**case.inputs, **options)) is None

    def test_cases_are_few_and_small(self, name):
        cases = drawn(name)
        assert len(cases) <= 36
        for case in cases:
            for values in case.inputs.values():
                if isinstance(values, np.ndarray):
                    assert max(values.shape, default=0) <= 9
                    assert values.size <= 400
        # How often the innermost of four loops is gone through.
        assert sum(np.size(PROBLEMS[name].reference(**case.inputs)) for case in cases) < 6_000

    def test_every_group_has_hidden_cases_that_are_not_degenerate(self, name):
        for group in PROBLEMS[name].groups:
            assert sum(case.group == group and not case.is_degenerate for case in drawn(name)) >= 3

    def test_only_groups_for_it_have_sizes_that_differ_along_the_axes(self, name):
        """A course whose functions take single numbers can be asked for all the others."""
        for case in all_cases(name):
            if case.group in ("rectangle", "stride_pair", "padding_pair", "channels", "filters", *SAME):
                continue
            for argument in ("strides", "padding", "pool_size", "kernel", "filters", "weights"):
                value = case.inputs.get(argument)
                if argument in ("kernel", "filters") and value is not None:
                    value = value.shape[:2]
                if isinstance(value, tuple):
                    assert value[0] == value[1]


class TestCustomsOfSame:
    @pytest.mark.parametrize("name", SLIDING)
    @pytest.mark.parametrize("key", [key for key in STUDENTS if key])
    def test_plain_loops_by_a_custom_are_right_by_it(self, name, key):
        problem = by_convention(PROBLEMS[name], key)
        for case in all_cases(name):
            result = LOOPS[name](**case.inputs, same=STUDENTS[key])
            assert prepare(problem, case).difference(result) is None

    @pytest.mark.parametrize("name", SLIDING)
    def test_every_convention_is_tried_and_told_in_a_sentence(self, name):
        conventions = PROBLEMS[name].conventions
        assert set(conventions) == set(STUDENTS) - {None}
        assert len({each.name for each in conventions.values()}) == len(conventions)
        assert all(each.explanation.endswith(".") for each in conventions.values())

    @pytest.mark.parametrize("name", SLIDING)
    @pytest.mark.parametrize("key", [key for key in STUDENTS if key])
    def test_they_differ_only_where_the_group_says_so(self, name, key):
        problem = PROBLEMS[name]
        differing = {
            case.group
            for case in all_cases(name)
            if prepare(problem, case).difference(problem.conventions[key].reference(**case.inputs))
        }
        expected = {"same_even", "same_stride"}
        if key in ("same_keeping_size", "same_by_half_after"):
            expected = {"same_stride"}
        if key == "same_with_one_more":
            expected = set(SAME)
        assert differing == expected

    @pytest.mark.parametrize("name", SLIDING)
    def test_three_hidden_cases_tell_any_two_apart(self, name):
        problem = PROBLEMS[name]
        by_key = [by_convention(problem, key) for key in problem.conventions]
        for seed in SEEDS:
            cases = [case for case in drawn(name, seed) if case.group in ("same_even", "same_stride")]
            answers = [[prepare(each, case) for case in cases] for each in by_key]
            for first, second in combinations(answers, 2):
                pairs = zip(first, second, strict=True)
                assert sum(one.difference(other.expected) is not None for one, other in pairs) >= 3
