"""What is wrong in an assignment's file, as a person reads it: key path, expected, received."""

from __future__ import annotations

import ast
import difflib
import json
import re
from typing import Any, cast

import msgspec
from msgspec import inspect

from autograder.config.names import PATTERNS
from autograder.config.structure import AssignmentConfig

_TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "array | null": "a list",
    "int | object": "a whole number or a table",
    "float | object": "a number or a table",
    "int | array": "a whole number or a list",
    "str | array": "text or a list",
    "str | object": "text or a table",
    "datetime": "a date and a time",
}


def explain(message: str, raw: dict[str, Any]) -> str:
    """Return msgspec's message in words: ``checks[0].points: expected a table; received 3``."""
    text, _, steps = message.partition(" - at `$")
    path, value, kind, around = _locate(steps.rstrip("`"), raw)
    text = text.replace("`", "")
    if missing := re.fullmatch(r"Object missing required field (\w+)", text):
        return f"{_joined(path, missing[1])}: expected this key; it is missing"
    if unknown := re.fullmatch(r"Object contains unknown field (.+)", text):
        known = _keys(kind)
        near = difflib.get_close_matches(unknown[1], known, n=1)
        hint = f". Did you mean {near[0]}?" if near else ""
        keys = ", ".join(known)
        return f"{_joined(path, unknown[1])}: expected one of the keys {keys}; received another{hint}"
    choices = (
        _choices(path.rpartition(".")[2], kind, around)
        if text.startswith(("Invalid value", "Invalid enum value"))
        else []
    )
    expected = " or ".join(f'"{choice}"' for choice in choices) or _expected(text)
    return f"{path or '(top level)'}: expected {expected}; received {_shown(value)}"


def _locate(steps: str, raw: dict[str, Any]) -> tuple[str, Any, inspect.Type, inspect.Type]:
    """Return where a message points: the key path, the value there, its type, and the type around it."""
    path, found = "", cast(Any, raw)
    around = kind = inspect.type_info(AssignmentConfig)
    for index, key in re.findall(r"\[([^\]]+)\]|([^.\[\]]+)", steps):
        around = kind
        if index == "...":  # msgspec does not say under which key of a table: the first that is wrong
            assert isinstance(kind, inspect.DictType)
            kind = kind.value_type
            name = next(name for name, value in found.items() if not _is_valid(value, kind))
            path, found = _joined(path, name), found[name]
        elif index:
            assert isinstance(kind, inspect.VarTupleType)
            path, found, kind = f"{path}[{index}]", found[int(index)], kind.item_type
        else:
            found = found.get(key)
            path, kind = _joined(path, key), _field(kind, key)
        kind = _chosen(kind, found)
    return path, found, kind, around


def _field(kind: inspect.Type, key: str) -> inspect.Type:
    assert isinstance(kind, inspect.StructType | inspect.UnionType)
    fields = kind.fields if isinstance(kind, inspect.StructType) else ()
    return next((field.type for field in fields if field.encode_name == key), inspect.AnyType())


def _chosen(kind: inspect.Type, value: Any) -> inspect.Type:
    """Return which of several types is meant: by a structure's tag, by what was received, or the first."""
    if isinstance(kind, inspect.Metadata):
        kind = kind.type
    if not isinstance(kind, inspect.UnionType):
        return kind
    every = [_bare(each) for each in kind.types]
    structures = [each for each in every if isinstance(each, inspect.StructType)]
    if any(each.tag is not None for each in structures):
        return next(
            (each for each in structures if isinstance(value, dict) and each.tag == value.get("kind")), kind
        )
    meant = inspect.StructType if isinstance(value, dict) else inspect.VarTupleType
    if isinstance(value, dict | list):
        return next((each for each in every if isinstance(each, meant)), kind)
    return next(each for each in every if not isinstance(each, inspect.NoneType))


def _bare(kind: inspect.Type) -> inspect.Type:
    return kind.type if isinstance(kind, inspect.Metadata) else kind


def _choices(key: str, kind: inspect.Type, around: inspect.Type) -> list[Any]:
    """Return the values that a key may have, where they can be counted."""
    if isinstance(kind, inspect.LiteralType):
        return list(kind.values)
    if isinstance(around, inspect.UnionType):
        tags = [each for each in around.types if isinstance(each, inspect.StructType)]
        return [each.tag for each in tags if each.tag_field == key]
    return []


def _keys(kind: inspect.Type) -> list[str]:
    assert isinstance(kind, inspect.StructType)
    own = kind.cls.__annotations__  # what several structures share comes last
    fields = sorted(kind.fields, key=lambda field: field.name not in own)
    return [*([kind.tag_field] if kind.tag_field else []), *(field.encode_name for field in fields)]


def _is_valid(value: Any, kind: inspect.Type) -> bool:
    assert isinstance(kind, inspect.StructType)
    try:
        msgspec.convert(value, kind.cls)
    except msgspec.ValidationError:
        return False
    return True


def _expected(text: str) -> str:
    """Return what a message of msgspec expects, in words."""
    if text.startswith("Invalid RFC3339") or "timezone" in text:
        return "a date and a time with a zone, like 2030-01-31T23:59:00+01:00"
    expected = text.removeprefix("Expected ").partition(", got ")[0]
    if "matching regex" in expected:
        return PATTERNS[ast.literal_eval(expected.partition("matching regex ")[2])]
    if expected == "array of length >= 1":
        return "at least one of them"
    if found := re.fullmatch(r"array of length <= (\d+)", expected):
        return f"at most {found[1]} of them"
    if found := re.fullmatch(r"str of length ([<>]=) (\d+)", expected):
        return f"text of at {'least' if found[1] == '>=' else 'most'} {found[2]} characters"
    kind, operator, bound = re.fullmatch(r"(.+?)(?: ([<>]=?) (.+))?", expected).groups()  # type: ignore[union-attr]
    words = {">=": " of at least ", "<=": " of at most ", ">": " above ", "<": " below ", None: ""}
    return (
        f"{_TYPES.get(kind.removesuffix(' | null'), kind)}{words[operator]}{(bound or '').removesuffix('.0')}"
    )


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
