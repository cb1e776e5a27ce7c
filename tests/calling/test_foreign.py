"""Foreign signatures as a configuration spells them out: one submission for the example with every key."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import config
from autograder.authoring.styles_page import calls_example
from autograder.checks.function import FunctionCheck
from autograder.checks.judging import CaseJudge
from autograder.checks.making import make_checks
from autograder.errors import ConfigError
from autograder.observation import Returned

ROOT = Path(__file__).resolve().parents[2]
RIGHT = """
import numpy as np

def windows(x, kh, kw, s, t=None):
    return np.lib.stride_tricks.sliding_window_view(x, (kh, kw), axis=(-2, -1))[..., ::s, ::t or s, :, :]

def Conv_Forward(x, w, b, p):
    assert isinstance(w, list) and b.shape == (len(w), 1) and p.debug is False
    assert isinstance(p.stride, list)
    kh, kw = w[0].shape[1:]
    if p.pad == "SAME":
        pads = []
        for n, k, s in zip(x.shape[2:], (kh, kw), p.stride):
            each = -(-((n - 1) * s + k - n) // 2)
            pads.append((each, each))
    else:
        pads = [(each, each) for each in (p.pad if isinstance(p.pad, tuple) else (p.pad, p.pad))]
    x = np.pad(x, [(0, 0), (0, 0), *pads])
    out = np.einsum("nchwij,fcij->nfhw", windows(x, kh, kw, *p.stride), np.stack(w)) + b.reshape(1, -1, 1, 1)
    return {"out": out, "cache": object()}

class ConvLayer:
    def __init__(self, filters, height, stride):
        self.filters, self.height, self.stride = filters, height, stride
    def __call__(self, x):
        assert self.W.shape[3] == self.filters and self.W.shape[0] == self.height
        x, w = x.transpose(0, 3, 1, 2), self.W
        found = np.einsum("nchwij,ijcf->nhwf", windows(x, *w.shape[:2], self.stride), w)
        self.output = found + self.b

def pool(image, size, *, step):
    return windows(image, *size, step).max(axis=(2, 3))[None, :, :, None]

def convolve(images, kernels, activation):
    x = images.transpose(0, 3, 1, 2)
    return activation(np.einsum("nchwij,ijcf->nhwf", windows(x, *kernels.shape[:2], 1), kernels))

def pad_with_zeros(X, pad):
    return np.pad(X, ((0, 0), (pad, pad), (pad, pad), (0, 0)))

def scale_into(tensor, factor):
    tensor[...] = tensor * factor
    return "done"
"""


def graded(tmp_path: Path, source: str) -> dict[str, dict[str, object]]:
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "grading_configs" / "layers.toml").write_text(calls_example(), "utf-8")
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "layers.py").write_text(source)
    command = ("grade", "layers", "class", "--out", "out")
    seen = subprocess.run(
        [sys.executable, "-m", "autograder", *command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "AUTOGRADER_SEED": "5" * 32},
        capture_output=True,
        text=True,
        check=False,
    )
    assert seen.returncode == 0, seen.stderr
    report = json.loads((tmp_path / "out" / "ada" / "report.json").read_text())
    return {check["name"]: check for check in report["checks"]}


def test_every_way_to_call_a_function(tmp_path: Path) -> None:
    found = graded(tmp_path, RIGHT)
    for name in ("conv_forward", "conv_layer", "pool", "convolve", "zero_pad", "scale_into"):
        assert found[name]["status"] == "passed", found[name]
    assert "Conv_Forward counts as conv_forward" in found["conv_forward"]["notes"]  # type: ignore[operator]
    assert len(found["scale_into"]["details"]["cases"]) >= 4  # type: ignore[index]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('input = "images", layout', 'input = "pictures", layout', "expected an input among images"),
        ("HWCF -> [F]CHW", "HWCF -> [F]CHX", "expected letters of the left side; received X"),
        ("HWCF -> [F]CHW", "HWCF to FCHW", "expected the axes here and there"),
        ('style = "deeplearning.ai/zero_pad"', 'style = "cs231n"', "expected one of the styles"),
        ('accept = ["same_by_ceiling"]', 'accept = ["same"]', "expected conventions of conv_forward"),
        ('argument = "tensor"', 'argument = "out"', "returns.argument: expected one of tensor, factor"),
        ('form = "list"', 'form = "number"', ""),
        (
            'without = ["rectangle", "stride_pair", "padding_pair"]\naccept',
            'points.stride_pair = { hidden = 1 }\nwithout = ["rectangle", "padding_pair"]\naccept',
            'or leave the group out: without = ["stride_pair"], and no points.stride_pair',
        ),
        ('words = { valid = 0, same = "SAME" }', 'form = "number", words = { valid = 0, same = "SAME" }', ""),
        (
            'words = { valid = 0, same = "SAME" }',
            'form = "number", words = { valid = 0 }',
            'Write what the function takes for padding = "same": words = { same = … }, or leave the group',
        ),
        (
            'returns = { argument = "tensor" }',
            'tensors = true\nreturns = { argument = "tensor" }',
            "tensors = false",
        ),
        (
            'returns = { argument = "tensor" }',
            'returns = { argument = "factor" }',
            "it can say none: factor as 2, which nothing can be written into",
        ),
        ('zero = ["biases"]', "", 'Say with zero = ["biases"] that the function has no place for biases'),
    ],
)
def test_a_call_that_does_not_fit_is_told_when_it_is_loaded(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    text = calls_example()
    assert before in text
    if "points.stride_pair" in after:
        text = text.replace('form = "list"', 'form = "number"')
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "grading_configs" / "layers.toml").write_text(text.replace(before, after, 1), "utf-8")
    if not said:
        assert config.load(tmp_path, "layers").max_score == 13.0
        return
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path, "layers")
    assert said in str(caught.value)


def test_what_is_compared_of_a_tuple_is_said(tmp_path: Path) -> None:
    text = calls_example().replace('element = "out", ', "element = 1, ")
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "grading_configs" / "layers.toml").write_text(text, "utf-8")
    check = make_checks(config.load(tmp_path, "layers"), {})[0]
    assert isinstance(check, FunctionCheck)
    prepared = check.visible[0]
    result = prepared.expected
    for value, type_name, said in (
        ([result, result], "list", "expected element 1 of a tuple; received a list: shape (2, "),
        (result[0], "tuple", "shape (3, "),
    ):
        case, _ = CaseJudge(check.config, "f").judge(
            prepared, Returned(value, type_name=type_name), is_visible=True
        )
        assert case.call.endswith(")[1]")
        assert case.explanation.startswith(said)
