"""The command lines of bubblewrap: the sandbox around a fork server.

Run by an ordinary user, one bubblewrap makes the user namespace and the binds. Run by root, a first one
makes the binds as root, so that an interpreter in root's own home can be shown, and a second one, started
as an unused user id, makes the namespaces: a /proc that root's user id mounted would have parts covered,
and the workers could mount none of their own below it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from autograder.errors import SandboxError
from autograder.sandbox.inside import GRADER, PACKAGES, SCRATCH
from autograder.sandbox.layout import Bind, Layout

_LAUNCHER = "/launcher"
_OUTER_BUBBLEWRAP = f"{_LAUNCHER}/bwrap"
_SERVER_TMPFS_BYTES = 16 * 1024 * 1024
_BECOME = (
    "import os, sys; uid = int(sys.argv[1]); os.setgroups([]); os.setresgid(uid, uid, uid); "
    "os.setresuid(uid, uid, uid); os.execv(sys.argv[2], sys.argv[2:])"
)
# glibc looks here whether it may ask for huge pages. Landlock keeps it from the workers.
_HUGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage")
_INTERPRETER_FLAGS = ("-s", "-S", "-P", "-B")


def find() -> str:
    """Return the path of bubblewrap.

    Raises:
        SandboxError: If it is not installed.
    """
    path = shutil.which("bwrap")
    if path is None:
        raise SandboxError("bubblewrap is not installed: apt-get install bubblewrap (or dnf, pacman)")
    return path


def server_command(
    executable: str, controls: Sequence[int], *, grader: str = GRADER, packages: str = PACKAGES
) -> list[str]:
    """Return the command that starts the fork server, as it runs inside."""
    boot = (
        f"import sys; sys.path[:0] = [{grader!r}, {packages!r}]; "
        "from autograder.worker.server import main; main([int(fd) for fd in sys.argv[1:]])"
    )
    return [executable, *_INTERPRETER_FLAGS, "-c", boot, *map(str, controls)]


def inside_arguments(layout: Layout, environment: Mapping[str, str], *, from_targets: bool) -> list[str]:
    """Return the arguments of the bubblewrap that makes the namespaces.

    Args:
        layout: What the sandbox contains.
        environment: The whole environment inside.
        from_targets: Whether a bubblewrap around it has already put everything in its place.
    """
    arguments = ["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--clearenv"]
    arguments += ["--hostname", "sandbox", "--chdir", "/"]
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    binds = _binds(layout)
    arguments += _folders(bind.target for bind in binds)
    for bind in binds:
        arguments += ["--ro-bind", bind.target if from_targets else str(bind.source), bind.target]
    for path in layout.hidden:
        arguments += ["--size", "4096", "--tmpfs", path, "--remount-ro", path]
    arguments += ["--proc", "/proc", "--dev", "/dev"]
    for node in layout.nodes:
        source = f"{_LAUNCHER}{node.target}" if from_targets else str(node.source)
        arguments += ["--dev-bind", source, node.target]
    for path in SCRATCH:
        arguments += ["--size", str(_SERVER_TMPFS_BYTES), "--perms", "0777", "--tmpfs", path]
    # Its owner could leave marks on the folder itself: rights, times, attributes.
    return [*arguments, "--remount-ro", "/dev", "--remount-ro", "/"]


def around_arguments(layout: Layout, bubblewrap: str) -> list[str]:
    """Return the arguments of the bubblewrap that root starts first: the binds alone."""
    binds = (*_binds(layout), Bind(Path(bubblewrap), _OUTER_BUBBLEWRAP))
    nodes = [(str(node.source), f"{_LAUNCHER}{node.target}") for node in layout.nodes]
    targets = [*(bind.target for bind in binds), *(target for _, target in nodes)]
    arguments = ["--die-with-parent", *_folders(targets)]
    for bind in binds:
        arguments += ["--ro-bind", str(bind.source), bind.target]
    for source, target in nodes:
        arguments += ["--dev-bind", source, target]
    # The inner one builds its own root below /tmp.
    arguments += ["--size", str(_SERVER_TMPFS_BYTES), "--perms", "1777", "--tmpfs", "/tmp"]
    return [*arguments, "--bind", "/proc", "/proc", "--dev-bind", "/dev", "/dev"]


def as_user(executable: str, uid: int) -> list[str]:
    """Return the start of a command that runs the inner bubblewrap as an ordinary user id."""
    return [executable, *_INTERPRETER_FLAGS, "-c", _BECOME, str(uid), _OUTER_BUBBLEWRAP]


def _binds(layout: Layout) -> tuple[Bind, ...]:
    binds = (*layout.binds, *layout.masks)  # a mask after what holds the file
    own = Bind(_HUGE_PAGES, str(_HUGE_PAGES))
    return (*binds, own) if _HUGE_PAGES.is_dir() else binds


def _folders(targets: Iterable[str]) -> list[str]:
    """Return arguments that make the folders above these paths, open to every user id."""
    above = {str(parent) for target in targets for parent in PurePosixPath(target).parents} - {"/"}
    return [part for path in sorted(above) for part in ("--perms", "0755", "--dir", path)]
