"""What a grader and a worker say to each other. Seen from the grader, a worker's life is::

→  PutFile*  Seal  Inspect?  Load  (Call | Fetch | AskModel | Train | Predict | TellNotes)*
←  Ready  Inspected?  Progress* Loaded  (Returned | Raised | ModelSeen | Progress* Trained | Noted)*

Each request but the files has an id, and gets one reply a case or place, with that id. A worker without a
submission, which is to judge the model of another one, gets ``Seal  Rebuild  Predict*``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import msgspec

from autograder.wire.models import AskModel, ModelSeen
from autograder.wire.surroundings import MAX_NOTES, CellPolicy, Noted, Surroundings, TellNotes
from autograder.wire.target import Target
from autograder.wire.trained import Progress, Trained
from autograder.wire.training import Predict, Rebuild, Train
from autograder.wire.values import Encoded, encode_value


class Arguments(msgspec.Struct, frozen=True, array_like=True):
    """The arguments of one case; its arrays become TensorFlow tensors where that is asked for."""

    positional: list[Encoded]
    named: list[tuple[str, Encoded]]
    as_tensors: bool = False


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a value is: a variable, or an entry of it, at the end or after the cells of a tag."""

    variable: str
    entry: str | None = None
    after: str | None = None


class Use(msgspec.Struct, frozen=True, array_like=True):
    """What a source uses, by full name, and where.

    Attributes:
        name: ``"scipy.signal.convolve2d"``, a function of Python itself, or a keyword: ``"for"``.
        within: The functions and classes of the submission's file that reach this line.
    """

    name: str
    file: str
    line: int
    within: list[str]


class Traceback(msgspec.Struct, frozen=True, array_like=True):
    """One line of the submission that an exception passed through."""

    file: str
    line: int
    function: str
    source: str


MAX_NAMES = 2_000
MAX_USES = 4_000
MAX_NAME = 100
MAX_MESSAGE = 2_000
MAX_LINES = 8
MAX_CELLS = 2_000
_PNG = b"\x89PNG\r\n\x1a\n"
_MOST_SECONDS = 1e6
MAX_CELL_TEXT = 20_000  # characters, of each kind, of one cell
MAX_FIGURES = 8  # of one cell
MAX_FIGURE_BYTES = 512 * 1024


class Error(msgspec.Struct, frozen=True, array_like=True):
    """An exception that the submission raised: its type, its message (cut), where it passed through."""

    type: str
    message: str
    traceback: list[Traceback]

    def cut(self) -> Error:
        """Return the same, no longer than it may be. Both ends cut: a worker may send what it likes."""
        lines = [
            Traceback(
                _in_a_line(line.file[:MAX_NAME]),
                line.line,
                _in_a_line(line.function[:MAX_NAME]),
                _in_a_line(line.source[: MAX_NAME * 4]),
            )
            for line in self.traceback[:MAX_LINES]
        ]
        return Error(self.type[:MAX_NAME], self.message[:MAX_MESSAGE], lines)


def _in_a_line(text: str) -> str:
    return " ".join(text.split())


# From the grader to the worker.


class PutFile(msgspec.Struct, frozen=True, tag="put"):
    """A piece of a file of the submission; its bytes are the frame's buffers. The first makes the file."""

    path: str
    is_first: bool


class Seal(msgspec.Struct, frozen=True, tag="seal"):
    """The files are complete: raise the walls that close the file system and the kernel."""


class Inspect(msgspec.Struct, frozen=True, tag="inspect"):
    """Read the submission's sources, and say what they use. Nothing of it has run yet.

    Attributes:
        asked: Names of the file that matter however they are defined.
    """

    id: int
    path: str
    asked: list[str] = []


class Load(msgspec.Struct, frozen=True, tag="load"):
    """Read and run the submission's file; keep what is at these places after their cells."""

    id: int
    path: str
    places: list[Place] = []
    cells: CellPolicy = CellPolicy()
    surroundings: Surroundings = Surroundings()


class Call(msgspec.Struct, frozen=True, tag="call"):
    """Call a function, or a class's method, of the loaded submission once for each case."""

    id: int
    function: str
    cases: list[Arguments]
    target: Target | None = None


class Fetch(msgspec.Struct, frozen=True, tag="fetch"):
    """Return the values at places of the loaded submission."""

    id: int
    places: list[Place]


