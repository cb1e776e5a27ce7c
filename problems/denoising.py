"""The problems of `denoising`: how far images are from what came back, and which codes are near to one."""

import numpy as np

from autograder.problems.draws import numbers
from autograder.problems.problem import Case, Misconception, Problem, nothing_to_round


def reconstruction_errors(images, reconstructions):
    """Return the mean squared difference of each image, shape (n,)."""
    differences = np.asarray(images, np.float64) - np.asarray(reconstructions, np.float64)
    return np.mean(differences**2, axis=tuple(range(1, differences.ndim)))


def _magnitude(images, reconstructions):
    sizes = np.abs(np.asarray(images, np.float64)) + np.abs(np.asarray(reconstructions, np.float64))
    return np.mean(sizes**2, axis=tuple(range(1, sizes.ndim)))


def _one_number(images, reconstructions):
    return np.mean(reconstruction_errors(images, reconstructions))


def _summed(images, reconstructions):
    return reconstruction_errors(images, reconstructions) * np.asarray(images)[0].size


def _by_row(images, reconstructions):
    differences = np.asarray(images, np.float64) - np.asarray(reconstructions, np.float64)
    return np.mean(differences**2, axis=-1)


def _root(images, reconstructions):
    return np.sqrt(reconstruction_errors(images, reconstructions))


def _absolute(images, reconstructions):
    differences = np.asarray(images, np.float64) - np.asarray(reconstructions, np.float64)
    return np.mean(np.abs(differences), axis=tuple(range(1, differences.ndim)))


def _wrapped(images, reconstructions):
    differences = np.asarray(images) - np.asarray(reconstructions)
    return np.mean((differences**2).astype(np.float64), axis=tuple(range(1, differences.ndim)))


def _draw_errors(rng):
    plans = [
        ("flat", (5, 12), "float64"),
        ("flat", (7, 3), "float32"),
        ("flat", (2, 30), "float64"),
        ("flat", (1, 9), "int64"),
        ("flat", (1, 1), "float64"),
        ("images", (4, 5, 3, 1), "float64"),
        ("images", (3, 6, 7), "float32"),
        ("images", (6, 2, 4, 3), "float64"),
        ("images", (1, 4, 5, 1), "int64"),
        ("bytes", (4, 5, 6), "uint8"),
        ("bytes", (3, 4, 4, 3), "uint8"),
        ("bytes", (5, 9), "uint8"),
        ("bytes", (2, 3, 7, 1), "uint8"),
    ]
    return [
        Case(
            group,
            {"images": numbers(rng, shape, kind), "reconstructions": numbers(rng, shape, kind)},
            is_degenerate=bool(np.prod(shape) == 1),
        )
        for group, shape, kind in plans
    ]


def nearest(codes, code, count):
    """Return the indices of the codes that are nearest to one, the nearest first, shape (count,)."""
    distances = np.sum((np.asarray(codes, np.float64) - np.asarray(code, np.float64)) ** 2, axis=1)
    return np.argsort(distances)[:count]


def _is_clear(codes, code, count):  # noqa: ARG001  # called with all arguments
    """Return whether no two codes are equally near: then there is one right order."""
    distances = np.linalg.norm(np.asarray(codes, np.float64) - np.asarray(code, np.float64), axis=1)
    return bool(np.min(np.diff(np.sort(distances)), initial=np.inf) > 1e-6)


def _farthest(codes, code, count):
    distances = np.sum((np.asarray(codes, np.float64) - np.asarray(code, np.float64)) ** 2, axis=1)
    return np.argsort(-distances, kind="stable")[:count]


def _in_order_of_place(codes, code, count):
    return np.sort(nearest(codes, code, count))


def _by_product(codes, code, count):
    products = np.asarray(codes, np.float64) @ np.asarray(code, np.float64)
    return np.argsort(-products, kind="stable")[:count]


def _distances(codes, code, count):
    found = nearest(codes, code, count)
    return np.sqrt(np.sum((np.asarray(codes, np.float64)[found] - np.asarray(code, np.float64)) ** 2, axis=1))


def _without_the_first(codes, code, count):
    return nearest(codes, code, count + 1)[1:]


def _along_the_other_axis(codes, code, count):
    distances = np.sum((np.asarray(codes, np.float64) - np.asarray(code, np.float64)) ** 2, axis=0)
    return np.argsort(distances, kind="stable")[:count]


def _draw_nearest(rng):
    plans = [
        ("one", (9, 4), 1),
        ("one", (6, 8), 1),
        ("one", (20, 3), 1),
        ("one", (12, 2), 1),
        ("several", (10, 4), 3),
        ("several", (25, 8), 6),
        ("several", (7, 3), 5),
        ("several", (14, 2), 4),
        ("several", (5, 6), 5),
        ("same", (11, 4), 2),
        ("same", (8, 5), 3),
        ("same", (30, 3), 4),
    ]
    return [_codes(rng, group, shape, count) for group, shape, count in plans]


