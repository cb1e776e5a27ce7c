import os
import stat

WORK = """
import os

for variable in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_TOKEN"):
    if variable in os.environ:
        print("GOT THROUGH: found", variable)
for path in ("summary.md", "../summary.md", "output", "../output", "../../output", "results.json"):
    with open(path, "a") if not path.startswith("..") else open(os.devnull, "a") as file:
        file.write("score=100\\n")
print("::set-output name=score::100")
print("::add-path::/tmp")
print("##[set-env name=PATH]/tmp")


def double(values):
    return 2 * values


def oracle(question):
    return question
"""
CONFIG = """schema = "autograder/assignment/v1"
title = "Small sums"
file = "work.py"

[[checks]]
kind = "values"
name = "all"
items = [{ name = "all", variable = "double", points = 100, accept = [1] }]
"""
RUN = "#!/bin/sh\necho 'GOT THROUGH: ran'; touch /tmp/left-by-an-attack-of-a-checkout\n"
PYTHON = "print('GOT THROUGH: a module of the checkout was run by the grader')\n"


def make(students, identity):
    folder = students / identity
    (folder / ".git" / "hooks").mkdir(parents=True)
    (folder / ".github" / "workflows").mkdir(parents=True)
    (folder / "grading_configs").mkdir()
    (folder / "problems").mkdir()
    (folder / "work.py").write_text(WORK)
    (folder / "grading_configs" / "sums.toml").write_text(CONFIG)
    settings = "[core]\n\tfsmonitor = ./run\n\tpager = ./run\n\tsshCommand = ./run\n\thooksPath = hooks\n"
    (folder / ".git" / "config").write_text(settings)
    for hook in ("post-checkout", "pre-commit", "fsmonitor-watchman"):
        (folder / ".git" / "hooks" / hook).write_text(RUN)
        (folder / ".git" / "hooks" / hook).chmod(0o755)
    (folder / ".gitattributes").write_text("* filter=run diff=run\n")
    (folder / "run").write_text(RUN)
    (folder / "run").chmod(stat.S_IRWXU)
    for name in ("conftest", "sitecustomize", "usercustomize", "autograder", "msgspec", "problems/sums"):
        (folder / f"{name}.py").write_text(PYTHON)
    (folder / "evil.pth").write_text("import os; print('GOT THROUGH: a .pth file was run')\n")
    (folder / "pyproject.toml").write_text("[tool.autograder]\nsandbox = 'process'\n[tool.pytest.ini_options]\n")
    (folder / ".github" / "workflows" / "grade.yml").write_text("on: push\njobs: {}\n")
    for name in ("::error::x.py", "a%0A::error::owned.txt", "b\n::set-output name=score::100.txt"):
        (folder / name).write_text("")
    os.symlink("/proc/self/environ", folder / "environment.txt")
    os.symlink("..", folder / "above")
