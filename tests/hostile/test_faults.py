"""Faults of our own side: a clear error or a right grade, and nothing is lost."""

from __future__ import annotations

import os
import random
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import ConfigError
from autograder.sandbox.level import Level
from autograder.sandbox.survey import missing
from autograder.submission import Submission, hand_ins
from tests.hostile import faults
from tests.hostile.faults import command, grades, in_own_mounts, run

pytestmark = pytest.mark.skipif(bool(missing(Level.FULL)), reason="the level full does not stand here")
_as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("unshare") is None,
    reason="only root mounts",
)
SIZE = 12


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class, graded once undisturbed into the folder `undisturbed`."""
    folder = tmp_path_factory.mktemp("faults")
    faults.make_class(folder, SIZE)
    done = run(command(folder, out="undisturbed"))
    assert done.returncode == 0, done.stderr
    assert len(grades(folder / "undisturbed")) == SIZE
    return folder


@pytest.fixture(scope="module")
def undisturbed(course: Path) -> dict[str, Any]:
    return grades(course / "undisturbed")


@pytest.mark.slow
def test_whatever_is_killed_every_submission_ends_with_its_grade(
    course: Path, undisturbed: dict[str, Any]
) -> None:
    seen = faults.kill_at_random(course, 12, random.Random(3))
    assert seen["grades"] == undisturbed
    assert seen["half"] == []
    assert seen["read"] > 0
    assert seen["leftovers"] == []
    assert seen["twice"] == 0
    shutil.rmtree(course / "killed")


@_as_root
def test_a_full_disk_is_told_and_the_next_run_goes_on(course: Path, undisturbed: dict[str, Any]) -> None:
    kept = course / "full"
    kept.mkdir()
    small = f"mount -t tmpfs -o size=64k none {kept}"
    done = in_own_mounts(small, command(course, out="full"))
    assert done.returncode == 3
    assert "No space left on device. What was finished is kept: make room, and run the same" in done.stderr
    assert "Traceback" not in done.stderr
    after = run(command(course, out="full"))
    assert after.returncode == 0, after.stderr
    assert grades(kept) == undisturbed


@_as_root
def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(course: Path) -> None:
    (course / "closed").mkdir()
    closed = f"mount -t tmpfs -o ro none {course / 'closed'}"
    done = in_own_mounts(closed, command(course, out="closed"))
    assert done.returncode == 2
    assert "Read-only file system" in done.stderr
    assert "Traceback" not in done.stderr


@_as_root
def test_without_shared_memory_and_with_a_closed_home_the_grades_are_the_same(
    course: Path, undisturbed: dict[str, Any]
) -> None:
    script = "mount -t tmpfs -o ro none /dev/shm; mount -t tmpfs -o ro none /home"
    done = in_own_mounts(script, command(course, out="bare"), HOME="/home")
    assert done.returncode == 0, done.stderr
    assert grades(course / "bare") == undisturbed


def test_in_a_plain_locale_with_a_clock_that_jumps_the_grades_are_the_same(
    course: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import random, time\n"
        "real = time.time\n"
        "time.time = lambda: real() + random.choice((0, 86_400, -86_400, -1e9))\n"
    )
    path = os.pathsep.join((str(tmp_path), str(faults.ROOT)))
    plain = {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": path}
    done = run(command(course, out="locale"), **plain)
    assert done.returncode == 0, done.stderr
    assert grades(course / "locale") == undisturbed


def test_too_many_files_too_large_ones_and_names_in_any_encoding_cost_nobody_else(
    course: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    shutil.copytree(course / "course", tmp_path / "course")
    shutil.copytree(course / "class", tmp_path / "class")
    many, large, named = (tmp_path / "class" / name for name in ("many", "large", "named"))
    for student in (many, large, named):
        shutil.copytree(course / "class" / "s0001", student)
    for number in range(10_000):
        (many / f"f{number}.txt").touch()
    with (large / "data.bin").open("wb") as file:
        file.truncate(2 * 1024**3)
    for name in (b"caf\xe9.txt", "日本.txt".encode("shift_jis"), "ω.txt".encode()):
        with open(os.fsencode(named) + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(b"1")
    done = run(command(tmp_path), LANG="C", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    found = grades(tmp_path / "out")
    assert {name: report for name, report in found.items() if name in undisturbed} == undisturbed
    assert found["many"]["outcome"] == "unreadable_submission"
    assert "at most 10000 files" in found["many"]["checks"][0]["message"]
    assert found["large"]["score"] == undisturbed["s0001"]["score"]
    assert any("left out, too large: data.bin" in note for note in found["large"]["notes"])
    assert found["named"]["outcome"] in ("completed", "unreadable_submission")


def test_a_folder_that_changes_while_it_is_read_gives_rows_and_follows_nothing(tmp_path: Path) -> None:
    faults.make_class(tmp_path, SIZE)
    stop = threading.Event()
    changing = threading.Thread(target=faults.change_while, args=(tmp_path / "class", stop, random.Random(5)))
    changing.start()
    read = 0
    try:
        for _ in range(150):
            try:
                found = hand_ins(tmp_path / "class", "work.py")
            except ConfigError:
                continue
            for hand_in in found:
                for attempt in hand_in.attempts:
                    if isinstance(attempt, Submission):
                        read += 1
                        assert all(b"canary-" not in bytes(file.data) for file in attempt.files)
    finally:
        stop.set()
        changing.join()
    assert read > 150


@pytest.mark.slow
def test_who_tries_to_take_all_memory_costs_nobody_else(
    course: Path, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    """Two of them, each in its own way, beside good ones: each is held to its own limit."""
    shutil.copytree(course / "course", tmp_path / "course")
    shutil.copytree(course / "class", tmp_path / "class")
    hogs = faults.add_hogs(tmp_path)
    code, most_mib = faults.under_pressure(tmp_path, jobs=4)
    found = grades(tmp_path / "out")
    assert code == 0
    assert {name: report for name, report in found.items() if name not in hogs} == undisturbed
    for name, outcomes in hogs.items():
        assert found[name]["outcome"] in outcomes
        assert found[name]["score"] <= 1.0, name
    assert most_mib > 192  # one of them at least was at its limit


@pytest.mark.slow
def test_a_class_of_which_each_tenth_is_hostile(tmp_path: Path) -> None:
    found = faults.soak(tmp_path, 150, random.Random(11))
    assert found["wrong"] == []
    assert found["hostile"] == 15
