"""Virtual environments for the peers, and the clock that their commands run under."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.peers import PeerError

__all__ = ["DEFAULT_FOLDER", "Command", "Environment", "make_environment", "run_all"]

DEFAULT_FOLDER = Path(__file__).parents[2] / ".benchmarks"

# What submissions import: the same versions as here, so that importing them costs the same.
_SHARED = ("tensorflow", "keras", "numpy")


@dataclass(frozen=True)
class Command:
    """A peer's command line, the folder that it runs in, and the file for what it prints."""

    arguments: Sequence[str | Path]
    folder: Path
    log: Path


@dataclass(frozen=True)
class Environment:
    """A virtual environment and the settings files of the programs in it, all below one folder."""

    folder: Path

    def program(self, name: str) -> Path:
        """Return the path of an installed program."""
        return self.folder / "venv" / "bin" / name

    def variables(self) -> dict[str, str]:
        """Return the variables to run programs with: as here, but for Python's and Jupyter's own.

        Neither this environment's nor the person's own configuration reaches the peer; nothing that
        bears on TensorFlow's speed is set or taken away.
        """
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER", "VIRTUAL_ENV"))}
        settings = self.folder / "settings"
        return kept | {
            "PATH": os.pathsep.join([str(self.folder / "venv" / "bin"), os.environ.get("PATH", os.defpath)]),
            "IPYTHONDIR": str(settings / "ipython"),
            "JUPYTER_CONFIG_DIR": str(settings / "jupyter"),
            "JUPYTER_DATA_DIR": str(settings / "data"),
            # nbgrader gives no point for a cell in which TensorFlow says that there is no GPU.
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }

    def run(self, arguments: Sequence[str | Path], folder: Path) -> None:
        """Run a program in `folder` to prepare or read something, outside any measurement.

        Raises:
            PeerError: If it exits with another status than 0.
        """
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            arguments,
            cwd=folder,
            env=self.variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            raise PeerError(_failure(arguments, done.returncode, done.stdout))


def make_environment(folder: Path, *requirements: str) -> Environment:
    """Return a virtual environment below `folder` with `requirements` and what submissions import.

    It is made from the running Python. One that an earlier call finished, for the same requirements
    and the same Python, is used as it is.

    Raises:
        PeerError: If the packages cannot be installed.
    """
    environment = Environment(folder)
    wanted = [*requirements, *(f"{name}=={version(name)}" for name in _SHARED)]
    note = "\n".join([f"# Python {sys.version}".replace("\n", " "), *wanted, ""])
    finished = folder / "environment.txt"  # written last
    if finished.is_file() and finished.read_text(encoding="utf-8") == note:
        return environment
    finished.unlink(missing_ok=True)
    shutil.rmtree(folder / "venv", ignore_errors=True)
    for settings in ("ipython", "jupyter", "data"):
        (folder / "settings" / settings).mkdir(parents=True, exist_ok=True)
    environment.run([sys.executable, "-m", "venv", folder / "venv"], folder)
    environment.run([environment.program("python"), "-m", "pip", "install", "--quiet", *wanted], folder)
    finished.write_text(note, encoding="utf-8")
    return environment


def run_all(environment: Environment, commands: Sequence[Command], *, jobs: int = 1) -> tuple[float, float]:
    """Run `commands`, `jobs` at a time, and return wall and CPU time, in seconds.

    CPU time is that of this process's children in the meantime, and of all their descendants that
    were waited for: start no other children while this runs.

    Raises:
        PeerError: If one of them exits with another status than 0.
    """
    if jobs < 1:
        raise ValueError(f"jobs must be at least 1; received jobs={jobs}")

    def run(command: Command) -> int:
        with command.log.open("wb") as log:
            return subprocess.run(
                command.arguments,
                cwd=command.folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode

    variables = environment.variables()
    with ThreadPoolExecutor(jobs) as pool:
        cpu_before, wall_before = _children_cpu(), time.perf_counter()
        statuses = list(pool.map(run, commands))
        wall, cpu = time.perf_counter() - wall_before, _children_cpu() - cpu_before
    for command, status in zip(commands, statuses, strict=True):
        if status != 0:
            printed = command.log.read_text(encoding="utf-8", errors="replace")
            raise PeerError(_failure(command.arguments, status, printed))
    return wall, cpu


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _failure(arguments: Sequence[str | Path], status: int, printed: str) -> str:
    line = " ".join(map(str, arguments))
    return f"expected status 0, received {status} from: {line}\n{printed[-4000:]}"
