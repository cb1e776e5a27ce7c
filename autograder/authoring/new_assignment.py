"""A new assignment from templates: small, complete, and the instructor's own from there on."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Mapping
from importlib.resources import files as resources_of
from pathlib import Path
from string import Template

from autograder.config import CONFIGS
from autograder.errors import ConfigError
from autograder.problems.sources import OWN_PROBLEMS

_SLUG = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_MOST_CHARACTERS = 40
_TAKEN = sys.stdlib_module_names | set(
    "autograder conftest keras numpy reference scipy tensorflow test tests".split()
)
_PLACES = {
    CONFIGS + "/$slug.toml": "assignment.toml",
    OWN_PROBLEMS + "/$module.py": "problem.py",
    "assignments/$slug/README.md": "handout.md",
    "assignments/$slug/starter/$module.py": "starter.py",
    "assignments/$slug/sample_class/right/$module.py": "right.py",
    "assignments/$slug/sample_class/wrong/$module.py": "wrong.py",
    "tests/test_$module.py": "test.py",
}


def new_assignment(slug: str) -> Mapping[str, str]:
    """Return the files of a new assignment, by path from the course's folder.

    Args:
        slug: Its name. Of a dash in it, Python's files make an underscore.

    Raises:
        ConfigError: If it cannot be the name of an assignment and of a Python file.
    """
    _require_name(slug)
    module = slug.replace("-", "_")
    words = {"slug": slug, "module": module, "title": module.replace("_", " ").capitalize()}
    templates = resources_of("autograder.authoring").joinpath("templates")
    return {
        Template(place).substitute(words): Template(
            templates.joinpath(f"{name}.template").read_text("utf-8")
        ).substitute(words)
        for place, name in _PLACES.items()
    }


def write_new(files: Mapping[str, str], course: Path) -> None:
    """Write a new assignment into a course's folder, which need not be there.

    Raises:
        ConfigError: If any of the files is there already: nothing is written then.
    """
    if course.exists() and not course.is_dir():
        raise ConfigError(f"expected a folder for the course; received the file {course}")
    if there := [path for path in files if (course / path).exists() or (course / path).is_symlink()]:
        raise ConfigError(
            f"expected a name that is new in {course}; there are {', '.join(there)}. Choose another name"
        )
    for path, text in files.items():
        (course / path).parent.mkdir(parents=True, exist_ok=True)
        with (course / path).open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)


def _require_name(slug: str) -> None:
    expected = (
        f"SLUG: expected at most {_MOST_CHARACTERS} lowercase letters, digits and single dashes or "
        f'underscores, a letter first, like "image-scaling"; received {slug!r}'
    )
    if not _SLUG.fullmatch(slug) or len(slug) > _MOST_CHARACTERS:
        raise ConfigError(expected)
    module = slug.replace("-", "_")
    if module in _TAKEN or keyword.iskeyword(module) or keyword.issoftkeyword(module):
        raise ConfigError(
            f"SLUG: expected a name that Python does not use; received {slug!r}: students would hand in "
            f"{module}.py, which hides the module of that name. Choose another name"
        )
    if module.startswith("test_") or module.endswith("_test"):
        raise ConfigError(
            f"SLUG: expected a name that neither begins nor ends with test; received {slug!r}: pytest takes "
            f"what students hand in, {module}.py, for tests. Choose another name"
        )
