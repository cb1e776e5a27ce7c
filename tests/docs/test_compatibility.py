"""The page on compatibility names every stub and every shim that there is, and no more."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.checks.eras import ERAS
from autograder.worker.shims import (
    colab,
    drawing,
    elsewhere,
    keras_arguments,
    keras_models,
    keras_names,
    numpy_names,
    progress,
)
from autograder.worker.shims.notes import Notes

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "compatibility.md").read_text("utf-8")
CODE = set(re.findall(r"`([^`]+)`", PAGE))


def test_every_old_name_of_numpy_is_on_the_page() -> None:
    names = {f"np.{name}" for name in (*numpy_names.GONE_SINCE_1_24, *numpy_names.GONE_SINCE_2)}
    assert {each for each in CODE if each.startswith("np.")} == names


def test_every_module_and_name_of_keras_is() -> None:
    renamed = {f"{module}.{name}" for module, names in keras_names.RENAMED.items() for name in names}
    assert {*keras_names.MODULES, *keras_names.NAMES, *renamed} <= CODE


def test_every_argument_and_method_is() -> None:
    methods = {f"model.{name}" for name in (*keras_models.GENERATORS, "predict_classes", "predict_proba")}
    arguments = {*keras_arguments.ARGUMENTS, *keras_arguments.DROPPED, *keras_models.DROPPED}
    arguments |= set(keras_models.ARGUMENTS) - {"generator"}
    assert methods | arguments <= CODE


def test_every_stub_is() -> None:
    notes = Notes()
    stubs = {**colab.modules(notes, Path(), "code.py"), **progress.modules(notes)}
    tops = {".".join(name.split(".")[:3]) for name in stubs} - {"google", "google.colab"}
    known = PAGE.replace("`auth`", "`google.colab.auth`")
    for name in ("data_table", "runtime"):
        known = known.replace(f"`{name}`", f"`google.colab.{name}`")
    missing = {name for name in tops if name not in known and not name.startswith(("tqdm.", "ipywidgets."))}
    assert missing == set()


def test_every_place_and_era_is() -> None:
    roots = {place for place in elsewhere.PLACES if "gdrive" not in place and " " not in place}
    assert roots - {"/kaggle"} <= CODE
    for era in ERAS:
        program, _, version = era.needs.partition(" ")
        assert program in PAGE
        assert version.removeprefix("before ") in PAGE


def test_every_package_that_draws_is() -> None:
    assert set(drawing.PACKAGES) <= CODE
