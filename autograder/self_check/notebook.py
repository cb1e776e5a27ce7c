"""`autograder.check` in a notebook: the visible checks of functions and variables, where they live."""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import structs
from rich.console import Console

from autograder.calling import find_function
from autograder.config import (
    CONFIGS,
    Assignment,
    AutoencoderCheckConfig,
    CheckConfig,
    FunctionCheckConfig,
    ModelCheckConfig,
    SourceCheckConfig,
    TrainingCheckConfig,
    ValuesCheckConfig,
    find_course,
    function_of,
    functions_of,
    load,
    slugs,
)
from autograder.errors import ConfigError
from autograder.reports.feedback import Feedback
from autograder.reports.student_view import all_visible_pass, visible_view
from autograder.self_check.live_worker import LiveWorker
from autograder.self_check.own_check import OwnCheck, version_notes
from autograder.self_check.showing import CannotCheckError, cell_now, shell, show
from autograder.submission import Submission

_COLUMNS = 100
_FORMAT = (
    '<pre style="white-space:pre;overflow-x:auto;line-height:normal;padding:0.5em;'
    "color:{foreground};background-color:{background};"
    "font-family:Menlo,'DejaVu Sans Mono',consolas,'Courier New',monospace\">{code}</pre>"
)


class NotebookFeedback:
    """What the visible checks say, as text and, in a notebook, as HTML. It is shown when it is made.

    Attributes:
        feedback: The same as data.
        passed: Whether everything that was checked is right.
    """

    def __init__(self, feedback: Feedback) -> None:
        self.feedback = feedback
        self.passed = all_visible_pass(feedback)
        self._shown_in = cell_now()
        show(self)

    def _ipython_display_(self) -> None:
        """Show it where a cell ends with it, unless this very cell has shown it already."""
        if cell_now() != self._shown_in:
            show(self)

    def __repr__(self) -> str:
        return self._console().export_text().rstrip()

    def _repr_html_(self) -> str:
        """Return HTML in which every text of the student's is escaped."""
        return self._console().export_html(inline_styles=True, code_format=_FORMAT)

    def _console(self) -> Console:
        console = Console(
            record=True,
            file=io.StringIO(),
            width=_COLUMNS,
            highlight=False,
            color_system="truecolor",
            no_color=False,
            force_jupyter=False,
            legacy_windows=False,
        )
        console.print(visible_view(self.feedback))
        return console


def check(
    what: str | Callable[..., Any] | None = None,
    *,
    assignment: str | None = None,
    course: str | os.PathLike[str] | None = None,
) -> NotebookFeedback:
    """Run the visible checks on a function, or on all that is defined so far.

    What they say is shown, wherever in a cell or a script this stands. Nothing is written to a file and no
    process is started. A call that hangs is ended at the assignment's limit for calls; on Windows, and in
    other threads than the main one, only the notebook's interrupt button ends it.

    Args:
        what: The function's name, or the function itself; everything where it is left out.
        assignment: Its name in ``grading_configs/``, where the function's name does not tell.
        course: The folder that holds ``grading_configs/``. Default: found upward from here.

    Raises:
        CannotCheckError: If it is not clear what is meant, or it is not defined; the message says what to do.
    """
    names = _names_here(sys._getframe(1).f_globals)
    try:
        seen = _check(what, names, assignment, course)
    except ConfigError as error:
        raise CannotCheckError(str(error)) from None
    return NotebookFeedback(seen)


def _check(
    what: str | Callable[..., Any] | None,
    names: Mapping[str, Any],
    assignment: str | None,
    course: str | os.PathLike[str] | None,
) -> Feedback:
    if callable(what):
        function = getattr(what, "__name__", type(what).__name__)
        names = {**names, function: what}
    elif what is None or isinstance(what, str):
        function = what
    else:
        raise ConfigError(f"expected a function or its name; received a {type(what).__name__}")
    every = _assignments(course, assignment)
    found = _of_function(every, function, names) if function is not None else _of_names(every, names)
    wanted = _wanted(found, names, function)
    worker = LiveWorker(names, _title, found.config.limits.call_seconds)
    seen = OwnCheck(found).judge(_unsaved(found), worker, wanted.checks)
    notes = (*seen.notes, *version_notes(found), *wanted.notes)
    return structs.replace(seen, notes=notes)


def _unsaved(assignment: Assignment) -> Submission:
    return Submission("notebook", (), assignment.config.file, "")


def _names_here(caller: Mapping[str, Any]) -> Mapping[str, Any]:
    here = shell()
    return dict(caller if here is None else here.user_ns)


def _title(file: str) -> str:
    """Return what a person calls a file in a traceback: the cell's number, or the file's name."""
    cell_name = getattr(getattr(shell(), "compile", None), "format_code_name", None)
    found = cell_name(file) if cell_name is not None else None
    return str(found[1]) if found else Path(file).name


def _assignments(course: str | os.PathLike[str] | None, slug: str | None) -> list[Assignment]:
    folder = Path(course) if course is not None else Path.cwd()
    if course is None:
        with contextlib.suppress(ConfigError):  # said below
            folder = find_course(folder)
    if not (folder / CONFIGS).is_dir():
        raise ConfigError(
            f"expected a folder {CONFIGS}/ {'in' if course is not None else 'here or above:'} {folder}; "
            'there is none. Name the folder that holds it: autograder.check(…, course="FOLDER")'
        )
    return [load(folder, name) for name in ([slug] if slug is not None else slugs(folder))]


