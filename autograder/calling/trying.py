"""Refusing a call style that does not fit its problem, before anybody is graded by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.calling.layouts import InexpressibleError, layout_of
from autograder.calling.structure import Argument, CallConfig
from autograder.calling.style import CallStyle
from autograder.problems.problem import Case
from autograder.problems.signatures import parameters_of

_SOURCES = ("input", "value", "function", "pack")


def check_style(style: CallStyle) -> None:
    """Refuse a style that names what the problem does not have, or that says too much or too little.

    Raises:
        ValueError: With what was expected and what was received.
    """
    config = style.config
    if config is None:
        return
    known = parameters_of(style.problem.signature).names
    top = (*config.construct, *config.attributes, *config.arguments)
    for argument in _all_of(top):
        _check_argument(argument, known)
    for key, names in (("assumes", list(config.assumes)), ("zero", list(config.zero))):
        if odd := [name for name in names if name not in known]:
            raise ValueError(f"{key}: expected inputs among {', '.join(known)}; received {', '.join(odd)}")
    if (config.construct or config.attributes) and not config.methods:
        raise ValueError(
            "methods: expected the method to call, beside construct or attributes; it is missing"
        )
    _check_order(config)
    names = [argument.name or argument.input for argument in top]
    if config.returns.argument and config.returns.argument not in names:
        received = config.returns.argument
        raise ValueError(f"returns.argument: expected one of {', '.join(names)}; received {received}")
    if sum(bool(each) for each in (config.returns.argument, config.returns.attribute)) > 1 or (
        config.returns.element is not None and (config.returns.argument or config.returns.attribute)
    ):
        raise ValueError("returns: expected one of element, attribute and argument; received several")
    if config.returns.argument and config.tensors:
        raise ValueError(
            "returns.argument: expected tensors = false beside it, since nothing can be written into a "
            "TensorFlow tensor; received tensors = true"
        )
    layout_of(config.returns.layout)


def why_not_said(style: CallStyle, cases: Sequence[Case]) -> str | None:
    """Return why a style can say none of some cases; None if it can say one that shows something."""
    reasons: list[str] = []
    for case in cases:
        try:
            style.require_said(case)
        except InexpressibleError as error:
            reasons.append(str(error))
        else:
            if case.title or not case.is_degenerate:
                return None
    return "; ".join(dict.fromkeys(reasons[:3])) or "there is none that shows anything"


def advice_on(style: CallStyle, cases: Sequence[Case]) -> str:
    """Return what keys of a style may help it to say some cases, for the middle of a sentence; or nothing."""
    assert style.config is not None
    arguments = _all_of((*style.config.construct, *style.config.attributes, *style.config.arguments))
    taken = {name: argument for argument in arguments for name in (argument.input, argument.instead) if name}
    given = [(name, value) for case in cases for name, value in case.inputs.items()]
    parts = [
        f'Write what the function takes for {name} = "{value}": words = {{ {value} = … }}'
        for name, value in given
        if isinstance(value, str) and name in taken and value not in taken[name].words
    ]
    lost = [(name, value) for name, value in given if name not in (*taken, *style.config.zero)]
    parts += [
        f'Say with zero = ["{name}"] that the function has no place for {name}'
        if isinstance(value, np.ndarray)
        else f"Say with assumes = {{ {name} = … }} what the function takes for granted of {name}"
        for name, value in lost
        if name not in style.config.assumes
    ]
    return "".join(f"{part}, " for part in list(dict.fromkeys(parts))[:3]) or "Change the style, "


def _all_of(arguments: Sequence[Argument]) -> Iterator[Argument]:
    for argument in arguments:
        yield argument
        yield from _all_of(argument.pack)


def _check_argument(argument: Argument, known: Sequence[str]) -> None:
    called = argument.name or argument.input or "an argument"
    for name in (argument.input, argument.instead):
        if name and name not in known:
            raise ValueError(f"{called}: expected an input among {', '.join(known)}; received {name}")
    given = [key for key in ("input", "function", "pack") if getattr(argument, key)]
    given += ["value"] if argument.value is not None else []
    if len(given) > 1:
        raise ValueError(f"{called}: expected one of {', '.join(_SOURCES)}; received {', '.join(given)}")
    if not (argument.name or argument.input or argument.function):
        raise ValueError("arguments: expected a name or an input of each; one has neither")
    try:
        layout_of(argument.layout)
    except ValueError as error:
        raise ValueError(f"{called}, layout: {error}") from None


def _check_order(config: CallConfig) -> None:
    for key, arguments in (("construct", config.construct), ("arguments", config.arguments)):
        by_name = [argument.keyword for argument in arguments]
        if by_name != sorted(by_name):
            raise ValueError(f"{key}: expected those with keyword = true last; another one follows")
