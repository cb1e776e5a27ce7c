"""An autograder for Gradescope: what its zip holds. It is secret: answers, rubrics and the seed are in it."""

from __future__ import annotations

import io
import re
import shlex
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files as resources_of
from pathlib import Path, PurePosixPath
from string import Template

from autograder.allowed import installed
from autograder.config import CONFIGS, Assignment, require_hidden_cases
from autograder.config.calibration import place_of
from autograder.config.data import data_files
from autograder.config.installed import require_packages
from autograder.errors import ConfigError
from autograder.problems.sources import OWN_PROBLEMS

_EXECUTABLE, _PRIVATE, _READABLE = 0o100755, 0o100600, 0o100644
_DAY = (1980, 1, 1, 0, 0, 0)  # the same content is the same zip
_PACKED = (".whl", ".tar.gz", ".zip")
_EXTRA = "[grade]"
_HAS_EXTRA = re.compile(r"\[[^]]*\bgrade\b[^]]*\]")


@dataclass(frozen=True)
class GradescopeBundle:
    """What an autograder for Gradescope holds.

    Attributes:
        files: By path from its top.
        executable: The paths of those that run.
        readable: The paths of the data, which submissions read; all the rest is private.
    """

    files: Mapping[str, bytes]
    executable: frozenset[str]
    readable: frozenset[str] = frozenset()

    def zipped(self) -> bytes:
        """Return the zip that is uploaded."""
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in self.files.items():
                entry = zipfile.ZipInfo(path, _DAY)
                entry.external_attr = self._mode(path) << 16
                entry.create_system = 3  # Unix, or the executable bit is lost
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)
        return data.getvalue()

    def _mode(self, path: str) -> int:
        if path in self.executable:
            return _EXECUTABLE
        return _READABLE if path in self.readable else _PRIVATE


def gradescope_bundle(
    assignment: Assignment, toolkit: str, seed: bytes, hidden_results: str
) -> GradescopeBundle:
    """Return the autograder of an assignment.

    Args:
        assignment: The course's.
        toolkit: What pip installs there: the path of a wheel or a packed source, which is taken along, or a
            requirement.
        seed: The hidden cases' seed.
        hidden_results: When students see what is said of hidden cases.

    Raises:
        ConfigError: If the assignment is a kit, allows a package that is not installed here, has data that
            no sandbox would take, or the toolkit would be installed without what grading needs.
    """
    if assignment.config.kit:
        raise ConfigError(
            f"{assignment.path}: expected the course's own assignment; received a student's kit, which has "
            "no hidden cases"
        )
    require_packages(assignment)
    require_hidden_cases(assignment)
    requirement, taken_along = _toolkit(toolkit)
    shown, kept = _data(assignment), _dataset_kept(assignment)
    values = {
        "slug": shlex.quote(assignment.slug),
        "hidden_results": hidden_results,
        "data": shlex.quote(_shown_folder(assignment)) if shown else "",
        "stand_in": "--allow-stand-in" if assignment.dataset and assignment.dataset.is_stand_in else "",
    }
    made = {
        "setup.sh": _template("gradescope-setup.sh.template", values),
        "run_autograder": _template("gradescope-run.sh.template", values),
        "requirements.txt": _requirements(assignment, requirement),
        **taken_along,
        f"course/{CONFIGS}/{assignment.path.name}": assignment.path.read_bytes(),
        **_calibration(assignment),
        **_own_problems(assignment.course),
        **shown,
        **kept,
        "seed": seed.hex().encode() + b"\n",
    }
    return GradescopeBundle(made, frozenset({"setup.sh", "run_autograder"}), frozenset(shown))


def _template(name: str, values: Mapping[str, str]) -> bytes:
    template = resources_of("autograder.authoring").joinpath("templates", name)
    return Template(template.read_text("utf-8")).substitute(values).encode()


def _toolkit(toolkit: str) -> tuple[str, dict[str, bytes]]:
    """Return the line by which pip installs the toolkit, and the file that goes along."""
    if toolkit.endswith(_PACKED) and "://" not in toolkit:
        path = Path(toolkit)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ConfigError(
                f"--toolkit: expected a file that can be read; {path}: {error.strerror}"
            ) from None
        return f"./toolkit/{path.name}{_EXTRA}", {f"toolkit/{path.name}": data}
    if not _HAS_EXTRA.search(toolkit):
        raise ConfigError(
            f"--toolkit: expected a wheel, or a requirement with {_EXTRA}, which grading needs, such as "
            f"'cnn-autograder{_EXTRA} @ git+https://…'; received {toolkit!r}"
        )
    return toolkit, {}


def _requirements(assignment: Assignment, toolkit: str) -> bytes:
    """Return what is installed there: the toolkit, and what submissions may import, in the versions here."""
    names = sorted(set(installed(("numpy", *assignment.config.packages))))
    return "\n".join([toolkit, *(f"{name}=={version(name)}" for name in names), ""]).encode()


def _own_problems(course: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted((course / OWN_PROBLEMS).rglob("*")):
        parts = path.relative_to(course).parts
        if path.is_file() and "__pycache__" not in parts and not any(part.startswith(".") for part in parts):
            found[str(PurePosixPath("course", *parts))] = path.read_bytes()
    return found


def _data(assignment: Assignment) -> dict[str, bytes]:
    """Return the files of the data folder.

    Raises:
        ConfigError: If there are none, or one is such that it would be refused when a submission is graded.
    """
    if assignment.data is None:
        return {}
    found = {}
    for path in data_files(assignment.data, is_copied=True):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ConfigError(f"{path}: expected a file that can be read; {error.strerror}") from None
        found[str(PurePosixPath(_shown_folder(assignment), *path.relative_to(assignment.data).parts))] = (
            content
        )
    if not found:
        raise ConfigError(
            f"{assignment.path}: data: expected files in {assignment.data}; a zip holds no folder without"
        )
    return found


def _shown_folder(assignment: Assignment) -> str:
    """Return where submissions' data are in the bundle: the folder that they read."""
    if assignment.dataset is None:
        return f"course/{assignment.config.data}"
    return f"course/data/{assignment.dataset.name}/{assignment.dataset.folder.name}"


def _dataset_kept(assignment: Assignment) -> dict[str, bytes]:
    """Return what belongs to a data set and is not for submissions: what is held back of it, for one."""
    found = assignment.dataset
    if found is None:
        return {}
    paths = [path for path in sorted(found.place.iterdir()) if path.is_file()]
    return {f"course/data/{found.name}/{path.name}": path.read_bytes() for path in paths}


def _calibration(assignment: Assignment) -> dict[str, bytes]:
    """Return the record of `autograder calibrate`, if there is one: thresholds go by it."""
    record = place_of(assignment.course, assignment.slug)
    return {f"course/{CONFIGS}/{record.name}": record.read_bytes()} if record.is_file() else {}
