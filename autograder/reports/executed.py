"""The executed notebook: what its cells printed, showed and drew, as a notebook of nbformat 4."""

from __future__ import annotations

import base64
import json
from typing import Any

from autograder.reports.text import harmless, settled
from autograder.results import CellResult, Grade, data_note

_SOURCE = "what the submission's own process said of its cells"
_FIRST = f"Written from {_SOURCE}, which proves nothing. Text cells of the notebook are left out."


def executed_notebook(grade: Grade) -> str | None:
    """Return the text of the executed notebook; None where its cells were not kept.

    Only texts and PNG go in: nothing of a student's that a browser could run.
    """
    if not any(cell.source for cell in grade.cells):
        return None
    notebook = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"language_info": {"name": "python"}, "autograder": {"written_from": _SOURCE}},
        "cells": [_first(grade), *(_cell(cell) for cell in grade.cells)],
    }
    return json.dumps(notebook, indent=1) + "\n"


def _first(grade: Grade) -> dict[str, Any]:
    """Return a text cell on where this is from, and on which data it ran."""
    note = data_note(grade.environment.dataset)
    text = _FIRST if note is None else f"{_FIRST}\n\nIt ran with {note}."
    return {"cell_type": "markdown", "id": "written-from", "metadata": {}, "source": text}


def _cell(cell: CellResult) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"cell-{cell.number}",
        "metadata": {"seconds": cell.seconds, "ran": cell.ran},
        "execution_count": cell.number if cell.ran != "nothing" else None,
        "source": cell.source,
        "outputs": [*_texts(cell), *_figures(cell), *_errors(cell)],
    }


def _texts(cell: CellResult) -> list[dict[str, Any]]:
    texts = [text for text in (cell.printed, cell.shown) if text]
    return [{"output_type": "stream", "name": "stdout", "text": harmless(settled(text))} for text in texts]


def _figures(cell: CellResult) -> list[dict[str, Any]]:
    return [
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {"image/png": base64.b64encode(figure).decode()},
        }
        for figure in cell.figures
    ]


def _errors(cell: CellResult) -> list[dict[str, Any]]:
    if not cell.error:
        return []
    lines = harmless(cell.error).splitlines()
    name, _, value = lines[0].partition(": ")
    return [{"output_type": "error", "ename": name, "evalue": value, "traceback": lines}]
