"""A worker that is no process: functions and variables where they live, in a notebook. It is no boundary."""

from __future__ import annotations

import contextlib
import io
import linecache
import sysconfig
import time
import traceback
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy.typing as npt

from autograder.observation import (
    Allowance,
    Call,
    FoundModel,
    Loading,
    Observation,
    Raised,
    Returned,
    Schooling,
    Sought,
    Stopped,
    TrainedModel,
)
from autograder.results import Outcome
from autograder.runners import endings
from autograder.runners.requests import request_model
from autograder.self_check.time_limit import TookTooLongError, time_limit
from autograder.wire.messages import MAX_LINES, MAX_NAME, Error, Place, Traceback
from autograder.wire.training import Preparation
from autograder.wire.values import Encoded, WireError, decode_value, encode_value
from autograder.worker.models.answering import seek
from autograder.worker.models.finding import NotFound
from autograder.worker.places import look_up
from autograder.worker.plain import plain
from autograder.worker.shims.watching import Watch
from autograder.worker.target import answer

_NO_TRAINING = "models are trained where work is graded, and by `autograder check`"
_MOST_PRINTED = 64 * 1024
_NOT_THE_STUDENTS = (sysconfig.get_path("stdlib"), str(Path(__file__).resolve().parents[1]))
_INSTALLED = {"site-packages", "dist-packages"}
_MADE = ("<frozen ", "<__array_function__", "<string>")  # code without a file of its own


