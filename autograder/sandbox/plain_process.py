"""The level `process`: a plain subprocess, on any operating system. It is no boundary.

The same session as in a forked worker, over its standard input and output; what the submission prints
comes on its standard error. Threads do the reading, because pipes cannot be asked everywhere whether they
hold anything.
"""

from __future__ import annotations

import contextlib
import os
import queue
import select
import shutil
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec

from autograder.sandbox import leftovers
from autograder.sandbox.process import MAX_PRINTED_BYTES, End, Printed, ProcessorTime
from autograder.wire.control import GpuShare

_READ_BYTES = 256 * 1024
_IS_WINDOWS = sys.platform == "win32"
_OWN_CODE = str(Path(__file__).resolve().parents[2])
_OWN_END_SECONDS = 2.0  # between closing its wire and being gone
_END_SECONDS = 10.0
_INHERITED = frozenset(
    {
        # What a plain Python needs, by operating system.
        *("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LANGUAGE", "XDG_CACHE_HOME"),
        *("USERNAME", "USERPROFILE", "HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "TEMP", "TMP"),
        *("NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE", "PROCESSOR_IDENTIFIER"),
        # Which Python, with which packages.
        *("PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONUTF8", "PYTHONIOENCODING"),
        *("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONWARNINGS", "VIRTUAL_ENV"),
        *("CONDA_PREFIX", "CONDA_DEFAULT_ENV", "CONDA_DLL_SEARCH_MODIFICATION_ENABLE"),
        *("LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
        # How they compute.
        *("CUDA_HOME", "CUDA_PATH", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "XLA_FLAGS"),
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "KMP_DUPLICATE_LIB_OK"),
        *("TF_ENABLE_ONEDNN_OPTS", "TF_FORCE_GPU_ALLOW_GROWTH", "TF_USE_LEGACY_KERAS"),
        *("KERAS_BACKEND", "KERAS_HOME", "MPLCONFIGDIR", "IPYTHONDIR"),
    }
)


class PlainProcess:
    """A worker that is a plain subprocess: see `autograder.sandbox.process.Process`.

    Args:
        seed: Sets the generators that student code sees.
        memory_mib: How much it may take beyond what it has when the submission comes.
        preload: Modules to import before; one that is not installed is left out.
        data: The assignment's data folder, if it has one.
        environment: More of the environment: what its frameworks compute on.
        gpu: What it may take of a GPU, if it has one.
    """

    def __init__(
        self,
        seed: int,
        memory_mib: int,
        preload: Sequence[str] = (),
        data: Path | None = None,
        environment: Mapping[str, str] | None = None,
        gpu: GpuShare | None = None,
    ) -> None:
        leftovers.remove_leftovers()
        folder = leftovers.make_folder()
        self._remove_folder = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        shown = data or ""
        boot = (
            f"import sys; sys.path.insert(0, {_OWN_CODE!r}); "
            "from autograder.worker.plain_worker import main; "
            "main(sys.argv[1], *map(int, sys.argv[2:4]), *sys.argv[4:6], sys.argv[6:])"
        )
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                "-c",
                boot,
                *map(str, (folder, seed, memory_mib, shown)),
                msgspec.json.encode(gpu).decode() if gpu else "",
                *preload,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**_environment(), **(environment or {})},
            cwd=folder,
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._incoming: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._printed = Printed()
        self._reading = threading.Lock()
        self._end: End | None = None
        self._threads = [
            threading.Thread(target=_read, args=(self._process.stdout, self._incoming.put), daemon=True),
            threading.Thread(target=self._read_printed, args=(self._process.stderr,), daemon=True),
            threading.Thread(target=self._write, args=(self._process.stdin,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def send(self, data: bytes) -> None:
        """Queue bytes; a thread writes them."""
        self._outgoing.put(data)

    def receive(self, deadline: float) -> bytes:
        """Return bytes as they come, empty once the worker is gone.

        Raises:
            TimeoutError: At the deadline, in seconds of the monotonic clock.
        """
        try:
            return self._incoming.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise TimeoutError from None

    def is_running(self) -> bool:
        """Return whether it still runs: a process that has waited for long may have been ended by others."""
        return self._process.poll() is None

    def processor_time(self, *, with_children: bool = False) -> ProcessorTime:  # noqa: ARG002
        """Return zeros: it is not looked at from outside."""
        return ProcessorTime()

    def disturbance_on_gpu(self) -> str:
        """Return nothing: it is not looked at from outside."""
        return ""

    def printed(self) -> str:
        """Return what it has printed so far: all that lies in the pipe is taken first, but on Windows."""
        pipe = self._process.stderr
        assert pipe is not None
        taken = 0
        with contextlib.suppress(OSError, ValueError), self._reading:
            while taken < MAX_PRINTED_BYTES and _has_data(pipe):  # it may go on writing
                data = os.read(pipe.fileno(), _READ_BYTES)
                if not data:
                    break
                self._printed.add(data)
                taken += len(data)
        return self._printed.text()

    def kill(self) -> None:
        """Kill the process, from any thread; whoever waits for it then ends it."""
        self._process.kill()

    def end(self) -> End:
        """End the process. What it started itself may live on: this level is no boundary."""
        if self._end is not None:
            return self._end
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_OWN_END_SECONDS if self._is_gone() else 0)
        was_running = self._process.poll() is None
        self._process.kill()
        self._outgoing.put(None)
        status = self._process.wait(_END_SECONDS)
        for thread in self._threads:
            thread.join(1.0)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()
        self._remove_folder()
        signal = 0 if was_running else max(0, -status)
        self._end = End(max(0, status), signal, cpu_seconds=0.0, exceeded_memory=False)
        return self._end

    def _is_gone(self) -> bool:
        return not self._threads[0].is_alive()

    def _read_printed(self, pipe: IO[bytes]) -> None:
        if _IS_WINDOWS:
            _read(pipe, self._printed.add)
            return
        with contextlib.suppress(OSError, ValueError):
            while True:
                select.select([pipe], [], [])
                with self._reading:
                    if not _has_data(pipe):  # `printed` has taken it
                        continue
                    if not (data := os.read(pipe.fileno(), _READ_BYTES)):
                        return
                    self._printed.add(data)

    def _write(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while (data := self._outgoing.get()) is not None:
                view = memoryview(data)
                while view:
                    view = view[pipe.write(view) :]


def _environment() -> dict[str, str]:
    """Return what is inherited, by an allow list: no token of a service, no seed."""
    inherited = {
        name: value for name, value in os.environ.items() if name in _INHERITED or name.startswith("LC_")
    }
    return {**inherited, "PYTHONHASHSEED": "0", "MPLBACKEND": "Agg", "TF_CPP_MIN_LOG_LEVEL": "3"}


def _has_data(pipe: IO[bytes]) -> bool:
    """Return whether a read would not wait; never on Windows, where pipes cannot be asked."""
    return not _IS_WINDOWS and bool(select.select([pipe], [], [], 0)[0])


def _read(pipe: IO[bytes], take: object) -> None:
    assert callable(take)
    with contextlib.suppress(OSError, ValueError):
        while data := os.read(pipe.fileno(), _READ_BYTES):
            take(data)
    take(b"")
