"""Each wall, looked at on this machine: does it stand, and what is to be done where it does not."""

from __future__ import annotations

import ctypes
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec

from autograder.errors import SandboxError
from autograder.sandbox.level import Level
from autograder.wire.control import MOST_DESCRIPTORS

_FULL, _CONTAINER = Level.FULL.value, Level.CONTAINER.value
_BOTH = (_FULL, _CONTAINER)
_SCOPED_SINCE = 6
_LANDLOCK_CREATE_RULESET, _ASK_FOR_VERSION = 444, 1
_TRY_SECONDS = 20.0
_CAP_SYS_PTRACE = 19
_INSTALL_GRADE = "pip install 'cnn-autograder[grade]'"
_INSTALL_BUBBLEWRAP = "apt-get install bubblewrap (or dnf, pacman)"
_NEEDS_LINUX = "run it on Linux; on Windows in WSL 2, on macOS in a Linux virtual machine or a container"
_LET_ROOT_MOUNT = "--sandbox container, or give the container's root CAP_SYS_ADMIN (docker run --privileged)"
_ALLOW_NAMESPACES = (
    "allow user namespaces: sysctl -w user.max_user_namespaces=15000 kernel.unprivileged_userns_clone=1; "
    "in a container, run it with a seccomp profile that lets clone and unshare make them"
)
_ALLOW_BY_APPARMOR = (
    "AppArmor restricts user namespaces here, as Ubuntu does since 23.10. Either "
    "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or allow them to bubblewrap alone: write "
    "'abi <abi/4.0>, include <tunables/global> profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }' "
    "to /etc/apparmor.d/bwrap, one statement a line, and apparmor_parser -r /etc/apparmor.d/bwrap"
)
_APPARMOR_SWITCH = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"


class Wall(msgspec.Struct, frozen=True):
    """A wall, as it is on this machine.

    Attributes:
        name: The wall.
        levels: The levels that need it; none where it is optional.
        stands: Whether it stands.
        detail: What was found.
        remedy: What to install or allow; empty where nothing is to be done.
    """

    name: str
    levels: tuple[str, ...]
    stands: bool
    detail: str
    remedy: str = ""


def look() -> tuple[Wall, ...]:
    """Return every wall. Starts no sandbox, and takes some tens of milliseconds."""
    if sys.platform != "linux":
        return _none()
    return (
        *_bubblewrap_and_namespaces(),
        _uid(),
        _landlock(),
        _seccomp(),
        _limits(),
        _memory_watch(),
        _cgroups(),
    )


def _none() -> tuple[Wall, ...]:
    """Return the walls of an operating system that has none of them."""
    found = f"{platform.system() or sys.platform} has no such wall"
    needed = {
        "bubblewrap": (_FULL,),
        "user namespaces": (_FULL,),
        "namespaces of each worker": (_FULL,),
        "user id": _BOTH,
        "landlock": _BOTH,
        "seccomp": _BOTH,
        "limits": _BOTH,
        "memory watch": _BOTH,
        "cgroup": (),
    }
    return tuple(Wall(name, levels, False, found, _NEEDS_LINUX) for name, levels in needed.items())


