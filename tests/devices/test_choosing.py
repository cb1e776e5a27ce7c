"""Slots on GPUs: how many, on which, and what is refused."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.config import AssignmentConfig, load
from autograder.errors import ConfigError, GpuMissing
from autograder.runners.placing import ON_CPU, Placement, place
from autograder.sandbox.devices.choosing import CONTEXT_MIB, Parts
from autograder.sandbox.devices.device import Device, Usage
from autograder.sandbox.devices.finding import Finding
from autograder.sandbox.devices.nodes import driver_libraries, nodes_of
from tests.devices.conftest import FIRST_PART, ONE, SECOND_PART, THREE, TWO, StandInDriver

PartsOf = Callable[[Device], Parts]


def config(folder: Path, *lines: str, head: str = "") -> AssignmentConfig:
    """Return the configuration of two checks, with lines that the second one has."""
    (folder / "grading_configs").mkdir(exist_ok=True)
    (folder / "grading_configs" / "odd.toml").write_text(
        f"""
        schema = "autograder/assignment/v1"
        title = "Odd"
        file = "code.py"
        {head}
        [[checks]]
        kind = "values"
        name = "plain"
        items = [{{ name = "one", variable = "ONE", points = 1.0, accept = [1] }}]
        [[checks]]
        kind = "values"
        name = "trained"
        items = [{{ name = "two", variable = "TWO", points = 1.0, accept = [2] }}]
        """
        + "\n".join(lines)
    )
    return load(folder, "odd").config


def spread(placement: Placement) -> list[tuple[int, int]]:
    """Return of each slot the GPU's index and the memory."""
    return [(slot.device.index, slot.memory_mib) for slot in placement.slots]


