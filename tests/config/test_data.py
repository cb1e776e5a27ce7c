"""The data folder and the surroundings in the configuration: fail closed, regrade, go along in kits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder import config
from autograder.authoring.kits.kit import make_kit
from autograder.checks.making import wanted_by
from autograder.config.data import data_digest
from autograder.errors import ConfigError
from autograder.sandbox.level import Level
from autograder.whole_class.batch import prepare
from autograder.wire.surroundings import Surroundings

TEXT = """
schema = "autograder/assignment/v1"
title = "Sizes"
file = "sizes.py"
preload = []
packages = ["numpy"]
data = "data/sizes"
compatibility = "period"
{more}
[[checks]]
kind = "values"
name = "answers"
items = [{{ name = "size", variable = "SIZE", points = 2, accept = [4] }}]
"""
TRAINING = '[training]\nfit = "shorten"\nepochs = 3\nseconds = 4.5\n'


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Give a course whose assignment has data."""
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "data" / "sizes" / "deep").mkdir(parents=True)
    for name in ("a.csv", "deep/b.csv"):
        (tmp_path / "data" / "sizes" / name).write_text(name)
    configure(tmp_path)
    return tmp_path


def configure(course: Path, data: str = "data/sizes", more: str = TRAINING) -> None:
    text = TEXT.format(more=more).replace("data/sizes", data)
    (course / "grading_configs" / "sizes.toml").write_text(text)


def test_it_is_loaded(course: Path) -> None:
    found = config.load(course, "sizes")
    assert found.data == course / "data" / "sizes"
    assert wanted_by(found).surroundings == Surroundings(True, "shorten", 3, 4.5)


def test_by_default_there_are_none(course: Path) -> None:
    configure(course, "", "")
    text = (course / "grading_configs" / "sizes.toml").read_text()
    (course / "grading_configs" / "sizes.toml").write_text(text.replace('compatibility = "period"', ""))
    found = config.load(course, "sizes")
    assert found.data is None
    assert wanted_by(found).surroundings.period is False
    assert wanted_by(found).surroundings.fit == "run"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("data/nothing", "data: expected a folder, from "),
        ("data/sizes/a.csv", "data: expected a folder, from "),
        ("grading_configs", "which holds what is not for students"),
        ("results", "data: expected a folder"),
        (
            "../elsewhere",
            'expected a folder from the course\'s root, like "data/mnist"; received "../elsewhere"',
        ),
        ("/etc", "expected a folder from the course's root"),
        (".", "expected a folder from the course's root"),
        ("link", "received link, a link"),
    ],
)
def test_what_is_no_such_folder_is_refused_before_anything_runs(course: Path, data: str, said: str) -> None:
    (course / "link").symlink_to(course / "grading_configs")
    configure(course, data)
    with pytest.raises(ConfigError) as caught:
        config.load(course, "sizes")
    assert said in str(caught.value)


class TestTheDigest:
    def test_changes_with_every_file_and_name(self, course: Path) -> None:
        folder = course / "data" / "sizes"
        digests = [data_digest(folder)]
        (folder / "a.csv").write_text("changed")
        digests.append(data_digest(folder))
        (folder / "a.csv").rename(folder / "c.csv")
        digests.append(data_digest(folder))
        (folder / "new.csv").write_text("")
        digests.append(data_digest(folder))
        assert len(set(digests)) == 4
        assert data_digest(None) is None

    def test_it_is_of_what_a_grade_depends_on(self, course: Path, tmp_path: Path) -> None:
        seen = []
        for text in ("one", "two"):
            (course / "data" / "sizes" / "a.csv").write_text(text)
            marking = prepare(config.load(course, "sizes"), Level.PROCESS, bytes(16), tmp_path / "cases")
            seen.append(marking.environment)
        assert seen[0].dataset is not None
        assert seen[0] != seen[1]

    @pytest.mark.parametrize("name", ["x.cases", "report.json"])
    def test_what_is_of_a_results_folder_is_refused(self, course: Path, name: str) -> None:
        (course / "data" / "sizes" / name).write_text("")
        with pytest.raises(ConfigError, match="results folder"):
            data_digest(course / "data" / "sizes")

    def test_links_are_refused(self, course: Path) -> None:
        (course / "data" / "sizes" / "link").symlink_to("/etc")
        with pytest.raises(ConfigError, match="plain files"):
            data_digest(course / "data" / "sizes")

    @pytest.mark.skipif(os.geteuid() != 0, reason="another user's sandbox runs as that user")
    def test_what_no_worker_could_read_is_refused(self, course: Path) -> None:
        (course / "data" / "sizes" / "a.csv").chmod(0o600)
        with pytest.raises(ConfigError, match="every user may read"):
            data_digest(course / "data" / "sizes")


def test_a_kit_has_the_data_and_loads(course: Path, tmp_path: Path) -> None:
    (course / "assignments" / "sizes").mkdir(parents=True)
    (course / "assignments" / "sizes" / "README.md").write_text("SIZE")
    kit = make_kit(config.load(course, "sizes"))
    assert kit.files["data/sizes/deep/b.csv"] == b"deep/b.csv"
    for path, data in kit.files.items():
        (tmp_path / "kit" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "kit" / path).write_bytes(data)
    there = config.load(tmp_path / "kit", "sizes")
    assert there.data == tmp_path / "kit" / "data" / "sizes"
    assert wanted_by(there).surroundings == Surroundings(True, "shorten", 3, 4.5)
