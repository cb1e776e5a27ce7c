"""What was seen of a submission: the only thing that checks judge. No scores, no expectations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

import numpy.typing as npt

from autograder.results import Outcome
from autograder.wire.messages import CellRun, Error, Place, Use
from autograder.wire.models import ModelSeen
from autograder.wire.surroundings import CellPolicy, Surroundings
from autograder.wire.target import Target
from autograder.wire.trained import Trained
from autograder.wire.training import Budget, Contract, Preparation, Recipe, Reconstruct


@dataclass(frozen=True)
class Returned:
    """A call returned.

    Attributes:
        value: Plain data: None, bool, int, float, str, list, tuple, dict, NumPy array.
        changed: The arguments it changed in place: their position, or their name.
        type_name: The type that the value had in the worker. Only good for a note.
    """

    value: Any
    changed: tuple[str, ...] = ()
    type_name: str = ""


@dataclass(frozen=True)
class Raised:
    """A call raised an exception; or, with an empty type, returned what cannot travel."""

    error: Error


@dataclass(frozen=True)
class Stopped:
    """The worker ended, or was ended, during a call; or the call was not made because of an earlier end."""

    outcome: Outcome
    message: str
    was_running: bool = True


Observation: TypeAlias = Returned | Raised | Stopped


class Call(NamedTuple):
    """The arguments of a call; its arrays become TensorFlow tensors where that is asked for.

    Where the function has another signature than the problem, `target` says where each value goes. It is the
    same for all calls that are made together.
    """

    positional: Sequence[Any]
    named: Mapping[str, Any]
    as_tensors: bool = False
    target: Target | None = None


class Sought(NamedTuple):
    """Which model of a submission is meant: see `autograder.wire.models.AskModel`."""

    variable: str = ""
    function: str = ""
    arguments: Sequence[Any] = ()
    file: str = ""
    part: Literal["", "autoencoder", "encoder", "decoder"] = ""
    input_shapes: Sequence[Sequence[int | None]] = ()
    named: Mapping[str, Any] = {}


class FoundModel(NamedTuple):
    """A model that was found: what the worker says of it, and the text of its configuration."""

    seen: ModelSeen
    configuration: str


class Schooling(NamedTuple):
    """Which model is to be trained, and how: see `autograder.wire.training.Train`."""

    sought: Sought
    data: str
    train: Literal["never", "if_missing", "always"]
    contract: Contract
    recipe: Recipe
    budget: Budget
    function: str = ""
    arguments: Sequence[str] = ()
    run: int = 0
    reconstruct: Reconstruct | None = None


class TrainedModel(NamedTuple):
    """A model with its weights, as its worker gave it.

    Attributes:
        told: What the worker says of it.
        arrays: The text of its configuration as bytes, then its weights; nothing where it was not sent.
    """

    told: Trained
    arrays: Sequence[npt.NDArray[Any]]


@dataclass(frozen=True)
class Wanted:
    """What is looked at in a submission besides the answers of its functions.

    Attributes:
        uses: Whether to read its sources, before anything of it runs.
        within: Names of its file of which to say what reaches what, however they are defined.
        places: Values that are to be looked at after the cells of their tag.
        cells: Which of its cells run, and what is kept of them.
        surroundings: What it finds around itself.
        training_seconds: Wall seconds that its own training may take while its file runs.
    """

    uses: bool = False
    places: tuple[Place, ...] = ()
    within: tuple[str, ...] = ()
    cells: CellPolicy = CellPolicy()  # noqa: RUF009  # frozen
    surroundings: Surroundings = Surroundings()  # noqa: RUF009  # frozen
    training_seconds: float = 0.0


@dataclass(frozen=True)
class Loading:
    """How the submission's file ran.

    Attributes:
        callables: Every name in it that can be called.
        functions: Those that it defines itself.
        imports: The modules that it imports as soon as it runs, by their first name.
        error: The first exception that it ran into, if any; what it defines all the same is there.
        unreadable: Why it is not source text, where it is not.
        stopped: How the worker ended while loading, if it did.
        uses: What its sources use, where that was asked for.
        unread: Why not all of its sources could be looked through, where that is so.
        doubts: What their text does not decide, called by the words why; an empty name in `within` is what
            runs as soon as the file does.
        broken: Why the file is no Python, where it is none.
        cells: How the cells of a notebook ran.
        notes: What to know of how the file was read and run.
        gpu_exhausted: What to say where something of it could not run because a GPU's memory was full.
    """

    callables: frozenset[str] = frozenset()
    functions: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    error: Error | None = None
    unreadable: str | None = None
    stopped: Stopped | None = None
    uses: tuple[Use, ...] = ()
    unread: tuple[str, ...] = ()
    doubts: tuple[Use, ...] = ()
    broken: str | None = None
    cells: tuple[CellRun, ...] = ()
    notes: tuple[str, ...] = ()
    gpu_exhausted: str = ""


@dataclass
class Allowance:
    """What is left to one check: wall seconds, fresh workers in the place of ended ones, bytes of results.

    ``owes_replacement``: whether the check's last call ended its worker, so that the next call takes a
    replacement.
    """

    seconds: float
    replacements: int = 3
    result_bytes: int = 96 * 1024 * 1024
    owes_replacement: bool = False


class Worker(Protocol):
    """A submission, loaded: all that a check sees of the sandbox."""

    def load(self) -> Loading:
        """Run the submission's file, or say how it ran."""
        ...

    def call(
        self,
        function: str,
        calls: Sequence[Call],
        allowance: Allowance,
        *,
        go_on: bool = True,
    ) -> list[Observation]:
        """Call a function once for each (positional, named) arguments; one observation a call.

        A call that ends the worker costs itself alone. The rest go on in a fresh worker, unless `go_on`
        is false: they then come back as not run.
        """
        ...

    def fetch(self, places: Sequence[Place], allowance: Allowance) -> list[Observation]:
        """Return what is at places of the loaded submission; one observation a place."""
        ...

    def model(self, sought: Sought, allowance: Allowance) -> Observation:
        """Return the Keras model that is meant: what is returned is a `FoundModel`."""
        ...

    def train(self, schooling: Schooling, allowance: Allowance) -> Observation:
        """Have the model trained that is meant; what is returned is a `TrainedModel`.

        Each run after the first has a fresh process, with seeds of its own.
        """
        ...

    def predict(
        self, model: TrainedModel, inputs: npt.NDArray[Any], preparation: Preparation, allowance: Allowance
    ) -> Observation:
        """Return what the submission's process, which has trained a model, predicts with it."""
        ...

    def referee(
        self,
        model: TrainedModel,
        inputs: npt.NDArray[Any],
        preparation: Preparation,
        allowance: Allowance,
        layer: str = "",
    ) -> Observation:
        """Return what a model predicts in a fresh process without a byte of the submission.

        The submission's own process has ended before. Where a layer is named, what that puts out is returned.
        """
        ...

    def renew(self) -> None:
        """Let the next call start in a fresh process, which knows nothing of earlier calls."""
        ...

    def notes(self) -> tuple[str, ...]:
        """Return what its surroundings have done in the place of the real things so far.

        The worker says so itself: good for a note to a reader, and for nothing else.
        """
        ...

    def printed(self) -> str:
        """Return what the submission has printed so far."""
        ...

    def close(self) -> float:
        """End it, and return the processor seconds that it used in all."""
        ...
