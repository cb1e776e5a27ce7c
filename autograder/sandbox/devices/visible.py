"""Which GPUs the environment leaves to this process: CUDA's own mask, and Slurm's allocation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from autograder.sandbox.devices.device import Device

_LISTS = ("CUDA_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL")  # the second is Slurm's, where the first is not set
_ALLOCATIONS = ("SLURM_JOB_GPUS", "SLURM_STEP_GPUS")


@dataclass(frozen=True)
class Masked:
    """What a mask leaves.

    Attributes:
        hidden: By UUID, why a device is not this process's to use.
        notes: What is odd about the mask.
    """

    hidden: Mapping[str, str]
    notes: tuple[str, ...] = ()


def mask(devices: Sequence[Device], environment: Mapping[str, str]) -> Masked:
    """Return which devices are hidden from this process, and why.

    ``CUDA_VISIBLE_DEVICES`` is read as CUDA reads it: indices, UUIDs, unique beginnings of UUIDs, and MIG
    instances; what comes after the first that is none of these is not visible; empty or -1 hides all.
    ``SLURM_JOB_GPUS`` and ``SLURM_STEP_GPUS`` hold the numbers of device nodes, whatever else is visible. A
    Slurm job without any of these was given no GPU.
    """
    hidden: dict[str, str] = {}
    notes: list[str] = []
    listed = next((name for name in _LISTS if name in environment), None)
    if listed is not None:
        text = environment[listed]
        named, unknown = _named(devices, text)
        if unknown:
            notes.append(
                f"{listed}={text}: {unknown!r} is no GPU here; as CUDA does, it and what follows are left out"
            )
        notes += _order_note(devices, environment, listed, text)
        hidden |= {each.uuid: f"{listed}={text!r} hides it" for each in devices if each not in named}
    for name in _ALLOCATIONS:
        if name in environment:
            numbers = _numbers(environment[name])
            for each in devices:
                if each.mig is None and each.minor not in numbers:
                    hidden.setdefault(each.uuid, f"{name}={environment[name]!r}: it is not this job's")
    is_given = listed is not None or any(name in environment for name in _ALLOCATIONS)
    for each in devices:
        if "SLURM_JOB_ID" in environment and not is_given:
            hidden[each.uuid] = "this Slurm job was given no GPU (ask for one: --gres=gpu:1)"
        elif each.mig is not None and is_given and listed is None:
            hidden.setdefault(
                each.uuid, "Slurm counts instances in an order of its own: CUDA_VISIBLE_DEVICES must name it"
            )
    return Masked(hidden, tuple(notes))


def meant(devices: Sequence[Device], entry: str) -> list[Device]:
    """Return what one entry of a list means: a GPU, its instances where it is divided, or nothing.

    An index is that of the GPU; a UUID may be cut as long as one GPU or instance alone begins so; an instance
    is also ``MIG-GPU-<uuid>/<GPU instance>/<compute instance>``.

    >>> one, two = (Device(f"GPU-{part}-x", "L4", i, i, 8) for i, part in enumerate(["ab12", "ab34"]))
    >>> [each.index for each in meant([one, two], "GPU-ab3")], meant([one, two], "GPU-ab")
    ([1], [])
    """
    entry = entry.strip()
    if entry.isdecimal():
        return [each for each in devices if each.index == int(entry)]
    if entry.startswith("MIG-GPU-"):
        return [each for each in devices if each.mig and entry == _old_name(each)]
    if entry.startswith("MIG-"):
        return _beginning(devices, entry, lambda each: each.uuid)
    if entry.startswith("GPU-"):
        return _beginning(devices, entry, lambda each: each.board)
    return []


def _named(devices: Sequence[Device], text: str) -> tuple[list[Device], str]:
    """Return what a list names, up to the first entry that is none; and that entry."""
    found: list[Device] = []
    for entry in text.split(",") if text.strip() else ():
        named = meant(devices, entry)
        if not named:
            return found, "" if entry.strip() in ("-1", "NoDevFiles") else entry.strip()
        found += named
    return found, ""


def _beginning(devices: Sequence[Device], entry: str, name: Callable[[Device], str]) -> list[Device]:
    found = [each for each in devices if name(each).lower().startswith(entry.lower())]
    return found if len({name(each) for each in found}) == 1 else []


def _old_name(device: Device) -> str:
    assert device.mig is not None
    return f"MIG-{device.mig.parent}/{device.mig.gpu_instance}/{device.mig.compute_instance}"


def _numbers(text: str) -> set[int]:
    """Return the numbers of a list such as ``0,2-3``; nothing where it is none."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first.isdecimal() and (not last or last.isdecimal()):
            found |= set(range(int(first), int(last or first) + 1))
    return found


def _order_note(devices: Sequence[Device], environment: Mapping[str, str], name: str, text: str) -> list[str]:
    """Say where CUDA may count otherwise than it is counted here: by speed, if the models differ."""
    by_index = any(entry.strip().isdecimal() for entry in text.split(","))
    models = {each.name for each in devices if each.mig is None}
    if by_index and len(models) > 1 and environment.get("CUDA_DEVICE_ORDER") != "PCI_BUS_ID":
        counted = "indices are taken in the order of the PCI bus, as nvidia-smi shows them; CUDA counts"
        return [f"{name}={text}: {counted} by speed. Set CUDA_DEVICE_ORDER=PCI_BUS_ID, or name UUIDs"]
    return []
