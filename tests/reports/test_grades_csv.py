"""A class as CSV: it says what class.json and the table say, and no cell of it is a formula."""

import csv
import io

from msgspec import structs

from autograder.reports.class_report import class_report
from autograder.reports.class_view import class_view
from autograder.reports.grades_csv import grades_csv
from autograder.reports.rows import Absent, Roll
from autograder.results import HandInInfo, Status
from tests.reports.test_class_report import HEADING, check, grade

LATE = HandInInfo(attempt=1, attempts=1, time=None, is_late=True, name=None, source="")


def test_a_row_for_each_student_as_in_the_table():
    late = grade("=cmd|x, y", check("conv2d", 0.5, message="@SUM(1)"), check("layer", 2.0))
    late = structs.replace(late, hand_in=LATE)
    grades = [
        grade("-ada", check("conv2d", 1.25, message="=1+1\nmore"), check("layer", 2.0)),
        grade("Zoë", check("conv2d", None, status=Status.NEEDS_REVIEW, message="–"), check("layer", 2.0)),
        late,
    ]
    paper = Absent(id="p~1", roster_id="p/1", points={"conv2d": 1.0}, remark="by hand: on paper (h.k.)")
    roll = Roll(absent=(paper, Absent(id="nobody", name="No, Body")), ids={"-ada": "-5", "Zoë": "007"})
    report = class_report(HEADING, grades, 0, roll=roll)
    data = grades_csv(report)
    assert data.startswith(b"\xef\xbb\xbfsubmission,roster id,")
    head, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head == [
        "submission", "roster id", "name", "status", "late", "score of 4", "conv2d", "layer", "remark",
    ]  # fmt: skip
    assert rows == [
        ["'-ada", "-5", "", "graded", "", "3.25", "1.25", "2", "conv2d: =1+1"],
        ["'=cmd|x, y", "", "", "graded", "late", "2.5", "0.5", "2", "conv2d: @SUM(1)"],
        ["Zoë", "007", "", "no total yet", "", "", "", "2", "conv2d: –"],
        ["nobody", "", "No, Body", "handed in nothing", "", "", "", "", "handed in nothing"],
        ["p~1", "p/1", "", "graded", "", "1", "1", "", "by hand: on paper (h.k.)"],
    ]
    totals = [row[5] or "–" for row in rows]
    assert totals == ["3.25", "2.5", "–", "–", "1"]
    table = class_view(report).renderables[0]
    shown = list(table.columns[3].cells)
    assert [each if "?" not in each else "–" for each in shown] == totals
