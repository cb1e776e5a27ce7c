"""Validating: a made-up assignment with a hole of every kind, each found; and one that has none."""

from __future__ import annotations

import dataclasses
import io

import msgspec
import numpy as np
import pytest
from rich.console import Console

from autograder import config
from autograder.authoring.solutions.solution import as_submission
from autograder.authoring.validating import Options, Progress, Validation, validate
from autograder.authoring.validating.around import Around, call_text
from autograder.authoring.validating.groups import group_findings
from autograder.authoring.validating.mistakes import mistakes_tried
from autograder.authoring.validating.reach import chosen
from autograder.authoring.validating.view import validation_view
from autograder.checks.function import FunctionCheck
from autograder.checks.making import make_checks
from autograder.errors import ConfigError
from autograder.problems import PROBLEMS
from autograder.problems.problem import Case
from autograder.sandbox.level import Level
from reference.convolution import conv2d
from tests.authoring.conftest import write_course
from tests.cli.conftest import ROOT

OPTIONS = Options(Level.FULL, 2, None)


def validated(course, slug: str = "counting", options: Options = OPTIONS) -> Validation:
    """Return what validating finds; the progress before it goes from 1 to the number of mutants."""
    *progress, found = validate(config.load(course, slug), options)
    assert isinstance(found, Validation)
    assert progress == [Progress(n + 1, len(progress)) for n in range(len(progress))]
    assert len(progress) == found.mutants.tried
    return found


@pytest.fixture(scope="module")
def holed(tmp_path_factory) -> Validation:
    return validated(write_course(tmp_path_factory.mktemp("holed"), holes=True))


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Validation:
    return validated(write_course(tmp_path_factory.mktemp("whole")))


def messages(validation: Validation, kind: str) -> dict[str, str]:
    return {found.where: found.message for found in validation.findings if found.kind == kind}


class TestAnAssignmentThatHolds:
    def test_there_is_nothing_to_mend(self, whole):
        assert whole.findings == ()
        assert whole.survivors == ()
        assert whole.rate == 1.0
        assert whole.holds

    def test_references_and_accepted_values_earn_everything_but_what_a_person_marks(self, whole):
        assert (whole.score, whole.max_score, whole.starter_score) == (5.0, 5.0, 0.0)

    def test_what_misconceptions_lose_is_told_by_group(self, whole):
        [tried] = whole.misconceptions
        assert (tried.check, tried.name, tried.named) == ("count_above", "counted below", "counted below")
        assert tried.groups == ("default", "limit")
        assert tried.score < tried.max_score == 4.0

    def test_every_mutant_is_caught_or_presumed_equivalent(self, whole):
        counts = whole.mutants
        assert counts.possible == counts.tried == counts.caught + counts.equivalent
        assert counts.caught > 5
        assert len(whole.equivalents) == counts.equivalent

    def test_it_is_json(self, whole):
        read = msgspec.json.decode(msgspec.json.encode(whole))
        assert read["schema"] == "autograder/validation/v1"
        assert msgspec.convert(read, Validation) == whole

    def test_the_same_seed_finds_the_same(self, whole, tmp_path):
        again = validated(write_course(tmp_path))
        assert msgspec.structs.replace(again, wall_seconds=whole.wall_seconds) == whole


class TestAnAssignmentWithHoles:
    def test_a_mutant_that_lives_is_listed_with_its_code_and_an_input(self, holed):
        [survivor] = [each for each in holed.survivors if each.operator == "comparison"]
        assert survivor.file == "problems/counting.py"
        assert survivor.before == "return int(np.sum(values > limit))"
        assert survivor.after == "return int(np.sum(values >= limit))"
        assert survivor.groups == ("count_above, default", "count_above, limit")
        lines = (ROOT / "tests/authoring/conftest.py").read_text().splitlines()
        first = lines.index("PROBLEMS = '''")
        assert lines[first + survivor.line - 1] == f"    {survivor.before}"

    def test_the_input_is_the_smallest(self, holed):
        [survivor] = [each for each in holed.survivors if each.operator == "constant"]
        assert survivor.after == "def count_above(values, limit=-1):"
        assert survivor.call == "count_above(np.array([0]))"
        assert "expected 0" in survivor.difference
        assert "1" in survivor.difference

    def test_it_lowers_the_rate(self, holed):
        counts = holed.mutants
        assert counts.survived == len(holed.survivors) > 0
        assert holed.rate == pytest.approx(counts.caught / (counts.caught + counts.survived), abs=1e-4)
        assert holed.rate < 0.98
        assert not holed.holds

    def test_a_starter_that_earns_points(self, holed):
        assert messages(holed, "starter") == {
            "counting.py, count_above": "expected no points; it earns 3 of 4.25"
        }
        assert holed.starter_score == 3.0

    def test_misconceptions_that_lose_nothing_or_have_another_s_name(self, holed):
        assert messages(holed, "misconception") == {
            "count_above, counted at least": "expected a misconception to lose points; it keeps all 3",
            "count_above, the same again": 'expected the report to name it; it names "counted below"',
        }

    def test_a_group_without_hidden_cases_and_without_a_name(self, holed):
        found = [finding.message for finding in holed.findings if finding.kind == "group"]
        assert found == [
            "expected a hidden case; there is none",
            "expected its name in the handout; it is not there",
        ]

    def test_points_that_nobody_can_earn(self, holed):
        [message] = messages(holed, "solution").values()
        assert message.startswith("expected all 4.25 points; received 3: ")

    def test_points_that_are_not_round(self, holed):
        [message] = messages(holed, "points").values()
        assert message == "expected points that add up to a whole number; they add up to 6.25"