def _of_function(every: Sequence[Assignment], function: str, names: Mapping[str, Any]) -> Assignment:
    """Return the assignment that asks for a function, which must be there."""
    fitting = [each for each in every if function in each.functions]
    if not fitting:
        known = "; ".join(f"{', '.join(sorted(each.functions))} ({each.slug})" for each in every)
        near = difflib.get_close_matches(function, [name for each in every for name in each.functions], n=1)
        advice = f'. Did you mean "{near[0]}"?' if near else ""
        raise ConfigError(f"expected one of the functions {known}; received {function!r}{advice}")
    if function not in names:
        raise ConfigError(f"expected a function {function} here; there is none. Run its cell first")
    if not callable(names[function]):
        what = type(names[function]).__name__
        raise ConfigError(f"expected a function {function}; here it is a {what}. Run its cell again")
    return _only(fitting, f'"{function}"', function)


def _of_names(every: Sequence[Assignment], names: Mapping[str, Any]) -> Assignment:
    """Return the only assignment, or the one of which something is defined."""
    fitting = [each for each in every if any(_is_there(check, names) for check in each.config.checks)]
    if not fitting:
        asked = "; ".join(
            f"{', '.join(dict.fromkeys(name for check in each.config.checks for name in _asks_for(check)))}"
            f" ({each.slug})"
            for each in every
        )
        raise ConfigError(f"expected something to check, of {asked or 'no assignment'}; nothing is there")
    return _only(fitting, "", "what is defined here")


def _only(fitting: Sequence[Assignment], argument: str, what: str) -> Assignment:
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(each.slug for each in fitting)
    argument = f"{argument}, " if argument else ""
    raise ConfigError(
        f"which assignment? {what} belongs to {known}. "
        f'Name one: autograder.check({argument}assignment="{fitting[0].slug}")'
    )


@dataclass(frozen=True)
class _Wanted:
    """The names of the checks to run, and what to say of the others."""

    checks: frozenset[str]
    notes: tuple[str, ...]


def _wanted(assignment: Assignment, names: Mapping[str, Any], function: str | None) -> _Wanted:
    checks = assignment.config.checks
    if function is not None:
        return _Wanted(
            frozenset(
                check.name
                for check in checks
                if isinstance(check, FunctionCheckConfig) and _found(check, [function])
            ),
            (),
        )
    there = [check for check in checks if _is_there(check, names)]
    missing = [name for check in checks if check not in there for name in _asks_for(check)]
    notes = [f"not defined yet: {', '.join(dict.fromkeys(missing))}"] if missing else []
    notes += [
        f"{check.name} is not checked here: it reads the file that you hand in"
        for check in checks
        if isinstance(check, SourceCheckConfig) or (isinstance(check, ModelCheckConfig) and check.file)
    ]
    notes += [
        f"{check.name} is not checked here: models are trained by autograder check, and when work is graded"
        for check in checks
        if isinstance(check, TrainingCheckConfig | AutoencoderCheckConfig)
    ]
    notes += [
        f"{item.variable} is looked at as it is now; when graded, as it is after the cell {item.after}"
        for check in there
        if isinstance(check, ValuesCheckConfig)
        for item in check.items
        if item.after is not None
    ]
    return _Wanted(frozenset(check.name for check in there), tuple(dict.fromkeys(notes)))


def _asks_for(check: CheckConfig) -> list[str]:
    """Return the functions or variables that a check is about."""
    match check:
        case FunctionCheckConfig():
            return [function_of(check)]
        case ValuesCheckConfig(items=items):
            return list(dict.fromkeys(item.variable for item in items))
        case SourceCheckConfig() | TrainingCheckConfig() | AutoencoderCheckConfig():
            return []
        case ModelCheckConfig():
            return [name for name in (check.variable, check.function) if name is not None]
    return [check.variable]


def _found(check: FunctionCheckConfig, defined: Sequence[str]) -> bool:
    """Return whether the function of a check is among those that are defined."""
    own = defined if check.call is not None else ()
    return find_function(functions_of(check), defined, own) is not None


def _is_there(check: CheckConfig, names: Mapping[str, Any]) -> bool:
    """Return whether something that a check is about is defined."""
    match check:
        case FunctionCheckConfig():
            return _found(check, [name for name, value in names.items() if callable(value)])
        case ValuesCheckConfig(items=items):
            return any(_is_set(item.variable, item.entry, names) for item in items)
        case SourceCheckConfig() | TrainingCheckConfig() | AutoencoderCheckConfig():
            return False
        case ModelCheckConfig():
            return check.file is None and all(name in names for name in _asks_for(check))
    return _is_set(check.variable, check.entry, names)


def _is_set(variable: str, entry: str | None, names: Mapping[str, Any]) -> bool:
    """Return whether there is a variable, and the entry that is asked for in it."""
    value = names.get(variable)
    return variable in names and (entry is None or (isinstance(value, dict) and entry in value))