def _bubblewrap_and_namespaces() -> tuple[Wall, Wall, Wall]:
    """Return the walls that bubblewrap and the kernel's namespaces make up, each tried with bubblewrap."""
    from autograder.sandbox.ids import is_root, unused_id  # noqa: PLC0415  # Unix only

    path = shutil.which("bwrap")
    if path is None:
        absent = "cannot be tried without bubblewrap"
        return (
            Wall("bubblewrap", (_FULL,), False, "not installed", _INSTALL_BUBBLEWRAP),
            Wall("user namespaces", (_FULL,), False, absent, _INSTALL_BUBBLEWRAP),
            Wall("namespaces of each worker", (_FULL,), False, absent, _INSTALL_BUBBLEWRAP),
        )
    uid = unused_id() if is_root() else None
    # Run by root, a first bubblewrap makes the binds as root: see `autograder.sandbox.bubblewrap`.
    outer = [path, "--dev-bind", "/", "/", "--"] if uid else []
    once = [path, "--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "--proc", "/proc", "--"]
    nested = "namespaces of each worker"
    allow = namespaces_remedy()
    return (
        _try_command("bubblewrap", [*outer, path, "--version"], path, _LET_ROOT_MOUNT if uid else "", None),
        _try_command("user namespaces", [*once, "true"], "allowed", allow, uid),
        _try_command(nested, [*once, *once, "true"], "user namespaces may be nested", allow, uid),
    )


def _try_command(name: str, command: list[str], good: str, remedy: str, uid: int | None) -> Wall:
    """Return a wall of the level `full` that stands if a command succeeds."""
    try:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            timeout=_TRY_SECONDS,
            cwd="/",
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Wall(name, (_FULL,), False, str(error), remedy or _INSTALL_BUBBLEWRAP)
    said = (done.stderr if done.returncode else done.stdout).strip()
    if done.returncode:
        return Wall(name, (_FULL,), False, said or f"exit {done.returncode}", remedy or _INSTALL_BUBBLEWRAP)
    return Wall(name, (_FULL,), True, f"{good}, {said}" if said else good)


def namespaces_remedy() -> str:
    """Return how to allow user namespaces here."""
    try:
        restricted = Path(_APPARMOR_SWITCH).read_text(encoding="ascii").strip() == "1"
    except OSError:
        restricted = False
    return _ALLOW_BY_APPARMOR if restricted else _ALLOW_NAMESPACES


def _uid() -> Wall:
    import os  # noqa: PLC0415

    from autograder.sandbox.ids import is_root, unused_id  # noqa: PLC0415

    if not is_root():
        detail = f"workers run as user id {os.geteuid()}; at the level full, namespaces keep them apart"
        return Wall("user id", (_CONTAINER,), False, detail, "run it as root inside the container")
    try:
        detail = f"workers get unused ids, such as {unused_id()}"
    except IndexError:
        return Wall("user id", _BOTH, False, "no unused id is left", "end processes of ids above 61,200")
    return Wall("user id", _BOTH, True, detail)


def _landlock() -> Wall:
    version = max(0, int(ctypes.CDLL(None).syscall(_LANDLOCK_CREATE_RULESET, None, 0, _ASK_FOR_VERSION)))
    if version == 0:
        remedy = "Linux 5.13 or later, with landlock in the kernel's lsm= list (see /sys/kernel/security/lsm)"
        return Wall("landlock", _BOTH, False, "this kernel does not offer it", remedy)
    scoped = "" if version >= _SCOPED_SINCE else "; signals and abstract sockets are scoped since 6"
    return Wall("landlock", _BOTH, True, f"version {version}{scoped}")


def _seccomp() -> Wall:
    from autograder.sandbox.seccomp_filter import build  # noqa: PLC0415

    remedy = f"{_INSTALL_GRADE} and apt-get install libseccomp2; a kernel with CONFIG_SECCOMP_FILTER"
    try:
        with Path("/proc/self/status").open(encoding="utf-8") as status:
            if not any(line.startswith("Seccomp:") for line in status):
                return Wall("seccomp", _BOTH, False, "this kernel does not offer it", remedy)
        program = build(memory_is_bounded=False, is_namespaced=True)
    except (SandboxError, OSError) as error:
        return Wall("seccomp", _BOTH, False, str(error), remedy)
    return Wall("seccomp", _BOTH, True, f"a filter of {len(program) // 8} instructions")


def _limits() -> Wall:
    try:
        import resource  # noqa: PLC0415

    except ImportError as error:
        return Wall("limits", _BOTH, False, str(error), "a Python with the module resource")
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < MOST_DESCRIPTORS:
        detail = f"expected a hard limit of {MOST_DESCRIPTORS} open files; received {hard}"
        return Wall(
            "limits", _BOTH, False, detail, f"ulimit -Hn {MOST_DESCRIPTORS}, or nofile in limits.conf"
        )
    return Wall("limits", _BOTH, True, "address space, processes, file sizes, open files, processor time")


def _memory_watch() -> Wall:
    try:
        import psutil  # noqa: PLC0415

        from autograder.sandbox.ids import is_root  # noqa: PLC0415

        shared_out = psutil.Process().memory_full_info().pss
    except ImportError as error:
        return Wall("memory watch", _BOTH, False, str(error), _INSTALL_GRADE)
    except (AttributeError, psutil.Error, OSError) as error:
        return Wall("memory watch", _BOTH, False, f"memory cannot be read: {error}", "mount /proc")
    detail = f"psutil {psutil.__version__}; proportional sizes, {shared_out >> 20} MiB here"
    if is_root() and not _has_capability(_CAP_SYS_PTRACE):
        detail = f"psutil {psutil.__version__}; resident sizes: the proportional ones need CAP_SYS_PTRACE"
        return Wall("memory watch", _BOTH, True, detail, "in a container: --cap-add SYS_PTRACE (optional)")
    return Wall("memory watch", _BOTH, True, detail)


def _has_capability(number: int) -> bool:
    """Return whether this process has a capability."""
    with Path("/proc/self/status").open(encoding="utf-8") as status:
        held = next(line for line in status if line.startswith("CapEff:"))
    return bool(int(held.split()[1], 16) >> number & 1)


def _cgroups() -> Wall:
    from autograder.sandbox import cgroups  # noqa: PLC0415

    reason = cgroups.missing(cgroups.own_group())
    if reason:
        detail = f"optional; limits are best effort without it: {reason}"
        remedy = "systemd-run --user --scope -p Delegate=yes autograder grade ..."
        return Wall("cgroup", (), False, detail, remedy)
    return Wall("cgroup", (), True, "memory and pids are delegated")
