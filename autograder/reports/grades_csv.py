"""A class as a CSV file: for a spreadsheet, and for a platform's import of grades."""

from __future__ import annotations

import csv
import io
import re

from autograder.reports.class_report import ClassReport
from autograder.reports.rows import Row
from autograder.reports.text import harmless, points

_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def grades_csv(report: ClassReport) -> bytes:
    """Return a class as CSV, a row for each student: UTF-8 with a mark, by which spreadsheets know it.

    The score is empty where there is no total yet, and for who handed in nothing. No cell is a formula.
    """
    checks = [check.name for check in report.checks if check.max_score]
    total = f"score of {points(report.max_score)}"
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(
        map(cell, ["submission", "roster id", "name", "status", "late", total, *checks, "remark"])
    )
    for row in report.rows:
        known = [
            row.submission,
            row.roster_id or "",
            row.name or "",
            _status(row),
            "late" if row.is_late else "",
        ]
        scores = [row.score if has_total(row) else None, *(row.checks.get(name) for name in checks)]
        numbers = ["" if score is None else points(score) for score in scores]
        writer.writerow(map(cell, [*known, *numbers, row.remark]))
    return text.getvalue().encode("utf-8-sig")


def has_total(row: Row) -> bool:
    """Return whether a row has a total: of who handed in nothing, only where a person gave points."""
    return row.score is not None and (row.handed_in or bool(row.checks))


def cell(text: str) -> str:
    """Return a text that a spreadsheet shows as it is, and does not compute.

    >>> cell("=1+1"), cell("-2.5"), cell("ada")
    ("'=1+1", '-2.5', 'ada')
    """
    shown = harmless(text)
    return f"'{shown}" if _FORMULA.match(shown) and not _NUMBER.fullmatch(shown) else shown


def _status(row: Row) -> str:
    if has_total(row):
        return "graded"
    return "no total yet" if row.handed_in else "handed in nothing"
