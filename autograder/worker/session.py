"""One submission in one process: take its files, load it, call it, answer with plain data."""

from __future__ import annotations

import types
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Literal

from autograder.wire.cells import with_buffers
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
from autograder.wire.models import AskModel
from autograder.wire.surroundings import Noted, TellNotes
from autograder.wire.target import Target
from autograder.wire.training import Predict, Rebuild, Train
from autograder.wire.values import WireError, decode_value, encode_value
from autograder.worker import reproducing, shims
from autograder.worker.channel import Channel
from autograder.worker.loading import describe
from autograder.worker.models.trainer import Trainer
from autograder.worker.opening import flush, open_submission
from autograder.worker.places import Found, Places
from autograder.worker.plain import plain
from autograder.worker.shims.fitting import Fits
from autograder.worker.shims.notes import Notes
from autograder.worker.shims.watching import Watch
from autograder.worker.source import inspect
from autograder.worker.target import answer
from autograder.worker.telling import Teller


def serve(channel: Channel, home: Path, close_up: Callable[[], None], data: Path | None = None) -> None:
    """Answer requests until the grader is gone.

    Args:
        channel: The wire.
        home: The folder for the submission's files; it exists and is empty.
        close_up: Raises the walls that come down once the files are written.
        data: The assignment's data folder, if it has one.
    """
    module = types.ModuleType("nothing_loaded")
    places = Places()
    notes = Notes()
    seed = reproducing.own_seed()
    watch = Watch()
    teller = Teller(channel)
    fits = Fits(teller)
    trainer = Trainer(watch, fits, data, seed)
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
            case Load(id, path, wanted, cells, surroundings):
                places = Places(wanted)
                reproducing.begin(surroundings, seed)
                files = shims.install(surroundings, home, path, data, watch, fits, seed)
                notes = files.notes
                with teller.about(id):
                    module, loaded = open_submission(id, home / path, home, places, cells, files)
                channel.send(*with_buffers(loaded))
            case Call() as call:
                _answer_all(channel, module, call, buffers, home)
            case AskModel() | Train() | Predict() | Rebuild() as about_model:
                reply = trainer.answer(vars(module), about_model, buffers, home)
                flush()
                channel.send(*reply)
            case TellNotes(id):
                channel.send(Noted(id, notes.texts()))
            case Fetch(id, asked):
                for index, place in enumerate(asked):
                    _fetch(channel, Request(id, index, "", home), places.find(module, place))


def _answer_all(channel: Channel, module: types.ModuleType, call: Call, buffers: bytes, home: Path) -> None:
    for index, arguments in enumerate(call.cases):
        request = Request(call.id, index, call.function, home)
        _answer(channel, module, request, arguments, buffers, call.target)


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
    channel: Channel,
    module: types.ModuleType,
    request: Request,
    arguments: Arguments,
    buffers: bytes,
    target: Target | None,
) -> None:
    reply: Returned | Raised
    sent: list[bytes] = []
    try:
        given = [decode_value(item, buffers) for item in arguments.positional]
        named = {key: decode_value(item, buffers) for key, item in arguments.named}
        function = getattr(module, request.function)
        value, changed, type_name = answer(
            function, given, named, as_tensors=arguments.as_tensors, target=target
        )
        encoded = encode_value(plain(value), sent)
        reply = Returned(request.id, request.case, encoded, changed, type_name)
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
