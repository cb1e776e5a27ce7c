"""`autograder.check`, as a student meets it in a notebook; and the worker that is no process."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import types
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograder
from autograder.errors import ConfigError
from autograder.observation import Allowance, Call, Raised, Returned
from autograder.self_check.live_worker import LiveWorker
from autograder.wire.messages import Place

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = ROOT / "assignments" / "convolution" / "sample_class"
SCRIPT = "<script>alert('x')</script>"


@pytest.fixture(autouse=True)
def in_the_course(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "assignments")
    monkeypatch.delitem(
        sys.modules, "IPython", raising=False
    )  # another test's shell may live on in this process


def functions_of(student: str) -> dict[str, Any]:
    path = SAMPLE / student / "convolution.py"
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(path.read_text(), str(path), "exec"), names)
    return names


def check_in(names: dict[str, Any], call: str = "autograder.check()") -> Any:
    """Evaluate a call of `autograder.check` where these names are global."""
    return eval(call, {**names, "autograder": autograder})


class TestOneFunction:
    def test_a_mistake_is_named(self) -> None:
        seen = check_in(functions_of("omar"), 'autograder.check("conv2d")')
        assert not seen.passed
        assert "Your kernel is flipped" in repr(seen)
        assert "▸217◂" in repr(seen)
        assert [check.name for check in seen.feedback.checks] == ["conv2d"]

    def test_a_right_function_passes_and_nothing_is_said_of_others(self) -> None:
        seen = check_in(functions_of("ada"), 'autograder.check("conv2d")')
        assert seen.passed
        assert repr(seen).endswith("4 of 2.4 points; 1.6 points are graded after you hand in")
        assert "convolve1d" not in repr(seen)

    def test_the_function_itself_may_be_passed(self) -> None:
        assert autograder.check(functions_of("ada")["conv2d_layer"]).passed

    def test_it_says_what_check_says_of_the_file(self) -> None:
        seen = repr(check_in(functions_of("rosa"), 'autograder.check("conv2d")'))
        command = subprocess.run(
            [sys.executable, "-m", "autograder", "check", str(SAMPLE / "rosa")],
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "100"},
            capture_output=True,
            text=True,
            check=False,
        )
        lines = [line.rstrip() for line in seen.splitlines()]
        shown = [line.rstrip() for line in command.stdout.splitlines()]
        start = shown.index(lines[0])
        assert shown[start : start + len(lines) - 1] == lines[:-1]  # the last is the sum of all checks


class TestEverything:
    def test_what_is_not_defined_yet_is_said(self) -> None:
        names = functions_of("ada")
        del names["conv2d_layer"]
        seen = check_in(names)
        assert seen.passed
        assert "Note: not defined yet: conv2d_layer" in repr(seen)
        assert [check.name for check in seen.feedback.checks] == ["convolve1d", "conv2d"]

    def test_values_free_answers_and_sources(self, tmp_path: Path) -> None:
        (tmp_path / "grading_configs").mkdir()
        (tmp_path / "grading_configs" / "sizes.toml").write_text(
            'schema = "autograder/assignment/v1"\ntitle = "Sizes"\nfile = "sizes.py"\n'
            '[[checks]]\nkind = "values"\nname = "answers"\n'
            "items = [\n"
            '  { name = "rank", variable = "A", entry = "rank", accept = [0], points = 1, visible = true },\n'
            '  { name = "size", variable = "A", entry = "size", accept = [1], points = 1, after = "q2" },\n'
            "]\n"
            '[[checks]]\nkind = "written"\nname = "why"\nquestion = "Why?"\nvariable = "WHY"\n'
            'rubric = [{ points = 2, text = "a reason" }]\n'
            '[[checks]]\nkind = "source"\nname = "no_loops"\nforbidden = ["for"]\npoints = 1\n'
        )
        seen = check_in({"A": {"rank": 1, "size": 1}}, f"autograder.check(course={str(tmp_path)!r})")
        text = repr(seen)
        assert "✗ rank  A['rank']  received 1, expected 0" in text
        assert "· size  judged after you hand in" in text
        assert "Note: not defined yet: WHY" in text
        assert "Note: no_loops is not checked here: it reads the file that you hand in" in text
        assert "Note: A is looked at as it is now; when graded, as it is after the cell q2" in text
        answered = {"A": {"rank": np.int64(0), "size": 2}, "WHY": "because of that"}
        seen = check_in(answered, f"autograder.check(course={str(tmp_path)!r})")
        assert seen.passed
        assert [check.message for check in seen.feedback.checks][1].startswith("an answer of 3 words")

    def test_an_assignment_is_told_by_what_is_defined(self) -> None:
        assert check_in({"max_pool2d": lambda image: image}).feedback.assignment == "pooling"


class TestWhichIsMeant:
    @pytest.mark.parametrize(
        ("names", "call", "said"),
        [
            ({}, 'autograder.check("conv3d")', "conv2d, conv2d_layer, convolve1d .convolution."),
            ({}, 'autograder.check("conv2d")', "expected a function conv2d here; there is none"),
            ({"conv2d": 3}, 'autograder.check("conv2d")', "expected a function conv2d; here it is a int"),
            ({}, "autograder.check(3)", "expected a function or its name; received a int"),
            ({}, "autograder.check()", "expected something to check"),
            ({}, 'autograder.check("f", assignment="none")', "there are: autoencoders, convolution"),
            ({}, 'autograder.check("f", course="nowhere")', "Name the folder that holds it"),
            (
                {"conv2d": abs, "max_pool2d": abs},
                "autograder.check()",
                'belongs to convolution, pooling. Name one: autograder.check.assignment="convolution"',
            ),
        ],
    )
    def test_what_is_unclear_is_answered_with_what_to_do(
        self, names: dict[str, Any], call: str, said: str
    ) -> None:
        with pytest.raises(ConfigError, match=said):
            check_in(names, call)

    def test_a_function_of_two_assignments_asks_for_one(self, tmp_path: Path) -> None:
        configs = tmp_path / "grading_configs"
        configs.mkdir()
        for slug in ("autumn", "spring"):
            (configs / f"{slug}.toml").write_text((ROOT / "grading_configs" / "convolution.toml").read_text())
        names, place = functions_of("ada"), f"course={str(tmp_path)!r}"
        with pytest.raises(ConfigError, match=r'conv2d belongs to autumn, spring.*assignment="autumn"'):
            check_in(names, f'autograder.check("conv2d", {place})')
        named = f'autograder.check("conv2d", assignment="spring", {place})'
        assert check_in(names, named).feedback.assignment == "spring"

    def test_no_course_here_is_said(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        with pytest.raises(ConfigError, match=r'autograder\.check\(…, course="FOLDER"'):
            check_in(functions_of("ada"))

    def test_the_package_has_check_and_nothing_else(self) -> None:
        with pytest.raises(AttributeError, match="no attribute 'grade_everything'"):
            autograder.grade_everything  # noqa: B018
        assert "check" in dir(autograder)


def asked(function: Callable[..., Any], *arguments: Any, as_tensors: bool = False) -> Any:
    worker = LiveWorker({"f": function}, lambda file: Path(file).name)
    return worker.call("f", [Call(arguments, {}, as_tensors)], Allowance(1.0))[0]


class TestTheLiveWorker:
    def test_arguments_are_copies_and_changes_are_noted(self) -> None:
        given = np.zeros((2, 2))

        def change(image: Any) -> Any:
            image[0, 0] = 5
            return image

        seen = asked(change, given)
        assert isinstance(seen, Returned)
        assert seen.changed == ("0",)
        assert given[0, 0] == 0

    def test_what_is_returned_is_copied(self) -> None:
        kept = np.zeros(3)
        seen = asked(lambda: kept)
        kept[0] = 1
        assert seen.value.tolist() == [0, 0, 0]

    def test_an_exception_has_the_students_own_lines(self) -> None:
        seen = asked(lambda: np.zeros(3).reshape(2, 2))
        assert isinstance(seen, Raised)
        assert seen.error.type == "ValueError"
        assert [line.file for line in seen.error.traceback] == ["test_notebook.py"]
        assert "reshape(2, 2)" in seen.error.traceback[0].source

    def test_what_cannot_travel_is_said_as_in_a_worker(self) -> None:
        seen = asked(object)
        assert (seen.error.type, seen.error.message) == ("", "a value of type object")

    @pytest.mark.parametrize("error", [SystemExit, RecursionError, MemoryError])
    def test_no_exception_but_ctrl_c_ends_the_check(self, error: type[BaseException]) -> None:
        def end() -> None:
            raise error("so")

        assert asked(end).error.type == error.__name__

    def test_ctrl_c_during_a_call_ends_the_check_and_printing_goes_where_it_went(self) -> None:
        before = sys.stdout, sys.stderr
        with pytest.raises(KeyboardInterrupt):
            asked(lambda: signal.raise_signal(signal.SIGINT))
        assert (sys.stdout, sys.stderr) == before

    def test_what_a_call_prints_is_kept_up_to_a_length(self, capsys: pytest.CaptureFixture[str]) -> None:
        worker = LiveWorker({"f": lambda: [print("x" * 1000) for _ in range(100)]}, str)  # noqa: T201
        worker.call("f", [Call((), {})], Allowance(1.0))
        assert capsys.readouterr() == ("", "")
        assert worker.printed().endswith("characters were cut")
        assert len(worker.printed()) < 70_000

    def test_variables_are_read_as_they_are_now(self) -> None:
        worker = LiveWorker({"A": {"rank": 2}}, str)
        places = [Place("A", "rank", "a_cell"), Place("A", "size"), Place("B")]
        found = worker.fetch(places, Allowance(1.0))
        assert found[0] == Returned(2, (), "int")
        assert [each.error.type for each in found[1:]] == ["KeyError", "NameError"]

    def test_arrays_become_tensors_where_that_is_asked_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        stand_in = types.SimpleNamespace(convert_to_tensor=lambda values: f"tensor of {values.shape}")
        monkeypatch.setitem(sys.modules, "tensorflow", stand_in)
        assert asked(lambda x: x, np.zeros(2), as_tensors=True).value == "tensor of (2,)"
        assert asked(lambda x: x, np.zeros(2)).value.tolist() == [0, 0]


class Page(HTMLParser):
    """Which elements and attributes a page has, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


