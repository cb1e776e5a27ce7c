"""Recorded problems: from the answers that a kit holds, the same is said as from the reference itself."""

import json
from pathlib import Path

import numpy as np
import pytest

from autograder.checks.check import Seen
from autograder.checks.function import FunctionCheck
from autograder.config import FunctionCheckConfig, GroupPoints
from autograder.errors import ConfigError
from autograder.observation import Loading, Raised, Returned
from autograder.problems import PROBLEMS
from autograder.problems.problem import Case, Misconception, Problem, nothing_to_round
from autograder.problems.recorded import read_recorded, read_recording, write_recording
from autograder.wire.messages import Error

PATH = Path("kit.examples.json")


def recorded(problem):
    [found] = read_recorded(PATH, write_recording([problem], {}))
    return found


def check_of(problem):
    points = dict.fromkeys(problem.groups, GroupPoints(visible=1.0))
    return FunctionCheck(FunctionCheckConfig(name="f", problem=problem.name, points=points), problem, ())


def judge(problem, function):
    """Return what is said of a function, called with the problem's examples."""
    check = check_of(problem)
    seen = []
    for case in problem.examples:
        try:
            seen.append(Returned(function(**case.inputs)))
        except Exception as error:
            seen.append(Raised(Error(type(error).__name__, str(error), [])))
    return check.judge(Loading(frozenset({"f"}), ("f",)), Seen(seen))


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS.keys())
class TestEveryBuiltInProblem:
    def test_a_right_function_passes(self, problem):
        result = judge(recorded(problem), problem.reference)
        assert result == judge(problem, problem.reference)
        assert result.message.startswith(("all ", "its "))

    def test_every_known_mistake_gets_the_same_name_the_same_hint_and_the_same_cases(self, problem):
        kit = recorded(problem)
        for misconception in problem.misconceptions:
            assert judge(kit, misconception.function) == judge(problem, misconception.function)

    @pytest.mark.parametrize(
        "function",
        [
            lambda **_: None,
            lambda **_: 1,
            lambda **_: np.zeros((2, 2)),
            lambda **_: 1 / 0,
            lambda **inputs: next(iter(inputs.values())),
        ],
        ids=["none", "one", "zeros", "raises", "its argument"],
    )
    def test_any_other_function_is_told_the_same(self, problem, function):
        assert judge(recorded(problem), function) == judge(problem, function)

    def test_rounding_is_excused_as_much(self, problem):
        kit = recorded(problem)
        for theirs, ours in zip(check_of(kit).visible, check_of(problem).visible, strict=True):
            assert np.max(theirs.magnitude, initial=0.0) == np.max(ours.magnitude, initial=0.0)

    def test_its_description_comes_back_and_nothing_can_be_drawn(self, problem):
        kit = recorded(problem)
        assert (kit.name, kit.signature, kit.positional) == (
            problem.name,
            problem.signature,
            problem.positional,
        )
        assert tuple(kit.groups) == tuple(problem.groups)
        assert [(case.group, case.title, case.as_tensors, case.is_degenerate) for case in kit.examples] == [
            (case.group, case.title, case.as_tensors, case.is_degenerate) for case in problem.examples
        ]
        assert kit.draw(np.random.default_rng(0)) == ()


def problem_of(reference, *inputs, mistake=None):
    """Return a problem of one group, with an example for each of some inputs."""
    return Problem(
        name="own",
        signature="own(x)",
        positional=1,
        reference=reference,
        magnitude=nothing_to_round,
        groups=("all",),
        examples=tuple(Case("all", {"x": each}) for each in inputs),
        draw=lambda _: (),
        misconceptions=(Misconception("slip", "A slip.", mistake),) if mistake else (),
    )


