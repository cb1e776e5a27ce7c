"""`autograder doctor`: what this machine can do, and what to install or allow for the rest."""

from __future__ import annotations

import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from autograder.sandbox.advisories import Finding as Advisory
    from autograder.sandbox.devices.finding import Finding
    from autograder.sandbox.devices.survey import Obstacle
    from autograder.sandbox.inspection import Wall

SCHEMA = "autograder/doctor/v1"
_EXTRAS = {
    "base": ("numpy", "msgspec", "click", "rich"),
    "[grade]": (
        "psutil",
        "packaging",
        "pyseccomp",
        "ipython",
        "nbformat",
        "scipy",
        "scikit-learn",
        "hypothesis",
    ),
    "[tensorflow]": ("tensorflow", "keras"),
    "[gpu]": ("nvidia-ml-py",),
    "another backend of Keras": ("jax", "torch"),
}
_MISSING_WALLS = 3
_WIDTH_OF_A_PIPE = 120


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")
def doctor(as_json: bool) -> None:
    """Show what is installed here, which walls of the sandbox stand, and how to get the others.

    Starts a sandbox of each level to prove that it works. Exit code 0 if the level `full` stands, else 3.
    """
    from autograder.sandbox import advisories
    from autograder.sandbox.survey import survey

    found = _examine(survey(), advisories.look())
    if as_json:
        click.echo(json.dumps(found, indent=2))
    else:
        _show(found)
    if not found["levels"]["full"]:
        sys.exit(_MISSING_WALLS)


def _examine(walls: Sequence[Wall], known: Sequence[Advisory]) -> dict[str, Any]:
    levels = {
        level: all(wall.stands for wall in walls if level in wall.levels) for level in ("full", "container")
    }
    return {
        "schema": SCHEMA,
        "python": {
            "version": platform.python_version(),
            "executable": sys.executable,
            "system": platform.platform(),
        },
        "packages": [
            {"name": name, "version": _version(name), "extra": extra}
            for extra, names in _EXTRAS.items()
            for name in names
        ],
        "walls": [
            {
                "name": wall.name,
                "levels": list(wall.levels),
                "stands": wall.stands,
                "detail": wall.detail,
                "remedy": wall.remedy,
            }
            for wall in walls
        ],
        "levels": {**levels, "process": True},
        "advisories": [
            {
                "product": each.product,
                "installed": each.installed,
                "names": list(each.names),
                "fixed_in": each.fixed_in,
                "what": each.what,
                "here": each.here,
            }
            for each in known
        ],
        "devices": _devices(),
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _devices() -> dict[str, Any]:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cpus": usable,
        "memory_mib": _memory_mib(),
        "gpu": _gpus(),
    }


def _gpus() -> dict[str, Any]:
    """Return the GPUs, their use, and what keeps a sandbox from them."""
    if sys.platform != "linux":
        return {"reason": f"GPUs are used on Linux; this is {sys.platform}", "devices": [], "obstacles": []}
    from autograder.sandbox.devices.finding import find

    found = find()
    return {
        "reason": found.reason,
        "driver": found.driver,
        "notes": list(found.notes),
        "devices": [
            {
                "uuid": each.device.uuid,
                "name": each.device.name,
                "index": each.device.index,
                "node": f"/dev/nvidia{each.device.minor}",
                "is_instance": each.device.mig is not None,
                "memory_mib": each.device.memory_mib,
                "used_mib": each.usage.used_mib if each.usage else None,
                "processes": len(each.usage.processes) if each.usage else None,
                "state": each.state,
                "reason": each.reason,
            }
            for each in found.devices
        ],
        "obstacles": [{"found": each.found, "remedy": each.remedy} for each in _obstacles(found)],
    }


def _obstacles(found: Finding) -> list[Obstacle]:
    """Return what keeps a sandbox from GPUs; without any, nothing is asked of what comes with [grade]."""
    if not found.devices:
        return []
    from autograder.sandbox import cgroups
    from autograder.sandbox.devices.survey import obstacles
    from autograder.worker.walls.landlock import version as landlock_version

    return obstacles(found, landlock_version(), not cgroups.missing(cgroups.own_group()))


def _memory_mib() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None


def _show(found: dict[str, Any]) -> None:
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else _WIDTH_OF_A_PIPE, highlight=False)
    python = found["python"]
    console.print(f"Python {python['version']} at {python['executable']}, {python['system']}", markup=False)
    for table in (_packages_table(found["packages"]), _walls_table(found["walls"])):
        console.print()
        console.print(table)
    console.print()
    for line in (
        *_level_lines(found["levels"]),
        *_advisory_lines(found["advisories"]),
        *_device_lines(found["devices"]),
    ):
        console.print(line, markup=False)


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _packages_table(packages: list[dict[str, Any]]) -> Table:
    from rich.text import Text

    table = _table("Packages", "package", "version", "comes with")
    for package in packages:
        installed = Text(package["version"]) if package["version"] else Text("missing", "yellow")
        extra = package["extra"]
        source = "cnn-autograder" if extra == "base" else f"cnn-autograder{extra}" if "[" in extra else extra
        table.add_row(Text(package["name"]), installed, Text(source))
    return table


def _walls_table(walls: list[dict[str, Any]]) -> Table:
    from rich.text import Text

    table = _table("Walls", "wall", "needed by", "here", "found, and how to get it")
    for wall in walls:
        if wall["stands"]:
            here = Text("stands", "green")
        else:
            here = Text("missing", "red" if wall["levels"] else "yellow")
        found = wall["detail"] + (f"\n→ {wall['remedy']}" if wall["remedy"] else "")
        table.add_row(Text(wall["name"]), Text(", ".join(wall["levels"]) or "optional"), here, Text(found))
    return table


def _level_lines(levels: dict[str, bool]) -> list[str]:
    meaning = {
        "full": "for submissions of strangers",
        "container": "for submissions of strangers, inside a container of its own",
        "process": "no boundary: only for files that you trust",
    }
    return [
        f"--sandbox {name:<9} {'works' if levels[name] else 'does not work here'} ({meaning[name]})"
        for name in meaning
    ]


def _advisory_lines(advisories: list[dict[str, Any]]) -> list[str]:
    """Return which published holes the versions here have, unless their distribution has mended them."""
    return [
        f"{each['product']} {each['installed']} has {' '.join(each['names'])}, mended in {each['fixed_in']} "
        f"or by your distribution: {each['what']} ({each['here']})"
        for each in advisories
    ]


def _device_lines(devices: dict[str, Any]) -> list[str]:
    memory = devices["memory_mib"]
    size = "unknown" if memory is None else f"{memory / 1024:.1f} GiB"
    return [f"CPU: {devices['cpus']} cores, memory {size}", *_gpu_lines(devices["gpu"])]


def _gpu_lines(gpu: dict[str, Any]) -> list[str]:
    if gpu["reason"]:
        return [f"GPU: none ({gpu['reason']})"]
    lines = [f"GPU: driver {gpu['driver']}"]
    for each in gpu["devices"]:
        use = "use unknown" if each["used_mib"] is None else f"{each['used_mib']:,} MiB in use"
        kind = "instance on GPU" if each["is_instance"] else "GPU"
        state = each["state"] + (f": {each['reason']}" if each["reason"] else "")
        lines.append(
            f"  {kind} {each['index']}, {each['name']}, {each['uuid']}, {each['node']}: "
            f"{each['memory_mib']:,} MiB, {use}; {state}"
        )
    lines += [f"  {note}" for note in gpu["notes"]]
    return [*lines, *(f"  {each['found']}\n  → {each['remedy']}" for each in gpu["obstacles"])]
