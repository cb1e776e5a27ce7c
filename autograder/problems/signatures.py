"""Signatures: what a handout prints, and what a function takes."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameters:
    """The names of a signature's parameters, in order, and those that have no default."""

    names: tuple[str, ...]
    required: tuple[str, ...]


def parameters_of(signature: str) -> Parameters:
    """Return the parameters of a signature as a handout prints it.

    Raises:
        ValueError: If it is none.

    >>> parameters_of("f(image, kernel, stride=1)")
    Parameters(names=('image', 'kernel', 'stride'), required=('image', 'kernel'))
    """
    try:
        [made] = ast.parse(f"def {signature}: pass").body
    except SyntaxError:
        raise ValueError(f"expected a signature; received {signature!r}") from None
    if not isinstance(made, ast.FunctionDef):
        raise ValueError(f"expected a signature; received {signature!r}")
    arguments = made.args
    positional = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    required = positional[: len(positional) - len(arguments.defaults)]
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        required += [argument.arg] if default is None else []
    return Parameters((*positional, *(argument.arg for argument in arguments.kwonlyargs)), tuple(required))


def defaults_of(signature: str) -> dict[str, Any]:
    """Return the defaults of a signature as a handout prints it, as far as they are plain values.

    >>> defaults_of('f(image, stride=(1, 1), padding="valid")')
    {'stride': (1, 1), 'padding': 'valid'}
    """
    [made] = ast.parse(f"def {signature}: pass").body
    assert isinstance(made, ast.FunctionDef)
    arguments = made.args
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = list(zip(reversed(positional), reversed(arguments.defaults), strict=False))[::-1]
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    pairs += [(argument, default) for argument, default in named if default is not None]
    found = {}
    for argument, default in pairs:
        with contextlib.suppress(ValueError):
            found[argument.arg] = ast.literal_eval(default)
    return found


def why_not_taken(function: Callable[..., Any], inputs: Mapping[str, Any]) -> str | None:
    """Return why a function does not take inputs by name, as far as its signature tells; None if it does."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some functions of C have none
        return None
    try:
        signature.bind(**inputs)
    except TypeError as error:
        return str(error)
    return None