class TestWhatCanGoWrong:
    def test_a_reference_that_the_assignment_refuses(self, tmp_path):
        extra = (
            '\n[[checks]]\nkind = "source"\nname = "own"\nforbidden = ["numpy"]\nvoids = ["count_above"]\n'
        )
        found = validated(write_course(tmp_path, extra=extra))
        told = messages(found, "solution")
        assert told.keys() == {"count_above", "own"}
        assert told["count_above"].startswith("expected all 4 points; received 0: no points, because of own")
        assert (found.mutants.tried, found.rate) == (0, None)
        assert not found.holds

    def test_inputs_that_the_handout_does_not_promise_count_for_nothing(self, tmp_path):
        course = write_course(
            tmp_path, holes=True, accepts='0 not in inputs["values"] - inputs.get("limit", 0)'
        )
        found = validated(course)
        assert not any(each.operator == "comparison" for each in found.survivors)
        assert any(each.operator == "comparison" for each in found.equivalents)

    @pytest.mark.slow
    def test_a_mutant_that_hangs_is_caught_soon(self, tmp_path):
        loop = "    found, place = 0, 0\n    while place < len(values):\n"
        loop += "        found += int(values[place] > limit)\n        place += 1\n    return found\n"
        found = validated(write_course(tmp_path, reference=loop))
        assert found.survivors == ()
        assert found.rate == 1.0
        assert found.wall_seconds < 60

    def test_a_student_s_kit_has_no_references(self, tmp_path):
        assignment = config.load(write_course(tmp_path), "counting")
        kit = msgspec.structs.replace(assignment.config, kit=True)
        with pytest.raises(ConfigError, match="kit has no references"):
            next(validate(dataclasses.replace(assignment, config=kit), OPTIONS))

    def test_a_starter_whose_placeholder_counts_as_an_answer(self, tmp_path):
        course = write_course(tmp_path)
        starter = course / "assignments/counting/starter/counting.py"
        starter.write_text('ANSWERS = {"why": "write here"}\n')
        found = validated(course, options=Options(Level.FULL, 2, 0))
        assert messages(found, "starter") == {
            "counting.py, why": "expected no answer yet; what stands there counts as one"
        }

    def test_stopping_early_ends_what_runs(self, tmp_path):
        events = validate(config.load(write_course(tmp_path), "counting"), OPTIONS)
        assert isinstance(next(events), Progress)
        events.close()
        with pytest.raises(StopIteration):
            next(events)


def max_pool_check(**changes) -> FunctionCheck:
    """Return the check `max_pool2d` of the pooling assignment, with changes to its problem."""
    found = next(each for each in config.load(ROOT, "pooling").config.checks if each.name == "max_pool2d")
    problem = dataclasses.replace(PROBLEMS["max_pool2d"], **changes)
    return FunctionCheck(found, problem, problem.draw(np.random.default_rng(0)))


class TestInputsAroundTheCases:
    @pytest.mark.parametrize("slug", config.slugs(ROOT))
    def test_there_are_enough_for_every_shipped_check(self, slug):
        for check in make_checks(config.load(ROOT, slug), {}):
            if isinstance(check, FunctionCheck):
                drawn = check.with_hidden(check.problem.draw(np.random.default_rng(0)))
                assert list(Around(drawn, 60, 0).findings()) == []

    def test_too_few_are_said_since_a_mutant_would_pass_for_equivalent(self):
        [found] = Around(max_pool_check(accepts=lambda **_: False), 60, 0).findings()
        assert (found.kind, found.where) == ("group", "max_pool2d")
        assert found.message.startswith("expected at least 50 inputs around its cases")
        assert "; found 0 in 5 s" in found.message


