"""Packages that an assignment allows and that are not installed where work is graded."""

import dataclasses
import re
from pathlib import Path

import pytest
from msgspec import structs

from autograder import config
from autograder.allowed import DEFAULT_PACKAGES, installed
from autograder.config.installed import absent_packages_note, require_packages
from autograder.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]


def with_packages(*names: str) -> config.Assignment:
    found = config.load(ROOT, "pooling")
    return dataclasses.replace(found, config=structs.replace(found.config, packages=names))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["numpy", "sklearn"], 'received "sklearn". Did you mean "scikit-learn"?'),
        (["numpi"], 'received "numpi". Did you mean "numpy"?'),
        (
            ["numpy", "no-such-thing", "nor_this"],
            'received "no-such-thing", "nor_this". Install them, or leave them out',
        ),
        (["-"], 'received "-". Install them, or leave them out'),
    ],
)
def test_names_that_are_not_installed_are_refused(names: list[str], said: str) -> None:
    assignment = with_packages(*names)
    with pytest.raises(ConfigError) as caught:
        require_packages(assignment)
    assert str(caught.value) == f"{assignment.path}: packages: expected installed packages; {said}"


def test_what_is_installed_is_taken_however_it_is_written() -> None:
    require_packages(with_packages("numpy", "scikit_learn", "SciPy"))
    require_packages(with_packages())
    assert installed(["numpy", "no-such-thing", "Click"]) == ["numpy", "Click"]


def test_of_those_allowed_by_default_the_absent_ones_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "autograder.config.installed.installed", lambda names: [n for n in names if n != "pandas"]
    )
    assignment = with_packages(*DEFAULT_PACKAGES)
    require_packages(assignment)
    note = absent_packages_note(assignment)
    assert note is not None
    assert re.fullmatch(
        r"not installed here: pandas\. A submission that imports one of them ends at that line\. Say in "
        r'pooling\.toml what may be imported: packages = \["numpy", "scipy", .*"keras", "pillow"\]',
        note,
    )
    assert absent_packages_note(with_packages("numpy")) is None


@pytest.mark.parametrize("slug", ["convolution", "pooling", "tensors"])
def test_shipped_assignments_name_what_they_allow(slug: str) -> None:
    assert config.load(ROOT, slug).config.packages != DEFAULT_PACKAGES
