"""Odd and damaged notebooks, and what becomes of each. What can be read at all has a right conv2d."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.results import Outcome
from autograder.sandbox.level import Level
from tests.notebooks.conftest import CONV2D, FULL, NONE, NUMPY, School, code, notebook, said

FIXTURES = Path(__file__).parent / "fixtures"
LATER = "; here it ran from top to bottom"
UNREADABLE = Outcome.UNREADABLE_SUBMISSION
ERROR = Outcome.SUBMISSION_ERROR

# All points, and nothing to say.
WITHOUT_A_WORD = """
nbformat_3 nbformat_3_called_4 nbformat_4_0 nbformat_4_2 nbformat_4_5 nbformat_5 nbformat_text no_nbformat
missing_ids duplicate_ids odd_ids duplicate_keys metadata_list metadata_missing metadata_null metadata_text
tags_text
nan_in_metadata kernelspec_missing kernelspec_null kernel_named_oddly kernel_python2 kernel_without_language
language_disagrees cell_type_capital cell_type_null without_cell_type unknown_cell_types raw_cells attachments
source_text source_none source_missing source_list_without_ends source_list_with_odd_items
input_instead_of_source outputs_missing outputs_damaged counts_odd widgets empty_cells only_comments
bom utf_16 utf_16_be_without_bom crlf_file crlf_in_cells lone_cr_file lone_cr_in_cells nul_in_cell
nul_bytes_after_the_end lone_surrogate control_characters line_separators_in_text form_feed non_ascii_names
indented_cell prompts ipython_prompts tabs_throughout last_line_comment_without_end future_import future_print
await_at_top nested_events_loop display_calls timed_definition captured_definition writefile_then_import
exit_in_a_cell sys_exit_in_a_cell right_redefinition_at_the_end main_guard global_state
uses_a_later_name import_in_the_last_cell printing_much prints_closed_streams changes_the_folder
shadows_builtins decorated lambda_of_it class_with_it
""".split()

# All points, and something to say.
NOTED = {
    "backslash_at_the_end": "SyntaxError",
    "cells_that_are_none": "something that is no cell is overlooked",
    "errors_whose_text_fails": "Odd: (the exception cannot be shown)\n  conv.ipynb, cell 2, line 4:",
    "failing_cells": "so did code cell 8",
    "file_name_used": "name '__file__' is not defined",
    "keyboard_interrupt_in_a_cell": "is graded, and costs no points: KeyboardInterrupt",
    "latin_1": "not UTF-8 throughout; what is not is read as Latin-1",
    "merge_conflict_in_a_cell": "SyntaxError: merge conflict markers in line 1: choose one version",
    "magics_of_the_session": "%reset -f out was skipped: what the cells have defined is kept",
    "reset_after_the_definitions": "%reset -f was skipped: what the cells have defined is kept, to be graded",
    "no_break_spaces": "invalid non-printable character U+00A0",
    "os_exit_in_a_cell": "only the definitions of conv.ipynb were run: when all of it is run, "
    "running the file ended the Python process (exit code 0)",
    "out_of_order": "saved after a run out of order: code cell 2 was run before code cell 1" + LATER,
    "python_2_print": "Missing parentheses in call to 'print'",
    "python_text": "no notebook but Python text; it is run as one cell",
    "python_text_with_percent_cells": "no notebook but Python text; it is run as one cell",
    "python_under_the_kernel_of_r": "says that it is in R; its cells are run as Python",
    "recursion": "RecursionError: maximum recursion depth exceeded",
    "run_twice": "code cells 1 and 2 were saved by different runs" + LATER,
    "syntax_error_after": "code cell 3 ended with an error; the other cells ran. SyntaxError: expected ':'",
    "syntax_error_before": "conv.ipynb, cell 2, line 1: def broken(:",
    "syntax_error_in_the_cell": "code cell 2 ended with an error in line 1; its other imports and",
    "tabs_and_spaces": "use of tabs and spaces in indentation\n  conv.ipynb, cell 2, line 3",
    "text_after_the_end": "what stands in conv.ipynb behind the end of the notebook is overlooked",
    "typographic_quotes": "invalid character '“'",
    "unknown_magics": "a cell under %%cython was skipped: it is not known here",
    "value_whose_text_fails": "conv.ipynb, cell 2, line 3: raise ValueError('no text')",
}

# All points, whatever is there of what these ask for: packages, a shell, somebody at the keyboard.
OF_SURROUNDINGS = """
bash_cell shell_commands cell_of_only_a_magic magics_that_lack_something get_ipython_calls input_in_a_cell
import_that_is_not_there ipywidgets_imported plot_without_matplotlib
""".split()

# No points, and why.
REFUSED = {
    "blank": (UNREADABLE, "conv.ipynb is empty"),
    "cells_null": (UNREADABLE, "expected a list of cells, found none"),
    "cells_object": (UNREADABLE, "expected a list of cells, found none"),
    "deletes_the_function": (
        ERROR,
        "conv2d is not there any more at the end, although code cell 2 defines it",
    ),
    "empty": (UNREADABLE, "conv.ipynb is empty"),
    "html_login_page": (UNREADABLE, "no notebook but a page of a website"),
    "kernel_julia": (ERROR, "says that it is in julia"),
    "kernel_r": (ERROR, "says that it is in R"),
    "link_to_drive": (UNREADABLE, "expected a list of cells, found 'url', 'doc_id', 'email'"),
    "list": (UNREADABLE, "expected an object, found list"),
    "list_of_cells": (UNREADABLE, "expected an object, found list"),
    "merge_conflict": (UNREADABLE, "holds merge conflict markers (<<<<<<<) from line"),
    "no_cells": (ERROR, "expected a function conv2d; the file defines no function at all"),
    "nul_bytes_before": (UNREADABLE, "conv.ipynb is no notebook"),
    "null": (UNREADABLE, "expected an object, found NoneType"),
    "number": (UNREADABLE, "expected an object, found int"),
    "object": (UNREADABLE, "expected a list of cells, found nothing"),
    "only_text": (ERROR, "expected a function conv2d; the file defines no function at all"),
    "pdf": (UNREADABLE, "is no notebook: it begins with '%PDF-1.7"),
    "single_quotes": (UNREADABLE, "Expecting property name enclosed in double quotes"),
    "trailing_commas": (UNREADABLE, "or only a part of one: "),
    "truncated": (UNREADABLE, "or only a part of one: Unterminated string"),
    "wrapped_by_an_api": (UNREADABLE, "expected a list of cells, found 'name', 'type', 'format', 'content'"),
    "wrong_redefinition_at_the_end": (Outcome.COMPLETED, "0 of 34 cases are right"),
    "zip": (UNREADABLE, "is no notebook: it begins with 'PK"),
}


def fixture(name: str) -> bytes:
    return (FIXTURES / f"{name}.ipynb").read_bytes()


def test_every_fixture_is_in_one_table() -> None:
    named = [*WITHOUT_A_WORD, *NOTED, *OF_SURROUNDINGS, *REFUSED]
    assert sorted(named) == sorted(path.stem for path in FIXTURES.glob("*.ipynb"))
    assert len(named) >= 100


@pytest.mark.parametrize("name", WITHOUT_A_WORD)
def test_it_earns_all_points_and_nothing_is_said(school: School, name: str) -> None:
    grade = school.grade(fixture(name))
    assert (grade.score, grade.outcome, grade.notes) == (FULL, Outcome.COMPLETED, ())


@pytest.mark.parametrize("name", NOTED)
def test_it_earns_all_points_and_a_note_says_what_is_odd(school: School, name: str) -> None:
    grade = school.grade(fixture(name))
    assert (grade.score, grade.outcome) == (FULL, Outcome.COMPLETED)
    assert NOTED[name] in "\n".join(grade.notes)


@pytest.mark.parametrize("name", OF_SURROUNDINGS)
def test_what_a_cell_lacks_costs_that_cell_alone(school: School, name: str) -> None:
    grade = school.grade(fixture(name))
    assert (grade.score, grade.outcome) == (FULL, Outcome.COMPLETED)


@pytest.mark.parametrize("name", REFUSED)
def test_it_earns_nothing_and_the_reason_is_told(school: School, name: str) -> None:
    grade = school.grade(fixture(name))
    outcome, piece = REFUSED[name]
    assert (grade.score, grade.outcome) == (NONE, outcome)
    assert piece in said(grade)


@pytest.mark.parametrize(
    "name", ["nbformat_3", "latin_1", "os_exit_in_a_cell", "unknown_magics", "truncated"]
)
def test_a_plain_process_says_the_same_as_a_sandbox(school: School, name: str) -> None:
    plain, walled = school.grade(fixture(name), level=Level.PROCESS), school.grade(fixture(name))
    assert (plain.score, plain.outcome, said(plain)) == (walled.score, walled.outcome, said(walled))


def bytes_of(before: str, piece: str, times: int, after: str) -> bytes:
    """Return a text with a piece of it many times over."""
    return before.encode() + piece.encode() * times + after.encode()


RIGHT = json.dumps(code(NUMPY + CONV2D))
FIGURE = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 2**20}}
LINE = {"output_type": "stream", "name": "stdout", "text": ["x\n"] * 10}
WITH_DEPTH = json.dumps(code(NUMPY + CONV2D, outputs="X")).partition('"X"')
LARGE: dict[str, Callable[[], bytes]] = {
    "50 MB of figures": lambda: notebook(NUMPY, code(CONV2D, outputs=[FIGURE] * 50)),
    "half a million outputs": lambda: notebook(NUMPY, code(CONV2D, outputs=[LINE] * 500_000)),
    "letters of four bytes": lambda: bytes_of('{"cells": [{"x": "', "😀", 12_000_000, f'"}}, {RIGHT}]}}'),
    "a million cells of text": lambda: bytes_of(
        '{"cells": [', '{"cell_type": "raw", "source": ""},', 10**6, RIGHT + "]}"
    ),
    "2000 cells of code": lambda: notebook(*["x = 1"] * 1998, NUMPY, CONV2D),
    "a cell of 200 kB": lambda: notebook(NUMPY, f"x = '{'a' * 200_000}'", CONV2D),
    "an output 500 deep": lambda: bytes_of(
        '{"cells": [' + WITH_DEPTH[0] + "[" * 500, "]", 500, WITH_DEPTH[2] + "]}"
    ),
}
NOTED_LARGE = {
    "so did 1,495 other code cells": lambda: notebook(NUMPY, CONV2D, *["1 / 0"] * 1500),
    "code cell 2 ended with an error": lambda: notebook(NUMPY, "x = " + "-" * 100_000 + "1", CONV2D),
}
TOO_LARGE: dict[str, tuple[Callable[[], bytes], str]] = {
    "an output 100,000 deep": (
        lambda: bytes_of('{"cells": [' + WITH_DEPTH[0] + "[" * 10**5, "]", 10**5, WITH_DEPTH[2] + "]}"),
        "nested too deeply",
    ),
    "5 MB of brackets": (lambda: b'{"cells": ' + b"[" * 5_000_000, "nested too deeply"),
    "a million cells of code": (
        lambda: bytes_of('{"cells": [', '{"cell_type": "code", "source": "1"},', 10**6, RIGHT + "]}"),
        "expected at most 2,000 code cells",
    ),
    "a cell of 1 MB": (lambda: notebook(NUMPY, f"x = '{'a' * 2**20}'"), "262,144 characters of code"),
    "too many objects": (
        lambda: bytes_of('{"cells": [', "{},", 15_000_000, RIGHT + "]}"),
        "takes too much memory to be read",
    ),
    "a number of 100,000 digits": (
        lambda: bytes_of('{"cells": [], "x": ', "9", 10**5, "}"),
        "is no notebook that can be read",
    ),
}


@pytest.mark.parametrize("what", LARGE)
def test_what_is_not_code_may_be_large(school: School, what: str) -> None:
    grade = school.grade(LARGE[what]())
    assert (grade.score, grade.outcome, grade.notes) == (FULL, Outcome.COMPLETED, ())


@pytest.mark.parametrize("piece", NOTED_LARGE)
def test_many_errors_and_long_lines_cost_their_own_cells(school: School, piece: str) -> None:
    grade = school.grade(NOTED_LARGE[piece]())
    assert grade.score == FULL
    assert piece in said(grade)


@pytest.mark.parametrize("what", TOO_LARGE)
def test_what_is_too_large_is_refused_with_the_reason(school: School, what: str) -> None:
    make, piece = TOO_LARGE[what]
    grade = school.grade(make())
    assert (grade.score, grade.outcome) == (NONE, UNREADABLE)
    assert piece in said(grade)


def unlike(value: Any) -> list[Any]:
    """Return what a key may hold instead of what belongs there."""
    return [None, 3, -1.5, True, "text", [], [None], {}, {"x": [1]}, value]


def test_any_key_of_a_notebook_may_hold_anything(school: School) -> None:
    right = json.loads(notebook(NUMPY, CONV2D))
    [first, second] = right["cells"]
    books = [{**right, key: other} for key in right for other in unlike(right[key])]
    cells = [{**second, key: other} for key in second for other in unlike([])]
    books += [{**right, "cells": [first, cell]} for cell in cells]
    for book in books:
        grade = school.grade(json.dumps(book).encode())
        assert grade.outcome in (Outcome.COMPLETED, ERROR, UNREADABLE), book
        if book["cells"] == right["cells"]:
            assert grade.score == FULL, book
