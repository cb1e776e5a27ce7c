"""Where an assignment's problems come from: the toolkit, the course's own folder, or a student's kit."""

from __future__ import annotations

import importlib.util
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path

from autograder.errors import ConfigError
from autograder.problems import built_in
from autograder.problems.checking import of_course_s_own
from autograder.problems.problem import Problem
from autograder.problems.recorded import Recording, read_recorded, read_recording

OWN_PROBLEMS = "problems"
EXAMPLES = ".examples.json"


def of_course(course: Path) -> tuple[Mapping[str, Problem], bytes]:
    """Return the problems that a course's assignments may name, and the code of its own ones.

    A course's own are in ``problems/*.py``, each with a tuple ``PROBLEMS``. They are the instructor's, and
    run in the grader.

    Raises:
        ConfigError: If such a file does not run, has no ``PROBLEMS``, or uses a name that is taken.
    """
    problems = dict(built_in())
    code = b""
    for path in sorted((course / OWN_PROBLEMS).glob("*.py")):
        if path.stem.startswith("_"):
            continue
        for problem in _problems_in(path):
            if problem.name in problems:
                raise ConfigError(f"{path}: expected names of its own; {problem.name!r} is taken")
            problems[problem.name] = of_course_s_own(problem, path)
        code += path.read_bytes()
    return problems, code


def recording_of(config: Path) -> Recording:
    """Return what is recorded beside a student's kit: the versions it was made with, among others.

    Raises:
        ConfigError: If the file is missing or damaged.
    """
    path, data = _examples(config)
    return read_recording(path, data)


def of_kit(config: Path) -> tuple[Mapping[str, Problem], bytes]:
    """Return the problems of a student's kit, whose answers are stored beside its configuration.

    Raises:
        ConfigError: If the file is missing or damaged.
    """
    path, data = _examples(config)
    return {problem.name: problem for problem in read_recorded(path, data)}, data


def _examples(config: Path) -> tuple[Path, bytes]:
    path = config.with_name(config.stem + EXAMPLES)
    try:
        return path, path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"expected the kit's examples in {path}; {error.strerror}. Download the kit again"
        ) from None


def _problems_in(path: Path) -> tuple[Problem, ...]:
    name = f"own_problems_{path.stem}"
    loaded = sys.modules.get(name)
    if loaded is None or loaded.__file__ != str(path):
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        loaded = sys.modules[name] = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(loaded)
        except Exception:
            del sys.modules[name]
            raise ConfigError(f"{path} does not run:\n{traceback.format_exc(limit=-3)}") from None
    problems = getattr(loaded, "PROBLEMS", None)
    if not isinstance(problems, tuple) or not all(isinstance(each, Problem) for each in problems):
        raise ConfigError(
            f"{path}: expected PROBLEMS, a tuple of Problem; received {type(problems).__name__}"
        )
    return problems