class LiveWorker:
    """Calls functions in this process: see `autograder.observation.Worker`.

    What ends a process does so here too. A call that hangs is ended at its limit, where there are signals;
    elsewhere Ctrl-C, or the notebook's interrupt button, ends it.

    Args:
        names: The student's functions and variables, by name.
        title_of: Returns what to call a file in an error, given its name in a traceback: ``"In[3]"``.
        call_seconds: Wall seconds for each call.
    """

    def __init__(
        self, names: Mapping[str, Any], title_of: Callable[[str], str], call_seconds: float = 86_400.0
    ) -> None:
        self._call_seconds = call_seconds
        self._module = types.ModuleType("live")
        self._module.__dict__.update(names)
        self._names = names
        self._title_of = title_of
        self._printed = _Printed()

    def load(self) -> Loading:
        """Return what can be called: it has been run already."""
        callables = [name for name, value in list(self._names.items()) if callable(value)]
        return Loading(frozenset(callables), tuple(callables))

    def call(
        self,
        function: str,
        calls: Sequence[Call],
        allowance: Allowance,
        *,
        go_on: bool = True,
    ) -> list[Observation]:
        """Call a function once for each (positional, named) arguments; one observation a call.

        One that is ended costs itself alone; after as many as elsewhere would get a fresh process, or when
        the time of all is used up, the rest is not run.
        """
        seen: list[Observation] = []
        for call in calls:
            seconds = min(self._call_seconds, allowance.seconds)
            began = time.monotonic()
            seen.append(self._call(function, call, seconds))
            allowance.seconds -= time.monotonic() - began
            if isinstance(seen[-1], Stopped):
                if not go_on or not allowance.replacements or allowance.seconds <= 0:
                    return seen + [endings.not_run(seen[-1])] * (len(calls) - len(seen))
                allowance.replacements -= 1
        return seen

    def fetch(self, places: Sequence[Place], allowance: Allowance) -> list[Observation]:  # noqa: ARG002
        """Return what is at places now, also at those that are to be looked at after a cell."""
        return [self._fetch(place) for place in places]

    def model(self, sought: Sought, allowance: Allowance) -> Observation:
        """Return the Keras model that is meant; which one was fitted is not known here."""
        request, buffers = request_model(0, sought)
        seconds = min(self._call_seconds, allowance.seconds)
        try:
            with (
                contextlib.redirect_stdout(self._printed),
                contextlib.redirect_stderr(self._printed),
                time_limit(seconds),
            ):
                seen, text = seek(self._names, request, b"".join(buffers), None, Watch())
        except NotFound as missing:
            return Raised(Error("", str(missing), []).cut())
        except TookTooLongError:
            return Stopped(Outcome.TIMEOUT, f"finding the model took longer than {seconds:.3g} s")
        except KeyboardInterrupt:  # the student's, about the whole check
            raise
        except BaseException as error:
            return Raised(self._describe(error))
        return Returned(FoundModel(seen, text.decode("utf-8", "replace")))

    def train(self, schooling: Schooling, allowance: Allowance) -> Observation:  # noqa: ARG002
        """Return that nothing is trained here: a notebook's own process has budgets and seeds of its own."""
        return Raised(Error("", _NO_TRAINING, []))

    def predict(
        self,
        model: TrainedModel,  # noqa: ARG002
        inputs: npt.NDArray[Any],  # noqa: ARG002
        preparation: Preparation,  # noqa: ARG002
        allowance: Allowance,  # noqa: ARG002
    ) -> Observation:
        """Return the same: no model was trained."""
        return Raised(Error("", _NO_TRAINING, []))

    def referee(
        self,
        model: TrainedModel,  # noqa: ARG002
        inputs: npt.NDArray[Any],  # noqa: ARG002
        preparation: Preparation,  # noqa: ARG002
        allowance: Allowance,  # noqa: ARG002
        layer: str = "",  # noqa: ARG002
    ) -> Observation:
        """Return the same: no model was trained."""
        return Raised(Error("", _NO_TRAINING, []))

    def renew(self) -> None:
        """Do nothing: there is one process, the caller's."""

    def notes(self) -> tuple[str, ...]:
        """Return nothing: here are the real things."""
        return ()

    def printed(self) -> str:
        """Return what the calls have printed so far."""
        return self._printed.text()

    def close(self) -> float:
        """Return 0: there is nothing to end."""
        return 0.0

    def _call(self, name: str, call: Call, seconds: float) -> Observation:
        try:
            with (
                contextlib.redirect_stdout(self._printed),
                contextlib.redirect_stderr(self._printed),
                time_limit(seconds),
            ):
                value, changed, type_name = answer(
                    self._names[name],
                    call.positional,
                    call.named,
                    as_tensors=call.as_tensors,
                    target=call.target,
                )
            sent: list[bytes] = []
            return _returned(encode_value(plain(value), sent), sent, changed, type_name)
        except WireError as error:
            return Raised(Error("", str(error), []))
        except TookTooLongError:
            return Stopped(Outcome.TIMEOUT, f"a call of {name} took longer than {seconds:.3g} s")
        except KeyboardInterrupt:  # the student's, about the whole check
            raise
        except BaseException as error:
            return Raised(self._describe(error))

    def _fetch(self, place: Place) -> Observation:
        found = look_up(self._module, Place(place.variable, place.entry))
        if isinstance(found, Error):
            return Raised(found.cut())
        value, sent, type_name = found
        return _returned(value, sent, [], type_name)

    def _describe(self, error: BaseException) -> Error:
        """Return an exception's type, message and the student's own lines that it passed through."""
        try:
            message = str(error)
        except BaseException:
            message = "(the exception cannot be shown)"
        lines = [
            Traceback(
                _clean(self._title_of(frame.f_code.co_filename)),
                line,
                frame.f_code.co_name,
                _clean(linecache.getline(frame.f_code.co_filename, line).strip()),
            )
            for frame, line in traceback.walk_tb(error.__traceback__)
            if _is_students(frame.f_code.co_filename)
        ]
        return Error(type(error).__name__, _clean(message), lines[:1] + lines[1:][1 - MAX_LINES :]).cut()


class _Printed(io.TextIOBase):
    """What is printed, up to a length: a function may print without end."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._room = _MOST_PRINTED
        self._dropped = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"expected a text; received {type(text).__name__}")
        self._kept.append(text[: self._room])
        self._dropped += max(0, len(text) - self._room)
        self._room = max(0, self._room - len(text))
        return len(text)

    def text(self) -> str:
        kept = "".join(self._kept)
        return f"{kept}\n… {self._dropped:,} more characters were cut" if self._dropped else kept


def _returned(value: Encoded, sent: list[bytes], changed: Sequence[str], type_name: str) -> Returned:
    """Return a value as the grader would receive it: copied, bounded, of plain types."""
    return Returned(decode_value(value, b"".join(sent)), tuple(changed), type_name[:MAX_NAME])


def _is_students(file: str) -> bool:
    """Return whether a line of a traceback is the student's: no package's, none of Python's, none of ours."""
    if file.startswith(_MADE):
        return False
    path = Path(file)
    return not _INSTALLED & set(path.parts) and not any(map(path.is_relative_to, _NOT_THE_STUDENTS))


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
