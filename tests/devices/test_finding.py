"""Which GPUs there are, which of them are ours to use, and which are left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.sandbox.devices.device import Device, Mig, Usage
from autograder.sandbox.devices.finding import MOST_USED_MIB, find
from autograder.sandbox.devices.nvml import NoDriver, open_nvml
from autograder.sandbox.devices.visible import mask
from tests.devices.conftest import FIRST_PART, ONE, SECOND_PART, THREE, TWO, StandInDriver

BOARDS = (ONE, TWO, THREE)
WITH_PARTS = (*BOARDS, FIRST_PART, SECOND_PART)


def left(devices: tuple[Device, ...], **environment: str) -> list[Device]:
    """Return the devices that an environment leaves to us."""
    hidden = mask(devices, environment).hidden
    return [each for each in devices if each.uuid not in hidden]


class TestCudasOwnMask:
    """`CUDA_VISIBLE_DEVICES`, read as CUDA reads it."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("0", [ONE]),
            ("2,0", [ONE, THREE]),
            (" 1 , 2 ", [TWO, THREE]),
            ("", []),
            ("  ", []),
            ("-1", []),
            ("NoDevFiles", []),
            ("0,-1,1", [ONE]),
            ("0,7,1", [ONE]),  # what comes after one that is not there is not visible
            ("GPU-1111aaaa-0000", [ONE]),
            ("GPU-3", [THREE]),
            ("gpu-3", []),
            ("GPU-1111AAAA", [ONE]),
            ("GPU-1111", []),  # two begin so
            ("GPU-1111,0", []),
            ("0,0", [ONE]),
            ("one", []),
        ],
    )
    def test_entries(self, text: str, expected: list[Device]) -> None:
        assert left(BOARDS, CUDA_VISIBLE_DEVICES=text) == expected

    def test_unset_hides_nothing(self) -> None:
        assert left(BOARDS) == list(BOARDS)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("MIG-aaaa-1", [FIRST_PART]),
            ("MIG-b", [SECOND_PART]),
            ("MIG-", []),
            ("MIG-GPU-4444dddd-0000/8/0", [SECOND_PART]),
            ("MIG-GPU-4444dddd-0000/8/1", []),
            ("3", [FIRST_PART, SECOND_PART]),
            ("GPU-4444", [FIRST_PART, SECOND_PART]),
        ],
    )
    def test_instances(self, text: str, expected: list[Device]) -> None:
        assert left(WITH_PARTS, CUDA_VISIBLE_DEVICES=text) == expected

    def test_an_unknown_entry_is_said(self) -> None:
        (note,) = mask(BOARDS, {"CUDA_VISIBLE_DEVICES": "0,9,1"}).notes
        assert "'9' is no GPU here" in note
        assert mask(BOARDS, {"CUDA_VISIBLE_DEVICES": "0,-1"}).notes == ()

    def test_indices_of_unlike_gpus_are_said_to_be_in_the_order_of_the_bus(self) -> None:
        unlike = (ONE, Device("GPU-2", "Stand-in 8", 1, 1, 8_000))
        (note,) = mask(unlike, {"CUDA_VISIBLE_DEVICES": "1"}).notes
        assert "CUDA_DEVICE_ORDER=PCI_BUS_ID" in note
        settled = {"CUDA_VISIBLE_DEVICES": "1", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}
        assert mask(unlike, settled).notes == mask(unlike, {"CUDA_VISIBLE_DEVICES": "GPU-2"}).notes == ()


