"""A student's kit: a small course folder with the visible part of one assignment, and no answers.

It is made from what students may see, never by taking secrets out of the grader's files: the configuration
is written anew from `for_students`, and of a problem only its visible examples are recorded.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files as resources_of
from pathlib import Path, PurePosixPath
from string import Template

from msgspec import structs

from autograder.allowed import installed
from autograder.authoring.kits.kit_data import data_remark, kit_data
from autograder.authoring.kits.toml_writing import toml_of
from autograder.calling import style_of
from autograder.config import (
    CONFIGS,
    Assignment,
    CheckConfig,
    FunctionCheckConfig,
    ValuesCheckConfig,
    WrittenCheckConfig,
    for_students,
    functions_of,
    points_of,
    require_hidden_cases,
)
from autograder.config.calibration import place_of
from autograder.config.data import data_files
from autograder.config.installed import absent_packages_note, require_packages
from autograder.config.students import released_digest
from autograder.environment import version_of
from autograder.errors import ConfigError
from autograder.problems.problem import Case, Problem
from autograder.problems.recorded import write_recording
from autograder.problems.sources import EXAMPLES

HANDOUT = "README.md"
STARTER = "starter"
GUIDE = "CHECK.md"
INSTALL = "python -m pip install TOOLKIT"
_HEADING = (
    "What students may see of this assignment: `autograder check` reads it.\n"
    "Changing it changes what you see, not how your work is graded."
)
_WHERE = "\n`TOOLKIT` stands for the file or the address that your course gives you.\n"
_PACKAGES = {"autograder": "cnn-autograder", "numpy": "numpy", "tensorflow": "tensorflow"}
_LINK = re.compile(r"\]\(<?([^)\s>#?]+)")


@dataclass(frozen=True)
class Kit:
    """A kit, before it is written anywhere.

    Attributes:
        slug: The assignment's.
        files: What is in it, by path from the kit's folder.
        purposes: What each file is, in a few words.
        versions: What work is graded with, by package.
        config_digest: Of the configuration in the kit.
        remarks: What its maker should know.
    """

    slug: str
    files: Mapping[str, bytes]
    purposes: Mapping[str, str]
    versions: Mapping[str, str]
    config_digest: str
    remarks: tuple[str, ...]


def make_kit(assignment: Assignment, install: str = INSTALL) -> Kit:
    """Return the kit of a course's assignment.

    Args:
        assignment: The course's.
        install: The command by which students install the toolkit.

    Raises:
        ConfigError: If the assignment is itself a kit, has no handout, an example cannot be recorded, or a
            package that it allows is not installed.
    """
    if assignment.config.kit:
        raise ConfigError(
            f"{assignment.path}: expected the course's own assignment; received a student's kit, which has "
            "no answers to make another one from"
        )
    slug = assignment.slug
    folder = assignment.course / "assignments" / slug
    handout = _handout(folder)
    starter = _starter(folder / STARTER)
    require_packages(assignment)
    require_hidden_cases(assignment)
    there = tuple(installed(assignment.config.packages))
    config = structs.replace(for_students(assignment.config), kit=True, packages=there)
    toml = toml_of(config, _HEADING).encode()
    versions, digest = _versions(), released_digest(toml)
    problems = list(assignment.problems.values())
    toml_path, examples_path = f"{CONFIGS}/{slug}.toml", f"{CONFIGS}/{slug}{EXAMPLES}"
    made = {
        HANDOUT: (handout, "the handout"),
        GUIDE: (
            _guide(assignment, install).encode(),
            "how students install the toolkit and check their work",
        ),
        **{path: (data, "what students start from") for path, data in starter.items()},
        **{path: (data, "data that submissions may read") for path, data in _data(assignment).items()},
        toml_path: (toml, "the visible part of the configuration"),
        examples_path: (_examples(assignment, versions, digest), _counted(problems)),
        **{
            path: (data, "what the accuracies to ask for come from")
            for path, data in _calibration(assignment)
        },
    }
    return Kit(
        slug,
        {path: data for path, (data, _) in made.items()},
        {path: purpose for path, (_, purpose) in made.items()},
        versions,
        digest,
        tuple(_remarks(assignment, handout, starter)),
    )


def _handout(folder: Path) -> bytes:
    try:
        return (folder / HANDOUT).read_bytes()
    except OSError as error:
        raise ConfigError(
            f"expected the handout in {folder / HANDOUT}; {error.strerror}. Write it: students get it whole"
        ) from None


def _starter(folder: Path) -> dict[str, bytes]:
    """Return the files that students start from; hidden ones and Python's caches are none."""
    found = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith(".") or part == "__pycache__" for part in parts) or path.is_dir():
            continue
        if path.is_symlink() or not path.is_file():
            raise ConfigError(f"{path}: expected plain files for students to start from; received a link")
        found[str(PurePosixPath(STARTER, *parts))] = path.read_bytes()
    return found