# From the worker to the grader.


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Every wall asked for stands. Sent before a byte of the submission is read."""


class WallFailed(msgspec.Struct, frozen=True, tag="wall_failed"):
    """A wall could not be raised: our fault. Only accepted in the place of `Ready`."""

    wall: str
    reason: str


class Inspected(msgspec.Struct, frozen=True, tag="inspected"):
    """What the submission's sources use; nothing where its file is not source that can be read.

    Attributes:
        unread: Why not all of them could be looked through, where that is so.
        doubts: What their text does not decide: each is called by the words why. An empty name in `within`
            stands for what runs as soon as the file does.
        broken: Why the main file is no Python, where it is none.
    """

    id: int
    uses: list[Use]
    unread: list[str] = []
    doubts: list[Use] = []
    broken: str | None = None


class CellRun(msgspec.Struct, frozen=True, array_like=True):
    """How one code cell of a notebook ran.

    Attributes:
        number: Its place among the code cells, from 1.
        ran: What of it ran.
        seconds: Wall seconds.
        error: What ended it.
        defines: The functions and classes whose definitions stand in it.
        printed: What it printed, cut.
        source, shown, figures: Its text, what it displayed, and its figures as PNG, where they are kept.
        sizes: Of its texts and figures in bytes, while these travel as buffers: see `autograder.wire.cells`.
        unbound: The names that it was to bind, and has not because of its error.
    """

    number: int
    ran: Literal["whole", "definitions", "nothing"]
    seconds: float
    error: Error | None
    defines: list[str]
    printed: str
    source: str = ""
    shown: str = ""
    figures: list[bytes] = []
    sizes: list[int] = []
    unbound: list[str] = []

    def cut(self) -> CellRun:
        """Return the same, no longer than it may be."""
        return CellRun(
            self.number,
            self.ran,
            self.seconds if 0 <= self.seconds <= _MOST_SECONDS else 0.0,  # nor NaN
            self.error.cut() if self.error is not None else None,
            [name[:MAX_NAME] for name in self.defines[:MAX_NOTES]],
            self.printed[:MAX_CELL_TEXT],
            self.source,
            self.shown[:MAX_CELL_TEXT],
            [
                figure
                for figure in self.figures[:MAX_FIGURES]
                if len(figure) <= MAX_FIGURE_BYTES and figure.startswith(_PNG)
            ],
            unbound=[name[:MAX_NAME] for name in self.unbound[:MAX_NOTES]],
        )


class Loaded(msgspec.Struct, frozen=True, tag="loaded"):
    """The file has run, as far as it runs. What it defines can be called.

    Its buffers are the texts and figures of its cells.

    Attributes:
        callables: Every name that can be called.
        functions: Those that the file defines itself.
        imports: The modules that it imports, by their first name, as soon as it runs.
        cells: How the cells of a notebook ran.
        notes: What to know of how the file was read and run.
    """

    id: int
    callables: list[str]
    functions: list[str]
    imports: list[str]
    error: Error | None
    unreadable: str | None = None
    cells: list[CellRun] = []
    notes: list[str] = []


class Returned(msgspec.Struct, frozen=True, tag="returned"):
    """What a case's call returned, the arguments it changed in place, and the type it was in the worker."""

    id: int
    case: int
    value: Encoded
    changed: list[str]
    type_name: str


class Raised(msgspec.Struct, frozen=True, tag="raised"):
    """A case's call raised, or returned what cannot travel."""

    id: int
    case: int
    error: Error


ToWorker: TypeAlias = (
    PutFile | Seal | Inspect | Load | Call | Fetch | AskModel | Train | Predict | Rebuild | TellNotes
)
FromWorker: TypeAlias = (
    Ready | WallFailed | Inspected | Loaded | Returned | Raised | ModelSeen | Progress | Trained | Noted
)


def encode_arguments(
    positional: Sequence[Any], named: Mapping[str, Any], buffers: list[bytes], *, as_tensors: bool = False
) -> Arguments:
    """Return the arguments of one case, with the bytes of their arrays appended to `buffers`."""
    return Arguments(
        [encode_value(value, buffers) for value in positional],
        [(name, encode_value(value, buffers)) for name, value in named.items()],
        as_tensors,
    )
