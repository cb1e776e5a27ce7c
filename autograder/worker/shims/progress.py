"""Progress bars and widgets: `tqdm` and `ipywidgets`, where they are not installed."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any

from autograder.worker.shims.hooks import Change
from autograder.worker.shims.notes import Notes

WIDGETS = "ipywidgets did nothing: nobody moves a slider while work is graded"
_WITHOUT_BAR = ("tqdm", "tqdm.auto", "tqdm.notebook", "tqdm.std", "tqdm.autonotebook", "tqdm.keras")


class Tqdm:
    """Passes on what it is given, and shows no bar."""

    def __init__(self, iterable: Iterable[Any] | None = None, *_: Any, total: int | None = None, **__: Any):
        self.iterable = iterable
        self.total = len(iterable) if total is None and isinstance(iterable, Sized) else total
        self.n = 0

    def __iter__(self) -> Iterator[Any]:
        for each in self.iterable or ():
            yield each
            self.n += 1

    def __len__(self) -> int:
        return self.total or 0

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Tqdm:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""

    def update(self, n: int = 1) -> None:
        """Count."""
        self.n += n

    def close(self, *_: Any, **__: Any) -> None:
        """Do nothing."""

    set_description = set_description_str = set_postfix = set_postfix_str = refresh = clear = reset = close
    display = unpause = close

    @staticmethod
    def write(text: object = "", *_: Any, **__: Any) -> None:
        """Print a line."""
        print(text)  # noqa: T201

    @classmethod
    def pandas(cls, *_: Any, **__: Any) -> None:
        """Do nothing: `progress_apply` is not there."""


def trange(*arguments: int, **__: Any) -> Tqdm:
    """Return a range without a bar."""
    return Tqdm(range(*arguments))


def modules(notes: Notes) -> Mapping[str, Change]:
    """Return what fills `tqdm` and `ipywidgets`, by module."""

    def fill_widgets(module: types.ModuleType) -> None:
        def interact(function: Callable[..., Any] | None = None, *_: Any, **__: Any) -> Any:
            notes.add(WIDGETS)
            return function if callable(function) else lambda decorated: decorated

        named = dict.fromkeys(("interact", "interactive", "interact_manual", "interactive_output"), interact)
        inert = type("Widget", (_Inert,), {"notes": notes})
        vars(module).update(named, fixed=lambda value: value, widgets=module)
        vars(module)["__getattr__"] = lambda name: _unless_private(name, inert)

    return {
        **dict.fromkeys(_WITHOUT_BAR, _fill_tqdm),
        "ipywidgets": fill_widgets,
        "ipywidgets.widgets": fill_widgets,
    }


def changes() -> Sequence[tuple[str, Change]]:
    """Return what to change in a `tqdm` that is installed: its bars for notebooks need `ipywidgets`."""
    return (("tqdm.notebook", _as_text), ("tqdm.autonotebook", _as_text))


def _fill_tqdm(module: types.ModuleType) -> None:
    vars(module).update(tqdm=Tqdm, trange=trange, tqdm_notebook=Tqdm, tnrange=trange)


def _as_text(module: types.ModuleType) -> None:
    if not isinstance(getattr(sys.modules.get("ipywidgets"), "__file__", None), str):
        from importlib import import_module  # noqa: PLC0415

        text = import_module("tqdm.std")
        vars(module).update(tqdm=text.tqdm, trange=text.trange, tqdm_notebook=text.tqdm, tnrange=text.trange)


def _unless_private(name: str, value: object) -> object:
    if name.startswith("_"):
        raise AttributeError(name)
    return value


class _Inert:
    """A widget that nobody sees: it takes all attributes and calls."""

    notes: Notes
    value: Any = None

    def __init__(self, *_: Any, **more: Any) -> None:
        self.notes.add(WIDGETS)
        vars(self).update({name: value for name, value in more.items() if not name.startswith("_")})

    def __call__(self, *_: Any, **__: Any) -> _Inert:
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _ignore

    def __enter__(self) -> _Inert:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""


def _ignore(*_: Any, **__: Any) -> None:
    """Do nothing."""
