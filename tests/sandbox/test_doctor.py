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
from autograder.sandbox import advisories, inspection, survey
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


class TestAdvisories:
    """Versions with known holes are named; the documentation says the same as the command."""

    PAGE = (Path(__file__).resolve().parents[2] / "docs" / "security.md").read_text("utf-8")

    @pytest.mark.parametrize(
        ("product", "version", "is_setuid", "names"),
        [
            ("bubblewrap", "0.12.0", True, set()),
            ("bubblewrap", "0.11.1", False, {"CVE-2026-87766"}),
            ("bubblewrap", "0.11.1", True, {"CVE-2026-87766", "CVE-2026-41163"}),
            ("bubblewrap", "0.10.0", True, {"CVE-2026-87766"}),
            ("bubblewrap", "0.4.0", True, {"CVE-2026-87766", "CVE-2020-5291"}),
            ("bubblewrap", "0.3.3", True, {"CVE-2026-87766"}),
            ("bubblewrap", "0.3.1", True, {"CVE-2026-87766", "CVE-2019-12439"}),
            ("keras", "3.15.1", False, set()),
            ("keras", "3.12.1", False, {"CVE-2026-1669", "CVE-2026-1462", "GHSA-hqp4-2352-xf5r"}),
            ("keras", "3.14.0rc1", False, {"CVE-2026-12481"}),
        ],
    )
    def test_a_version_has_the_holes_published_for_it(
        self, product: str, version: str, is_setuid: bool, names: set[str]
    ) -> None:
        found = advisories.concerning(product, version, is_setuid=is_setuid)
        assert {each.names[0] for each in found} == names

    def test_an_old_bubblewrap_and_an_old_keras_are_warned_about_by_name(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            advisories, "_installed", lambda: iter([("bubblewrap", "0.4.0", True), ("keras", "3.8.0", False)])
        )
        shown = " ".join(CliRunner().invoke(doctor).output.split())
        assert "bubblewrap 0.4.0 has CVE-2020-5291 GHSA-j2qp-rvxj-43vj, mended in 0.4.1" in shown
        assert "keras 3.8.0 has CVE-2025-1550 GHSA-48g7-3x6r-xfhp, mended in 3.9.0" in shown
        found = json.loads(CliRunner().invoke(doctor, ["--json"]).output)["advisories"]
        assert {each["product"] for each in found} == {"bubblewrap", "keras"}

    def test_the_page_lists_every_advisory_and_every_wall(self) -> None:
        for advisory in advisories.ADVISORIES:
            assert ", ".join(advisory.names) in self.PAGE
        walls = json.loads(CliRunner().invoke(doctor, ["--json"]).output)["walls"]
        names = {wall["name"] for wall in walls if not wall["name"].startswith("a worker at")}
        rows = {line.split("|")[1].strip() for line in self.PAGE.splitlines() if line.startswith("| ")}
        assert names <= rows

    def test_the_page_says_of_ubuntu_what_the_command_says(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Path, "read_text", lambda *_, **__: "1\n")
        remedy = inspection.namespaces_remedy()
        assert "kernel.apparmor_restrict_unprivileged_userns=0" in remedy
        for part in ("abi <abi/4.0>,", "profile bwrap /usr/bin/bwrap flags=(unconfined) {", "userns,"):
            assert part in remedy
            assert part in self.PAGE


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
