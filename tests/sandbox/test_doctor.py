"""What `autograder doctor` says, and when a level is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from autograder.cli.doctor import doctor
from autograder.errors import WallsMissing
from autograder.sandbox import survey
from autograder.sandbox.level import Level

_here = pytest.mark.skipif(bool(survey.missing(Level.FULL)), reason="the level full does not stand here")


@pytest.fixture
def without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    which: Callable[[str], str | None] = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "bwrap" else which(name))


@pytest.fixture
def on_another_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")


class TestDoctor:
    """The command."""

    @_here
    def test_everything_stands_and_the_exit_code_is_0(self) -> None:
        result = CliRunner().invoke(doctor, ["--json"])
        assert result.exit_code == 0
        found = json.loads(result.output)
        assert found["schema"] == "autograder/doctor/v1"
        assert found["levels"]["full"]
        assert found["levels"]["process"]
        assert {package["name"]: package["version"] for package in found["packages"]}[
            "numpy"
        ] == np.__version__
        proof = next(wall for wall in found["walls"] if wall["name"] == "a worker at full")
        assert proof["stands"]
        assert "all walls raised" in proof["detail"]

    @_here
    def test_people_get_tables(self) -> None:
        result = CliRunner().invoke(doctor)
        assert result.exit_code == 0
        for text in (
            "Packages",
            "Walls",
            "landlock",
            "seccomp",
            "--sandbox full      works",
            "GPU: ",
        ):
            assert text in result.output

    @pytest.mark.usefixtures("without_bubblewrap")
    def test_a_missing_wall_is_named_with_its_remedy_and_the_exit_code_is_3(self) -> None:
        result = CliRunner().invoke(doctor)
        assert result.exit_code == 3
        assert "apt-get install bubblewrap" in result.output
        assert "--sandbox full      does not work here" in result.output

    @pytest.mark.usefixtures("without_bubblewrap")
    def test_json_of_a_missing_wall(self) -> None:
        result = CliRunner().invoke(doctor, ["--json"])
        assert result.exit_code == 3
        walls = {wall["name"]: wall for wall in json.loads(result.output)["walls"]}
        assert not walls["bubblewrap"]["stands"]
        assert "bubblewrap" in walls["bubblewrap"]["remedy"]
        assert walls["a worker at full"]["detail"].startswith("not tried: missing bubblewrap")

    @pytest.mark.usefixtures("on_another_system")
    def test_another_system_has_only_the_level_process(self) -> None:
        result = CliRunner().invoke(doctor, ["--json"])
        assert result.exit_code == 3
        assert json.loads(result.output)["levels"] == {"full": False, "container": False, "process": True}

    def test_importing_the_command_loads_nothing_heavy(self) -> None:
        script = (
            "import sys, autograder.cli.doctor; "
            "print(sorted({'numpy', 'rich', 'msgspec', 'psutil'} & set(sys.modules)))"
        )
        done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
        assert done.stdout.strip() == "[]"


class TestRequire:
    """A level whose walls do not stand is refused."""

    @_here
    def test_a_level_that_stands_is_accepted(self) -> None:
        survey.require(Level.FULL)
        assert survey.missing(Level.FULL) == []

    @pytest.mark.usefixtures("without_bubblewrap")
    def test_a_refusal_names_the_wall_the_remedy_and_a_lower_level(self) -> None:
        with pytest.raises(WallsMissing) as refused:
            survey.require(Level.FULL)
        message = str(refused.value)
        assert message.startswith("--sandbox full needs:\n  bubblewrap: not installed. To get it: apt-get")
        lower = "process" if survey.missing(Level.CONTAINER) else "container"
        assert f"--sandbox {lower}" in message.splitlines()[-1]

    @pytest.mark.usefixtures("on_another_system")
    @pytest.mark.parametrize("level", [Level.FULL, Level.CONTAINER])
    def test_another_system_is_refused_and_told_of_linux(self, level: Level) -> None:
        with pytest.raises(WallsMissing, match=r"(?s)on Linux.*--sandbox process"):
            survey.require(level)

    @pytest.mark.usefixtures("on_another_system", "without_bubblewrap")
    def test_the_level_process_needs_nothing(self) -> None:
        survey.require(Level.PROCESS)
        assert survey.missing(Level.PROCESS) == []

    def test_another_system_imports_nothing_that_it_does_not_have(self) -> None:
        script = (
            "import sys\n"
            "for name in ('fcntl', 'resource', 'pwd', 'pyseccomp', 'psutil'): sys.modules[name] = None\n"
            "import subprocess, json, click.testing\n"
            "sys.platform = 'darwin'\n"
            "from autograder.cli.doctor import doctor\n"
            "print(click.testing.CliRunner().invoke(doctor, ['--json']).exit_code)\n"
        )
        done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
        assert done.stdout.strip() == "3"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become another")
def test_an_ordinary_user_gets_the_level_full_too() -> None:
    """By the system's own interpreter: the one of a virtual environment may lie in root's home."""
    python = shutil.which("python3", path="/usr/bin")
    packages, course = Path(np.__file__).parents[1], Path(__file__).parents[2]
    script = "from autograder.cli.doctor import doctor; doctor(['--json'])"
    if python is None:
        pytest.skip("no interpreter of the system")
    environment = {
        "PYTHONPATH": f"{course}:{packages}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": os.environ["PATH"],
    }
    as_nobody = {"user": 65_534, "group": 65_534, "extra_groups": [], "env": environment, "cwd": "/"}
    trial = "import sys, numpy, psutil; print(*sys.version_info[:2])"
    first = subprocess.run([python, "-c", trial], check=False, capture_output=True, text=True, **as_nobody)
    if first.stdout.split() != [str(part) for part in sys.version_info[:2]]:
        pytest.skip("the system's interpreter cannot import these packages")
    done = subprocess.run([python, "-c", script], check=False, capture_output=True, text=True, **as_nobody)
    walls = {wall["name"]: wall for wall in json.loads(done.stdout)["walls"]}
    assert walls["a worker at full"]["stands"], walls
    assert not walls["user id"]["stands"]
    assert done.returncode == 0
