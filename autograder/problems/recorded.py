"""Problems whose answers are written down: what a student's kit holds instead of references.

A recorded problem has the visible examples alone. Its reference, its magnitude and its misconceptions are
functions that know their answer for the inputs of these examples, and for no others.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from autograder.errors import ConfigError
from autograder.problems.checking import MISTAKEN, answer_of, check_answers, quietly
from autograder.problems.problem import Case, Convention, Misconception, Problem

SCHEMA = "autograder/examples/v1"
_RAISES = "raises"


class RecordedMisconception(msgspec.Struct, frozen=True):
    """A known mistake, and what it gives for each example."""

    name: str
    explanation: str
    answers: list[Any]


class RecordedConvention(msgspec.Struct, frozen=True):
    """Another convention, and what it gives for each example."""

    key: str
    name: str
    explanation: str
    answers: list[Any]
    magnitudes: list[Any]


class RecordedCase(msgspec.Struct, frozen=True):
    """A visible example and the right answer."""

    group: str
    title: str
    is_degenerate: bool
    as_tensors: bool
    inputs: dict[str, Any]
    expected: Any
    magnitude: Any


class RecordedProblem(msgspec.Struct, frozen=True):
    """A problem, as far as its visible examples tell it; how it is built on another they do not.

    The first cases are the examples, `examples` of them, or all; the others are variants of these.
    """

    name: str
    signature: str
    positional: int
    groups: list[str]
    cases: list[RecordedCase]
    misconceptions: list[RecordedMisconception]
    conventions: list[RecordedConvention] = []
    examples: int | None = None


class Recording(msgspec.Struct, frozen=True):
    """The file: problems, the versions they were recorded with, and the digest of the kit's configuration."""

    schema: str
    versions: dict[str, str]
    problems: list[RecordedProblem]
    config_digest: str = ""


class _Recorded:
    """A function that knows some answers."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers
        for answer in answers.values():
            if not _is_exception(answer):
                _thawed(answer)  # so that a damaged one is known now

    def __call__(self, **inputs: Any) -> Any:
        answer = self._answers.get(_key(inputs), {_RAISES: "an input that is not recorded"})
        if _is_exception(answer):
            raise ValueError(answer[_RAISES])
        return _thawed(answer)


def _is_exception(answer: Any) -> bool:
    return isinstance(answer, dict) and answer.keys() == {_RAISES}


def record(problem: Problem, variants: Sequence[Case] = ()) -> RecordedProblem:
    """Return a problem with the answers to its visible examples, and without what finds them.

    Args:
        problem: The problem.
        variants: Cases besides its examples for which it is to have the answers.

    Raises:
        ConfigError: If a function of a course's own problem fails on them.
    """
    known = (*problem.examples, *variants)
    check_answers(problem, known)
    return RecordedProblem(
        name=problem.name,
        signature=problem.signature,
        positional=problem.positional,
        groups=list(problem.groups),
        cases=[
            RecordedCase(
                group=case.group,
                title=case.title,
                is_degenerate=case.is_degenerate,
                as_tensors=case.as_tensors,
                inputs={name: _frozen(value) for name, value in case.inputs.items()},
                expected=_frozen(problem.reference(**case.inputs)),
                magnitude=_magnitude(problem, case),
            )
            for case in known
        ],
        examples=len(problem.examples),
        misconceptions=[
            RecordedMisconception(
                each.name, each.explanation, [_answer(problem, each, case) for case in known]
            )
            for each in problem.misconceptions
        ],
        conventions=[
            RecordedConvention(
                key,
                each.name,
                each.explanation,
                [_frozen(each.reference(**case.inputs)) for case in known],
                [_magnitude(each, case) for case in known],
            )
            for key, each in problem.conventions.items()
        ],
    )


def _magnitude(judged_by: Problem | Convention, case: Case) -> Any:
    return _frozen(np.max(judged_by.magnitude(**case.inputs), initial=0.0))


def write_recording(
    problems: Sequence[Problem],
    versions: Mapping[str, str],
    config_digest: str = "",
    variants: Mapping[str, Sequence[Case]] = {},
) -> bytes:
    """Return the file of a kit's examples.

    Args:
        problems: The problems.
        versions: What work is graded with, by package.
        config_digest: Of the kit's configuration.
        variants: By problem, cases besides its examples for which it is to have the answers.
    """
    with quietly():
        recorded = [record(each, variants.get(each.name, ())) for each in problems]
    recording = Recording(SCHEMA, dict(versions), recorded, config_digest)
    return msgspec.json.encode(recording) + b"\n"


def read_recording(path: Path, data: bytes) -> Recording:
    """Return what a file of examples holds.

    Raises:
        ConfigError: If it is none.
    """
    try:
        recording = msgspec.json.decode(data, type=Recording)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected a kit's examples; {error}. Download the kit again") from None
    if recording.schema != SCHEMA:
        raise ConfigError(
            f"{path}: expected the format {SCHEMA}; received {recording.schema}. "
            "Update the toolkit, or download the kit again"
        )
    return recording


def read_recorded(path: Path, data: bytes) -> list[Problem]:
    """Return the problems in a kit's file of examples."""
    try:
        return [_problem(each) for each in read_recording(path, data).problems]
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ConfigError(f"{path}: expected a kit's examples; {error}. Download the kit again") from None


