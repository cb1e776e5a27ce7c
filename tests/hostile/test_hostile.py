"""Each attack on the list of threats gets its verdict, tells nothing, leaves nothing and disturbs nobody.

An attack is a folder beside this file: what is handed in, or ``make.py`` that makes it, and an
``expected.toml``.
Fork servers are shared: a whole batch is one run of `autograder grade` (see `launcher`).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from autograder.sandbox.level import Level
from autograder.sandbox.survey import missing
from tests.hostile import soak, trial
from tests.hostile.trial import ROOT, Canaries, Result

ATTACKS = trial.attacks()
NUMPY = {name: each for name, each in ATTACKS.items() if each.course == "numpy"}
QUICK = {name: each for name, each in NUMPY.items() if not each.is_slow}
_OF_A_CONTAINER = {"landlock", "seccomp", "cleaning", "orphans are ended"}
BATCHES = {  # level, course, attacks
    "full": ("full", "numpy", QUICK),
    "container": (
        "container",
        "numpy",
        {
            name: each
            for name, each in QUICK.items()
            if "container" in each.levels and _OF_A_CONTAINER & set(each.attacks)
        },
    ),
    "full, slow": ("full", "numpy", {name: each for name, each in NUMPY.items() if each.is_slow}),
    "container, slow": (
        "container",
        "numpy",
        {name: each for name, each in NUMPY.items() if "container" in each.levels},
    ),
    "models": ("full", "keras", {name: each for name, each in ATTACKS.items() if each.course == "keras"}),
}
_SLOW = ("full, slow", "container, slow", "models")
_CASES = [
    pytest.param(batch, name, id=f"{batch}-{name}", marks=[pytest.mark.slow] * (batch in _SLOW))
    for batch, (_, _, chosen) in BATCHES.items()
    for name in chosen
]
_WHOLE = [pytest.param(batch, marks=[pytest.mark.slow] * (batch in _SLOW)) for batch in BATCHES]
_MOST_THREATS = 64


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that is not below root's own, as pytest's are: only the walls are in the way."""
    with TemporaryDirectory(prefix="autograder-hostile-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def graded() -> Iterator[Callable[[str], Result]]:
    """Grade a batch, once each."""
    folders = ExitStack()

    @cache
    def grade(batch: str) -> Result:
        level, course, chosen = BATCHES[batch]
        if absent := missing(Level(level)):
            pytest.skip("missing here: " + ", ".join(wall.name for wall in absent))
        folder = folders.enter_context(TemporaryDirectory(prefix="autograder-hostile-"))
        return trial.run(Path(folder), chosen, level, course=course)

    with folders:
        yield grade


@pytest.mark.parametrize(("batch", "name"), _CASES)
def test_an_attack_gets_its_verdict_and_nothing_else(
    graded: Callable[[str], Result], batch: str, name: str
) -> None:
    result = graded(batch)
    found = [each for each in result.verdicts if re.fullmatch(rf"{name}(-\d+)?", each)]
    assert len(found) == ATTACKS[name].repeat
    assert {each: result.verdicts[each].wrong for each in found} == dict.fromkeys(found, ())


@pytest.mark.parametrize("batch", _WHOLE)
def test_after_all_of_them_nothing_is_left_and_no_server_knows_a_secret(
    graded: Callable[[str], Result], batch: str
) -> None:
    result = graded(batch)
    assert result.wrong == ()
    if batch in ("full", "container, slow"):
        assert result.record.graded > 100


def test_an_attack_that_gets_through_is_seen(open_folder: Path) -> None:
    """What looks for leaks, leftovers and disturbed neighbours finds them where walls are gone."""
    if missing(Level.FULL):
        pytest.skip("the level full does not stand here")
    names = ("reads_environments", "searches_the_disk", "leaves_files", "sees_processes")
    chosen = {name: NUMPY[name] for name in names}
    without = ("namespaces", "bubblewrap", "landlock", "empty environment")
    seen = trial.run(open_folder, chosen, "full", without=without)
    wrong = {
        name: [
            each
            for number in ("", "-2")
            if (found := seen.verdicts.get(name + number))
            for each in found.wrong
        ]
        for name in names
    }
    for name in names:
        assert any("got through" in each for each in wrong[name]), name
    assert any("told of environment" in each for each in wrong["reads_environments"])
    assert any("left behind: 1 more: file" in each for each in wrong["leaves_files"])


class TestTheSuite:
    """What the list asks for is there."""

    def test_there_are_at_least_60_attacks(self) -> None:
        assert len(ATTACKS) >= 60

    def test_every_threat_has_an_attack_or_is_named_in_the_documentation(self) -> None:
        page = (ROOT / "docs" / "security.md").read_text("utf-8")
        _, _, listed = page.partition("## Threats without an attack")
        named = {int(number) for number in re.findall(r"^\| (\d+) \|", listed, re.MULTILINE)}
        attacked = {each.threat for each in ATTACKS.values()}
        assert attacked | named == set(range(1, _MOST_THREATS + 1))

    def test_the_page_shows_the_attacks_as_they_are(self) -> None:
        assert soak.attacks_table() in (ROOT / "docs" / "security.md").read_text("utf-8")


CI_ATTACKS = (
    "gives_commands_to_services",
    "writes_to_the_terminal",
    "reads_environments",
    "prints_its_inputs",
    "brings_a_repository",
)


@pytest.mark.slow
@pytest.mark.parametrize("name", CI_ATTACKS)
def test_an_attack_in_ci_tells_nothing_and_commands_nothing(tmp_path: Path, name: str) -> None:
    if missing(Level.FULL):
        pytest.skip("the level full does not stand here")
    canaries = Canaries()
    trial._make_course(tmp_path / "course", canaries, "numpy")
    trial._hand_in(name, tmp_path / "run", "submission")
    output = tmp_path / "output"
    output.touch()
    formats = [f"--format={each}" for each in ("junit", "github", "gradescope")]
    arguments = ("ci", "sums", "--graded", *formats, "--course", str(tmp_path / "course"))
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=tmp_path / "run",
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "AUTOGRADER_SEED": canaries.seed,
            "AUTOGRADER_CANARY": canaries.environment,
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(tmp_path / "run" / "summary.md"),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_ENV": str(output),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert output.read_text() == ""
    assert "GOT THROUGH" not in done.stdout + done.stderr
    written = [
        path for path in (tmp_path / "run").rglob("*") if path.is_file() and "submission" not in path.parts
    ]
    for text in (done.stdout, done.stderr, *(path.read_text("utf-8") for path in written)):
        told = [key for key, value in canaries.texts().items() if value in text]
        assert told in ([], ["hidden"]) if "cases" in text else told == []
        assert "\x1b" not in text
        assert not re.search(
            r"^::(?!error|warning|notice|group|endgroup|stop-commands|[0-9a-f]{16})", text, re.M
        )
        assert not re.search(r"^(::set-output|::error file=x|##\[error\])", text, re.MULTILINE)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root plays another machine")
@pytest.mark.parametrize(("where", "level"), [("user", "full"), ("container", "container")])
def test_the_walls_hold_on_another_machine(open_folder: Path, where: str, level: str) -> None:
    """As an ordinary user, and as root of a container in which no user namespace can be made."""
    if missing(Level(level)):
        pytest.skip(f"the level {level} does not stand here")
    chosen = {name: each for name, each in QUICK.items() if level in each.levels}
    result = trial.run(open_folder, chosen, level, where=where)
    assert {name: each.wrong for name, each in result.verdicts.items() if each.wrong} == {}
    assert result.wrong == ()


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root plays another machine")
def test_a_container_without_user_namespaces_is_told_what_stands() -> None:
    command = [sys.executable, "-m", "autograder", "doctor", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.elsewhere", "container", *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    found = json.loads(done.stdout)
    assert done.returncode == 3
    assert found["levels"] == {"full": False, "container": True, "process": True}
    walls = {wall["name"]: wall for wall in found["walls"]}
    assert not walls["user namespaces"]["stands"]
    assert "user.max_user_namespaces" in walls["user namespaces"]["remedy"]
