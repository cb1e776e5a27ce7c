"""A notebook's commands: installing is skipped with a note, the rest runs in the worker's own shell.

Everything here runs in the submission's process, behind the walls: what a command can do, `subprocess` can.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.worker.shims import scalars
from autograder.worker.shims.data import Files
from autograder.worker.shims.fetching import is_fetched
from autograder.worker.shims.notes import Notes

SHELL = "/bin/sh"
_MOST_OUTPUT = 64 * 1024
_INSTALLERS = (
    *("pip", "pip2", "pip3", "conda", "mamba", "uv", "poetry", "easy_install", "npm", "yarn", "gem", "brew"),
    *("apt", "apt-get", "aptitude", "dpkg", "add-apt-repository", "yum", "dnf", "apk", "snap"),
)
_DOWNLOADERS = ("wget", "curl", "gdown", "kaggle", "git")
_MOVES = ("install", "download")
_IMPORTED_AS = {
    "scikit-learn": "sklearn",
    "sklearn": "sklearn",
    "pillow": "PIL",
    "opencv-python": "cv2",
    "opencv-contrib-python": "cv2",
    "opencv-python-headless": "cv2",
    "scikit-image": "skimage",
    "beautifulsoup4": "bs4",
    "pyyaml": "yaml",
    "tensorflow-gpu": "tensorflow",
    "tensorflow-cpu": "tensorflow",
    "tf-nightly": "tensorflow",
    "python-dateutil": "dateutil",
}
_PYTHON = re.compile(r"python[0-9.]*$")


def is_skipped(line: str) -> bool:
    """Return whether a command would install or download something, of which nothing is possible here.

    >>> [is_skipped(line) for line in ("pip install -q x", "sudo apt update", "python -m pip list", "ls -l")]
    [True, True, True, False]
    """
    words = _words(line)
    return bool(words) and (words[0] in _INSTALLERS or words[0] in _DOWNLOADERS)


def skipped_command(line: str) -> str:
    """Return the note of a command that is skipped: what it was, and which packages it names are not here.

    Args:
        line: The command, with or without what makes it one in a notebook.

    >>> skipped_command("!pip install -q numpy")
    '!pip install -q numpy was skipped: nothing can be installed while work is graded'
    >>> skipped_command("pip install tensorflow-addons==0.9").partition(": ")[2].partition("; ")[2]
    'the package tensorflow-addons is not here: an instructor can name it in `packages`'
    """
    line = " ".join(line.split())
    words = _words(line)
    doing = "downloaded" if words and words[0] in _DOWNLOADERS else "installed"
    said = f"{line[:120]} was skipped: nothing can be {doing} while work is graded"
    absent = [name for name in _packages(words) if not _is_here(name)]
    if len(absent) == 1:
        return f"{said}; the package {absent[0]} is not here: an instructor can name it in `packages`"
    if absent:
        names = ", ".join(absent)
        return f"{said}; the packages {names} are not here: an instructor can name them in `packages`"
    return said


def _words(line: str) -> list[str]:
    """Return a command's words, from the program on."""
    try:
        words = shlex.split(line.strip().lstrip("!%"), comments=True)
    except ValueError:
        words = line.strip().lstrip("!%").split()
    while words and (words[0] in ("sudo", "-y", "env", "yes", "|") or "=" in words[0]):
        words = words[1:]
    words = [words[0].rsplit("/", 1)[-1], *words[1:]] if words else []
    if len(words) > 2 and _PYTHON.match(words[0]) and words[1] == "-m":
        words = words[2:]
    return words


def _packages(words: list[str]) -> list[str]:
    """Return the packages that an install names; none of those that stand in a file or at an address."""
    if len(words) < 2 or words[0] not in ("pip", "pip2", "pip3", "conda", "mamba", "uv"):
        return []
    rest = words[2:] if words[0] == "uv" and words[1] == "pip" else words[1:]
    if not rest or rest[0] != "install":
        return []
    found = []
    takes_value = False
    for word in rest[1:]:
        if word in ("&&", ";", "||", "|", ">") or word.startswith((">", "2>")):
            break
        if takes_value or word.startswith("-"):
            takes_value = word in (
                "-r",
                "-c",
                "-f",
                "-i",
                "-t",
                "--target",
                "--index-url",
                "--extra-index-url",
            )
            continue
        name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", word)
        if name is not None and "/" not in word and "://" not in word:
            found.append(name[0])
    return found


