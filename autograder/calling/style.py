"""A style of calling: a case as a call, the right result as the function gives it, the call as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograder.calling.layouts import InexpressibleError, layout_of
from autograder.calling.ready import style_config
from autograder.calling.structure import Argument, CallConfig
from autograder.calling.values import value_of
from autograder.calling.writing import Said, said_call
from autograder.observation import Call
from autograder.problems.problem import Case, Inputs, Problem
from autograder.problems.signatures import defaults_of
from autograder.wire.making import ACTIVATIONS
from autograder.wire.target import Slot, Target

_MOST_SQUEEZED = 1_000_000
_OF_KERNELS = ("filters", "window", "weights", "image")  # rows come first


@dataclass(frozen=True)
class CallStyle:
    """How a check calls its function.

    Attributes:
        problem: The problem.
        config: The style, in full; none where the function has the problem's own signature.
        functions: The names that the function may have, the preferred one first.
    """

    problem: Problem
    config: CallConfig | None
    functions: tuple[str, ...]

    @property
    def signature(self) -> str:
        """The signature, as a handout prints it."""
        if self.config is None:
            return self.problem.signature
        names = [argument.name or argument.input or argument.function for argument in self._arguments]
        return said_call(self.functions[0], Said(names, self._slots, names, self.config.methods[:1]), _name)

    def call(self, inputs: Inputs, *, as_tensors: bool = False) -> Call:
        """Return the call that a case is.

        Raises:
            InexpressibleError: If the signature has no way to say it.
        """
        if self.config is None:
            return Call(*self.problem.split(inputs), as_tensors=as_tensors)
        full = self._full(inputs)
        values = [value_of(argument, full, self.config.dtype) for argument in self._arguments]
        return Call(values, {}, as_tensors=as_tensors, target=self._target)

    def require_said(self, case: Case) -> None:
        """Refuse a case that the signature has no way to say, or whose result it has no place for.

        Raises:
            InexpressibleError: With the reason.
        """
        call = self.call(case.inputs, as_tensors=case.as_tensors)
        if call.target is None or call.target.argument is None:
            return
        assert self.config is not None
        name, place = self.config.returns.argument, call.positional[call.target.argument]
        if case.as_tensors or not isinstance(place, np.ndarray):
            kind = "a TensorFlow tensor" if case.as_tensors else f"{place!r}"
            raise InexpressibleError(f"{name} as {kind}, which nothing can be written into")
        with np.errstate(all="ignore"):
            result = np.asarray(self.expected(self.problem.reference(**self.case(case).inputs)))
        if place.shape != result.shape or not _fits(result, place.dtype):
            here, there = f"shape {result.shape}, {result.dtype}", f"shape {place.shape}, {place.dtype}"
            raise InexpressibleError(f"a result ({here}) that cannot be written into {name} ({there})")

    def case(self, case: Case) -> Case:
        """Return a case as this style is judged by: 0 where the function has no place for an input."""
        zero = () if self.config is None else self.config.zero
        zeros = {name: case.inputs[name] * 0 for name in zero if name in case.inputs}
        return replace(case, inputs={**case.inputs, **zeros}) if zeros else case

    def said(self, inputs: Inputs) -> Said:
        """Return the arguments of a case, each as it is called and given, in the order of the call."""
        if self.config is None:
            names = list(inputs)
            slots = [
                Slot("call", name if n >= self.problem.positional else "") for n, name in enumerate(names)
            ]
            rows = [_rows(name, "") for name in names]
            return Said(names, slots, list(inputs.values()), (), rows=rows)
        call = self.call(inputs)
        picked = self.config.returns
        after = f".{picked.attribute}" if picked.attribute else ""
        if picked.element is not None:
            after = f"[{picked.element!r}]"
        names = [argument.name or argument.input or argument.function for argument in self._arguments]
        rows = [_rows(argument.input, argument.layout) for argument in self._arguments]
        return Said(
            names,
            self._slots,
            list(call.positional),
            self.config.methods[:1],
            after,
            bool(picked.attribute),
            picked.argument,
            rows,
        )

    def call_text(self, function: str, inputs: Inputs) -> str:
        """Return the call as the student would write it; arrays and lists by the names of their arguments."""
        if self.config is not None:
            said = self.said(inputs)
            call = said_call(function, said)
            return call if said.is_attribute else call + said.after
        items = list(inputs.items())
        positional = [
            name if isinstance(value, np.ndarray | list | dict) else repr(value)
            for name, value in items[: self.problem.positional]
        ]
        named = [f"{name}={value!r}" for name, value in items[self.problem.positional :]]
        return f"{function}({', '.join([*positional, *named])})"

    def expected(self, result: Any) -> Any:
        """Return a result of the reference, or of a variant of it, as the function is to give it."""
        if self.config is None:
            return result
        returns = self.config.returns
        if returns.through:
            result = ACTIVATIONS[returns.through](np.asarray(result))
        layout = layout_of(returns.layout)
        if layout is not None:
            result = layout.forward(result)
        return np.squeeze(result) if returns.squeeze else result

    def received(self, value: Any) -> Any:
        """Return what came of a call as it is judged: without axes of length 1, where these do not matter."""
        if self.config is None or not self.config.returns.squeeze:
            return value
        is_array = isinstance(value, np.ndarray) and value.size <= _MOST_SQUEEZED
        return np.squeeze(value) if is_array else value

    def result(self, value: Any) -> Any:
        """Return an array of the student's function as the problem has it.

        Raises:
            ValueError: If it has other axes.
        """
        layout = None if self.config is None else layout_of(self.config.returns.layout)
        return value if layout is None else layout.backward(value)

    def note_of(self, type_name: str) -> str | None:
        """Return what to note of the type that was returned: bare, where an element was asked for."""
        element = None if self.config is None else self.config.returns.element
        is_asked = isinstance(element, int) and self.config is not None and not self.config.returns.squeeze
        if not is_asked or type_name in ("tuple", "list", "dict", "NoneType") or not type_name:
            return None
        return f"returns the bare result ({type_name}), not a tuple; it counts"

    @property
    def rows(self) -> int | None:
        """The axis of a result that runs along the rows; None where nothing tells."""
        return None if self.config is None else _rows("", self.config.returns.layout)

    @property
    def _arguments(self) -> Sequence[Argument]:
        assert self.config is not None
        return (*self.config.construct, *self.config.attributes, *self.config.arguments)

    @property
    def _slots(self) -> list[Slot]:
        assert self.config is not None
        parts = (
            ("construct", self.config.construct),
            ("attribute", self.config.attributes),
            ("call", self.config.arguments),
        )
        return [_slot(to, argument) for to, arguments in parts for argument in arguments]

    @property
    def _target(self) -> Target:
        assert self.config is not None
        returns = self.config.returns
        names = [argument.name or argument.input for argument in self._arguments]
        return Target(
            self._slots,
            list(self.config.methods),
            returns.element,
            returns.attribute,
            names.index(returns.argument) if returns.argument else None,
            self.config.tensors,
        )

    def _full(self, inputs: Inputs) -> Mapping[str, Any]:
        """Return all inputs, those that are left out by their defaults; no argument may be lost."""
        assert self.config is not None
        defaults = defaults_of(self.problem.signature)
        full = {**defaults, **inputs}
        taken = {name for argument in self._arguments for name in _inputs_of(argument)}
        for name, value in full.items():
            if name in taken or name in self.config.zero:
                continue
            if name not in self.config.assumes and name not in defaults:
                raise InexpressibleError(f"{name}, which no argument takes")
            assumed = self.config.assumes.get(name, defaults.get(name))
            if not _is_same(value, assumed):
                raise InexpressibleError(f"{name} other than {assumed!r}")
        return full


def own_style(problem: Problem, function: str) -> CallStyle:
    """Return the style of the problem's own signature."""
    return CallStyle(problem, None, (function,))