class TestHtml:
    def test_no_text_of_the_students_becomes_markup(self) -> None:
        def conv2d(image: Any, kernel: Any, **_: Any) -> Any:
            print(SCRIPT, "<img src=x onerror=alert(1)>", "[bold]", "&lt;")  # noqa: T201
            raise ValueError(SCRIPT)

        def convolve1d(*_: Any) -> str:
            return SCRIPT

        names = {"conv2d": conv2d, "convolve1d": convolve1d}
        page = Page(check_in(names, 'autograder.check(assignment="convolution")')._repr_html_())
        assert page.elements == {"pre", "span"}
        assert page.attributes == {"style"}
        assert page.text.count(SCRIPT) >= 3
        assert "[bold] &lt;" in page.text

    def test_it_says_what_the_text_says(self) -> None:
        seen = check_in(functions_of("rosa"), 'autograder.check("conv2d")')
        assert Page(seen._repr_html_()).text.rstrip() == repr(seen)


RUNNER = """
import json, sys
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

class Kept(DisplayPublisher):
    def publish(self, data, *args, **kwargs):
        shown.append(data)

shown = []
shell = InteractiveShell.instance(display_pub_class=Kept)
path, written = sys.argv[1:]
with open(path) as file:
    notebook = json.load(file)
for cell in notebook["cells"]:
    if cell["cell_type"] == "code":
        done = shell.run_cell("".join(cell["source"]), store_history=True)
        done.raise_error()
        cell["outputs"] = [
            {"output_type": "display_data", "data": data, "metadata": {}} for data in shown
        ]
        shown.clear()
with open(written, "w") as file:
    json.dump(notebook, file)
"""