class TestSlurm:
    """A job's allocation, by the numbers of device nodes."""

    @pytest.mark.parametrize(
        ("environment", "expected"),
        [
            ({"SLURM_JOB_GPUS": "0,5"}, [ONE, THREE]),
            ({"SLURM_JOB_GPUS": "0-1"}, [ONE, TWO]),
            ({"SLURM_JOB_GPUS": "0,1", "SLURM_STEP_GPUS": "1"}, [TWO]),
            ({"SLURM_JOB_GPUS": "5", "CUDA_VISIBLE_DEVICES": "2"}, [THREE]),
            ({"SLURM_JOB_GPUS": "5", "CUDA_VISIBLE_DEVICES": "0"}, []),  # set by hand to another job's
            ({"GPU_DEVICE_ORDINAL": "1"}, [TWO]),
            ({"GPU_DEVICE_ORDINAL": "1", "CUDA_VISIBLE_DEVICES": "0"}, [ONE]),
            ({"SLURM_JOB_GPUS": ""}, []),
            ({}, []),
        ],
    )
    def test_a_job(self, environment: dict[str, str], expected: list[Device]) -> None:
        assert left(BOARDS, SLURM_JOB_ID="77", **environment) == expected

    def test_a_job_without_gpus_says_how_to_ask_for_one(self) -> None:
        assert "--gres=gpu:1" in mask(BOARDS, {"SLURM_JOB_ID": "77"}).hidden[ONE.uuid]

    def test_with_a_constrained_cgroup_nodes_keep_their_numbers(self) -> None:
        only = Device("GPU-9", "Stand-in 24", 0, 5, 24_000)  # the only one that is shown, at index 0
        assert left((only,), SLURM_JOB_ID="7", SLURM_JOB_GPUS="5", CUDA_VISIBLE_DEVICES="0") == [only]

    def test_instances_must_be_named(self) -> None:
        assert left((FIRST_PART,), SLURM_JOB_ID="7", SLURM_JOB_GPUS="0") == []
        named = {"SLURM_JOB_GPUS": "0", "CUDA_VISIBLE_DEVICES": "MIG-aaaa-1"}
        assert left((FIRST_PART, SECOND_PART), SLURM_JOB_ID="7", **named) == [FIRST_PART]


class TestUse:
    """Devices that others are using are left alone, and it is said."""

    def states(self, driver: StandInDriver, **environment: str) -> dict[int, tuple[str, str]]:
        return {each.device.index: (each.state, each.reason) for each in driver.finding(environment).devices}

    def test_processes_of_others(self) -> None:
        driver = StandInDriver(*BOARDS)
        driver.used = {ONE.uuid: Usage(900, {1: 900}), TWO.uuid: Usage(900, {1: None, 2: None})}
        states = self.states(driver)
        assert states[0] == ("busy", "in use by process 1")
        assert states[1] == ("busy", "in use by the processes 1, 2")
        assert states[2] == ("free", "")

    def test_our_own_processes_do_not_count(self) -> None:
        driver = StandInDriver(ONE)
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        driver.used = {ONE.uuid: Usage(9_000, {os.getpid(): 1_000, child.pid: 8_000})}
        try:
            assert self.states(driver)[0] == ("free", "")
        finally:
            child.communicate()
        assert self.states(driver)[0] == ("busy", f"in use by process {child.pid}")

    def test_memory_that_nobody_is_seen_to_hold(self) -> None:
        driver = StandInDriver(ONE, TWO)
        driver.used = {ONE.uuid: Usage(MOST_USED_MIB), TWO.uuid: Usage(MOST_USED_MIB + 1)}
        states = self.states(driver)
        assert states[0] == ("free", "")
        assert states[1] == ("busy", "1,025 MiB of its memory are in use, by whom is not shown here")

    def test_a_prohibited_and_a_lost_one(self) -> None:
        prohibited = Device("GPU-0", "Stand-in", 0, 0, 8_000, mode="prohibited")
        driver = StandInDriver(prohibited, TWO)
        driver.lost = {TWO.uuid}
        states = self.states(driver)
        assert states[0] == ("busy", "its compute mode is PROHIBITED")
        assert states[1] == ("unknown", "GPU is lost")

    def test_a_hidden_one_says_what_hides_it(self) -> None:
        states = self.states(StandInDriver(ONE, TWO), CUDA_VISIBLE_DEVICES="1")
        assert states[0] == ("hidden", "CUDA_VISIBLE_DEVICES='1' hides it")
        assert states[1] == ("free", "")

    def test_none_at_all(self) -> None:
        found = StandInDriver().finding()
        assert found.free == []
        assert found.why_none() == "the NVIDIA driver shows no GPU to this process"


class NVMLError(Exception):
    """As `pynvml` has one."""