def style_of(problem: Problem, functions: Sequence[str], call: str | CallConfig | None) -> CallStyle:
    """Return the style that a check asks for.

    Args:
        problem: The check's problem.
        functions: The names that the function may have.
        call: What the configuration says; none for the problem's own signature.

    Raises:
        ValueError: If there is no ready-made style of that name.
    """
    return CallStyle(problem, None if call is None else style_config(call), tuple(functions))


def _name(name: str, slot: Slot, value: Any) -> str:  # noqa: ARG001  # one of the ways to write a value
    return "…" if slot.name else name


def _inputs_of(argument: Argument) -> set[str]:
    found = {name for each in argument.pack for name in _inputs_of(each)}
    return found | ({argument.input, argument.instead} - {""})


def _slot(to: Any, argument: Argument) -> Slot:
    name = argument.name or argument.input
    by_name = argument.keyword or to == "attribute"
    make: Any = "function" if argument.function or argument.form == "function" else ""
    if argument.pack and argument.packed == "object":
        make = "object"
    elif "1" in argument.layout:
        make = "counting"
    return Slot(to, name if by_name else "", make)


def _rows(name: str, layout: str) -> int | None:
    """Return the axis of an array that runs along its rows; the next one runs along its columns."""
    found = layout_of(layout)
    if found is not None and "HW" in found.there:
        return found.there.index("HW")
    return 0 if name in _OF_KERNELS and found is None else None


def _fits(result: np.ndarray[Any, Any], dtype: np.dtype[Any]) -> bool:
    """Return whether an array of this dtype can hold a result."""
    if not np.can_cast(result.dtype, dtype, "same_kind"):
        return False
    return dtype.kind not in "biu" or np.array_equal(result.astype(dtype), result)


def _is_same(value: Any, assumed: Any) -> bool:
    if isinstance(value, np.ndarray):
        return bool(np.all(value == assumed))
    if isinstance(value, list | tuple) and isinstance(assumed, list | tuple):
        return list(value) == list(assumed)
    return bool(value == assumed)