def _problem(recorded: RecordedProblem) -> Problem:
    cases = [
        Case(
            each.group,
            {name: _thawed(value) for name, value in each.inputs.items()},
            each.title,
            each.is_degenerate,
            each.as_tensors,
        )
        for each in recorded.cases
    ]
    keys = [_key(case.inputs) for case in cases]

    def function(answers: Sequence[Any]) -> Callable[..., Any]:
        return _Recorded(dict(zip(keys, answers, strict=True)))

    return Problem(
        name=recorded.name,
        signature=recorded.signature,
        positional=recorded.positional,
        reference=function([each.expected for each in recorded.cases]),
        magnitude=function([each.magnitude for each in recorded.cases]),
        groups=tuple(recorded.groups),
        examples=cases[: recorded.examples],
        draw=lambda _: (),
        misconceptions=[
            Misconception(each.name, each.explanation, function(each.answers))
            for each in recorded.misconceptions
        ],
        conventions={
            each.key: Convention(
                each.name, each.explanation, function(each.answers), function(each.magnitudes)
            )
            for each in recorded.conventions
        },
    )


def _answer(problem: Problem, misconception: Misconception, case: Case) -> Any:
    try:
        return _frozen(answer_of(problem, misconception, case))
    except MISTAKEN as error:
        return {_RAISES: type(error).__name__}


def _frozen(value: Any) -> Any:
    """Return a value as JSON holds it: without infinities, and with text alone as keys."""
    match value:
        case np.ndarray() | np.generic():
            array = np.asarray(value)
            kept = {"dtype": array.dtype.str, "shape": array.shape}
            if array.dtype.kind in "biufU" and (array.dtype.kind != "f" or np.isfinite(array).all()):
                return {**kept, "values": array.ravel().tolist()}
            if array.dtype.hasobject:
                raise ValueError(
                    f"expected an array of numbers, truths or texts; received dtype {array.dtype}"
                )
            return {**kept, "bytes": array.tobytes().hex()}
        case dict():
            return {"dict": [[_frozen(name), _frozen(item)] for name, item in value.items()]}
        case tuple():
            return {"tuple": [_frozen(item) for item in value]}
        case list():
            return [_frozen(item) for item in value]
        case float() if not math.isfinite(value):
            return {"float": repr(value)}
        case None | bool() | int() | float() | str():
            return value
    raise ValueError(f"expected plain values and arrays; received {type(value).__name__}")


def _thawed(value: Any) -> Any:
    match value:
        case list():
            return [_thawed(item) for item in value]
        case {"tuple": items}:
            return tuple(_thawed(item) for item in items)
        case {"dict": items}:
            return {_thawed(name): _thawed(item) for name, item in items}
        case {"float": text}:
            return float(text)
        case {"dtype": dtype, "shape": shape, "values": values}:
            return np.array(values, dtype=np.dtype(dtype)).reshape(shape)
        case {"dtype": dtype, "shape": shape, "bytes": data}:
            return np.frombuffer(bytes.fromhex(data), dtype=np.dtype(dtype)).reshape(shape).copy()
        case dict():
            raise ValueError(f"expected a stored value; received the keys {', '.join(value)}")
    return value


def _key(inputs: Mapping[str, Any]) -> str:
    frozen = {name: _frozen(value) for name, value in inputs.items()}
    return hashlib.sha256(msgspec.json.encode(frozen)).hexdigest()