class TestPlacing:
    """Where a class runs."""

    @pytest.fixture
    def placed(self, tmp_path: Path, parts: PartsOf) -> Callable[..., Placement]:
        def run(driver: StandInDriver | Finding, *lines: str, gpus: str = "auto", **around: str) -> Placement:
            finding = driver.finding(around) if isinstance(driver, StandInDriver) else driver
            return place(config(tmp_path, *lines), gpus, finding, parts)

        return run

    def test_shares_fill_each_gpu_and_take_turns(self, placed: Callable[..., Placement]) -> None:
        driver = StandInDriver(ONE, TWO)
        driver.used = {TWO.uuid: Usage(1000)}
        found = placed(driver, 'gpu = "preferred"', "gpu_mib = 6700")
        assert spread(found) == [(0, 6700), (1, 6700), (0, 6700), (1, 6700), (0, 6700)]
        assert found.device == "gpu: Stand-in 24, 6700 MiB of 24000 MiB"
        assert "3 at a time on GPU 0 (Stand-in 24, GPU-1111aaaa), 6,700 MiB each" in found.notes[-1]

    def test_a_whole_gpu_is_one_slot_named_alike_whatever_is_free(
        self, placed: Callable[..., Placement]
    ) -> None:
        driver = StandInDriver(ONE)
        driver.used = {ONE.uuid: Usage(500)}
        found = placed(driver, 'gpu = "needed"')
        assert spread(found) == [(0, 24_000 - 500 - CONTEXT_MIB)]
        assert found.device == "gpu: Stand-in 24, 24000 MiB of 24000 MiB"

    def test_unlike_gpus_are_all_named(self, placed: Callable[..., Placement]) -> None:
        driver = StandInDriver(dataclasses.replace(ONE, name="B"), dataclasses.replace(TWO, name="A"))
        assert (
            placed(driver, 'gpu = "needed"').device
            == "gpu: A, 24000 MiB of 24000 MiB; B, 24000 MiB of 24000 MiB"
        )

    def test_an_exclusive_gpu_is_not_shared(self, placed: Callable[..., Placement]) -> None:
        driver = StandInDriver(dataclasses.replace(ONE, mode="exclusive"))
        assert spread(placed(driver, 'gpu = "needed"', "gpu_mib = 100")) == [(0, 100)]

    def test_the_largest_share_of_several_checks_counts(self, tmp_path: Path, parts: PartsOf) -> None:
        both = config(tmp_path, 'gpu = "preferred"', "gpu_mib = 7000")
        smaller = dataclasses.replace(ONE, memory_mib=9_000)
        first, second = both.checks
        mixed = type(both)(
            **{
                **{name: getattr(both, name) for name in both.__struct_fields__},
                "checks": (type(first)(name="p", items=first.items, gpu="needed", gpu_mib=500), second),
            }
        )
        assert spread(place(mixed, "auto", StandInDriver(smaller).finding(), parts)) == [(0, 7000)]

    def test_busy_ones_are_left_alone_and_that_is_said(self, placed: Callable[..., Placement]) -> None:
        driver = StandInDriver(ONE, TWO)
        driver.used = {ONE.uuid: Usage(900, {1: 900})}
        found = placed(driver, 'gpu = "needed"')
        assert [index for index, _ in spread(found)] == [1]
        assert "left alone: GPU 0 (Stand-in 24, GPU-1111aaaa): in use by process 1" in found.notes

    def test_without_a_wish_nobody_looks_for_a_gpu(self, tmp_path: Path) -> None:
        assert place(config(tmp_path), "auto", None) is ON_CPU
        assert ON_CPU.device == "cpu"

    def test_preferred_without_one_runs_on_the_processors_and_says_why(
        self, placed: Callable[..., Placement]
    ) -> None:
        found = placed(Finding(reason="no NVIDIA driver answers"), 'gpu = "preferred"')
        assert (found.slots, found.device) == ((), "cpu")
        assert found.notes == ("no GPU is used, although one is preferred: no NVIDIA driver answers",)
        assert placed(StandInDriver(ONE), 'gpu = "preferred"', gpus="none").device == "cpu"

    @pytest.mark.parametrize("gpus", ["auto", "none"])
    def test_needed_without_one_is_refused_by_name(self, placed: Callable[..., Placement], gpus: str) -> None:
        with pytest.raises(
            GpuMissing, match=r"^trained needs a GPU, and there is none to be used: ."
        ) as refused:
            placed(Finding(reason="no NVIDIA driver answers"), 'gpu = "needed"', gpus=gpus)
        assert refused.value.exit_code == 3


class TestAsked:
    """GPUs that a person names are had, or it is an error: no other is taken in their place."""

    @pytest.fixture
    def asked(self, tmp_path: Path, parts: PartsOf) -> Callable[..., list[int]]:
        def run(gpus: str, driver: StandInDriver, *lines: str, **around: str) -> list[int]:
            wish = config(tmp_path, *(lines or ('gpu = "preferred"',)))
            return [index for index, _ in spread(place(wish, gpus, driver.finding(around), parts))]

        return run

    @pytest.mark.parametrize(
        ("gpus", "expected"),
        [("1", [1]), ("2,0", [2, 0]), ("GPU-3333", [2]), ("3", [3, 3]), ("MIG-b", [3]), ("0,GPU-1111a", [0])],
    )
    def test_named_ones(self, asked: Callable[..., list[int]], gpus: str, expected: list[int]) -> None:
        assert asked(gpus, StandInDriver(ONE, TWO, THREE, FIRST_PART, SECOND_PART)) == expected

    @pytest.mark.parametrize(
        ("gpus", "environment", "said"),
        [
            ("7", {}, "--gpus 7: expected a GPU of this machine; there are GPU 0"),
            ("0,9", {}, "--gpus 9: expected a GPU of this machine"),
            ("GPU-1111", {}, "--gpus GPU-1111: expected a GPU of this machine"),
            ("", {}, "--gpus : expected a GPU of this machine"),
            ("0", {"CUDA_VISIBLE_DEVICES": "1"}, "CUDA_VISIBLE_DEVICES='1' hides it"),
            ("1", {}, "GPU 1 (Stand-in 24, GPU-1111bbbb): in use by process 1"),
        ],
    )
    def test_missing_hidden_and_busy(
        self, asked: Callable[..., list[int]], gpus: str, environment: dict[str, str], said: str
    ) -> None:
        driver = StandInDriver(ONE, TWO)
        driver.used = {TWO.uuid: Usage(9_000, {1: 9_000})}
        with pytest.raises(GpuMissing) as refused:
            asked(gpus, driver, **environment)
        assert said in str(refused.value)

    def test_too_small(self, asked: Callable[..., list[int]]) -> None:
        small = StandInDriver(dataclasses.replace(ONE, memory_mib=8_000))
        said = "a worker needs 7,500 MiB, and 1,024 MiB for CUDA itself; 7,997 MiB are free"
        with pytest.raises(GpuMissing, match=said):
            asked("0", small, 'gpu = "preferred"', "gpu_mib = 7500")

    def test_they_are_looked_at_although_no_check_uses_them(self, tmp_path: Path, parts: PartsOf) -> None:
        found = place(config(tmp_path), "0", StandInDriver(ONE).finding(), parts)
        assert found.slots == ()
        assert found.notes == ("no check of this assignment uses a GPU: --gpus is without effect",)
        with pytest.raises(GpuMissing):
            place(config(tmp_path), "1", StandInDriver(ONE).finding(), parts)


