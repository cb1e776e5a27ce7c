"""Drawing where nothing to draw with is installed: Matplotlib, Seaborn and Plotly do nothing.

A figure is no part of an answer. Without these stand-ins a first line `import matplotlib.pyplot as plt` would
keep all that comes after it from being defined.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograder.worker.shims.hooks import Change
from autograder.worker.shims.notes import Notes

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "matplotlib": (
        *("pyplot", "pylab", "image", "cm", "colors", "patches", "ticker", "gridspec", "animation", "style"),
        *("axes", "figure", "lines", "colorbar", "rcsetup", "font_manager", "offsetbox", "collections"),
    ),
    "mpl_toolkits": ("mplot3d", "axes_grid1"),
    "seaborn": (),
    "plotly": ("express", "graph_objects", "graph_objs", "subplots", "offline"),
}
_READS = ("imread",)


def note_of(package: str) -> str:
    """Return what is noted where a package that draws is used and is not here."""
    return f"{package} is not here: nothing is drawn, which costs nothing"


def modules(notes: Notes) -> Mapping[str, Change]:
    """Return what fills the modules of packages that draw."""

    def fill(module: types.ModuleType) -> None:
        package = module.__name__.partition(".")[0]
        notes.add(note_of(package))
        vars(module).update(subplots=_subplots, plot=_plot, hist=_hist)
        vars(module)["__getattr__"] = lambda name: _of_module(package, name)

    names = [*PACKAGES, *(f"{package}.{part}" for package, parts in PACKAGES.items() for part in parts)]
    return dict.fromkeys(names, fill)


def _of_module(package: str, name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    if name in _READS:
        raise AttributeError(f"{name} is not here: {package} is not installed where work is graded")
    return Undrawn()


class Undrawn:
    """A figure, an axis or a line that nobody sees: it takes all attributes, items and calls."""

    def __call__(self, *_: Any, **__: Any) -> Any:
        return Undrawn()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return {"subplots": _subplots, "plot": _plot, "hist": _hist}.get(name) or Undrawn()

    def __getitem__(self, _: Any) -> Undrawn:
        return Undrawn()

    def __setitem__(self, *_: Any) -> None:
        """Do nothing."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __enter__(self) -> Undrawn:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""


def _subplots(nrows: int = 1, ncols: int = 1, *_: Any, squeeze: bool = True, **__: Any) -> tuple[Any, Any]:
    """Return a figure, and axes in an array as Matplotlib gives them."""
    axes = np.empty((nrows, ncols), object)
    axes.fill(Undrawn())
    if not squeeze:
        return Undrawn(), axes
    return Undrawn(), axes.item() if axes.size == 1 else axes.squeeze()


def _plot(*_: Any, **__: Any) -> list[Undrawn]:
    """Return one line."""
    return [Undrawn()]


def _hist(*_: Any, **__: Any) -> tuple[Any, Any, Any]:
    """Return counts, edges and bars: none."""
    return np.zeros(0), np.zeros(1), Undrawn()