class TestValues:
    @pytest.mark.parametrize(
        "value",
        [
            np.array([[1.5, -0.1]], np.float32),
            np.array([0, 255], np.uint8),
            np.array([2**64 - 1], np.uint64),
            np.array(0.1 + 0.2),
            np.zeros((0, 3)),
            np.array([np.nan, np.inf, -np.inf]),
            np.array([1 + 2j]),
            np.array([True, False]),
            (1, (2, [3.5, None]), "text"),
            {"shape": (2, 3), "tuple": [1], "dict": {}, "nested": {"values": np.arange(3)}},
            [],
            -0.0,
            float("inf"),
            2**63,
            True,
            None,
        ],
        ids=repr,
    )
    def test_inputs_and_answers_survive(self, value):
        kit = recorded(problem_of(lambda x: x, value))
        [case] = kit.examples
        for found in (case.inputs["x"], kit.reference(**case.inputs)):
            assert type(found) is type(value)
            np.testing.assert_equal(found, value)
            if isinstance(value, np.ndarray):
                assert (found.dtype, found.shape) == (value.dtype, value.shape)

    def test_an_input_that_is_not_recorded_is_outside(self):
        kit = recorded(problem_of(lambda x: x + 1, 1, 2))
        assert kit.reference(x=2) == 3
        with pytest.raises(ValueError, match="an input that is not recorded"):
            kit.reference(x=3)

    def test_inputs_that_only_look_alike_are_told_apart(self):
        def written(x):
            return repr(x)

        values = (1, 1.0, True, np.array(1), np.array(1, np.uint8), (1,), [1], "1")
        kit = recorded(problem_of(written, *values))
        for case, value in zip(kit.examples, values, strict=True):
            assert kit.reference(**case.inputs) == repr(value)

    def test_what_a_caller_does_to_an_answer_does_not_last(self):
        kit = recorded(problem_of(lambda x: [np.zeros(2)], 1))
        kit.reference(x=1)[0][:] = 7
        np.testing.assert_array_equal(kit.reference(x=1)[0], np.zeros(2))

    @pytest.mark.parametrize("error", [ValueError, IndexError, TypeError, KeyError, ZeroDivisionError])
    def test_a_mistake_that_raises_raises_there_too(self, error):
        def mistake(x):
            raise error("no")

        problem = problem_of(lambda x: x, 1, mistake=mistake)
        result = judge(recorded(problem), mistake)
        assert result == judge(problem, mistake)
        with pytest.raises(ValueError, match=error.__name__):
            recorded(problem).misconceptions[0].function(x=1)


class TestDamage:
    """A kit is edited by hand, cut on a download, or older than the toolkit: said, and never a traceback."""

    @pytest.fixture
    def content(self):
        data = write_recording([problem_of(lambda x: x, np.ones(2), mistake=lambda x: -x)], {"numpy": "2"})
        return json.loads(data)

    def refused(self, content):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        with pytest.raises(ConfigError) as caught:
            read_recorded(PATH, data)
        return str(caught.value)

    @pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"schema": 1}'])
    def test_what_is_no_recording(self, data):
        said = self.refused(data)
        assert said.startswith("kit.examples.json: expected a kit's examples; ")
        assert said.endswith(". Download the kit again")

    def test_a_cut_file(self):
        data = write_recording(list(PROBLEMS.values()), {})
        for part in (0.1, 0.5, 0.999):
            assert "Download the kit again" in self.refused(data[: int(len(data) * part)])

    def test_another_format(self, content):
        content["schema"] = "autograder/examples/v9"
        assert self.refused(content) == (
            "kit.examples.json: expected the format autograder/examples/v1; received "
            "autograder/examples/v9. Update the toolkit, or download the kit again"
        )

    @pytest.mark.parametrize("place", ["inputs", "expected", "magnitude", "answers"])
    @pytest.mark.parametrize(
        "damaged",
        [
            {"dtype": "<f8", "shape": [3], "values": [1.0, 1.0]},
            {"dtype": "<f8", "shape": [1], "values": ["one"]},
            {"dtype": "|u1", "shape": [1], "values": [300]},
            {"dtype": "strange", "shape": [1], "values": [1.0]},
            {"dtype": "<f8", "shape": [1], "bytes": "00"},
            {"dtype": "<f8", "shape": [1], "bytes": "zz"},
            {"dtype": "<f8", "shape": [1]},
            {"dict": [["a"]]},
            {"dict": 3},
            {"float": "much"},
            {"else": 1},
        ],
        ids=json.dumps,
    )
    def test_a_damaged_value_anywhere(self, content, place, damaged):
        [problem] = content["problems"]
        if place == "answers":
            problem["misconceptions"][0]["answers"][0] = damaged
        elif place == "inputs":
            problem["cases"][0]["inputs"]["x"] = damaged
        else:
            problem["cases"][0][place] = damaged
        assert self.refused(content).endswith(". Download the kit again")

    def test_an_answer_too_few(self, content):
        content["problems"][0]["misconceptions"][0]["answers"] = []
        assert "Download the kit again" in self.refused(content)

    def test_the_versions_are_read_without_the_problems(self, content):
        content["problems"] = []
        assert read_recording(PATH, json.dumps(content).encode()).versions == {"numpy": "2"}
