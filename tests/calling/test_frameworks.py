"""Code in PyTorch or MXNet, as people hand it in after Dive into Deep Learning: graded, or a question."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONFIG = (ROOT / "grading_configs" / "d2l.toml").read_text("utf-8")
HAS_TORCH = find_spec("torch") is not None
TORCH = """
import torch
from torch import nn

def corr2d(X, K):
    h, w = K.shape
    Y = torch.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum().item()
    return Y

def pool2d(X, pool_size, mode='max'):
    p_h, p_w = pool_size
    windows = X.unfold(0, p_h, 1).unfold(1, p_w, 1)
    Y = windows.amax((2, 3)) if mode == 'max' else windows.mean((2, 3))
    return nn.Parameter(Y)

def corr2d_multi_in(X, K):
    return sum(corr2d(x, k) for x, k in zip(X, K))

def corr2d_multi_in_out(X, K):
    return torch.stack([corr2d_multi_in(X, k) for k in K], 0)
"""
MXNET = TORCH.replace("import torch\n", "from mxnet import np\n").replace("torch.", "np.")
NUMPY = """
import numpy as np
import tensorflow as tf

def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i:i + h, j:j + w] * K).sum()
    return Y

def pool2d(X, pool_size, mode='max'):
    p_h, p_w = pool_size
    rows, columns = X.shape[0] - p_h + 1, X.shape[1] - p_w + 1
    windows = [[X[i:i + p_h, j:j + p_w] for j in range(columns)] for i in range(rows)]
    return [[y.max() if mode == 'max' else y.mean() for y in row] for row in windows]

def corr2d_multi_in(X, K):
    return sum(corr2d(x, k) for x, k in zip(X, K))

def corr2d_multi_in_out(X, K):
    return np.stack([corr2d_multi_in(X, k) for k in K])
"""
_OF_ARRAYS = """call = { functions = ["corr2d"], dtype = "float32", arguments = [
    { name = "X", input = "image" },
    { name = "K", input = "kernel" },
] }"""
FUNCTIONS = ("corr2d", "pool2d", "corr2d_multi_in", "corr2d_multi_in_out")


def graded(folder: Path, config: str, **sources: str) -> dict[str, dict[str, Any]]:
    """Return the checks of each student, from the report of a real run."""
    (folder / "grading_configs").mkdir()
    (folder / "grading_configs" / "d2l.toml").write_text(config, "utf-8")
    for student, source in sources.items():
        (folder / "class" / student).mkdir(parents=True)
        (folder / "class" / student / "corr2d.py").write_text(source, "utf-8")
    seen = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", "d2l", folder / "class", "--out", folder / "out"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "AUTOGRADER_SEED": "5" * 32},
        capture_output=True,
        text=True,
        check=False,
    )
    assert seen.returncode == 0, seen.stderr
    reports = {each: json.loads((folder / "out" / each / "report.json").read_text()) for each in sources}
    return {each: {check["name"]: check for check in found["checks"]} for each, found in reports.items()}


@pytest.mark.slow
def test_numpy_in_a_file_that_imports_tensorflow_is_given_arrays_where_it_cannot_take_tensors(
    tmp_path: Path,
) -> None:
    pytest.importorskip("tensorflow")
    wrong = NUMPY.replace("y.mean()", "y.sum()")
    found = graded(tmp_path, CONFIG, right=NUMPY, wrong=wrong)
    assert {name: found["right"][name]["score"] for name in FUNCTIONS} == {
        "corr2d": 3,
        "pool2d": 3,
        "corr2d_multi_in": 2,
        "corr2d_multi_in_out": 2,
    }
    assert found["wrong"]["pool2d"]["details"]["misconception"] == "sum instead of average"


@pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed here")
def test_code_in_pytorch_is_given_tensors_and_may_return_them(tmp_path: Path) -> None:
    config = CONFIG.replace('preload = ["tensorflow"]', 'preload = ["torch"]')
    config = config.replace('["numpy", "tensorflow"]', '["numpy", "torch"]')
    wrong = TORCH.replace("K).sum()", "K.flip(0, 1)).sum()")
    found = graded(tmp_path, config, right=TORCH, wrong=wrong)
    assert {name: check["score"] for name, check in found["right"].items()} == {
        "corr2d": 3,
        "pool2d": 3,
        "corr2d_multi_in": 2,
        "corr2d_multi_in_out": 2,
    }
    assert found["wrong"]["corr2d"]["details"]["misconception"] == "flipped kernel"
    assert found["wrong"]["corr2d"]["score"] < 0.5
    assert found["wrong"]["pool2d"]["score"] == 3


def test_a_framework_that_is_not_there_is_a_question_and_no_mistake(tmp_path: Path) -> None:
    config = CONFIG.replace('preload = ["tensorflow"]', "preload = []")
    config = config.replace('["numpy", "tensorflow"]', '["numpy"]')
    strict = config.replace('call = "d2l/corr2d"\n', _OF_ARRAYS + "\n")
    names = {"mxnet": MXNET} | ({} if HAS_TORCH else {"torch": TORCH})
    for number, (text, is_strict) in enumerate(((config, False), (strict, True))):
        (tmp_path / str(number)).mkdir()
        found = graded(tmp_path / str(number), text, **names)
        for name, checks in found.items():
            for function in FUNCTIONS:
                check = checks[function]
                if function == "corr2d" and is_strict:  # a style that takes no tensors: the student's mistake
                    assert (check["status"], check["score"]) == ("failed", 0)
                    continue
                assert (check["status"], check["score"]) == ("needs_review", None)
                assert check["message"].startswith(f"{name} is not installed where this was graded")
                assert f"Ask whether {name} may be used" in check["hint"]
