"""The ready-made styles: the signatures of well-known courses, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files as resources_of

import msgspec
from msgspec import structs

from autograder.calling.structure import CallConfig


class ReadyStyle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ready-made style.

    Attributes:
        signature: What students write.
        problem: The problem that it is made for.
        says: What is worth knowing.
        without: The groups of that problem that it has no way to express.
        call: The style.
    """

    signature: str
    problem: str
    call: CallConfig
    says: str = ""
    without: tuple[str, ...] = ()


@cache
def ready_styles() -> Mapping[str, ReadyStyle]:
    """Return the ready-made styles, by the names that a configuration gives them."""
    text = resources_of("autograder.calling").joinpath("styles.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, ReadyStyle])


def style_config(call: str | CallConfig) -> CallConfig:
    """Return what a configuration says of a call, in full: a ready-made style by name, or one to start from.

    Raises:
        ValueError: If there is no style of that name.
    """
    given = CallConfig(style=call) if isinstance(call, str) else call
    if not given.style:
        return given
    ready = ready_styles().get(given.style)
    if ready is None:
        known = ", ".join(sorted(ready_styles()))
        raise ValueError(f'expected one of the styles {known}; received "{given.style}"')
    nothing = CallConfig()
    names = [name for name in given.__struct_fields__ if name != "style"]
    said = {name: getattr(given, name) for name in names if getattr(given, name) != getattr(nothing, name)}
    return structs.replace(ready.call, **said)
