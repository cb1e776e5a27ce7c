"""A class of attacks and good submissions, its course with fresh canaries in it, and what became of them."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from tests.hostile.elsewhere import ORDINARY
from tests.hostile.launcher import AFTER, ALONE, BESIDE, Plan, Record

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
GOOD_SCORE = 3.0
_SECONDS = 900
_LEFT_OUT = ("timing", "submission", "submission_digest", "version", "hand_in")
_BY_DESIGN = ("hidden", "expected", "configuration")  # which the staff's reports have

CONFIG = """schema = "autograder/assignment/v1"
title = "Small sums"
file = "work.py"
preload = [{preload}]
packages = [{packages}]
{data}

# {canary}
[limits]
load_seconds = {load}
call_seconds = {call}
check_seconds = {check}
memory_mib = {memory}
scratch_mib = 8
processes = 24

[cells]
keep = true

[[checks]]
kind = "function"
name = "double"
problem = "sums.double"
points.basic = {{ visible = 1, hidden = 2 }}

[[checks]]
kind = "function"
name = "oracle"
problem = "sums.oracle"
points.basic = {{ visible = 1, hidden = 1 }}

[[checks]]
kind = "values"
name = "secret"
items = [{{ name = "secret", variable = "SECRET", points = 1, accept = ["{canary}"] }}]
{more}"""
MODEL = """
[[checks]]
kind = "model"
name = "net"
file = "net.keras"
output_shape = [1]
points = { output_shape = 1 }

[[checks]]
kind = "model"
name = "old_net"
file = "net.h5"
output_shape = [1]
points = { output_shape = 1 }

[[checks]]
kind = "model"
name = "layers"
function = "build_model"
layers = [{ kind = "Dense", units = 2 }, { kind = "Dense", units = 5 }]
points = { layers = 1 }

[[checks]]
kind = "training"
name = "accuracy"
function = "build_model"
train_function = "train"
train_arguments = ["model", "x_train", "y_train"]
budget = { epochs = 20, seconds = 60.0 }
threshold = 0.5
samples = 200
points = 4.0
"""
PROBLEM = '''"""Doubling, and a question whose answer nobody can know."""

import numpy as np

from autograder.problems.problem import Case, Problem, nothing_to_round

ASKED = {hidden}
ANSWER = np.array([{expected}, 7])


def double(values):
    return 2 * np.asarray(values)


def oracle(question):
    return ANSWER if question == ASKED else np.asarray(question)


def draw_double(rng):
    return [Case("basic", {{"values": rng.integers(-9, 9, (2, number + 2))}}) for number in range(4)]


def draw_oracle(rng):
    return [Case("basic", {{"question": ASKED}})]


PROBLEMS = (
    Problem(
        name="sums.double",
        signature="double(values)",
        positional=1,
        reference=double,
        magnitude=nothing_to_round,
        groups=("basic",),
        examples=(Case("basic", {{"values": np.array([[1, 2, 3]])}}, "one row"),),
        draw=draw_double,
        misconceptions=(),
    ),
    Problem(
        name="sums.oracle",
        signature="oracle(question)",
        positional=1,
        reference=oracle,
        magnitude=nothing_to_round,
        groups=("basic",),
        examples=(Case("basic", {{"question": 1}}, "one"),),
        draw=draw_oracle,
        misconceptions=(),
    ),
)
'''
GOOD = '''"""A good submission; what it keeps for itself is nobody else's business."""

KEPT = "{canary}"


def double(values):
    return 2 * values


def oracle(question):
    return question
