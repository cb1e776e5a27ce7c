"""Mutants: one change each, nothing that is no behaviour, and every operator at work."""

import ast
import difflib
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import reference.convolution as ref
from autograder.authoring.mutants.mutation import mutants
from autograder.authoring.mutants.tracing import executed_lines

CONVOLUTION = Path(ref.__file__)
EVERYWHERE = range(1, 1000)


def after(source: str, operator: str = "") -> list[str]:
    """Return what the mutants of a source make of its lines."""
    found = mutants(textwrap.dedent(source), EVERYWHERE)
    return [mutant.after for mutant in found if operator in ("", mutant.operator)]


@pytest.fixture(scope="module")
def of_convolution():
    return mutants(CONVOLUTION.read_text(), EVERYWHERE)


class TestOfTheReference:
    def test_there_are_many(self, of_convolution):
        assert len(of_convolution) > 300
        assert len({mutant.operator for mutant in of_convolution}) >= 13

    def test_each_is_a_program_of_its_own(self, of_convolution):
        original = ast.dump(ast.parse(CONVOLUTION.read_text()))
        dumps = [ast.dump(ast.parse(mutant.source)) for mutant in of_convolution[::7]]
        assert original not in dumps
        sources = [mutant.source for mutant in of_convolution]
        assert len(set(sources)) == len(sources)

    def test_each_differs_in_one_place_which_it_lists(self, of_convolution):
        lines = CONVOLUTION.read_text().splitlines()
        for mutant in of_convolution:
            mutated = mutant.source.splitlines()
            blocks = difflib.SequenceMatcher(None, lines, mutated, autojunk=False).get_opcodes()
            changes = [block for block in blocks if block[0] != "equal"]
            assert len(changes) == 1, mutant.after
            first, last = changes[0][1:3]
            assert first == mutant.line - 1
            listed = "\n".join(lines[first:last])
            assert textwrap.dedent(listed).strip() in mutant.before or mutant.before in listed

    def test_lines_stay_where_they_were(self, of_convolution):
        count = len(CONVOLUTION.read_text().splitlines())
        assert all(len(mutant.source.splitlines()) == count for mutant in of_convolution)

    def test_come_in_the_order_of_the_source_and_the_same_every_time(self, of_convolution):
        numbers = [mutant.line for mutant in of_convolution]
        assert numbers == sorted(numbers)
        assert mutants(CONVOLUTION.read_text(), EVERYWHERE) == of_convolution

    def test_change_only_the_lines_asked_for(self):
        assert {mutant.line for mutant in mutants(CONVOLUTION.read_text(), {130})} == {130}
        assert mutants(CONVOLUTION.read_text(), ()) == []

    def test_docstrings_annotations_and_messages_are_not_touched(self, of_convolution):
        tree = ast.parse(CONVOLUTION.read_text())
        docstrings = [ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for mutant in of_convolution[::5]:
            mutated = ast.parse(mutant.source)
            functions = [node for node in ast.walk(mutated) if isinstance(node, ast.FunctionDef)]
            assert [ast.get_docstring(function) for function in functions] == docstrings
        assert not any(
            "raise " in mutant.before or "expected =" in mutant.before for mutant in of_convolution
        )
        assert not any(
            "TypeAlias" in mutant.before or "import " in mutant.before for mutant in of_convolution
        )


class TestWhatStays:
    @pytest.mark.parametrize(
        "source",
        [
            '"""Of 3 words."""',
            "import numpy as np",
            "Shape = tuple[int, 3]",
            "def f(x: Literal[3]) -> Literal[4]: ...",
            "@decorated(3)\ndef f(): pass",
            "def f(x):\n    raise ValueError(1 + x)",
            "def f(x):\n    assert x == 3, 4",
            "x: int",
            "f'{1 + 2}'.strip",
        ],
    )
    def test_no_behaviour_no_mutant(self, source):
        assert [text for text in after(source) if text != "pass"] == []

    def test_message_that_is_put_together_before_an_error(self):
        source = (
            "def f(x):\n    if x < 0:\n        expected = 'one' + 'two'\n        raise ValueError(expected)\n"
        )
        assert {mutant.line for mutant in mutants(source, EVERYWHERE)} == {2}

    def test_guard_that_only_raises_is_not_taken_away(self):
        source = "def f(x):\n    if x < 0:\n        raise ValueError\n    return x\n"
        assert after(source, "condition") == ["if True:"]


class TestOperators:
    @pytest.mark.parametrize(
        ("source", "operator", "expected"),
        [
            ("y = a + b", "arithmetic", ["y = a - b", "y = a * b"]),
            ("y = a @ b", "arithmetic", ["y = a * b"]),
            ("y = a**b", "arithmetic", ["y = a*b"]),
            ("y += b", "arithmetic", ["y = b", "y -= b", "y *= b"]),
            ("y = a < b", "comparison", ["y = a <= b", "y = a >= b"]),
            ("y = a != b", "comparison", ["y = a == b"]),
            ("y = a is not b", "comparison", ["y = a is b"]),
            ("y = a and b", "logic", ["y = a", "y = b", "y = a or b"]),
            ("y = not a", "logic", ["y = a"]),
            ("y = -a", "sign", ["y = a"]),
            ("y = 3", "constant", ["y = 4", "y = 2"]),
            ("y = 0", "constant", ["y = 1", "y = -1"]),
            ("y = 0.5", "constant", ["y = 1.5", "y = 0.25"]),
            ("y = True", "constant", ["y = False"]),
            ("y = x.sum(axis=0)", "keyword", ["y = x.sum()"]),
            ("y = x.sum(axis=(1, 2))", "order", ["y = x.sum(axis=(2, 1))"]),
            ("y = x.transpose(0, 1, 2)", "order", ["y = x.transpose(1, 0, 2)", "y = x.transpose(0, 2, 1)"]),
            ("y = x[1:]", "slice", ["y = x[:]", "y = x[1:-1]"]),
            ("y = x[:n]", "slice", ["y = x[1:n]", "y = x[:n + 1]", "y = x[:n - 1]", "y = x[:]"]),
            ("y = x[::s]", "slice", ["y = x[::]"]),
            ("range(n)", "range", ["range(n + 1)", "range(n - 1)", "range(1, n)"]),
            ("y = max(a, b)", "function", ["y = min(a, b)"]),
            ("y = np.floor(a)", "function", ["y = np.ceil(a)"]),
            ("y = x.sum()", "function", ["y = x.mean()", "y = x.max()"]),
            ("def f(x, n=None): pass", "constant", ["def f(x, n=1): pass"]),
            ("def f(x):\n    return x", "return", ["return None"]),
            ("f(x)", "deletion", ["pass"]),
            ("y = a if b else c", "condition", ["y = a if True else c", "y = a if False else c"]),
            ("while a: f()", "condition", ["while False: f()"]),
        ],
    )
    def test_make_these(self, source, operator, expected):
        assert after(source, operator) == expected

    def test_brackets_keep_the_change_in_one_place(self):
        assert after("y = a - b * c", "arithmetic") == [
            "y = a + b * c",
            "y = a - (b + c)",
            "y = a - b / c",
        ]
        assert "y = (a + b) * (c + d)" not in after("y = (a + b) * (c + d)")
        assert "y = (a - b) * (c + d)" in after("y = (a + b) * (c + d)", "arithmetic")

    def test_strings_that_choose_are_swapped_and_others_are_not(self):
        source = """
            def f(mode="same", name="x"):
                if mode == "same":
                    return name + "valid"
                elif mode == "valid":
                    return "y"
        """
        assert after(source, "mode") == [
            'def f(mode="valid", name="x"):',
            'if mode == "valid":',
            'return name + "same"',
            'elif mode == "same":',
        ]

    def test_cases_of_a_match_are_swapped(self):
        source = 'match kind:\n    case "max":\n        y = 1\n    case "mean":\n        y = 2\n'
        assert after(source, "mode") == ['case "mean":', 'case "max":']

    def test_place_of_an_assignment_is_changed_too(self):
        assert "y[i - 1] = x" in after("y[i + 1] = x", "arithmetic")

    def test_characters_beyond_ascii_do_not_move_the_change(self):
        assert after("y = 'ä×' + f(3)  # ×", "constant") == ["y = 'ä×' + f(4)  # ×", "y = 'ä×' + f(2)  # ×"]

    def test_operator_in_a_comment_is_none(self):
        assert after("y = (a  # a + b\n     + b)", "arithmetic")[0] == "- b)"


class TestExecutedLines:
    def test_are_those_that_the_calls_reach(self):
        image = np.ones((3, 3))
        lines = executed_lines(ref.conv2d, [{"image": image, "kernel": image}], [CONVOLUTION])
        text = CONVOLUTION.read_text().splitlines()
        run = {text[number - 1].strip() for number in lines[CONVOLUTION]}
        assert "result: Array = sums[0, :, :, 0] + bias" in run
        assert not any("raise" in line or "correlate1d" in line for line in run)

    def test_a_call_that_raises_is_not_passed_over(self):
        before = sys.gettrace()
        with pytest.raises(ValueError, match="image"):
            executed_lines(ref.conv2d, [{"image": np.ones(3), "kernel": np.ones((1, 1))}], [CONVOLUTION])
        assert sys.gettrace() is before

    def test_another_tracer_is_left_as_it_was(self):
        before = sys.gettrace()
        executed_lines(len, [], [CONVOLUTION])
        assert sys.gettrace() is before