class TestInANotebook:
    @pytest.fixture
    def outputs(self, tmp_path: Path) -> Callable[..., list[dict[str, str]]]:
        """Return a function that runs cells as a notebook does, and returns what each shows."""
        pytest.importorskip("IPython")

        def run(*sources: str) -> list[dict[str, str]]:
            cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
            notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
            path, written = tmp_path / "conv.ipynb", tmp_path / "run.ipynb"
            path.write_text(json.dumps(notebook))
            subprocess.run(
                [sys.executable, "-c", RUNNER, str(path), str(written)],
                cwd=ROOT / "assignments",
                env={**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), "PYTHONPATH": str(ROOT)},
                check=True,
                capture_output=True,
                timeout=120,
            )
            cells = json.loads(written.read_text())["cells"]
            return [cell["outputs"][0]["data"] if cell["outputs"] else {} for cell in cells]

        return run

    def test_a_wrong_function_is_shown_its_mistake_as_html(self, outputs) -> None:
        source = (SAMPLE / "omar" / "convolution.py").read_text()
        shown = outputs(source, 'import autograder\nautograder.check("conv2d")')[1]
        assert "Your kernel is flipped" in Page(shown["text/html"]).text
        assert "Your kernel is flipped" in shown["text/plain"]

    def test_an_error_names_the_cell_and_the_line(self, outputs) -> None:
        shown = outputs(
            "import autograder",
            "def conv2d(image, kernel, bias=0.0, stride=1, padding=0):\n    return image.nothing",
            "autograder.check(conv2d)",
        )[2]
        assert "In[2], line 2: return image.nothing" in shown["text/plain"]

    def test_the_notebooks_names_count_wherever_check_is_called(self, outputs) -> None:
        source = (SAMPLE / "ada" / "convolution.py").read_text()
        hidden = "import types; inner = types.ModuleType('inner')\n"
        hidden += "exec('import autograder\\ndef go(): return autograder.check(\"conv2d\")', vars(inner))"
        shown = outputs(source, hidden, "inner.go()")[2]
        assert "all visible checks pass" in shown["text/plain"]


def test_texts_that_cannot_be_encoded_are_shown_all_the_same() -> None:
    def conv2d(*_: Any, **__: Any) -> None:
        raise ValueError("\ud800\x1b[31m")

    shown = check_in({"conv2d": conv2d}, 'autograder.check("conv2d")')
    assert "\x1b" not in repr(shown)
    assert io.BytesIO(shown._repr_html_().encode()).getvalue()