'''


class Expected(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an attack must get: ``expected.toml``.

    Attributes:
        threat: Its number on the list of threats.
        what: What it tries, in a few words.
        attacks: The walls that it attacks.
        outcome: Of its grade; several with ``|`` in between where the kernel decides which.
        score: Of its grade; NaN (``nan``) where it has none.
        says: What its feedback must say, each a regular expression.
        never: What its feedback must not say.
        levels: The levels at which it is tried.
        course: ``numpy``, or ``keras`` where TensorFlow is there.
        is_slow: Whether it belongs to the slow part.
        repeat: How often it is handed in: what the first leaves, the second looks for.
        at_container: Outcome and score at the level `container`, where they differ.
        is_faulty: Whether the grader itself is made to fail.
    """

    threat: int
    what: str
    attacks: tuple[str, ...] = ()
    outcome: str = "completed"
    score: float = GOOD_SCORE
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    levels: tuple[str, ...] = ("full", "container")
    course: str = "numpy"
    is_slow: bool = False
    repeat: int = 1
    at_container: dict[str, Any] = {}
    is_faulty: bool = False


def attacks() -> dict[str, Expected]:
    """Return every attack, by the name of its folder."""
    return {
        path.parent.name: msgspec.convert(tomllib.loads(path.read_text("utf-8")), Expected)
        for path in sorted(HERE.glob("*/expected.toml"))
    }


def _secret() -> str:
    return f"canary-{secrets.token_hex(12)}"


@dataclass(frozen=True)
class Canaries:
    """Fresh secrets, by where they are planted; text, or the bytes of a number."""

    environment: str = field(default_factory=_secret)
    arguments: str = field(default_factory=_secret)
    home: str = field(default_factory=_secret)
    configuration: str = field(default_factory=_secret)
    other_student: str = field(default_factory=_secret)
    grader: str = field(default_factory=_secret)
    seed: str = field(default_factory=lambda: secrets.token_hex(16))
    hidden: int = field(default_factory=lambda: secrets.randbits(62) | 1 << 61)
    expected: int = field(default_factory=lambda: secrets.randbits(62) | 1 << 61)

    def texts(self) -> dict[str, str]:
        """Return each as text, by name."""
        names = (
            "environment",
            "arguments",
            "home",
            "configuration",
            "other_student",
            "grader",
            "seed",
            "hidden",
            "expected",
        )
        return {name: str(getattr(self, name)) for name in names}

    def of_workers(self) -> dict[str, str]:
        """Return what must come out of no worker, in hexadecimal: all but the hidden input it is given."""
        found = {name: text.encode().hex() for name, text in self.texts().items() if name != "hidden"}
        return {**found, "expected, as a number": self.expected.to_bytes(8, "little").hex()}


@dataclass(frozen=True)
class Verdict:
    """What became of an attack.

    Attributes:
        outcome: Of its grade.
        score: Of its grade.
        feedback: What the student gets, as text.
        wrong: What is not as it must be, in words; none where the attack is held.
        seconds: That its grading took.
    """

    outcome: str
    score: float | None
    feedback: str
    wrong: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Result:
    """What became of a class: of each attack, and of what belongs to none of them."""

    verdicts: dict[str, Verdict]
    wrong: tuple[str, ...]
    record: Record
    output: str


def run(
    folder: Path,
    chosen: dict[str, Expected],
    level: str,
    *,
    without: Sequence[str] = (),
    course: str = "numpy",
    where: str = "",
) -> Result:
    """Grade attacks, each with a good submission beside it and another after it.

    Args:
        folder: Where to make the course, the class and the results; it is empty.
        chosen: The attacks.
        level: The walls.
        without: Walls to take away.
        course: ``numpy`` or ``keras``.
        where: ``container`` or ``user`` to grade as there (see `elsewhere`), as root alone can.
    """
    canaries = Canaries()
    students = folder / "class"
    order = _make_class(students, chosen, canaries)
    _make_course(folder / "course", canaries, course)
    home = folder / "home" / canaries.home
    (home / ".keras").mkdir(parents=True)
    (home / "canary.txt").write_text(canaries.home)
    (home / ".keras" / "keras.json").write_text(json.dumps({"note": canaries.home}))
    temporary, data = folder / "tmp", folder / "data"
    temporary.mkdir()
    data.mkdir()
    for path in (folder, *folder.parents):  # as a lazy administrator leaves them: only the walls protect them
        if str(path).startswith(("/tmp/", "/var/tmp/")):
            path.chmod(0o755)
    jobs = 1 if {"namespaces", "bubblewrap"} & set(without) else 2
    plan = Plan(
        arguments=[
            *("grade", "sums", str(students), "--course", str(folder / "course"), "--sandbox", level),
            *("--out", str(folder / "out"), "--jobs", str(jobs)),
        ],
        order=order,
        jobs=jobs,
        without=list(without),
        canaries=canaries.of_workers(),
        record=str(folder / "record.json"),
        faulty=[name for name, each in chosen.items() if each.is_faulty],
    )
    (folder / "plan.json").write_bytes(msgspec.json.encode(plan))
    (folder / "plan.json").chmod(0o600)
    if where == "user":
        for path in (folder, *folder.rglob("*")):
            os.chown(path, ORDINARY, ORDINARY, follow_symlinks=False)
    launcher = (sys.executable, "-m", "tests.hostile.launcher")
    prefix = [sys.executable, "-m", "tests.hostile.elsewhere", where] if where else []
    done = subprocess.run(
        [*prefix, *launcher, str(folder / "plan.json"), canaries.arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "AUTOGRADER_CANARY": canaries.environment,
            "AUTOGRADER_SEED": canaries.seed,
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "AUTOGRADER_DATA": str(data),
            "COLUMNS": "200",
        },
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=_SECONDS,
    )
    output = done.stdout + done.stderr
    if not Path(plan.record).exists():
        raise RuntimeError(f"the grader did not end as it should ({done.returncode}): {output[-3000:]}")
    record = msgspec.json.decode(Path(plan.record).read_bytes(), type=Record)
    return _judge(folder / "out", chosen, order, level, record, canaries, output)


def _make_class(students: Path, chosen: dict[str, Expected], canaries: Canaries) -> list[str]:
    order = []
    for name, expected in chosen.items():
        for number in range(expected.repeat):
            identity = f"{name}-{number + 1}" if number else name
            _hand_in(name, students, identity)
            for suffix in (BESIDE, AFTER):
                _hand_in_good(students / f"{identity}{suffix}", canaries)
            order.append(identity)
    _hand_in_good(students / ALONE, canaries)
    return order


def _hand_in(name: str, students: Path, identity: str) -> None:
    source = HERE / name
    students.mkdir(parents=True, exist_ok=True)
    made = [path for path in source.iterdir() if path.name not in ("expected.toml", "make.py", "__pycache__")]
    if made:
        (students / identity).mkdir()
    for path in made:
        (shutil.copytree if path.is_dir() else shutil.copy)(path, students / identity / path.name)
    if (source / "make.py").exists():
        spec = importlib.util.spec_from_file_location(f"make_{name}", source / "make.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.make(students, identity)


def _hand_in_good(folder: Path, canaries: Canaries) -> None:
    folder.mkdir(parents=True)
    (folder / "work.py").write_text(GOOD.format(canary=canaries.other_student))


def _make_course(folder: Path, canaries: Canaries, course: str) -> None:
    is_keras = course == "keras"
    (folder / "grading_configs").mkdir(parents=True)
    (folder / "problems").mkdir()
    (folder / "grading_configs" / "sums.toml").write_text(
        CONFIG.format(
            canary=canaries.configuration,
            preload='"tensorflow"' if is_keras else "",
            packages='"numpy", "tensorflow", "h5py"' if is_keras else '"numpy"',
            data='dataset = "tones"' if is_keras else "",
            load=20.0 if is_keras else 1.5,
            call=10.0 if is_keras else 0.5,
            check=20.0 if is_keras else 1.0,
            memory=1024 if is_keras else 192,
            more=MODEL if is_keras else "",
        )
    )
    text = PROBLEM.format(hidden=canaries.hidden, expected=canaries.expected)
    (folder / "problems" / "sums.py").write_text(text)


def _judge(
    out: Path,
    chosen: dict[str, Expected],
    order: Sequence[str],
    level: str,
    record: Record,
    canaries: Canaries,
    output: str,
) -> Result:
    texts = canaries.texts()
    alone = _comparable(out, ALONE)
    verdicts = {}
    for identity in order:
        name = re.sub(r"-\d+$", "", identity)
        expected = chosen[name]
        report = _read(out / identity / "report.json")
        feedback = _text(out / identity / "feedback.json")
        wrong = list(_unlike(expected, level, report, feedback))
        wrong += [f"got through: {line}" for line in record.got_through.get(identity, [])]
        for student in (identity, identity + BESIDE, identity + AFTER):
            wrong += [f"{student} told of {canary}" for canary in record.leaked.get(student, [])]
            wrong += [
                f"{file.name} of {student} has {canary}"
                for file in (out / student).rglob("*")
                if file.is_file()
                for canary, text in texts.items()
                if text in _text(file) and (file.name.startswith("feedback.") or canary not in _BY_DESIGN)
            ]
        wrong += [
            f"a fault of ours with {student}: {fault}"
            for student in (identity, identity + BESIDE, identity + AFTER)
            for fault in record.faults.get(student, [])
        ]
        wrong += [f"left behind: {what}" for what in record.left.get(identity, [])]
        for student in (identity + BESIDE, identity + AFTER):
            if (theirs := _comparable(out, student)) != alone:
                wrong.append(f"{student} has another report than alone: {_first_difference(alone, theirs)}")
        score = report.get("score")
        seconds = record.seconds.get(identity, 0.0)
        verdicts[identity] = Verdict(str(report.get("outcome")), score, feedback, tuple(wrong), seconds)
    wrong = [f"a fork server kept {canary}" for canary in record.in_server]
    wrong += [f"at the end: {what}" for what in record.at_the_end]
    wrong += [f"the command printed {name}" for name, text in texts.items() if text in output]
    wrong += [
        f"the class's report has {name}" for name, text in texts.items() if text in _text(out / "class.json")
    ]
    if "\x1b" in output:
        wrong.append("the command printed control characters")
    return Result(verdicts, tuple(wrong), record, output)


def _unlike(expected: Expected, level: str, report: dict[str, Any], feedback: str) -> list[str]:
    here = expected.at_container if level == "container" else {}
    outcome, score = here.get("outcome", expected.outcome), here.get("score", expected.score)
    found = []
    if report.get("outcome") not in outcome.split("|"):
        found.append(f"outcome {report.get('outcome')}, expected {outcome}")
    if report.get("score") != (None if score != score else score):  # NaN: none  # noqa: PLR0124
        found.append(f"score {report.get('score')}, expected {score}")
    seen = json.dumps(json.loads(feedback), ensure_ascii=False) if feedback else ""
    found += [f"feedback without {text!r}" for text in expected.says if not re.search(text, seen)]
    found += [f"feedback with {text!r}" for text in expected.never if re.search(text, seen)]
    return found


def _comparable(out: Path, student: str) -> dict[str, Any]:
    """Return a student's report and feedback without what is another's by nature."""
    report, feedback = (_read(out / student / f"{name}.json") for name in ("report", "feedback"))
    for each in (report, feedback):
        for key in _LEFT_OUT:
            each.pop(key, None)
    return {"report": report, "feedback": feedback}


def _first_difference(one: Any, other: Any, path: str = "") -> str:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            if one.get(key) != other.get(key):
                return _first_difference(one.get(key), other.get(key), f"{path}.{key}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            if left != right:
                return _first_difference(left, right, f"{path}[{number}]")
    return f"{path}: {str(one)[:200]} / {str(other)[:200]}"


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _text(path: Path) -> str:
    return path.read_text("utf-8", errors="replace") if path.exists() else ""