def test_a_share_without_a_wish_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'checks\[1\].gpu_mib: expected gpu = "preferred" or "needed"'):
        config(tmp_path, "gpu_mib = 100")


class TestNodes:
    """What of one GPU is shown."""

    def names(self, device: Device, root: Path) -> list[str]:
        return [node.target for node in nodes_of(device, root)]

    def test_those_of_one_gpu(self, root: Path) -> None:
        shared = ["/dev/nvidiactl", "/dev/nvidia-uvm"]
        assert self.names(THREE, root) == [*shared, "/dev/nvidia5", "/dev/nvidia-uvm-tools"]
        (root / "dev" / "nvidia-uvm-tools").unlink()
        assert self.names(THREE, root) == [*shared, "/dev/nvidia5"]

    def test_those_of_one_instance(self, root: Path) -> None:
        found = self.names(SECOND_PART, root)
        assert found[2:5] == [
            "/dev/nvidia3",
            "/dev/nvidia-caps/nvidia-cap75",
            "/dev/nvidia-caps/nvidia-cap76",
        ]

    def test_missing_ones_are_named_with_what_makes_them(self, root: Path) -> None:
        (root / "dev" / "nvidia-uvm").unlink()
        with pytest.raises(
            GpuMissing, match=r"nodes /dev/nvidia-uvm; they are not there.*nvidia-modprobe -u"
        ):
            nodes_of(ONE, root)
        (root / "proc/driver/nvidia-caps/mig-minors").write_text("gpu3/gi7/access 66\n")
        with pytest.raises(GpuMissing, match=r"expected gpu3/gi7/ci0/access in .*mig-minors"):
            nodes_of(FIRST_PART, root)

    def test_libraries_are_shown_where_they_are_not_anyway(self, tmp_path: Path) -> None:
        wanted = ("libcuda.so.1", "libcuda.so.550.1", "libnvidia-ml.so.1", "libnvidia-nvvm.so.4")
        for name in (*wanted, "libnvidia-glcore.so.1", "libc.so.6"):
            (tmp_path / name).touch()
        found = driver_libraries([], [tmp_path / "nowhere", tmp_path])
        assert [path.name for path in found] == sorted(wanted)
        assert driver_libraries([tmp_path], [tmp_path]) == ()
        with pytest.raises(GpuMissing, match=r"expected the driver's libcuda.so.1; it is not in .*nowhere"):
            driver_libraries([], [tmp_path / "nowhere"])
