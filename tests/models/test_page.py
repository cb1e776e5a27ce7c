"""The page on checks of models shows what they say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec

from autograder.config import load
from autograder.config.models import ModelLints
from autograder.reports.model_view import model_text
from autograder.results import Status
from tests.models.configurations import (
    FLAT,
    RELU,
    Configuration,
    compiled,
    conv,
    dense,
    judged,
    pool,
    sequential,
)

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "models.md").read_text("utf-8")
TOML = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
SHOWN = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)
assert TOML is not None
assert SHOWN is not None
CHECKS = [
    {key: value for key, value in check.items() if key != "name"}
    for check in tomllib.loads(TOML[1])["checks"]
]


def improved(padding: str) -> Configuration:
    first, second = conv(32, padding=padding), conv(64, padding=padding)
    return sequential(
        (28, 28, 1), first, pool(), RELU, second, pool(), RELU, FLAT, dense(128, "relu"), dense(10)
    )


def test_its_example_loads(tmp_path: Path) -> None:
    assert TOML is not None
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "grading_configs" / "zip-codes.toml").write_text(TOML[1])
    assert load(tmp_path, "zip-codes").max_score == 5.0


def test_its_table_and_hint_are_what_is_said() -> None:
    assert SHOWN is not None
    seen = compiled(from_logits=True)
    result, details = judged(improved("same"), seen, **CHECKS[0])
    assert model_text(details).splitlines() == SHOWN[1].splitlines()
    assert f'hint "{result.hint}"' in PAGE.replace("\n", " ")
    assert judged(improved("valid"), seen, **CHECKS[0])[0].status is Status.PASSED
    assert judged(improved("same"), seen, **CHECKS[1])[0].status is Status.PASSED


def test_each_note_is_listed() -> None:
    assert all(f"`{field.name}`" in PAGE for field in msgspec.structs.fields(ModelLints))
