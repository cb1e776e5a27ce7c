"""The direction of imports, held by reading every module; and what a module may be called and hold."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(
    path
    for package in ("autograder", "reference")
    for path in (ROOT / package).rglob("*.py")
    if "__pycache__" not in path.parts
)
MOST_LINES = 300

# Who may import whom, of our own: a module belongs to the longest prefix that fits it. What a prefix may
# import it may import of itself too. The order is that of the arrows in ARCHITECTURE: nothing points up.
MAY_IMPORT = {
    "reference": set(),
    "autograder.errors": set(),
    "autograder.results": set(),
    "autograder.problems": {"reference", "autograder.errors"},
    "autograder.wire": set(),
    "autograder.worker": {"autograder.wire"},
    "autograder.sandbox": {"autograder.wire", "autograder.errors"},
    "autograder.observation": {"autograder.results", "autograder.wire"},
    "autograder.calling": {
        "autograder.errors",
        "autograder.observation",
        "autograder.problems",
        "autograder.wire.making",
        "autograder.wire.target",
    },
    "autograder.submission": {"autograder.errors"},
    "autograder.environment": {"autograder.results"},
    "autograder.datasets": {"autograder.errors"},
    "autograder.allowed": set(),
    "autograder.config": {
        "autograder.allowed",
        "autograder.calling",
        "autograder.datasets",
        "autograder.errors",
        "autograder.problems",
        "autograder.results",
        "reference.models",
    },
    "autograder.checks": {
        "reference.models",
        "reference.pca",
        "reference.shapes",
        "autograder.calling",
        "autograder.config",
        "autograder.datasets",
        "autograder.observation",
        "autograder.problems",
        "autograder.results",
        "autograder.wire.messages",
        "autograder.wire.models",
        "autograder.wire.surroundings",
        "autograder.wire.trained",
        "autograder.wire.training",
    },
    "autograder.reports": {"autograder.results"},
    "autograder.grading": {
        "autograder.checks",
        "autograder.config",
        "autograder.observation",
        "autograder.results",
        "autograder.submission",
    },
    "autograder.runners": {
        "autograder.config",
        "autograder.errors",
        "autograder.observation",
        "autograder.results",
        "autograder.sandbox",
        "autograder.submission",
        "autograder.wire",
    },
    "autograder.self_check": {
        "autograder.allowed",
        "autograder.calling",
        "autograder.checks",
        "autograder.config",
        "autograder.environment",
        "autograder.errors",
        "autograder.grading",
        "autograder.observation",
        "autograder.problems",
        "autograder.reports",
        "autograder.results",
        "autograder.runners",
        "autograder.sandbox",
        "autograder.submission",
        "autograder.wire",
        "autograder.worker",
    },
    "autograder.whole_class": {
        "autograder.calling",
        "autograder.checks",
        "autograder.config",
        "autograder.datasets",
        "autograder.environment",
        "autograder.errors",
        "autograder.grading",
        "autograder.observation",
        "autograder.problems",
        "autograder.reports",
        "autograder.results",
        "autograder.runners",
        "autograder.sandbox",
        "autograder.submission",
        "autograder.wire.making",
        "autograder.wire.target",
        "autograder.wire.values",
    },
    "autograder.ci": {
        "autograder.checks",
        "autograder.config",
        "autograder.environment",
        "autograder.errors",
        "autograder.grading",
        "autograder.reports",
        "autograder.results",
        "autograder.runners",
        "autograder.sandbox",
        "autograder.self_check",
        "autograder.submission",
        "autograder.whole_class",
    },
    "autograder.authoring": {
        "autograder.allowed",
        "autograder.calling",
        "autograder.config",
        "autograder.datasets",
        "autograder.environment",
        "autograder.errors",
        "autograder.problems",
    },
    "autograder.authoring.networks": {
        "autograder.authoring",
        "autograder.checks",
        "autograder.config",
        "autograder.environment",
        "autograder.errors",
        "autograder.grading",
        "autograder.results",
        "autograder.runners",
        "autograder.sandbox",
        "autograder.submission",
        "autograder.whole_class",
        "autograder.wire.models",
        "autograder.wire.surroundings",
        "reference.models",
    },
    "autograder.authoring.validating": {
        "autograder.authoring",
        "autograder.authoring.networks",
        "autograder.checks",
        "autograder.config",
        "autograder.errors",
        "autograder.grading",
        "autograder.observation",
        "autograder.problems",
        "autograder.reports",
        "autograder.results",
        "autograder.runners",
        "autograder.sandbox",
        "autograder.submission",
        "autograder.whole_class",
        "autograder.wire.messages",
        "autograder.wire.models",
        "autograder.wire.surroundings",
        "reference.models",
    },
    "autograder.authoring.calibrating": {
        "autograder.authoring",
        "autograder.authoring.networks",
        "autograder.checks",
        "autograder.config",
        "autograder.environment",
        "autograder.errors",
        "autograder.grading",
        "autograder.results",
        "autograder.runners",
        "autograder.sandbox",
        "autograder.submission",
        "autograder.whole_class",
        "reference.models",
    },
    "autograder.cli": {"autograder"},
    "autograder.__main__": {"autograder.cli"},
    "autograder": {"autograder.self_check"},
}
# Third parties, where only some are allowed: the worker's closure is bound into every sandbox.
MAY_IMPORT_OF_OTHERS = {
    "reference": {"numpy", "keras"},
    "autograder.wire": {"numpy", "msgspec"},
    "autograder.worker": {"numpy", "msgspec", "IPython", "traitlets", "keras", "tensorflow", "jax", "torch"},
    "autograder.sandbox": {"msgspec", "psutil", "packaging", "pyseccomp", "pynvml"},
    "autograder.problems": {"numpy", "msgspec"},
    "autograder.calling": {"numpy", "msgspec"},
    "autograder.datasets": {"numpy", "msgspec"},
    "autograder.checks": {"numpy", "msgspec"},
    "autograder.authoring": {"numpy", "msgspec"},
    "autograder.authoring.validating": {"numpy", "msgspec", "rich"},
    "autograder.authoring.calibrating": {"numpy", "msgspec", "rich"},
    "autograder.reports": {"msgspec", "rich"},
}
# Modules that are themselves imported when they are used: no other may import one at once.
OF_A_HEAVY_PACKAGE = (
    "reference.models",
    "autograder.worker.notebook.shell",
    "autograder.worker.notebook.running",
    "autograder.worker.notebook.source",
)
LIGHT = ("reference.models", "reference.models.__main__")  # but what is in it: names, configurations
LAZILY = {"IPython", "keras", "tensorflow", "jax", "torch", "nbformat", "pynvml"}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[tuple[str, bool]]:
    """Return what a module imports, by full name, and whether as soon as it is imported itself."""
    tree = ast.parse(path.read_text())
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) not in inside
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = (ROOT / (full.replace(".", "/") + ".py")).exists() or (
                    ROOT / full.replace(".", "/")
                ).is_dir()
                yield (full if is_module else str(node.module)), id(node) not in inside


def is_within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def rule_of(name: str, rules) -> str | None:
    return max((prefix for prefix in rules if is_within(name, prefix)), key=len, default=None)


def is_heavy(name: str) -> bool:
    return name not in LIGHT and any(is_within(name, place) for place in OF_A_HEAVY_PACKAGE)


def is_ours(name: str) -> bool:
    return is_within(name, "autograder") or is_within(name, "reference")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
class TestEveryModule:
    def test_imports_in_one_direction(self, path, request):
        name = name_of(path)
        place = rule_of(name, MAY_IMPORT)
        assert place != "autograder" or name == place, "this module has no rule"
        allowed = MAY_IMPORT[place] | ({place} - {"autograder"})
        wrong = {
            imported
            for imported, _ in imports_of(path)
            if is_ours(imported) and not any(is_within(imported, prefix) for prefix in allowed)
        }
        assert wrong == set(), f"{name} may import {sorted(allowed)}"

    def test_imports_of_others_what_its_place_may(self, path):
        place = rule_of(name_of(path), MAY_IMPORT_OF_OTHERS)
        if place is None:
            return
        others = {
            imported.partition(".")[0]
            for imported, _ in imports_of(path)
            if not is_ours(imported) and imported.partition(".")[0] not in sys.stdlib_module_names
        }
        assert others <= MAY_IMPORT_OF_OTHERS[place]

    def test_imports_what_is_heavy_when_it_is_used(self, path):
        at_once = {imported.partition(".")[0] for imported, at_once in imports_of(path) if at_once}
        if not is_heavy(name_of(path)):
            assert at_once & LAZILY == set()
            assert not [imported for imported, at_once in imports_of(path) if at_once and is_heavy(imported)]

    def test_is_called_by_what_it_does(self, path):
        for part in name_of(path).split("."):
            assert not {"utils", "util", "helpers", "manager", "common", "misc"} & set(part.split("_"))

    def test_can_be_read_at_a_sitting(self, path):
        assert len(path.read_text().splitlines()) <= MOST_LINES


def test_every_rule_is_about_something():
    names = {name_of(path) for path in MODULES}
    for prefix in (*MAY_IMPORT, *MAY_IMPORT_OF_OTHERS):
        assert any(is_within(name, prefix) for name in names), prefix


def test_no_rule_points_back():
    order = list(MAY_IMPORT)
    for place, allowed in MAY_IMPORT.items():
        for other in allowed - {"autograder"}:
            assert order.index(rule_of(other, MAY_IMPORT)) < order.index(place)


def modules_after(statement: str) -> set[str]:
    code = f"import sys; before = set(sys.modules); {statement}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing_else():
    assert modules_after("import autograder") == {"autograder"}


@pytest.mark.parametrize("module", ["autograder.worker.server", "autograder.worker.plain_worker"])
def test_a_worker_never_sees_what_judges(module):
    ours = {name for name in modules_after(f"import {module}") if is_ours(name)}
    assert all(
        name == "autograder" or name.startswith(("autograder.worker", "autograder.wire")) for name in ours
    )


def test_grading_imports_no_framework():
    loaded = modules_after("import autograder.whole_class.batch")
    assert loaded & {"tensorflow", "keras", "IPython", "scipy", "sklearn", "hypothesis", "pytest"} == set()


def test_the_rules_are_seen_to_bite(tmp_path):
    (tmp_path / "x.py").write_text(
        "import numpy\ndef f():\n    from autograder.whole_class.batch import Batch\n"
    )
    assert list(imports_of(tmp_path / "x.py")) == [("numpy", True), ("autograder.whole_class.batch", False)]
    assert rule_of("autograder.wire.frames", MAY_IMPORT) == "autograder.wire"
    assert not is_within("autograder.wireless", "autograder.wire")
    assert is_heavy("reference.models.digits")
    assert not is_heavy("reference.models")
