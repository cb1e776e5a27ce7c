"""The templates in docs/ci: they are well formed, their commands exist, and their steps run.

What needs a service is replaced: GitHub's runner by its variables, pip by nothing, since the toolkit is here.
Docker is not: no image is built.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from autograder.cli.main import autograder
from tests.ci.conftest import ROOT, SEED, environment, write_work

CI = ROOT / "docs" / "ci"
ACTION = CI / "github-action" / "action.yml"
FILES = sorted(path for path in CI.rglob("*") if path.is_file())
YAML = [path for path in FILES if path.suffix == ".yml"]
_INSTRUCTIONS = set("ARG CMD COPY FROM RUN USER WORKDIR".split())


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def scripts(path: Path) -> Iterator[str]:
    """Return the shell scripts of a file."""
    if path.name == "Dockerfile":
        yield from (rest for word, rest in instructions(path) if word == "RUN")
        return

    def walk(value: Any, key: str = "") -> Iterator[str]:
        match value:
            case dict():
                for name, inside in value.items():
                    yield from walk(inside, name)
            case list() if key == "script":
                yield "\n".join(value)
            case list():
                for inside in value:
                    yield from walk(inside)
            case str() if key == "run":
                yield value

    yield from walk(read(path))


def instructions(path: Path) -> list[tuple[str, str]]:
    text = re.sub(r"(?m)^\s*#.*\n", "", path.read_text("utf-8")).replace("\\\n", " ")
    found = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return [(word, rest) for word, rest in found]


@pytest.mark.parametrize("path", [*YAML, CI / "Dockerfile"], ids=lambda path: path.relative_to(CI).as_posix())
class TestEveryTemplate:
    def test_its_scripts_are_shell(self, path: Path) -> None:
        for script in scripts(path):
            assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0

    def test_no_expression_is_pasted_into_a_script(self, path: Path) -> None:
        assert not any("${{" in script for script in scripts(path))

    def test_its_commands_exist(self, path: Path) -> None:
        for script in scripts(path):
            for line in script.splitlines():
                words = shlex.split(line, comments=True)
                if "autograder" in words and words[0] not in ("docker", "cd"):
                    parse(words[words.index("autograder") + 1 :])


def parse(words: list[str]) -> None:
    """Parse a command line of ours, as far as what the shell fills in is known."""
    if words == ["--version"]:
        return
    command: click.Command = autograder
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    command.make_context(command.name, [word for word in words if word != "${options[@]}"])


def test_the_commands_of_all_templates_are_seen() -> None:
    said = "\n".join(script for path in YAML for script in scripts(path))
    assert len(re.findall(r"(?m)^autograder ci ", said)) == 3


def test_the_options_that_the_action_puts_together_exist() -> None:
    [script] = [script for script in scripts(ACTION) if "autograder ci" in script]
    named = set(re.findall(r"(?<!\w)--[a-z-]+", script))
    options = {option for each in autograder.commands["ci"].params for option in each.opts}
    assert {"--format", "--graded", "--visible-only", "--sandbox"} <= named <= options


def test_every_action_s_input_is_known_and_used() -> None:
    action = read(ACTION)
    text = ACTION.read_text("utf-8")
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == set(action["inputs"])
    assert all(step.get("shell") == "bash" for step in action["runs"]["steps"] if "run" in step)
    for path in YAML:
        for job in (read(path).get("jobs") or {}).values():
            for step in job["steps"]:
                if "docs/ci/github-action@" in step.get("uses", ""):
                    required = {name for name, each in action["inputs"].items() if each.get("required")}
                    assert required <= set(step["with"]) <= set(action["inputs"])


@pytest.mark.parametrize("path", [path for path in YAML if "repository" in path.parts[-4]], ids=str)
def test_a_workflow_has_the_least_rights(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    triggers = workflow[True]  # YAML 1.1 reads `on` so
    assert "pull_request_target" not in triggers
    for job in workflow["jobs"].values():
        checkouts = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout")]
        assert checkouts
        assert all(step["with"]["persist-credentials"] is False for step in checkouts)


class TestTheAction:
    @pytest.fixture
    def tools(self, tmp_path: Path) -> Path:
        """A folder with the commands that the steps call; those that change the machine only note it."""
        folder = tmp_path / "bin"
        folder.mkdir()
        commands = {
            "autograder": f'exec {sys.executable} -m autograder "$@"',
            "python": f'echo "$0 $*" >> {tmp_path}/noted',
            "sudo": f'echo "$0 $*" >> {tmp_path}/noted',
        }
        for name, command in commands.items():
            (folder / name).write_text(f"#!/bin/sh\n{command}\n")
            (folder / name).chmod(0o755)
        return folder

    def run(self, where: Path, tools: Path, inputs: dict[str, str], **given: str) -> tuple[int, str]:
        """Run the steps of the action as GitHub's runner does, up to the first that fails."""
        action = read(ACTION)
        values = {name: str(each.get("default", "")) for name, each in action["inputs"].items()} | inputs
        printed = ""
        for step in action["runs"]["steps"]:
            condition = step.get("if", "")
            for name, wanted in re.findall(r"inputs\.([a-z-]+) == '(\w+)'", condition):
                if values[name] != wanted:
                    break
            else:
                if "run" not in step:
                    continue
                variables = {
                    name: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda found: values[found[1]], text)
                    for name, text in step.get("env", {}).items()
                }
                done = subprocess.run(
                    ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                    cwd=where,
                    env=environment(
                        GITHUB_ACTIONS="true",
                        GITHUB_STEP_SUMMARY=str(tools.parent / "summary.md"),
                        PATH=f"{tools}{os.pathsep}{os.environ['PATH']}",
                        **variables,
                        **given,
                    ),
                    capture_output=True,
                    text=True,
                    check=False,
                )
                printed += done.stdout + done.stderr
                if done.returncode:
                    return done.returncode, printed
        return 0, printed

    def test_checks_a_student_s_repository(self, kit: Path, tools: Path, tmp_path: Path) -> None:
        repository = tmp_path / "repository"
        shutil.copytree(kit, repository)
        shutil.copytree(CI / "github-student-repository", repository, dirs_exist_ok=True)
        write_work("right", repository)
        code, printed = self.run(repository, tools, {"toolkit": "a b"})
        assert (code, "unverified: 6 of 6 points" in printed) == (0, True), printed
        write_work("partly", repository)
        code, printed = self.run(repository, tools, {"toolkit": "a b"})
        assert (code, "::error file=convolution.py," in printed) == (1, True), printed
        assert "unverified" in (tmp_path / "summary.md").read_text()
        noted = (tmp_path / "noted").read_text()
        assert "sudo" not in noted
        assert "pip install --quiet a b ipython\n" in noted

    def test_grades_in_an_instructor_s_repository(self, tools: Path, tmp_path: Path) -> None:
        repository = tmp_path / "repository"
        shutil.copytree(ROOT / "grading_configs", repository / "grading_configs")
        write_work("partly", repository / "submission")
        inputs = {"toolkit": "x", "assignment": "convolution", "graded": "true", "out": "results"}
        code, printed = self.run(repository, tools, inputs)
        assert (code, "needs the secret seed" in printed) == (3, True), printed
        code, printed = self.run(repository, tools, inputs, AUTOGRADER_SEED=SEED)
        assert (code, "7.95 of 10 points" in printed) == (1, True), printed
        assert (repository / "results" / "junit.xml").exists()
        assert "apparmor_restrict_unprivileged_userns=0" in (tmp_path / "noted").read_text()


