"""The reference of the configuration is what `autograder schema --markdown` prints, and its example loads."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder import calling, config
from autograder.authoring.schema_page import example, schema_page
from autograder.authoring.styles_page import calls_example, styles_page
from autograder.config import autoencoders, models, structure, training
from autograder.problems import PROBLEMS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "configuration.md").read_text("utf-8")
STRUCTS = [
    each
    for each in {
        **vars(structure),
        **vars(models),
        **vars(training),
        **vars(autoencoders),
        **vars(calling.structure),
    }.values()
    if isinstance(each, type) and issubclass(each, msgspec.Struct) and each is not msgspec.Struct
]


def test_the_page_is_the_one_that_is_made() -> None:
    assert schema_page() == PAGE, "run: autograder schema --markdown > docs/configuration.md"


def test_the_page_of_call_styles_is_the_one_that_is_made() -> None:
    page = (ROOT / "docs" / "call-styles.md").read_text("utf-8")
    assert styles_page() == page, "run: autograder show --styles --markdown > docs/call-styles.md"


def test_the_example_of_calls_loads(tmp_path: Path) -> None:
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "grading_configs" / "layers.toml").write_text(calls_example(), "utf-8")
    assert config.load(tmp_path, "layers").max_score == 13.0


def test_the_command_prints_it() -> None:
    seen = subprocess.run(
        [sys.executable, "-m", "autograder", "schema", "--markdown"],
        cwd=ROOT,
        env={"PYTHONIOENCODING": "utf-8", "PATH": ""},
        capture_output=True,
        check=True,
    )
    assert seen.stdout.decode() == PAGE


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda struct: struct.__name__)
def test_every_key_has_a_row_with_a_meaning(struct: type[msgspec.Struct]) -> None:
    for field in msgspec.structs.fields(struct):
        rows = re.findall(rf"^\| `{field.encode_name}` \|.*\| (.+) \|$", PAGE, re.MULTILINE)
        assert rows, field.name
        assert all(row.strip() for row in rows)


@pytest.mark.parametrize(
    "row",
    [
        "| `call_seconds` | number | `5.0` | above 0, at most 86,400 | Wall seconds for each call. |",
        '| `changed_arguments` | text | `"note"` | `"note"` or `"wrong"` |',
        "| `memory_mib` | whole number | `1024` | 1 to 1,048,576 |",
        "| `rubric` | list of [tables](#rubrics) | required | at least one |",
        "| `limits` | [table](#limits) | its defaults |",
        "| `due` | date and time | none | with a time zone |",
        "| `tolerance` | number | `0.0` | at least 0 |",
        "| `parameters` | whole number or [table](#bounds) | none |",
        "| `output_shape` | list of whole numbers | none | at most 16 |",
        "| `arguments` | list of values | `[]` |",
    ],
)
def test_types_defaults_and_bounds_are_told(row: str) -> None:
    assert row in PAGE


def test_links_within_the_page_lead_to_its_sections() -> None:
    sections = {title.lower().replace(" ", "-") for title in re.findall(r"^## (.*)$", PAGE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= sections


def test_every_problem_of_the_toolkit_is_listed_with_its_groups() -> None:
    for name, problem in PROBLEMS.items():
        assert f"| `{name}` | `{problem.signature}` | {', '.join(problem.groups)} |" in PAGE


def test_the_example_loads(tmp_path: Path) -> None:
    shown = re.search(r"## An example with every key\n\n```toml\n(.*?)```\n$", PAGE, re.DOTALL)
    assert shown is not None
    assert shown[1] == example()
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "grading_configs" / "sizes.toml").write_text(shown[1], "utf-8")
    loaded = config.load(tmp_path, "sizes")
    assert loaded.max_score == 21.0
    assert loaded.functions == {"output_size", "network_shapes"}


def keys_of(value: Any) -> Iterator[str]:
    for name, inside in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(value, dict):
            yield name
        if isinstance(inside, dict | list):
            yield from keys_of(inside)


def test_the_example_has_every_key() -> None:
    """All but that of a student's kit, which nobody writes, and one that goes with another data set."""
    known = {field.encode_name for struct in STRUCTS for field in msgspec.structs.fields(struct)}
    shown = {*keys_of(tomllib.loads(example())), *keys_of(tomllib.loads(calls_example()))}
    assert known - shown == {"foreign", "kit"}


def test_the_example_passes_validate(tmp_path: Path) -> None:
    for name, text in {
        "grading_configs/sizes.toml": example(),
        "assignments/sizes/README.md": "basic padding stride conv same pool whole\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, "utf-8")
    seen = subprocess.run(
        [sys.executable, "-m", "autograder", "validate", "sizes", "--mutants", "0", "--sandbox", "process"],
        cwd=tmp_path,
        env={
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "PATH": "",
            "AUTOGRADER_DATA": str(tmp_path),
        },
        capture_output=True,
        check=False,
    )
    assert "the references earn 6 of 6 points" in seen.stdout.decode()
    assert "no findings" in seen.stdout.decode()