def _is_here(package: str) -> bool:
    known = package.lower().replace("_", "-")
    module = _IMPORTED_AS.get(known, known.replace("-", "_"))
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def prepare(shell: Any, files: Files) -> None:
    """Have a notebook's shell run commands within bounds, and cells as files are run."""
    notes = shell.notes = files.notes
    install_commands(shell, notes, lambda command: is_fetched(command, files))
    shell.register_magic_function(_change_folder, "line", "cd")
    if not _is_here("matplotlib"):
        shell.register_magic_function(
            lambda line: notes.add(f"%matplotlib {line} was skipped: Matplotlib is not here"),
            "line",
            "matplotlib",
        )
    shell.user_ns.pop("open", None)  # IPython's own, made before `open` finds data
    if scalars.is_installed():
        shell.ast_transformers.append(scalars.Rewriting())


def _change_folder(line: str) -> None:
    """Go to a folder: IPython's own `%cd` keeps a history in a profile, and here is none."""
    words = [word for word in line.split() if word not in ("-q", "-b")]
    os.chdir(" ".join(words).strip("\"'") or os.environ.get("HOME", "."))


def install_commands(shell: Any, notes: Notes, is_done: Callable[[str], bool] = lambda _: False) -> None:
    """Have an IPython shell skip what would install, and run other commands within bounds.

    Args:
        shell: An `IPython.core.interactiveshell.InteractiveShell`.
        notes: Where what was skipped is noted.
        is_done: Does another way what a command would, if there is one; returns whether it did.
    """

    def run(command: str) -> str:
        return "" if is_done(command) else run_command(command, notes)

    def show(printed: str) -> None:
        if printed:
            print(printed, end="" if printed.endswith("\n") else "\n")  # noqa: T201

    def system(command: str) -> None:
        show(run(shell.var_expand(command, depth=1)))

    def getoutput(command: str, split: bool = True, depth: int = 0) -> Any:
        printed = run(shell.var_expand(command, depth=depth + 1))
        if not split:
            return printed
        from IPython.utils.text import SList  # noqa: PLC0415

        return SList(printed.splitlines())

    def skipping(name: str) -> Callable[[str], None]:
        def magic(line: str) -> None:
            notes.add(skipped_command(f"%{name} {line}"))

        return magic

    def script(line: str, cell: str) -> None:  # noqa: ARG001
        kept = [each for each in cell.splitlines() if not is_done(each) and not _is_noted(each, notes)]
        show(run_command("\n".join(kept), notes))

    vars(shell).update(system=system, system_piped=system, system_raw=system, getoutput=getoutput)
    for name in ("pip", "conda", "mamba", "micromamba", "uv"):
        shell.register_magic_function(skipping(name), "line", name)
    for name in ("bash", "sh", "script", "shell"):
        shell.register_magic_function(script, "cell", name)


def _is_noted(line: str, notes: Notes) -> bool:
    """Return whether a line is skipped; it is then noted."""
    if is_skipped(line):
        notes.add(skipped_command(line))
        return True
    return False


def _makes_folders(command: str) -> bool:
    """Make the folders that ``mkdir`` would, and return True; do nothing for any other command."""
    words = _words(command)
    if words[:1] != ["mkdir"] or re.search(r"[;&|><`$*\n]", command):
        return False
    with contextlib.suppress(OSError):
        for folder in words[1:]:
            if not folder.startswith("-"):
                Path(folder).mkdir(parents=True, exist_ok=True)
    return True


def run_command(command: str, notes: Notes) -> str:
    """Return what a command prints, cut; empty, with a note, where it is skipped or there is no shell."""
    if not command.strip() or _is_noted(command, notes):
        return ""
    if not os.access(SHELL, os.X_OK):
        if _makes_folders(command):
            return ""
        notes.add(f"!{command.strip()[:120]} was skipped: there is no shell while work is graded")
        return ""
    try:
        with subprocess.Popen(
            [SHELL, "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            assert process.stdout is not None
            data = process.stdout.read(_MOST_OUTPUT + 1)
            if len(data) > _MOST_OUTPUT:
                process.kill()
    except OSError as error:
        notes.add(f"!{command.strip()[:120]} could not run: {error.strerror}")
        return ""
    text = data[:_MOST_OUTPUT].decode("utf-8", "replace")
    return text + ("\n… (cut)\n" if len(data) > _MOST_OUTPUT else "")
