"""An assignment: one TOML file that names problems, points and limits. Data, never code.

``grading_configs/<slug>.toml`` lies in a course folder, which is found upward from the working directory.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from autograder.errors import ConfigError
from autograder.problems import PROBLEMS

CONFIGS = "grading_configs"
Points = Annotated[float, msgspec.Meta(ge=0)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Count = Annotated[int, msgspec.Meta(ge=1)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one submission may use.

    Attributes:
        load_seconds: Wall seconds for running the file once.
        call_seconds: Wall seconds for each call.
        check_seconds: Wall seconds for all the calls of one check.
        memory_mib: Memory beyond what the imported packages take.
        scratch_mib: Size of each folder that it may write.
        processes: Processes and threads at a time.
    """

    load_seconds: Seconds = 20.0
    call_seconds: Seconds = 5.0
    check_seconds: Seconds = 60.0
    memory_mib: Count = 1024
    scratch_mib: Count = 64
    processes: Count = 64


class GroupPoints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points for a group of cases: for its visible examples, and for its hidden cases."""

    visible: Points = 0.0
    hidden: Points = 0.0


class FunctionCheckConfig(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="function"
):
    """A `function` check: a function of the submission, called and compared with a problem's reference.

    Attributes:
        name: What the reports call the check.
        problem: The problem, by name.
        function: The student's function; the check's name where it is left out.
        points: Points for each group of the problem's cases.
        changed_arguments: Whether changing an argument in place earns a note, or makes the case wrong.
        strict_type: Whether the result must have the reference's dtype.
    """

    name: Name
    problem: str
    points: dict[str, GroupPoints]
    function: str = ""
    changed_arguments: Literal["note", "wrong"] = "note"
    strict_type: bool = False


class AssignmentConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file in ``grading_configs/``.

    Attributes:
        schema: The version of this format.
        title: What people call the assignment.
        file: The file that students hand in.
        checks: What is checked, in the order of the report.
        preload: Modules that the fork server imports once, before any submission.
        packages: What a submission may import, with all that these require; the toolkit's default where
            it is left out.
        limits: What one submission may use.
    """

    schema: Literal["autograder/assignment/v1"]
    title: str
    file: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][A-Za-z0-9_]*\.py$")]
    checks: Annotated[tuple[FunctionCheckConfig, ...], msgspec.Meta(min_length=1)]
    preload: tuple[str, ...] = ()
    packages: tuple[str, ...] | None = None
    limits: Limits = Limits()


class Assignment(msgspec.Struct, frozen=True):
    """A configuration, with the name and the place it was read from."""

    slug: str
    path: Path
    config: AssignmentConfig
    digest: str

    @property
    def max_score(self) -> float:
        """The points that can be earned."""
        return round(sum(points_of(check) for check in self.config.checks), 2)


def points_of(check: FunctionCheckConfig) -> float:
    """Return the points that a check is worth."""
    return round(sum(group.visible + group.hidden for group in check.points.values()), 2)


def find_course(start: Path) -> Path:
    """Return the nearest folder, upward from `start`, that holds ``grading_configs/``.

    Raises:
        ConfigError: If there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / CONFIGS).is_dir():
            return folder
    raise ConfigError(f"no folder {CONFIGS}/ here or above; received {start}. Name one with --course DIR")


def slugs(course: Path) -> list[str]:
    """Return the names of a course's assignments."""
    return sorted(path.stem for path in (course / CONFIGS).glob("*.toml"))


def load(course: Path, slug: str) -> Assignment:
    """Return an assignment of a course.

    Raises:
        ConfigError: If there is no such file, or something in it is not as expected: the message names
            the file, the key, what was expected and what was received.
    """
    path = course / CONFIGS / f"{slug}.toml"
    if slug not in slugs(course):
        known = ", ".join(slugs(course)) or "none"
        raise ConfigError(f"no assignment {slug!r} in {course / CONFIGS}; there are: {known}")
    data = path.read_bytes()
    try:
        raw = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected TOML; {error}") from None
    try:
        config = msgspec.convert(raw, AssignmentConfig)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_explain(str(error), raw)}") from None
    _validate(path, config)
    return Assignment(slug, path, config, "sha256:" + hashlib.sha256(data).hexdigest())


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of an assignment's file."""
    return msgspec.json.schema(AssignmentConfig)


def _explain(message: str, raw: Any) -> str:
    """Return msgspec's message as: key path, expected, received."""
    text, _, path = message.partition(" - at `$")
    keys = path.rstrip("`").lstrip(".") or "(top level)"
    expected = re.sub(r"^Expected (.+?), got (.+)$", r"expected \1; received \2", text.replace("`", ""))
    value = _at(raw, re.findall(r"\[(\d+)\]|([^.\[\]]+)", path.rstrip("`")))
    if expected.startswith("expected ") and not isinstance(value, dict | list | None):
        return f"{keys}: {expected.partition(';')[0]}; received {value!r}"
    return f"{keys}: {expected[0].lower()}{expected[1:]}"


def _at(raw: Any, steps: list[tuple[str, str]]) -> Any:
    for index, key in steps:
        try:
            raw = raw[int(index)] if index else raw[key]
        except (KeyError, IndexError, TypeError):
            return None
    return raw


def _validate(path: Path, config: AssignmentConfig) -> None:
    names = [check.name for check in config.checks]
    if len(set(names)) != len(names):
        raise ConfigError(f"{path}: checks: expected names that differ; received {', '.join(names)}")
    for index, check in enumerate(config.checks):
        where = f"{path}: checks[{index}]"
        if check.problem not in PROBLEMS:
            known = ", ".join(sorted(PROBLEMS))
            raise ConfigError(f"{where}.problem: expected one of {known}; received {check.problem!r}")
        groups = PROBLEMS[check.problem].groups
        if set(check.points) != set(groups):
            raise ConfigError(
                f"{where}.points: expected the groups {', '.join(groups)}; received {', '.join(check.points)}"
            )
