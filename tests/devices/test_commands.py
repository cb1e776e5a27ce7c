"""What the commands say of GPUs, where there are some and where there are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli.doctor import doctor
from autograder.cli.grade import grade
from autograder.errors import GpuMissing
from autograder.runners import placing
from autograder.sandbox.devices import finding
from autograder.sandbox.devices.choosing import Parts
from autograder.sandbox.devices.device import Device, Usage
from autograder.sandbox.devices.finding import Finding
from autograder.sandbox.devices.survey import IOCTL_SINCE, obstacles
from tests.devices.conftest import EVERY_WALL, FIRST_PART, ONE, TWO, StandInDriver

PartsOf = Callable[[Device], Parts]
CONFIG = """
schema = "autograder/assignment/v1"
title = "Odd"
file = "code.py"
packages = ["numpy"]
[[checks]]
kind = "values"
name = "trained"
gpu = "WISH"
items = [{ name = "one", variable = "ONE", points = 1.0, accept = [1] }]
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "handed_in").mkdir()
    (tmp_path / "handed_in" / "ada").mkdir()
    (tmp_path / "handed_in" / "ada" / "code.py").write_text("ONE = 1\n")
    return tmp_path


@pytest.fixture
def run(course: Path) -> Callable[..., tuple[int, str]]:
    """Grade an assignment whose check has a wish."""

    def grade_it(wish: str, *options: str) -> tuple[int, str]:
        text = CONFIG.replace("WISH", wish) if wish else CONFIG.replace('gpu = "WISH"', "")
        (course / "grading_configs" / "odd.toml").write_text(text)
        out = str(course / "results")
        arguments = ["odd", str(course / "handed_in"), "--out", out, "--course", str(course), *options]
        result = CliRunner().invoke(grade, arguments, standalone_mode=False)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.return_value, result.output

    return grade_it


@EVERY_WALL
class TestGrade:
    """`autograder grade`."""

    @pytest.mark.parametrize("gpus", ["auto", "none", "0"])
    def test_what_needs_a_gpu_is_refused_by_name_without_one(
        self, run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch, gpus: str
    ) -> None:
        monkeypatch.setattr(placing, "find", lambda: Finding(reason="no NVIDIA driver answers"))
        with pytest.raises(GpuMissing) as refused:
            run("needed", "--gpus", gpus)
        assert refused.value.exit_code == 3
        said = "--gpus 0: expected" if gpus == "0" else "trained needs a GPU, and there is none to be used"
        assert said in str(refused.value)

    def test_without_a_wish_nothing_is_said_of_gpus(
        self, run: Callable[..., tuple[int, str]], course: Path
    ) -> None:
        status, said = run("")
        assert status == 0
        assert "GPU" not in said
        report = json.loads((course / "results" / "ada" / "report.json").read_text())
        assert report["environment"]["device"] == "cpu"

    def test_a_gpu_that_is_asked_for_in_vain_is_an_error_whatever_the_checks_want(
        self, run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        driver = StandInDriver(ONE)
        driver.used[ONE.uuid] = Usage(9_000, {1: 9_000})
        monkeypatch.setattr(placing, "find", driver.finding)
        with pytest.raises(GpuMissing, match="in use by process 1"):
            run("", "--gpus", "0")


class TestDoctor:
    """`autograder doctor`."""

    def seen(self, monkeypatch: pytest.MonkeyPatch, found: Finding) -> tuple[str, dict]:
        monkeypatch.setattr(finding, "find", lambda: found)
        monkeypatch.setattr("autograder.sandbox.survey.survey", lambda: ())  # the walls have their own tests
        text = CliRunner().invoke(doctor).output
        return text, json.loads(CliRunner().invoke(doctor, ["--json"]).output)["devices"]["gpu"]

    def test_none_and_why(self, monkeypatch: pytest.MonkeyPatch) -> None:
        reason = "no NVIDIA driver answers: Driver Not Loaded"
        text, gpu = self.seen(monkeypatch, Finding(reason=reason))
        assert "GPU: none (no NVIDIA driver answers: Driver Not Loaded)" in text
        assert gpu["devices"] == gpu["obstacles"] == []

    def test_each_with_its_use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        driver = StandInDriver(ONE, TWO, FIRST_PART)
        driver.used = {TWO.uuid: Usage(9_000, {1: 9_000})}
        text, gpu = self.seen(monkeypatch, driver.finding({"CUDA_VISIBLE_DEVICES": "0,1"}))
        for line in (
            "GPU: driver 550.1, CUDA 12.4",
            "  GPU 0, Stand-in 24, GPU-1111aaaa-0000, /dev/nvidia0: 24,000 MiB, 3 MiB in use; free",
            "24,000 MiB, 9,000 MiB in use; busy: in use by process 1",
            "  instance on GPU 3, Stand-in MIG 1g, MIG-aaaa-1, /dev/nvidia3: 5,000 MiB, 3 MiB in use; hidden",
        ):
            assert line in text
        assert [each["state"] for each in gpu["devices"]] == ["free", "busy", "hidden"]

    def test_what_is_in_the_way(self, root: Path, parts: PartsOf) -> None:
        found = StandInDriver(ONE, FIRST_PART).finding()
        assert obstacles(found, IOCTL_SINCE, True, parts) == []
        (root / "dev/nvidia-caps/nvidia-cap66").chmod(0o444)
        assert obstacles(found, IOCTL_SINCE, True, parts) == []
        (root / "dev/nvidia0").chmod(0o660)
        (root / "dev/nvidia3").unlink()
        said = "\n".join(each.found for each in obstacles(found, IOCTL_SINCE - 1, False, parts))
        for part in (
            "/dev/nvidia0 may not be read",
            "nodes /dev/nvidia3;",
            "does not know ioctl",
            "but a cgroup",
        ):
            assert part in said
