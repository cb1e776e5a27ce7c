"""One submission's life in workers: files in, loading, calls; a worker that ends is replaced."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy.typing as npt
from msgspec import structs

from autograder.config import Limits
from autograder.observation import (
    Allowance,
    Call,
    Loading,
    Observation,
    Returned,
    Schooling,
    Sought,
    Stopped,
    TrainedModel,
    Wanted,
)
from autograder.results import Outcome
from autograder.runners import endings
from autograder.runners.gpu_memory import GpuMemory
from autograder.runners.one_worker import OneWorker
from autograder.runners.predictions import joined, pieces_of, refereed
from autograder.runners.replies import Patience, Tell
from autograder.runners.requests import (
    Request,
    request_calls,
    request_model,
    request_prediction,
    request_training,
)
from autograder.runners.translation import loading_of
from autograder.sandbox.process import End, Process
from autograder.submission import Submission, is_notebook
from autograder.wire import messages
from autograder.wire.messages import Place
from autograder.wire.surroundings import Noted, TellNotes
from autograder.wire.training import Preparation
from autograder.wire.values import WireError

_FINAL = (Outcome.PROTOCOL_VIOLATION, Outcome.OUTPUT_LIMIT)  # no fresh worker follows


class Session:
    """A submission in a sandbox, as checks see it: see `autograder.observation.Worker`.

    Args:
        start: Starts a fresh process.
        submission: What runs in it.
        limits: What it may use.
        wanted: What is looked at besides the answers of its functions.
        gpu_mib: What it may take of a GPU, in MiB; 0 without one.
        tell: Gets to know how a training goes.
    """

    def __init__(
        self,
        start: Callable[[], Process],
        submission: Submission,
        limits: Limits,
        wanted: Wanted = Wanted(),  # noqa: B008  # frozen
        gpu_mib: int = 0,
        tell: Tell | None = None,
    ) -> None:
        self._start = start
        self._gpu = GpuMemory(gpu_mib)
        self._wanted = wanted
        self._submission = submission
        self._limits = limits
        self._tell = tell
        self._worker: OneWorker | None = None
        self._patience = Patience()
        self._loading: Loading | None = None
        self._last_stop: Stopped | None = None
        self._cells = wanted.cells
        self._next_id = 0
        self._run = 0
        self._printed = ""
        self._cpu_seconds = 0.0

    def load(self) -> Loading:
        """Run the submission's file in a worker, the first time; say how it ran."""
        if self._loading is None:
            self._loading = self._load(inspects=self._wanted.uses)
            if self._may_be_its_cells(self._loading):
                self._loading = self._load_definitions(self._loading)
        return self._loading

    def _may_be_its_cells(self, loading: Loading) -> bool:
        """Return whether a worker ended for what the file does beside defining something."""
        stopped = loading.stopped
        is_all = self._cells.run == "all" and (is_notebook(self._submission.main) or not self._wanted.places)
        return is_all and stopped is not None and stopped.outcome is not Outcome.PROTOCOL_VIOLATION

    def _load_definitions(self, before: Loading) -> Loading:
        """Run only the definitions, in a fresh worker; say why, or how all of it ended."""
        assert before.stopped is not None
        self._cells = structs.replace(self._cells, run="definitions")
        loading = self._load(inspects=self._wanted.uses)
        if loading.stopped is not None or not loading.callables:
            return before
        note = endings.definitions_note(self._submission.main, before.stopped)
        return replace(loading, notes=(note, *loading.notes))

    def call(
        self, function: str, calls: Sequence[Call], allowance: Allowance, *, go_on: bool = True
    ) -> list[Observation]:
        """Call a function once for each (positional, named) arguments; one observation a call.

        A call that ends the worker costs itself alone: the rest go on in a fresh worker, as long as the
        allowance lasts, unless `go_on` is false.
        """
        return self._answers(
            lambda identity, done: request_calls(identity, function, calls[done:]),
            len(calls),
            allowance,
            go_on=go_on,
        )

    def fetch(self, places: Sequence[Place], allowance: Allowance) -> list[Observation]:
        """Return what is at places of the loaded submission; one observation a place."""
        return self._answers(
            lambda identity, done: (messages.Fetch(identity, list(places[done:])), []), len(places), allowance
        )

    def model(self, sought: Sought, allowance: Allowance) -> Observation:
        """Return the Keras model that is meant."""
        return self._answers(lambda identity, _: request_model(identity, sought), 1, allowance)[0]

    def train(self, schooling: Schooling, allowance: Allowance) -> Observation:
        """Have the model trained that is meant, in a process that has trained no other one before."""
        if schooling.run != self._run:
            self._run = schooling.run
            self.renew()
        return self._answers(lambda identity, _: request_training(identity, schooling), 1, allowance)[0]

    def predict(
        self, model: TrainedModel, inputs: npt.NDArray[Any], preparation: Preparation, allowance: Allowance
    ) -> Observation:
        """Return what the submission's process, which has trained a model, predicts with it."""
        seen: list[Observation] = []
        for piece in pieces_of(inputs, preparation):
            seen += self._answers(_asking(piece, preparation, model.told.id), 1, allowance)
            if not isinstance(seen[-1], Returned):
                break
        return joined(seen)

    def referee(
        self,
        model: TrainedModel,
        inputs: npt.NDArray[Any],
        preparation: Preparation,
        allowance: Allowance,
        layer: str = "",
    ) -> Observation:
        """Return what a model, or its layer, predicts in a fresh process without a byte of the submission."""
        self.renew()
        self._run = 0
        worker = OneWorker(self._start(), self._limits, self._patience, self._note_cpu, self._gpu)
        worker.begin(())
        threads = self._wanted.surroundings.threads or 1
        return refereed(worker, model, inputs, preparation, threads, allowance, layer)

    def _answers(
        self,
        request_of: Callable[[int, int], tuple[Request, list[bytes]]],
        count: int,
        allowance: Allowance,
        *,
        go_on: bool = True,
    ) -> list[Observation]:
        """Return so many observations; `request_of` makes a request, of this id, for those after the done."""
        seen: list[Observation] = []
        while len(seen) < count:
            stopped = self._make_ready(allowance)
            if stopped is None:
                request, buffers = request_of(self._identity(), len(seen))
                assert self._worker is not None
                seen += self._worker.observe(request, buffers, count - len(seen), allowance)
                stopped = seen[-1] if isinstance(seen[-1], Stopped) else None
                self._last_stop = stopped
                allowance.owes_replacement = stopped is not None
                if stopped is not None and go_on and allowance.seconds > 0:
                    continue
            if stopped is not None:
                seen += [endings.not_run(stopped)] * (count - len(seen))
        return seen

    def _make_ready(self, allowance: Allowance) -> Stopped | None:
        """Have a loaded worker; or return why there is none for this check.

        Running the file again in a fresh worker is charged to the check that ended the last one. If that
        fails, the next check tries anew.
        """
        if (stopped := self.load().stopped) is not None:
            return stopped
        if allowance.owes_replacement:
            final = self._last_stop is not None and self._last_stop.outcome in _FINAL
            if final or allowance.replacements == 0:
                return self._last_stop
            allowance.replacements -= 1
            allowance.owes_replacement = False
        if self._worker is not None:
            return None
        if allowance.seconds <= 0 and self._last_stop is not None:
            return self._last_stop
        began = time.monotonic()
        stopped = self._load(most_seconds=max(0.0, allowance.seconds)).stopped
        allowance.seconds -= time.monotonic() - began
        self._last_stop = stopped or self._last_stop
        return stopped

    def renew(self) -> None:
        """Let the next call start in a fresh process, which knows nothing of earlier calls."""
        if self._worker is not None:
            self._worker.end()

    def notes(self) -> tuple[str, ...]:
        """Return what the surroundings have done in the place of the real things, in the worker that runs."""
        if (worker := self._worker) is None:
            return ()
        try:
            return worker.ask(TellNotes(self._identity()), Noted, self._limits.call_seconds)[0].cut()
        except (WireError, EOFError, TimeoutError):  # what comes next finds a fresh worker
            worker.end()
            return ()

    def printed(self) -> str:
        """Return what the submission has printed so far, in all its workers."""
        return self._printed + (self._worker.process.printed() if self._worker else "")

    def close(self) -> float:
        """End the worker, if there is one, and return the processor seconds of all workers."""
        if self._worker is not None and not self._worker.is_over:  # a fault may have come while it was ended
            self._worker.end()
        return self._cpu_seconds

    def _load(self, *, inspects: bool = False, most_seconds: float = math.inf) -> Loading:
        worker = self._begin()
        began = time.monotonic()
        seconds = min(self._limits.load_seconds + self._wanted.training_seconds, most_seconds)
        try:
            inspected = self._inspect(worker, seconds) if inspects else None
            left = max(0.0, seconds - (time.monotonic() - began))
            places, around = list(self._wanted.places), self._wanted.surroundings
            around = structs.replace(around, run=self._run)
            request = messages.Load(self._identity(), self._submission.main, places, self._cells, around)
            reply, data = worker.ask(request, messages.Loaded, left)
            return self._gpu.noted(loading_of(reply, data, inspected), worker.process)
        except TimeoutError:
            return Loading(stopped=worker.stop(Outcome.TIMEOUT, seconds, "running the file"))
        except (WireError, EOFError) as error:
            return Loading(stopped=worker.stop_at(error, "running the file"))

    def _inspect(self, worker: OneWorker, seconds: float) -> messages.Inspected:
        request = messages.Inspect(self._identity(), self._submission.main, list(self._wanted.within))
        return worker.ask(request, messages.Inspected, seconds)[0]

    def _begin(self) -> OneWorker:
        """Start a process and give it the files; nothing of them has run when this returns."""
        worker = self._worker = OneWorker(
            self._start(), self._limits, self._patience, self._note_end, self._gpu, self._tell
        )
        worker.begin(self._submission.files)
        return worker

    def _identity(self) -> int:
        self._next_id += 1
        return self._next_id

    def _note_cpu(self, end: End, printed: str) -> None:  # noqa: ARG002  # nothing of the submission
        self._cpu_seconds += end.cpu_seconds

    def _note_end(self, end: End, printed: str) -> None:
        self._worker = None
        self._printed += printed
        self._cpu_seconds += end.cpu_seconds


def _asking(
    inputs: npt.NDArray[Any], preparation: Preparation, model: int
) -> Callable[[int, int], tuple[Request, list[bytes]]]:
    """Return what makes the request for predictions, given its id."""
    return lambda identity, _: request_prediction(identity, inputs, preparation, model=model)