class TestTheGitLabJobs:
    def test_both_publish_the_report_whatever_comes_out(self) -> None:
        jobs = read(CI / "gitlab-ci.yml")
        assert set(jobs) == {"check", "grade"}
        for job in jobs.values():
            assert job["artifacts"] == {"when": "always", "reports": {"junit": "junit.xml"}}

    def test_the_check_runs(self, kit: Path, tmp_path: Path) -> None:
        repository = tmp_path / "repository"
        shutil.copytree(kit, repository)
        write_work("partly", repository)
        script = read(CI / "gitlab-ci.yml")["check"]["script"][-1]
        command = script.replace("autograder", f"{shlex.quote(sys.executable)} -m autograder", 1)
        done = subprocess.run(
            ["bash", "-c", command], cwd=repository, env=environment(GITLAB_CI="true"), check=False
        )
        assert done.returncode == 1
        assert (repository / "junit.xml").exists()

    def test_the_student_s_commit_is_graded(self, tmp_path: Path) -> None:
        """The checkout too, from a repository on the disk; a hook that came with it does not run."""
        origin = write_work("partly", tmp_path / "origin")

        def git(*arguments: str) -> str:
            identity = ["-c", "user.name=ada", "-c", "user.email=ada@example.org"]
            done = subprocess.run(
                ["git", *identity, *arguments], cwd=origin, check=True, capture_output=True, text=True
            )
            return done.stdout.strip()

        git("init", "--quiet")
        git("add", ".")
        git("commit", "--quiet", "-m", "work")
        commit = git("rev-parse", "HEAD")
        project = tmp_path / "project"
        shutil.copytree(ROOT / "grading_configs", project / "grading_configs")
        script = "\n".join(read(CI / "gitlab-ci.yml")["grade"]["script"])
        script = re.sub(r'"https://oauth2:[^"]*"', shlex.quote(str(origin)), script)
        script = script.replace("\nautograder", f"\n{shlex.quote(sys.executable)} -m autograder")
        given = {"STUDENT_COMMIT": commit, "ASSIGNMENT": "convolution", "AUTOGRADER_SEED": SEED}
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=project,
            env=environment(GITLAB_CI="true", **given),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert "7.95 of 10 points" in done.stdout
        assert 'file="submission/convolution.py"' in (project / "junit.xml").read_text()


def test_the_dockerfile_has_two_images_of_known_instructions() -> None:
    found = instructions(CI / "Dockerfile")
    assert {word for word, _ in found} <= _INSTRUCTIONS
    targets = [rest.rsplit(" ", 1)[-1] for word, rest in found if word == "FROM"]
    assert targets == ["runner", "gradescope"]
    copied = [rest.split()[0] for word, rest in found if word == "COPY"]
    assert copied == [".", "source"]
    for needed in ("pyproject.toml", "constraints.txt"):
        assert (ROOT / needed).is_file()


def test_no_template_is_executable_or_holds_a_secret() -> None:
    for path in FILES:
        assert not path.stat().st_mode & stat.S_IXUSR
        assert not re.search(r"\b[0-9a-f]{32,}\b|gh[pousr]_\w{20,}|glpat-", path.read_text("utf-8"))
