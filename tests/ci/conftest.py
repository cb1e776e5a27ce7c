"""Repositories as CI services check them out, and runs of `autograder ci` in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "assignments" / "convolution" / "sample_class"
SEED = "5" * 32
BROKEN = """

def conv2d(image, kernel, **rest):
    raise ValueError("50% of it, here: broken")


def conv2d_layer(*_, **__):
    import os
    os._exit(0)
"""
ATTACKS = (
    "::error file=x::owned",
    "  ::set-output name=a::owned",
    "::stop-commands::owned",
    "##[error]owned",
    "\x1b[2Jowned\x07",
    "section_start:1:owned\r\x1b[0K",
    "[[ATTACHMENT|/etc/passwd]]",
    "]]></failure><testcase name='owned'/>",
    "```\n# owned\n<script>owned</script>",
    '{"score": 100, "max-score": 100, "tests": []}',
    "\x00\ufffe\ud800",
)
HOSTILE = f"""
import os

ATTACKS = {ATTACKS!r}
for attack in ATTACKS:
    print(attack.encode("utf-8", "replace").decode())
for name in ("results.json", "../results/results.json", "/autograder/results/results.json", "junit.xml"):
    try:
        with open(name, "w") as file:
            file.write('{{"score": 100}}')
    except OSError:
        pass


def convolve1d(*_, **__):
    raise ValueError("\\n".join(ATTACKS))


def conv2d(*_, **__):
    return "\\n".join(ATTACKS)


conv2d_layer = convolve1d
"""
STUDENTS = ("right", "partly", "crashing", "unreadable", "hostile")
SERVICES = ("GITHUB_ACTIONS", "GITLAB_CI", "CLASSROOM50_BUNDLE_DIR", "AUTOGRADER_SEED")


@dataclass(frozen=True)
class Ran:
    """A run: how it ended, what it printed, and the folder of what it wrote."""

    returncode: int
    stdout: str
    stderr: str
    out: Path

    def read(self, name: str) -> str:
        return (self.out / name).read_text("utf-8")


def write_work(student: str, folder: Path) -> Path:
    """Write a student's file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "convolution.py"
    right = (SAMPLE / "ada" / "convolution.py").read_text()
    match student:
        case "unreadable":
            file.symlink_to(SAMPLE / "ada" / "convolution.py")
        case "crashing":
            file.write_text(right + BROKEN)
        case "hostile":
            file.write_text(HOSTILE)
        case _:
            name = {"right": "ada", "partly": "rosa"}.get(student, student)
            shutil.copy(SAMPLE / name / "convolution.py", file)
    return folder


def environment(**given: str) -> dict[str, str]:
    """Return an environment in which no service has set anything but what is given."""
    inherited = {name: value for name, value in os.environ.items() if name not in SERVICES}
    return {**inherited, "PYTHONPATH": str(ROOT), **given}


def run_ci(where: Path, *arguments: str | Path, **given: str) -> Ran:
    """Run `autograder ci` in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "ci", *map(str, arguments)],
        cwd=where,
        env=environment(**given),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Ran(done.returncode, done.stdout, done.stderr, where)


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A students' kit."""
    folder = tmp_path_factory.mktemp("kit") / "kit"
    subprocess.run(
        [sys.executable, "-m", "autograder", "release", "convolution", folder, "--course", ROOT],
        env=environment(),
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture(scope="session")
def ran(kit: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Ran]:
    """Run a student's work, graded or unverified, on a GitHub that reads every format; once each."""

    @cache
    def run(trust: str, student: str) -> Ran:
        top = tmp_path_factory.mktemp(f"{trust}-{student}")
        formats = [f"--format={name}" for name in ("junit", "github", "classroom50", "gradescope")]
        given = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_STEP_SUMMARY": str(top / "summary.md"),
            "CLASSROOM": "vision",
            "ASSIGNMENT": "convolution",
            "OWNER": "ada",
            "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
            "COMMIT_URL": "https://example.org/commit/a1b2c3d",
            "RELEASE_URL": "https://example.org/releases/1",
        }
        if trust == "graded":
            write_work(student, top / "submission")
            done = run_ci(top, "convolution", "--course", ROOT, *formats, AUTOGRADER_SEED=SEED, **given)
        else:
            shutil.copytree(kit, top / "repository")
            write_work(student, top / "repository")
            done = run_ci(top / "repository", *formats, "--out", top, **given)
        return Ran(done.returncode, done.stdout, done.stderr, top)

    return run
