"""A question for `conv2d`, its tests, and correct answers to it."""

from itertools import product
from string import Template

from benchmarks.peers.exercise import Check, Question

__all__ = ["CONV2D"]


_CHECKS = (
    Check(
        "window_sums",
        "ramp = np.arange(16.0).reshape(4, 4)\n"
        "sums = conv2d(ramp, np.ones((2, 2)))\n"
        "assert np.allclose(sums, [[10, 14, 18], [26, 30, 34], [42, 46, 50]])",
    ),
    Check(
        "kernel_is_not_flipped",
        "edges = conv2d(np.arange(9.0).reshape(3, 3), np.array([[1.0, 0.0], [0.0, -2.0]]))\n"
        "assert np.allclose(edges, [[-8, -9], [-11, -12]])",
    ),
    Check(
        "bias_and_stride",
        "strided = conv2d(np.ones((5, 6)), np.ones((3, 2)), bias=0.5, stride=2)\n"
        "assert np.shape(strided) == (2, 3)\n"
        "assert np.allclose(strided, 6.5)",
    ),
    Check(
        "padding_is_zeros_on_all_sides",
        "padded = conv2d(np.ones((2, 3)), np.ones((3, 3)), padding=1)\n"
        "assert np.allclose(padded, [[4, 6, 4], [4, 6, 4]])",
        hidden=True,
    ),
    Check(
        "agrees_with_sliding_windows",
        "draw = np.random.default_rng(7)\n"
        "image, kernel = draw.normal(size=(28, 28)), draw.normal(size=(5, 3))\n"
        "windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, 2), kernel.shape)\n"
        "expected = np.einsum('ijkl,kl->ij', windows[::3, ::3], kernel) - 1.25\n"
        "got = conv2d(image, kernel, bias=-1.25, stride=3, padding=2)\n"
        "assert np.shape(got) == expected.shape\n"
        "assert np.allclose(got, expected)",
        hidden=True,
    ),
)

_FILE = Template('''\
import numpy as np
import tensorflow as tf

$remark
DEMO_SIZE = $size


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    """$summary"""
    $x = np.pad(np.asarray(image, dtype=float), padding)
    $k = np.asarray(kernel, dtype=float)
    kh, kw = $k.shape
    $h = ($x.shape[0] - kh) // stride + 1
    $w = ($x.shape[1] - kw) // stride + 1
$body

def demo():
    $x = np.linspace(0.0, $top, DEMO_SIZE * DEMO_SIZE).reshape(DEMO_SIZE, DEMO_SIZE)
    return tf.constant(conv2d($x, np.full((2, 2), $weight), bias=$bias))
''')

_BODIES = (
    """\
    $y = np.zeros(($h, $w))
    for i in range($h):
        for j in range($w):
            top, left = i * stride, j * stride
            $y[i, j] = np.sum($x[top : top + kh, left : left + kw] * $k) + bias
    return $y
""",
    """\
    $y = np.full(($h, $w), bias, dtype=float)
    for i in range($h):
        for j in range($w):
            for a in range(kh):
                for b in range(kw):
                    $y[i, j] += $x[i * stride + a, j * stride + b] * $k[a, b]
    return $y
""",
    """\
    $y = np.zeros(($h, $w))
    for a in range(kh):
        for b in range(kw):
            shifted = $x[a : a + stride * $h : stride, b : b + stride * $w : stride]
            $y += $k[a, b] * shifted[:$h, :$w]
    return $y + bias
""",
    """\
    rows = []
    for top in range(0, $h * stride, stride):
        strip = $x[top : top + kh]
        rows.append([np.vdot(strip[:, left : left + kw], $k) for left in range(0, $w * stride, stride)])
    $y = np.array(rows)
    return $y + bias
""",
)

_NAMES = (
    {"x": "padded", "k": "weights", "h": "rows_out", "w": "cols_out", "y": "out"},
    {"x": "x", "k": "k", "h": "oh", "w": "ow", "y": "y"},
    {"x": "frame", "k": "filt", "h": "out_height", "w": "out_width", "y": "result"},
    {"x": "img", "k": "mask", "h": "n", "w": "m", "y": "feature_map"},
    {"x": "source", "k": "window", "h": "height", "w": "width", "y": "response"},
)

_REMARKS = (
    ("# Week 5: convolution by hand.", "Cross-correlate an image with a kernel."),
    ("# The image is padded first, so that the loops need no special cases.", "2-D convolution, no flip."),
    ("# Checked against tf.nn.conv2d on a few small inputs.", "Slide the kernel over the zero-padded image."),
)


def _answers(count: int) -> list[str]:
    """Return `count` different files that each answer the question correctly.

    They differ as the files of a class do: in how they loop, in names, in comments and in constants.
    The same `count` always gives the same files.
    """
    styles = list(product(_REMARKS, _NAMES, _BODIES))
    files = []
    for index in range(count):
        # 7 shares no factor with the 60 styles: neighbours differ in all three respects
        (remark, summary), names, body = styles[index * 7 % len(styles)]
        constants = {
            "size": 4 + index,
            "top": 1.0 + index / 4,
            "weight": 0.25 + index / 8,
            "bias": index / 16,
        }
        filled = Template(body).substitute(names)
        files.append(_FILE.substitute(names, remark=remark, summary=summary, body=filled, **constants))
    return files


CONV2D = Question("conv2d", _CHECKS, _answers)
