"""Shards: every student is in exactly one, whatever else is in the class, and all draw the same cases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import ConfigError
from autograder.whole_class.cases import SEED_VARIABLE
from autograder.whole_class.sharding import Shard

SEED_WANTED = (
    "--shard: expected a seed that all shards share, so that they draw the same hidden cases: --seed-file "
    f"FILE or the environment variable {SEED_VARIABLE}; received neither. Make a file of 32 hexadecimal "
    "digits, for example with: openssl rand -hex 16"
)
counts = st.integers(1, 40)


@given(st.text(min_size=1), counts)
def test_every_student_is_in_exactly_one(student, count):
    assert sum(Shard(number, count).holds(student) for number in range(1, count + 1)) == 1


@given(st.text("abcdefäöüß", min_size=1), counts)
def test_whatever_the_case_of_the_id(student, count):
    for number in range(1, count + 1):
        shard = Shard(number, count)
        assert shard.holds(student) == shard.holds(student.swapcase().casefold())


def test_the_parts_of_a_large_class_are_about_as_large():
    sizes = [
        sum(Shard(number, 16).holds(f"student{each}") for each in range(4000)) for number in range(1, 17)
    ]
    assert sum(sizes) == 4000
    assert min(sizes) > 200
    assert max(sizes) < 300


def test_who_is_in_which_never_changes():
    """A cluster's parts are merged by this: results of an earlier release must still fit."""
    found = [next(n for n in range(1, 5) if Shard(n, 4).holds(name)) for name in ("ada", "bo", "cy", "zoë")]
    assert found == [3, 4, 3, 2]


@pytest.mark.parametrize("text", ["1/1", "1/16", "16/16", "03/16", "99999/99999"])
def test_a_part_is_named_by_its_number_and_their_count(text):
    number, _, count = text.partition("/")
    shard = Shard.parse(text, has_seed=True)
    assert shard == Shard(int(number), int(count))
    assert str(shard) == f"{int(number)}/{int(count)}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "0/16",
        "17/16",
        "1/0",
        "-1/3",
        "1/-3",
        "1 /3",
        "1/3 ",
        "a/b",
        "1/2/3",
        "1.5/3",
        "²/3",
        "1/3\n",
        "123456/999999",
    ],
)
def test_another_text_is_refused(text):
    with pytest.raises(ConfigError) as caught:
        Shard.parse(text, has_seed=True)
    assert str(caught.value) == f"--shard: expected I/N, like 3/16, with I from 1 to N; received {text!r}"


def test_without_a_seed_that_all_share_it_is_refused_and_the_remedy_is_named():
    with pytest.raises(ConfigError) as caught:
        Shard.parse("1/2", has_seed=False)
    assert str(caught.value) == SEED_WANTED