def stand_in_module(**functions: Any) -> Any:
    """Return what `pynvml` is on a machine with a plain GPU, and one that is divided in two with a gap."""

    def missing_one(*_: object) -> Any:
        raise NVMLError("Not Found")

    parts = {0: "part 0", 2: "part 2"}
    numbers = {"part 0": (7, 0), "part 2": (9, 1)}
    names = {"board 0": ("GPU-a", "Plain"), "board 1": ("GPU-b", "Divided")}
    names |= {"part 0": ("MIG-x", "Part"), "part 2": ("MIG-y", "Part")}
    memory = SimpleNamespace(total=8 * 2**30, used=2**30 + 5)

    def memory_of(handle: str, version: int | None = None) -> Any:
        return missing_one() if version else memory  # an older driver

    found: dict[str, Any] = {
        "NVMLError": NVMLError,
        "NVML_DEVICE_MIG_ENABLE": 1,
        "NVML_COMPUTEMODE_PROHIBITED": 2,
        "NVML_COMPUTEMODE_EXCLUSIVE_PROCESS": 3,
        "nvmlMemory_v2": 2,
        "nvmlInit": lambda: None,
        "nvmlSystemGetDriverVersion": lambda: "550.54",
        "nvmlSystemGetCudaDriverVersion": lambda: 12_040,
        "nvmlDeviceGetCount": lambda: 3,
        "nvmlDeviceGetHandleByIndex": lambda index: f"board {index}" if index < 2 else missing_one(),
        "nvmlDeviceGetHandleByUUID": lambda uuid: next(h for h, (u, _) in names.items() if u == uuid),
        "nvmlDeviceGetMinorNumber": lambda handle: 4 + int(handle[-1]),
        "nvmlDeviceGetUUID": lambda handle: names[handle][0],
        "nvmlDeviceGetName": lambda handle: names[handle][1],
        "nvmlDeviceGetMigMode": lambda handle: [1, 1] if handle == "board 1" else missing_one(),
        "nvmlDeviceGetMaxMigDeviceCount": lambda handle: 3,
        "nvmlDeviceGetMigDeviceHandleByIndex": lambda handle, number: parts.get(number) or missing_one(),
        "nvmlDeviceGetGpuInstanceId": lambda handle: numbers[handle][0],
        "nvmlDeviceGetComputeInstanceId": lambda handle: numbers[handle][1],
        "nvmlDeviceGetComputeMode": lambda handle: 3,
        "nvmlDeviceGetMemoryInfo": memory_of,
        "nvmlDeviceGetComputeRunningProcesses": lambda handle: [
            SimpleNamespace(pid=11, usedGpuMemory=3 * 2**20),
            SimpleNamespace(pid=12, usedGpuMemory=None),
        ],
    }
    return SimpleNamespace(**(found | functions))


class TestDriver:
    """NVML, through `pynvml`."""

    def test_devices_and_instances(self) -> None:
        assert open_nvml(stand_in_module()).devices() == (
            Device("GPU-a", "Plain", 0, 4, 8192, "exclusive"),
            Device("MIG-x", "Part", 1, 5, 8192, "default", Mig("GPU-b", 7, 0)),
            Device("MIG-y", "Part", 1, 5, 8192, "default", Mig("GPU-b", 9, 1)),
        )

    def test_usage(self) -> None:
        nvml = open_nvml(stand_in_module())
        assert nvml.usage(nvml.devices()[0]) == Usage(1024, {11: 3, 12: None})
        assert nvml.driver() == "550.54, CUDA 12.4"

    def test_what_it_does_not_say(self) -> None:
        def refused(_: object) -> Any:
            raise NVMLError("Insufficient Permissions")

        nvml = open_nvml(stand_in_module(nvmlDeviceGetComputeRunningProcesses=refused))
        with pytest.raises(NoDriver, match="does not say who uses it: Insufficient Permissions"):
            nvml.usage(nvml.devices()[0])

    def test_no_driver(self) -> None:
        def refused() -> None:
            raise NVMLError("NVML Shared Library Not Found")

        with pytest.raises(NoDriver, match="no NVIDIA driver answers: NVML Shared Library Not Found"):
            open_nvml(stand_in_module(nvmlInit=refused))

    def test_no_package(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pynvml", None)
        assert find(environment={}).reason.endswith("pip install 'cnn-autograder[gpu]'")
