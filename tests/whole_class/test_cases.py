"""Hidden cases: drawn by a secret seed, frozen once, refused when changed, read by nobody else."""

import dataclasses
import inspect
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from autograder.errors import ConfigError
from autograder.problems import PROBLEMS
from autograder.problems.draws import numbers
from autograder.problems.problem import Case
from autograder.whole_class import cases

SEED = bytes(range(16))
OTHER_SEED = bytes(16)
CONV2D = PROBLEMS["conv2d"]


def assert_equal_cases(first, second):
    for one, other in zip(first, second, strict=True):
        assert (one.group, one.title, one.is_degenerate) == (other.group, other.title, other.is_degenerate)
        assert one.as_tensors == other.as_tensors
        assert list(one.inputs) == list(other.inputs)
        for name, value in one.inputs.items():
            assert_same(other.inputs[name], value)


def assert_same(first, second):
    assert type(first) is type(second)
    match second:
        case dict():
            assert list(first) == list(second)
            for key, value in second.items():
                assert_same(first[key], value)
        case list() | tuple():
            for one, other in zip(first, second, strict=True):
                assert_same(one, other)
        case np.ndarray():
            np.testing.assert_array_equal(first, second, strict=True)
        case _:
            assert first == second


def differ(first, second) -> bool:
    return any(
        not np.array_equal(value, other.inputs[name])
        for one, other in zip(first, second, strict=True)
        for name, value in one.inputs.items()
    )


def permissions(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def drawing_something_else(rng: np.random.Generator) -> list[Case]:
    return [Case("basic", {"image": numbers(rng, (2, 2), "int64"), "kernel": np.ones((1, 1))})]


def in_the_module_of(problem, function):
    """Return a function that its inspection finds in a problem's own module."""
    namespace = dict(vars(inspect.getmodule(problem.draw)))
    exec(compile(inspect.getsource(function), namespace["__file__"], "exec"), namespace)
    return namespace[function.__name__]


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS.keys())
class TestDrawing:
    def test_the_same_seed_gives_the_same_cases(self, problem, tmp_path):
        first, digest = cases.draw(problem, SEED, tmp_path / "a")
        second, other = cases.draw(problem, SEED, tmp_path / "b")
        assert_equal_cases(first, second)
        assert digest == other

    def test_another_seed_gives_other_cases(self, problem, tmp_path):
        first, digest = cases.draw(problem, SEED, tmp_path)
        second, other = cases.draw(problem, OTHER_SEED, tmp_path)
        assert differ(first, second)
        assert digest != other

    def test_frozen_cases_are_those_that_were_drawn(self, problem, tmp_path):
        rng = np.random.default_rng(cases.keyed_integer(SEED, f"cases {problem.name}"))
        drawn = problem.draw(rng)
        assert_equal_cases(drawn, cases.draw(problem, SEED, tmp_path)[0])
        assert_equal_cases(drawn, cases.draw(problem, SEED, tmp_path)[0])


class TestFreezing:
    def test_a_frozen_file_is_used_although_the_draw_would_give_something_else(self, tmp_path):
        first, digest = cases.draw(CONV2D, SEED, tmp_path)
        changed = dataclasses.replace(CONV2D, draw=in_the_module_of(CONV2D, drawing_something_else))
        assert inspect.getmodule(changed.draw) is inspect.getmodule(CONV2D.draw)
        second, same = cases.draw(changed, SEED, tmp_path)
        assert_equal_cases(first, second)
        assert same == digest
        assert len(list(tmp_path.iterdir())) == 1

    def test_changed_code_of_the_problem_draws_anew(self, tmp_path):
        _, digest = cases.draw(CONV2D, SEED, tmp_path)
        changed = dataclasses.replace(CONV2D, draw=drawing_something_else)  # of this module
        found, other = cases.draw(changed, SEED, tmp_path)
        assert len(found) == 1
        assert other != digest
        assert cases.draw(CONV2D, SEED, tmp_path)[1] == digest
        assert len(list(tmp_path.iterdir())) == 2

    def test_problems_with_names_that_begin_alike_do_not_mix(self, tmp_path):
        digests = {name: cases.draw(problem, SEED, tmp_path)[1] for name, problem in PROBLEMS.items()}
        assert {name: cases.draw(p, SEED, tmp_path)[1] for name, p in PROBLEMS.items()} == digests
        assert len(set(digests.values())) == len(PROBLEMS)

    def test_its_name_ends_in_its_digest(self, tmp_path):
        _, digest = cases.draw(CONV2D, SEED, tmp_path)
        [path] = tmp_path.iterdir()
        assert path.name == f"conv2d-{digest.removeprefix('sha256:')[:16]}.cases"

    @pytest.mark.parametrize("place", [0, 8, 60, -1])
    def test_a_changed_file_is_refused(self, place, tmp_path):
        cases.draw(CONV2D, SEED, tmp_path)
        [path] = tmp_path.iterdir()
        data = bytearray(path.read_bytes())
        data[place] ^= 1
        path.write_bytes(data)
        with pytest.raises(ConfigError, match=r"conv2d-.*: expected the content .*; it was changed"):
            cases.draw(CONV2D, SEED, tmp_path)

    @pytest.mark.parametrize("keep", [0, 5, 100])
    def test_a_cut_file_is_refused(self, keep, tmp_path):
        cases.draw(CONV2D, SEED, tmp_path)
        [path] = tmp_path.iterdir()
        path.write_bytes(path.read_bytes()[:keep])
        with pytest.raises(ConfigError):
            cases.draw(CONV2D, SEED, tmp_path)

    @pytest.mark.parametrize("data", [b"", b"12345678", b"\xff" * 40, bytes(8) + b"\xc0"])
    def test_a_file_of_the_right_name_that_holds_no_cases_is_refused(self, data, tmp_path):
        (tmp_path / cases._file_name("conv2d", data)).write_bytes(data)
        with pytest.raises(ConfigError, match="expected frozen cases"):
            cases.draw(CONV2D, SEED, tmp_path)

    def test_nobody_can_write_into_the_cases(self, tmp_path):
        found, _ = cases.draw(CONV2D, SEED, tmp_path)
        with pytest.raises(ValueError, match="read-only"):
            found[0].inputs["image"][0, 0] = 1


