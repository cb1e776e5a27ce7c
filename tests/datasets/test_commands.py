"""The commands: `autograder data`; refusing stand-ins; every report says on what work was graded."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from autograder import config
from autograder.authoring.gradescope_bundle import gradescope_bundle
from autograder.authoring.kits.kit import make_kit
from autograder.authoring.kits.kit_folder import write_kit
from autograder.config.datasets import data_of, with_dataset
from autograder.datasets import Prepared
from autograder.errors import ConfigError
from autograder.sandbox.level import Level
from autograder.sandbox.survey import missing
from tests.datasets.conftest import Run

NOTE = (
    "stand-in data in the place of mnist: scikit-learn's 1,797 handwritten digits of 8×8, enlarged to 28×28"
)
LEVEL = "process" if missing(Level.FULL) else "full"


class TestGrade:
    def test_a_stand_in_is_refused_and_nothing_is_graded(self, course: Path, run: Run) -> None:
        refused = run("grade", "digits", "class")
        assert refused.returncode == 2
        assert "mnist: expected the real data set; it is not in" in refused.stderr
        assert "--allow-stand-in" in refused.stderr
        assert not (course / "results" / "digits" / "ada").exists()

    def test_with_one_every_report_says_so(self, course: Path, run: Run) -> None:
        done = run("grade", "digits", "class", "--allow-stand-in", "--sandbox", LEVEL)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count(NOTE) == 2  # below the table, and in the feedback of the only one
        results = course / "results" / "digits"
        for path in ("ada/report.json", "ada/feedback.json", "class.json"):
            report = json.loads((results / path).read_text())
            dataset = report.get("environment", report)["dataset"]
            assert (dataset["name"], dataset["is_stand_in"]) == ("mnist", True)
            assert dataset["digest"].startswith("sha256:")
            assert dataset["is_open"] is (LEVEL == "process")
        assert json.loads((results / "ada" / "report.json").read_text())["score"] == 2.0

    def test_without_walls_it_says_what_is_open(self, run: Run) -> None:
        done = run("grade", "digits", "class", "--allow-stand-in", "--sandbox", "process")
        assert "no walls: a submission could read what is held back of mnist" in done.stdout

    def test_the_folder_that_is_named_is_the_only_one(self, course: Path, run: Run, digits: Prepared) -> None:
        named = digits.place.parent
        done = run("grade", "digits", "class", "--allow-stand-in", "--sandbox", "process", "--data", named)
        assert done.returncode == 0, done.stderr
        assert "preparing" not in done.stderr
        assert not (course / "cache").exists()
        assert run("grade", "digits", "class", "--data", course / "nothing").returncode == 2


class TestCheckAndCi:
    def test_a_student_s_check_takes_a_stand_in_and_says_so(self, course: Path, run: Run) -> None:
        done = run("check", "class/ada")
        assert done.returncode == 0, done.stderr
        assert NOTE in done.stdout
        assert "preparing mnist in" in done.stderr
        assert json.loads(run("check", "class/ada", "--json").stdout)["dataset"]["is_stand_in"] is True

    def test_a_graded_ci_run_refuses_it_and_an_unverified_one_says_so(self, course: Path, run: Run) -> None:
        (course / "seed").write_text("5" * 32)
        here = (
            "ci",
            "digits",
            "--submission",
            "class/ada",
            "--out",
            "out",
            "--format",
            "junit",
            "--course",
            ".",
        )
        graded = (*here, "--seed-file", "seed", "--sandbox", LEVEL)
        visible = run(*here, "--visible-only", AUTOGRADER_SEED="")
        assert visible.returncode == 0, visible.stderr
        assert NOTE in (course / "out" / "junit.xml").read_text()
        if LEVEL == "full":
            failed = run(*graded)
            assert (failed.returncode, "--allow-stand-in" in failed.stderr) == (2, True), failed.stderr


class TestKit:
    def test_it_has_the_public_part_and_checks_alone(self, course: Path, run: Run, tmp_path: Path) -> None:
        kit = make_kit(config.load(course, "digits"))
        data = sorted(path for path in kit.files if path.startswith("data/"))
        assert data == ["data/mnist/prepared.json", "data/mnist/public/mnist.npz"]
        assert any("what stands in the place of mnist" in remark for remark in kit.remarks)
        write_kit(kit, tmp_path / "kit")
        (tmp_path / "kit" / "digits.py").write_text((course / "class" / "ada" / "digits.py").read_text())
        done = run("check", tmp_path / "kit", "--course", tmp_path / "kit")
        assert done.returncode == 0, done.stderr
        assert "preparing" not in done.stderr

    def test_what_is_generated_is_made_again_at_home(self, course: Path) -> None:
        path = course / "grading_configs" / "digits.toml"
        path.write_text(path.read_text().replace('"mnist"', '"photographs"'))
        kit = make_kit(config.load(course, "digits"))
        assert not [each for each in kit.files if each.startswith("data/")]


class TestBundle:
    def test_it_has_all_of_the_data_and_shows_only_the_public_part(
        self, course: Path, digits: Prepared, tmp_path: Path
    ) -> None:
        found = with_dataset(
            config.load(course, "digits"), digits.place.parent, is_graded=True, allow_stand_in=True
        )
        bundle = gradescope_bundle(found, "cnn-autograder[grade]", bytes(16), "visible")
        (tmp_path / "bundle.zip").write_bytes(bundle.zipped())
        with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
            modes = {each.filename: each.external_attr >> 16 & 0o777 for each in archive.infolist()}
            script = archive.read("run_autograder").decode()
        assert modes["course/data/mnist/public/mnist.npz"] == 0o644
        assert modes["course/data/mnist/held_back.npz"] == 0o600
        assert "data=course/data/mnist/public\n" in script
        assert "--allow-stand-in" in script


class TestConfiguration:
    def test_a_folder_and_a_data_set_are_not_both_named(self, course: Path) -> None:
        path = course / "grading_configs" / "digits.toml"
        text = path.read_text()
        (course / "data").mkdir()
        path.write_text(text.replace('dataset = "mnist"', 'dataset = "mnist"\ndata = "data"'))
        with pytest.raises(ConfigError, match="expected either data or dataset; received both"):
            config.load(course, "digits")
        path.write_text(text.replace('"mnist"', '"mnits"'))
        with pytest.raises(ConfigError, match=r'expected "cifar10" or "everyday" .* received "mnits"'):
            config.load(course, "digits")

    def test_nothing_runs_without_it(self, course: Path) -> None:
        found = config.load(course, "digits")
        with pytest.raises(ConfigError, match="dataset: expected mnist to be prepared; it is not"):
            found.data  # noqa: B018
        with pytest.raises(ConfigError, match="expected mnist to be prepared"):
            data_of(found, "full")

    def test_what_is_held_back_is_in_no_data_folder(self, course: Path, digits: Prepared) -> None:
        path = course / "grading_configs" / "digits.toml"
        path.write_text(path.read_text().replace('dataset = "mnist"', 'data = "all"'))
        (course / "all").mkdir()
        (course / "all" / "held_back.npz").write_bytes(b"")
        with pytest.raises(ConfigError, match="or held back"):
            data_of(config.load(course, "digits"), "full")


class TestDataCommand:
    def test_it_lists_what_is_there(self, run: Run, digits: Prepared) -> None:
        absent = json.loads(run("data", "--json").stdout)["sets"]
        assert {each["state"] for each in absent} == {"absent"}
        folder = digits.place.parent
        listed = run("data", "--data", folder)
        assert "mnist         stand-in  2,000 train  297 test  500 held back" in listed.stdout
        assert "in its place: scikit-learn's 1,797 handwritten digits" in listed.stdout
        shown = json.loads(run("data", "--json", AUTOGRADER_DATA=str(folder)).stdout)["sets"]
        assert shown[0]["digest"] == digits.digest
        assert [each["state"] for each in shown[:1]] == ["stand-in"]

    def test_true_files_that_are_wrong_are_told_of(self, course: Path, run: Run) -> None:
        (course / "data").mkdir()
        (course / "data" / "mnist.npz").write_bytes(b"half a file")
        assert "their digests differ" in run("data", "--course", course).stderr

    def test_it_prepares_and_verifies(self, course: Path, run: Run) -> None:
        made = run("data", "prepare", "photographs", "mnist", "--to", "there")
        assert made.returncode == 0, made.stderr
        assert "preparing mnist (2 of 2)" in made.stderr
        assert run("data", "verify", "--data", "there").returncode == 0
        path = course / "there" / "mnist" / "public" / "mnist.npz"
        path.write_bytes(path.read_bytes()[:-1])
        seen = run("data", "verify", "--data", "there")
        assert seen.returncode == 1
        assert "public/mnist.npz was changed" in seen.stdout
        verified = json.loads(run("data", "verify", "photographs", "--json", "--data", "there").stdout)
        assert verified["verified"][0]["differences"] == []

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("prepare",), "received neither"),
            (("prepare", "--all", "mnist"), "received both --all and mnist"),
            (("prepare", "mnits"), "expected the name of a data set"),
            (("verify", "mnist"), "expected data sets that are prepared; mnist are not in"),
        ],
    )
    def test_what_is_not_there_is_refused(self, run: Run, arguments: tuple[str, ...], said: str) -> None:
        done = run("data", *arguments)
        assert done.returncode == 2
        assert said in done.stderr
