"""One submission in one process: take its files, load it, call it, answer with plain data."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import numpy as np

from autograder.wire.frames import decode_request
from autograder.wire.messages import (
    Arguments,
    Call,
    Error,
    Fetch,
    Inspect,
    Inspected,
    Load,
    PutFile,
    Raised,
    Ready,
    Returned,
    Seal,
)
from autograder.wire.values import WireError, decode_value, encode_value
from autograder.worker.channel import Channel
from autograder.worker.loading import describe
from autograder.worker.opening import flush, open_submission
from autograder.worker.places import Found, Places
from autograder.worker.plain import plain
from autograder.worker.source import inspect


def serve(channel: Channel, home: Path, close_up: Callable[[], None]) -> None:
    """Answer requests until the grader is gone.

    Args:
        channel: The wire.
        home: The folder for the submission's files; it exists and is empty.
        close_up: Raises the walls that come down once the files are written.
    """
    module = types.ModuleType("nothing_loaded")
    places = Places()
    while (frame := channel.receive()) is not None:
        header, buffers = frame
        match decode_request(header):
            case PutFile(path, is_first):
                _put(home, path, buffers, "xb" if is_first else "ab")
            case Seal():
                close_up()
                channel.send(Ready())
            case Inspect(id, path, asked):
                channel.send(Inspected(id, *inspect(home, path, asked)))
            case Load(id, path, wanted, cells):
                places = Places(wanted)
                module, loaded = open_submission(id, home / path, home, places, cells)
                channel.send(loaded)
            case Call(id, function, cases):
                for index, arguments in enumerate(cases):
                    _answer(channel, module, Request(id, index, function, home), arguments, buffers)
            case Fetch(id, asked):
                for index, place in enumerate(asked):
                    _fetch(channel, Request(id, index, "", home), places.find(module, place))


class Request:
    """Which case of which call is being answered."""

    def __init__(self, id: int, case: int, function: str, home: Path) -> None:  # noqa: A002
        self.id, self.case, self.function, self.home = id, case, function, home


def _put(home: Path, path: str, data: bytes, mode: Literal["xb", "ab"]) -> None:
    parts = PurePosixPath(path)
    target = home.joinpath(parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open(mode) as file:
        file.write(data)


def _answer(
    channel: Channel, module: types.ModuleType, request: Request, arguments: Arguments, buffers: bytes
) -> None:
    reply: Returned | Raised
    sent: list[bytes] = []
    try:
        given = [decode_value(item, buffers) for item in arguments.positional]
        named = {key: decode_value(item, buffers) for key, item in arguments.named}
        function = getattr(module, request.function)
        value, changed = call_with_copies(function, given, named, as_tensors=arguments.as_tensors)
        encoded = encode_value(plain(value), sent)
        reply = Returned(request.id, request.case, encoded, changed, type(value).__name__[:100])
    except WireError as error:
        reply = _cannot_travel(request, str(error))
    except BaseException as error:
        sent = []
        reply = Raised(request.id, request.case, describe(error, request.home))
    flush()
    try:
        channel.send(reply, sent)
    except WireError as error:
        channel.send(_cannot_travel(request, str(error)))
    except MemoryError:  # nothing has been sent: the frame is made first
        sent.clear()
        channel.send(Raised(request.id, request.case, Error("MemoryError", "returning the result", [])))


def call_with_copies(
    function: Callable[..., Any], positional: Sequence[Any], named: Mapping[str, Any], *, as_tensors: bool
) -> tuple[Any, list[str]]:
    """Call a function with copies of its arguments; return its value, and which of them it changed.

    Args:
        function: Of the student.
        positional: Arguments, which stay as they are.
        named: More of them.
        as_tensors: Whether it is given its arrays as TensorFlow tensors.
    """
    fresh, fresh_named = [_fresh(item) for item in positional], _fresh(dict(named))
    if as_tensors:
        value = function(*_tensors(fresh), **_tensors(fresh_named))
    else:
        value = function(*fresh, **fresh_named)
    changed = [str(index) for index, item in enumerate(positional) if _differs(item, fresh[index])]
    changed += [key for key, item in named.items() if _differs(item, fresh_named[key])]
    return value, changed


def _fetch(channel: Channel, request: Request, found: Found) -> None:
    if isinstance(found, Error):
        channel.send(Raised(request.id, request.case, found))
        return
    value, sent, type_name = found
    try:
        channel.send(Returned(request.id, request.case, value, [], type_name), sent)
    except WireError as error:
        channel.send(_cannot_travel(request, str(error)))


def _cannot_travel(request: Request, what: str) -> Raised:
    return Raised(request.id, request.case, Error("", what, []))


def _fresh(value: Any) -> Any:
    """Return a copy that the function may change."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(_fresh(item) for item in value)
    if isinstance(value, dict):
        return {key: _fresh(item) for key, item in value.items()}
    return value


def _tensors(value: Any) -> Any:
    """Return a value with TensorFlow tensors in the place of its arrays."""
    import tensorflow  # noqa: PLC0415  # only where a case asks for it

    if isinstance(value, np.ndarray):
        return tensorflow.convert_to_tensor(value)
    if isinstance(value, list | tuple):
        return type(value)(_tensors(item) for item in value)
    if isinstance(value, dict):
        return {key: _tensors(item) for key, item in value.items()}
    return value


def _differs(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        return bool(before.shape != after.shape or before.tobytes() != after.tobytes())
    if isinstance(before, list | tuple | dict):
        return bool(repr(before) != repr(after))
    return False