class TestSecrecy:
    def test_the_files_and_the_seed_are_their_owner_s_alone(self, tmp_path, monkeypatch):
        monkeypatch.delenv(cases.SEED_VARIABLE, raising=False)
        (tmp_path / "seed.tmp").write_text("left by a grader that was killed")
        (tmp_path / "seed.tmp").chmod(0o666)
        before = os.umask(0)
        try:
            seed = cases.read_seed(tmp_path)
            cases.draw(CONV2D, seed, tmp_path / "cases")
        finally:
            os.umask(before)
        assert permissions(tmp_path / "seed") == 0o600
        assert [permissions(path) for path in (tmp_path / "cases").iterdir()] == [0o600]
        assert sorted(path.name for path in tmp_path.iterdir()) == ["cases", "seed"]

    def test_a_frozen_file_tells_nothing_of_the_seed(self, tmp_path):
        cases.draw(CONV2D, SEED, tmp_path)
        [path] = tmp_path.iterdir()
        assert SEED not in path.read_bytes()
        assert SEED.hex().encode() not in path.read_bytes()

    def test_a_keyed_integer_differs_by_seed_and_by_name_and_fits_63_bits(self):
        found = [cases.keyed_integer(seed, what) for seed in (SEED, OTHER_SEED) for what in ("a", "b")]
        assert len(set(found)) == 4
        assert all(0 <= number < 2**63 for number in found)


class TestSeeds:
    @pytest.fixture(autouse=True)
    def _no_seed_in_the_environment(self, monkeypatch):
        monkeypatch.delenv(cases.SEED_VARIABLE, raising=False)

    def test_the_folder_s_own_is_made_once(self, tmp_path):
        seed = cases.read_seed(tmp_path / "results")
        assert len(seed) == 16
        assert cases.read_seed(tmp_path / "results") == seed
        assert cases.read_seed(tmp_path / "others") != seed

    def test_from_a_file(self, tmp_path):
        file = tmp_path / "own"
        file.write_text(f"  {SEED.hex()}\n")
        assert cases.read_seed(tmp_path / "results", file) == SEED
        assert not (tmp_path / "results").exists()

    def test_from_the_environment(self, tmp_path, monkeypatch):
        monkeypatch.setenv(cases.SEED_VARIABLE, OTHER_SEED.hex())
        assert cases.read_seed(tmp_path) == OTHER_SEED
        assert list(tmp_path.iterdir()) == []

    def test_a_file_comes_before_the_environment_and_that_before_the_folder(self, tmp_path, monkeypatch):
        cases.read_seed(tmp_path)
        (tmp_path / "own").write_text(SEED.hex())
        monkeypatch.setenv(cases.SEED_VARIABLE, OTHER_SEED.hex())
        assert cases.read_seed(tmp_path) == OTHER_SEED
        assert cases.read_seed(tmp_path, tmp_path / "own") == SEED

    @pytest.mark.parametrize("text", ["", "42", "zz" * 16, SEED.hex()[:-2], SEED.hex()[:-1]])
    def test_a_bad_seed_is_refused_and_not_repeated(self, text, tmp_path, monkeypatch):
        (tmp_path / "seed").write_text(text)
        with pytest.raises(ConfigError, match="32 or more hexadecimal digits") as caught:
            cases.read_seed(tmp_path)
        assert str(tmp_path / "seed") in str(caught.value)
        monkeypatch.setenv(cases.SEED_VARIABLE, text)
        with pytest.raises(ConfigError, match=cases.SEED_VARIABLE) as caught:
            cases.read_seed(tmp_path)
        assert len(text) < 16 or text not in str(caught.value)

    def test_a_file_that_cannot_be_read_is_refused(self, tmp_path):
        with pytest.raises(ConfigError, match="absent: No such file"):
            cases.read_seed(tmp_path, tmp_path / "absent")
        with pytest.raises(ConfigError, match="Is a directory"):
            cases.read_seed(tmp_path, tmp_path)
        (tmp_path / "own").write_bytes(b"\xff" * 32)
        with pytest.raises(ConfigError, match="it is no text"):
            cases.read_seed(tmp_path, tmp_path / "own")
