"""An assignment: one TOML file that names problems, points and limits. Data, never code.

``grading_configs/<slug>.toml`` lies in a course folder, which is found upward from the working directory.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args, get_type_hints

import msgspec

from autograder.allowed import DEFAULT_PACKAGES
from autograder.errors import ConfigError
from autograder.problems import PROBLEMS

CONFIGS = "grading_configs"
Points = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_048_576)]
# $ alone would let a line's end through.
_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$(?!\n)"
_FILE = r"^[A-Za-z_][A-Za-z0-9_]*\.py$(?!\n)"
_FUNCTION = r"^([A-Za-z_][A-Za-z0-9_]*)?$(?!\n)"
Name = Annotated[str, msgspec.Meta(pattern=_NAME)]
FileName = Annotated[str, msgspec.Meta(pattern=_FILE)]
FunctionName = Annotated[str, msgspec.Meta(pattern=_FUNCTION)]


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
    function: FunctionName = ""
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
    file: FileName
    checks: Annotated[tuple[FunctionCheckConfig, ...], msgspec.Meta(min_length=1)]
    preload: tuple[str, ...] = ()
    packages: tuple[str, ...] = DEFAULT_PACKAGES
    limits: Limits = Limits()


class Assignment(msgspec.Struct, frozen=True):
    """A configuration, with the name and the place it was read from."""

    slug: str
    path: Path
    config: AssignmentConfig
    digest: str

    @property
    def functions(self) -> frozenset[str]:
        """The functions that the assignment asks for."""
        return frozenset(check.function or check.name for check in self.config.checks)

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
    try:
        data = path.read_bytes()
        raw = tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: expected a file that can be read; {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected TOML; {error}") from None
    try:
        config = msgspec.convert(raw, AssignmentConfig)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_explain(str(error), raw)}") from None
    _validate(path, config, raw)
    return Assignment(slug, path, config, "sha256:" + hashlib.sha256(data).hexdigest())


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of an assignment's file."""
    return msgspec.json.schema(AssignmentConfig)


_TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "array | null": "a list",
}
_PATTERNS = {
    _NAME: "a name of at most 64 letters, digits, dots, dashes and underscores",
    _FILE: 'the name of a Python file, like "convolution.py"',
    _FUNCTION: "the name of a Python function",
}


def _explain(message: str, raw: dict[str, Any]) -> str:
    """Return msgspec's message as a person reads it: key path, expected, received."""
    text, _, steps = message.partition(" - at `$")
    path, value, struct = _locate(steps.rstrip("`"), raw)
    text = text.replace("`", "")
    if missing := re.fullmatch(r"Object missing required field (\w+)", text):
        return f"{_joined(path, missing[1])}: expected this key; it is missing"
    if unknown := re.fullmatch(r"Object contains unknown field (.+)", text):
        known = _keys(struct)
        near = difflib.get_close_matches(unknown[1], known, n=1)
        hint = f". Did you mean {near[0]}?" if near else ""
        keys = ", ".join(known)
        return f"{_joined(path, unknown[1])}: expected one of the keys {keys}; received another{hint}"
    return f"{path or '(top level)'}: expected {_expected(text, path, struct)}; received {_shown(value)}"


def _locate(steps: str, raw: dict[str, Any]) -> tuple[str, Any, type[msgspec.Struct]]:
    """Return where a message points: the key path, the value there, the nearest structure around it."""
    path, found = "", cast(Any, raw)
    structure: type[msgspec.Struct] = AssignmentConfig
    for index, key in re.findall(r"\[([^\]]+)\]|([^.\[\]]+)", steps):
        if index == "...":  # msgspec does not say under which key of a table: the first that is wrong
            group = next(name for name, points in found.items() if not _is_valid(points, GroupPoints))
            path, found, structure = _joined(path, group), found[group], GroupPoints
        elif index:
            structure = FunctionCheckConfig if path == "checks" else structure
            path, found = f"{path}[{index}]", found[int(index)]
        else:
            structure = Limits if key == "limits" else structure
            path, found = _joined(path, key), found.get(key)
    return path, found, structure


def _expected(text: str, path: str, struct: type[msgspec.Struct]) -> str:
    """Return what a message of msgspec expects, in words."""
    if text.startswith("Invalid"):
        if path.endswith(".kind"):
            return '"function"'
        choices = get_args(get_type_hints(struct)[path.rpartition(".")[2]])
        return " or ".join(f'"{choice}"' for choice in choices)
    expected = text.removeprefix("Expected ").partition(", got ")[0]
    if "matching regex" in expected:
        pattern = ast.literal_eval(expected.partition("matching regex ")[2])
        return _PATTERNS[pattern]
    if expected == "array of length >= 1":
        return "at least one of them"
    kind, operator, bound = re.fullmatch(r"(.+?)(?: ([<>]=?) (.+))?", expected).groups()  # type: ignore[union-attr]
    words = {">=": " of at least ", "<=": " of at most ", ">": " above ", "<": " below ", None: ""}
    return f"{_TYPES.get(kind, kind)}{words[operator]}{(bound or '').removesuffix('.0')}"


def _keys(struct: type[msgspec.Struct]) -> list[str]:
    tag = struct.__struct_config__.tag_field
    return [*([tag] if tag else []), *struct.__struct_fields__]


def _is_valid(value: Any, struct: type[msgspec.Struct]) -> bool:
    try:
        msgspec.convert(value, struct)
    except msgspec.ValidationError:
        return False
    return True


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(value: Any) -> str:
    match value:
        case dict():
            return "a table"
        case list():
            return "a list" if value else "none"
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value, ensure_ascii=False)
    return str(value)


def _validate(path: Path, config: AssignmentConfig, raw: dict[str, Any]) -> None:
    names = [check.name for check in config.checks]
    if len(set(names)) != len(names):
        raise ConfigError(f"{path}: checks: expected names that differ; received {', '.join(names)}")
    for index, check in enumerate(config.checks):
        where = f"{path}: checks[{index}]"
        if "kind" not in raw["checks"][index]:
            raise ConfigError(f"{where}.kind: expected this key; it is missing")
        if check.problem not in PROBLEMS:
            known = ", ".join(sorted(PROBLEMS))
            raise ConfigError(f'{where}.problem: expected one of {known}; received "{check.problem}"')
        if not check.function and not check.name.isidentifier():
            raise ConfigError(
                f'{where}.function: expected this key, since no function is called "{check.name}"'
            )
        groups, received = PROBLEMS[check.problem].groups, check.points
        if set(received) != set(groups):
            odd = [f"{name} is missing" for name in groups if name not in received]
            odd += [f"{name} is none of them" for name in received if name not in groups]
            raise ConfigError(f"{where}.points: expected the groups {', '.join(groups)}; {', '.join(odd)}")
