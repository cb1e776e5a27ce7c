"""Writing an assignment's configuration as TOML, so that it loads back as the very same.

The text is made from what was loaded, never from the original file: its comments are the author's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import msgspec
from msgspec import structs

from autograder.config import AssignmentConfig, CheckConfig, FunctionCheckConfig, ValuesCheckConfig

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONG = 100
_TABLES = {"limits", "training", "checks"}


def toml_of(config: AssignmentConfig, heading: str = "") -> str:
    """Return a configuration as TOML.

    Args:
        config: The configuration. Its limits and packages are written even where they are the defaults,
            which another version of the toolkit may have changed.
        heading: A comment at the top.
    """
    told = {**_told(config), "packages": config.packages}
    said = {name: told[name] for name in config.__struct_fields__ if name in told and name not in _TABLES}
    lines = [f"# {line}" for line in heading.splitlines()]
    lines += [*_pairs(said), "", "[limits]", *_pairs(structs.asdict(config.limits))]
    if training := _told(config.training):
        lines += ["", "[training]", *_pairs(training)]
    for check in config.checks:
        lines += ["", "[[checks]]", *_check(check)]
    return "\n".join(lines) + "\n"


def table_of(struct: msgspec.Struct) -> Iterator[str]:
    """Return the lines of a table with the keys of a structure that are not what they are by default."""
    yield from _pairs(_told(struct))


def _check(check: CheckConfig) -> Iterator[str]:
    told = _told(check)
    if isinstance(check, FunctionCheckConfig):
        for name, points in told.pop("points").items():
            told[f"points.{_key(name)}"] = _told(points)
    items = told.pop("items", ())
    kind = check.__struct_config__.tag
    yield from _pairs({"kind": kind, **told})
    if isinstance(check, ValuesCheckConfig):
        for item in items:
            yield from ("", "[[checks.items]]", *_pairs(_told(item)))


def _told(struct: msgspec.Struct) -> dict[str, Any]:
    """Return the keys of a structure that are not what they are by default."""
    return {
        field.encode_name: getattr(struct, field.name)
        for field in structs.fields(struct)
        if field.required or getattr(struct, field.name) != _default(field)
    }


def _default(field: structs.FieldInfo) -> Any:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()


def _pairs(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        key = name if name.startswith("points.") else _key(name)
        line = f"{key} = {_value(value)}"
        if len(line) > _LONG and isinstance(value, list | tuple):
            yield from (f"{key} = [", *(f"    {_value(item)}," for item in value), "]")
        else:
            yield line


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _text(value)
        case datetime() | date() | time():
            return value.isoformat()
        case msgspec.Struct():
            return _value(_told(value))
        case Mapping():
            inside = ", ".join(f"{_key(name)} = {_value(item)}" for name, item in value.items())
            return f"{{ {inside} }}" if inside else "{}"
        case Sequence():
            return f"[{', '.join(map(_value, value))}]"
    raise TypeError(f"expected what TOML can hold; received {type(value).__name__}")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
