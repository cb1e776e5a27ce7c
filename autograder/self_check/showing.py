"""Showing what `autograder.check` says: in a notebook as HTML, elsewhere as text; errors in one line."""

from __future__ import annotations

import sys
from typing import Any, Protocol

from autograder.errors import ConfigError


class CannotCheckError(ConfigError):
    """What was asked for cannot be checked. A notebook shows the message alone."""

    def _render_traceback_(self) -> list[str]:
        return [f"autograder.check: {self}"]


class Shown(Protocol):
    """Something with a text and an HTML form."""

    def _repr_html_(self) -> str: ...


def shell() -> Any:
    """Return the IPython that runs here, or None. It is not imported: whoever is in it has done that."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def cell_now() -> int | None:
    """Return the number of the cell that runs in IPython, None outside."""
    found = shell()
    return None if found is None else int(found.execution_count)


def show(what: Shown) -> None:
    """Show something now: wherever in a cell or a script it stands. An interactive Python shows it itself."""
    if shell() is not None:
        from IPython.display import publish_display_data  # noqa: PLC0415

        said = {"text/plain": repr(what), "text/html": what._repr_html_()}
        publish_display_data(said)  # type: ignore[no-untyped-call]
    elif not hasattr(sys, "ps1"):
        print(what)  # noqa: T201