class TestGroups:
    def test_those_of_a_shipped_assignment_agree(self):
        assert list(group_findings(max_pool_check(), None)) == []

    def test_a_group_without_an_example(self):
        examples = [case for case in PROBLEMS["max_pool2d"].examples if case.group != "stride"]
        found = list(group_findings(max_pool_check(examples=examples), None))
        assert [each.message for each in found if "visible example;" in each.message] == [
            "expected a visible example; there is none"
        ]
        assert {each.where for each in found} == {"max_pool2d, stride"}

    def test_a_group_of_degenerate_cases_only(self):
        def draw(rng):
            return [
                dataclasses.replace(case, is_degenerate=True) for case in PROBLEMS["max_pool2d"].draw(rng)
            ]

        found = list(group_findings(max_pool_check(draw=draw), None))
        problem = PROBLEMS["max_pool2d"]
        drawn = [case.group for case in problem.draw(np.random.default_rng(0))]
        assert [each.message for each in found] == [
            f"expected a hidden case that shows something; all of them ({drawn.count(group)}) are degenerate"
            for group in problem.groups
        ]

    def test_an_argument_that_only_hidden_cases_use(self):
        def draw(rng):
            cases = PROBLEMS["max_pool2d"].draw(rng)
            return [*cases, Case("basic", {"image": np.ones((4, 4)), "stride": 1})]

        said = "hidden cases use the argument stride, which is in none of its visible examples, "
        said += "nor in the handout"
        [finding] = group_findings(max_pool_check(draw=draw), None)
        assert (finding.where, finding.message) == ("max_pool2d, basic", said)
        told = "The groups basic, pool_size and stride; the argument `stride`."
        assert list(group_findings(max_pool_check(draw=draw), told)) == []


class TestChoosing:
    def test_is_even_over_the_files_and_keeps_their_order(self):
        solution = as_submission({"conv2d": conv2d}, {}, "work.py")
        every = list(solution.mutants(dict.fromkeys(solution.origins.values(), range(1, 1000))))
        some = chosen(every, 100, 3)
        counts = [sum(each.file == file for each in some) for file in {each.file for each in every}]
        assert (len(counts), sum(counts)) == (3, 100)  # the convolution, its sizes, and how axes are read
        few, *others = sorted(counts)
        assert few in [sum(each.file == file for each in every) for file in {each.file for each in every}]
        assert max(others) - min(others) <= 1
        places = [every.index(each) for each in some]
        assert places == sorted(set(places))
        assert chosen(every, 100, 3) == some != chosen(every, 100, 4)

    def test_takes_all_where_there_are_no_more(self):
        solution = as_submission({"conv2d": conv2d}, {}, "work.py")
        every = list(solution.mutants(dict.fromkeys(solution.origins.values(), range(1, 1000))))
        assert chosen(every, 10_000, 0) == every
        assert chosen(every, 0, 0) == []


def test_a_call_is_written_as_python_reads_it():
    problem = PROBLEMS["conv2d_layer"]
    inputs = {
        "images": np.ones((1, 1, 1, 1), np.uint8),
        "filters": np.ones((1, 1, 1, 1)),
        "biases": np.zeros(0),
        "padding": "same",
    }
    text = call_text("conv2d_layer", problem, Case("same", inputs))
    expected = (
        "conv2d_layer(np.array([[[[1]]]], np.uint8), np.array([[[[1.0]]]]), np.zeros((0,), np.float64), "
    )
    assert text == expected + "padding='same')"


@pytest.mark.slow
def test_the_shipped_pooling_holds():
    found = validated(ROOT, "pooling", Options(Level.FULL, 2, 40))
    assert found.findings == ()
    assert (found.score, found.max_score, found.starter_score) == (10.0, 10.0, 0.0)
    assert found.mutants.tried == 40
    assert found.survivors == ()
    assert found.holds


def test_a_misconception_that_an_accepted_convention_allows_is_none():
    [check] = [
        each
        for each in make_checks(config.load(ROOT, "holberton"), drawn_of("conv_forward"))
        if each.name == "convolve"
    ]
    assert isinstance(check, FunctionCheck)
    own = check.by_own_signature()
    every = {each.name for each in mistakes_tried(own)}
    tried = [each.name for each in mistakes_tried(own, check.config.accept)]
    assert "other zeros with 'same'" in every
    assert len(tried) < len(mistakes_tried(own))
    assert {"filters flipped", "one stride for both axes"} & set(tried) == (
        {"filters flipped", "one stride for both axes"} & every
    )


def test_source_checks_are_said_not_to_be_tried(whole):
    found = msgspec.structs.replace(whole, not_tried=("by_hand",), misconceptions=whole.misconceptions * 2)
    console = Console(width=120, file=io.StringIO())
    console.print(validation_view(found))
    printed = console.file.getvalue()
    assert "source checks are not tried: by_hand" in printed
    assert "counted below (1)" in printed
    assert "counted below (2)" in printed


def drawn_of(*names):
    return {name: PROBLEMS[name].draw(np.random.default_rng(1)) for name in names}