def _data(assignment: Assignment) -> dict[str, bytes]:
    """Return the files that submissions may read, by path from the course."""
    if assignment.config.dataset is not None:
        return kit_data(assignment.config.dataset)
    found = data_files(assignment.data) if assignment.data is not None else ()
    return {path.relative_to(assignment.course).as_posix(): path.read_bytes() for path in found}


def _calibration(assignment: Assignment) -> Iterator[tuple[str, bytes]]:
    """Yield the record of `autograder calibrate`: without it more would be asked for at home."""
    record = place_of(assignment.course, assignment.slug)
    if record.is_file():
        yield f"{CONFIGS}/{record.name}", record.read_bytes()


def _examples(assignment: Assignment, versions: Mapping[str, str], digest: str) -> bytes:
    problems = list(assignment.problems.values())
    variants: dict[str, list[Case]] = {}
    for check in assignment.config.checks:
        if isinstance(check, FunctionCheckConfig):
            style = style_of(assignment.problems[check.problem], functions_of(check), check.call)
            said = [(case, style.case(case)) for case in style.problem.examples]
            others = [case for example, case in said if case is not example]
            variants.setdefault(check.problem, []).extend(others)
    try:
        return write_recording(problems, versions, digest, variants)
    except ValueError as error:
        names = ", ".join(problem.name for problem in problems)
        raise ConfigError(f"the examples of {names} cannot be stored in a kit: {error}") from None


def _counted(problems: list[Problem]) -> str:
    examples = sum(len(problem.examples) for problem in problems)
    return f"{examples} visible examples with their results" if problems else "versions; it has no functions"


def _versions() -> dict[str, str]:
    found = {name: version_of(package) for name, package in _PACKAGES.items()}
    return {"python": platform.python_version()} | {name: each for name, each in found.items() if each}


def _remarks(assignment: Assignment, handout: bytes, starter: Mapping[str, bytes]) -> list[str]:
    main = assignment.config.file
    remarks = []
    if f"{STARTER}/{main}" not in starter:
        folder = assignment.course / "assignments" / assignment.slug / STARTER
        remarks.append(f"expected a starter {folder / main}; there is none, students begin with nothing")
    if (note := absent_packages_note(assignment)) is not None:
        remarks.append(note)
    if assignment.config.dataset is not None:
        remarks.append(data_remark(assignment.config.dataset))
    targets = dict.fromkeys(_LINK.findall(handout.decode("utf-8", "replace")))
    known = {HANDOUT, GUIDE, STARTER, f"{STARTER}/"}
    if missing := [each for each in targets if ":" not in each and each not in known | starter.keys()]:
        remarks.append(
            f"the handout links to what is not in the kit: {', '.join(missing)}. Put it into {STARTER}/"
        )
    return remarks


def _guide(assignment: Assignment, install: str) -> str:
    """Return how students install and check."""
    config = assignment.config
    template = resources_of("autograder.authoring").joinpath("templates", "CHECK.md.template")
    notes = [note for check in config.checks for note in _notes(check)]
    if any(case.as_tensors for problem in assignment.problems.values() for case in problem.examples):
        notes.append("Some examples are TensorFlow tensors: install TensorFlow as well.")
    if config.dataset is not None:
        notes.append(f"Your work is graded on the course's own data; {data_remark(config.dataset)}.")
    return Template(template.read_text("utf-8")).substitute(
        title=config.title,
        slug=assignment.slug,
        file=config.file,
        install=install,
        packages=" ".join(["python -m pip install ipython", *_other_packages(assignment)]),
        where=_WHERE if "TOOLKIT" in install else "",
        notes="".join(f"- {note}\n" for note in notes),
    )


def _other_packages(assignment: Assignment) -> list[str]:
    """Return what submissions may import that the toolkit does not install."""
    return [name for name in installed(assignment.config.packages) if name != "numpy"]


def _notes(check: CheckConfig) -> list[str]:
    """Return what a student's own check cannot say of one of the checks."""
    match check:
        case FunctionCheckConfig(builds_on=basis) if basis:
            said = f"`{check.name}` builds on `{basis}`. A mistake in `{basis}` is paid for there alone when "
            return [said + f"your work is graded; at home it shows in `{check.name}` too."]
        case ValuesCheckConfig() if any(not item.visible for item in check.items):
            said = f"Of `{check.name}` it says only whether your answers are there, but for those that are "
            return [said + "printed in the handout: they are judged after you hand in."]
        case WrittenCheckConfig():
            return [f"`{check.name}` is read and marked by a person; it is worth {points_of(check):g}."]
    return []
