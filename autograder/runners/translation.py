"""From what a worker says to what was seen of it, no longer than it may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from msgspec import structs

from autograder.observation import FoundModel, Loading, Observation, Raised, Returned, TrainedModel
from autograder.runners.requests import Request
from autograder.submission import SubmittedFile
from autograder.wire import messages
from autograder.wire.cells import from_buffers
from autograder.wire.frames import encode_frame
from autograder.wire.models import MAX_CONFIGURATION_BYTES, AskModel, ModelSeen
from autograder.wire.surroundings import MAX_NOTES
from autograder.wire.trained import Trained
from autograder.wire.training import Train
from autograder.wire.values import WireError, decode_value

_PIECE_BYTES = 1024 * 1024


def loading_of(reply: messages.Loaded, data: bytes, inspected: messages.Inspected | None = None) -> Loading:
    """Return what a worker says of its loading, no longer than it may be.

    Raises:
        WireError: If its buffers are not what it says they are.
    """
    reply = from_buffers(reply, data)
    callables, functions, imports = (
        tuple(name for name in names[: messages.MAX_NAMES] if len(name) <= messages.MAX_NAME)
        for names in (reply.callables, reply.functions, reply.imports)
    )
    unreadable = reply.unreadable[: messages.MAX_MESSAGE] if reply.unreadable is not None else None
    error = reply.error.cut() if reply.error is not None else None
    seen = inspected or messages.Inspected(0, [])
    return Loading(
        frozenset(callables),
        functions,
        imports,
        error,
        unreadable,
        uses=_uses_of(seen.uses),
        unread=tuple(text[: messages.MAX_MESSAGE] for text in seen.unread[: messages.MAX_LINES]),
        doubts=_uses_of(seen.doubts),
        broken=seen.broken[: messages.MAX_MESSAGE] if seen.broken is not None else None,
        cells=tuple(_in_order(reply.cells[: messages.MAX_CELLS])),
        notes=tuple(note[: messages.MAX_MESSAGE] for note in reply.notes[:MAX_NOTES]),
    )


def _in_order(cells: Iterable[messages.CellRun]) -> Iterator[messages.CellRun]:
    """Yield the cells whose numbers ascend as those of a notebook do; others are made up."""
    last = 0
    for cell in cells:
        if last < cell.number <= messages.MAX_CELLS:
            last = cell.number
            yield cell.cut()


def frames_of(files: Iterable[SubmittedFile]) -> Iterator[bytes]:
    """Return the frames that take a submission's files to its worker."""
    for file in files:
        for start in range(0, max(1, len(file.data)), _PIECE_BYTES):
            piece = file.data[start : start + _PIECE_BYTES]
            yield encode_frame(messages.PutFile(file.path, start == 0), [piece])


def _uses_of(uses: Sequence[messages.Use]) -> tuple[messages.Use, ...]:
    """Return uses, no longer than they may be."""
    most = messages.MAX_NAME
    return tuple(
        messages.Use(use.name[:most], use.file[:most], use.line, [name[:most] for name in use.within])
        for use in uses[: messages.MAX_USES]
    )


def observation_of(reply: messages.FromWorker, data: bytes, request: Request, index: int) -> Observation:
    """Return what a worker says of one case; of a model, a `FoundModel`, of a training, a `TrainedModel`.

    Raises:
        WireError: If it is not the reply that is due.
    """
    due: type[ModelSeen | Trained | messages.Returned] = messages.Returned
    if isinstance(request, AskModel | Train):
        due = ModelSeen if isinstance(request, AskModel) else Trained
    if not isinstance(reply, due | messages.Raised):
        raise WireError("a reply that was not due")
    if (reply.id, getattr(reply, "case", 0)) != (request.id, index):
        raise WireError("a reply out of order")
    if isinstance(reply, ModelSeen):
        if len(data) > MAX_CONFIGURATION_BYTES:
            raise WireError("a configuration that is longer than one may be")
        return Returned(FoundModel(reply.cut(), data.decode("utf-8", "replace")))
    if isinstance(reply, Trained):
        return Returned(_trained(reply, data))
    if isinstance(reply, messages.Raised):
        return Raised(reply.error.cut())
    changed = tuple(name[: messages.MAX_NAME] for name in reply.changed[: messages.MAX_LINES])
    return Returned(decode_value(reply.value, data), changed, reply.type_name[: messages.MAX_NAME])


def _trained(reply: Trained, data: bytes) -> TrainedModel:
    arrays = decode_value(reply.model, data)
    if not isinstance(arrays, list) or not all(isinstance(each, np.ndarray) for each in arrays):
        raise WireError("a model that is no list of arrays")
    if arrays and (arrays[0].dtype != np.uint8 or arrays[0].size > MAX_CONFIGURATION_BYTES):
        raise WireError("a configuration that is longer than one may be")
    return TrainedModel(structs.replace(reply.cut(), model=None), arrays)