def _codes(rng, group, shape, count):
    """Return codes whose distances from one are well apart; of the group `same` it is one of them."""
    while True:
        codes = rng.integers(-400, 401, shape) / 100
        code = codes[rng.integers(shape[0])] if group == "same" else rng.integers(-400, 401, shape[1]) / 100
        distances = np.sort(np.linalg.norm(codes - code, axis=1))
        products = _by_product(codes, code, count)
        differs = not np.array_equal(products, nearest(codes, code, count))
        is_in_order = count > 1 and np.array_equal(
            nearest(codes, code, count), _in_order_of_place(codes, code, count)
        )
        if np.min(np.diff(distances)) > 1e-3 and differs and not is_in_order:
            return Case(group, {"codes": codes, "code": code.copy(), "count": count})


_TWO = np.array([[0.0, 0.5, 1.0, 0.5], [1.0, 1.0, 0.0, 0.0]])
_BACK = np.array([[0.0, 0.5, 0.0, 0.5], [0.0, 1.0, 0.5, 0.0]])
_BYTES = np.array([[[10, 200]], [[0, 255]]], np.uint8)
_BYTES_BACK = np.array([[[20, 190]], [[5, 250]]], np.uint8)
_CODES = np.array([[1.0, 0.0], [4.0, 4.0], [0.0, 1.5], [3.0, 3.0]])

PROBLEMS = (
    Problem(
        name="denoising.reconstruction_errors",
        signature="reconstruction_errors(images, reconstructions)",
        positional=2,
        reference=reconstruction_errors,
        magnitude=_magnitude,
        groups=("flat", "images", "bytes"),
        examples=(
            Case("flat", {"images": _TWO, "reconstructions": _BACK}, "two images of four pixels"),
            Case(
                "images",
                {"images": _TWO.reshape(2, 2, 2, 1), "reconstructions": _BACK.reshape(2, 2, 2, 1)},
                "the same as 2×2×1",
            ),
            Case("bytes", {"images": _BYTES, "reconstructions": _BYTES_BACK}, "two images of bytes, 1×2"),
        ),
        draw=_draw_errors,
        misconceptions=(
            Misconception(
                "arithmetic of bytes",
                "Bytes wrap around at 256: 10 − 20 is 246. Convert both to floats before you subtract.",
                _wrapped,
            ),
            Misconception(
                "one number for all images",
                "You take the mean over all images: keep the first axis, so that each image has a number.",
                _one_number,
            ),
            Misconception(
                "mean along the last axis only",
                "An image has up to three axes: take the mean over all of them but the first.",
                _by_row,
            ),
            Misconception(
                "sum, not mean", "You sum up: divide by the number of pixels, or use a mean.", _summed
            ),
            Misconception(
                "root of the mean", "You take the root: asked for is the mean squared difference.", _root
            ),
            Misconception("absolute differences", "You do not square the differences.", _absolute),
        ),
    ),
    Problem(
        name="denoising.nearest",
        signature="nearest(codes, code, count)",
        positional=3,
        reference=nearest,
        magnitude=nothing_to_round,
        groups=("one", "several", "same"),
        examples=(
            Case("one", {"codes": _CODES, "code": np.array([3.0, 2.5]), "count": 1}, "the nearest of four"),
            Case("several", {"codes": _CODES, "code": np.array([3.0, 2.5]), "count": 3}, "the three nearest"),
            Case(
                "same", {"codes": _CODES, "code": np.array([1.0, 0.0]), "count": 2}, "one that is among them"
            ),
        ),
        draw=_draw_nearest,
        accepts=_is_clear,
        misconceptions=(
            Misconception("the farthest", "You return the farthest: sort by ascending distance.", _farthest),
            Misconception(
                "in the order of their places",
                "These are the right ones, but in the order in which they stand: the nearest comes first.",
                _in_order_of_place,
            ),
            Misconception(
                "largest product",
                "You compare by the product with the code, which favours long codes: take the distance.",
                _by_product,
            ),
            Misconception(
                "distances, not indices", "You return distances: asked for are indices.", _distances
            ),
            Misconception(
                "the nearest left out",
                "You leave the nearest out. It counts, even if it is the code itself.",
                _without_the_first,
            ),
            Misconception(
                "along the other axis",
                "Each row of codes is one code: sum the squared differences along the rows.",
                _along_the_other_axis,
            ),
        ),
    ),
)
