"""Which walls stand on this machine, and what to install or allow where one does not.

``missing`` and ``require`` look at single walls: a command calls them before it starts anything.
``survey`` also proves each level, by starting a fork server and a worker.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograder.errors import AutograderError, SandboxError, WallsMissing
from autograder.sandbox.inspection import Wall, look, namespaces_remedy
from autograder.sandbox.level import Level
from autograder.wire import messages
from autograder.wire.control import WorkerLimits
from autograder.wire.frames import FrameReader, decode_reply, encode_frame

if TYPE_CHECKING:
    from autograder.sandbox.process import Process

_TRY_SECONDS = 20.0
_TRY_LIMITS = WorkerLimits(
    memory_mib=256, scratch_mib=16, file_mib=16, processes=16, open_files=64, cpu_seconds=20
)


def survey() -> tuple[Wall, ...]:
    """Return every wall, and for each level whether a worker really starts behind its walls."""
    walls = look()
    return (*walls, _try_level(Level.FULL, walls), _try_level(Level.CONTAINER, walls))


def missing(level: Level) -> list[Wall]:
    """Return the walls that a level needs and that do not stand. Starts no sandbox."""
    return [] if level is Level.PROCESS else _missing_of(level, look())


def require(level: Level) -> None:
    """Refuse a level whose walls do not all stand.

    Raises:
        WallsMissing: Names each missing wall with what to do, and the lower level that would work.
    """
    if level is Level.PROCESS:
        return
    walls = look()
    if absent := _missing_of(level, walls):
        lines = [f"  {wall.name}: {wall.detail}. To get it: {wall.remedy}" for wall in absent]
        raise WallsMissing("\n".join([f"--sandbox {level.value} needs:", *lines, _lower(level, walls)]))


def _missing_of(level: Level, walls: Sequence[Wall]) -> list[Wall]:
    return [wall for wall in walls if level.value in wall.levels and not wall.stands]


def _lower(level: Level, walls: Sequence[Wall]) -> str:
    if level is Level.FULL and not _missing_of(Level.CONTAINER, walls):
        return "Or lower the walls: --sandbox container works here (inside a container of its own)."
    return "Or grade without walls, on files that you trust: --sandbox process. It is no boundary."


def _try_level(level: Level, walls: Sequence[Wall]) -> Wall:
    """Return whether a worker becomes ready behind a level's walls."""
    name = f"a worker at {level.value}"
    if absent := _missing_of(level, walls):
        missing_names = ", ".join(wall.name for wall in absent)
        return Wall(name, (level.value,), False, f"not tried: missing {missing_names}", "see these walls")
    try:
        seconds = _start_a_worker(level)
    except (AutograderError, OSError, ImportError) as error:
        return Wall(name, (level.value,), False, str(error), _remedy_for(str(error)))
    return Wall(name, (level.value,), True, f"ready after {seconds * 1000:.0f} ms, all walls raised")


def _remedy_for(said: str) -> str:
    if "mount" in said and "/proc" in said:
        return "in a container, whose /proc is partly covered: --sandbox container, or run it privileged"
    if "uid map" in said or "namespace" in said:
        return namespaces_remedy()
    return "nothing known; please report what it said"


def _start_a_worker(level: Level) -> float:
    """Start a fork server with NumPy and one worker; return the worker's seconds until its walls stood."""
    from autograder.sandbox.fork_server import ForkServer  # noqa: PLC0415
    from autograder.sandbox.packages import closure  # noqa: PLC0415
    from autograder.sandbox.start import ServerSpec  # noqa: PLC0415

    server = ForkServer(ServerSpec(level, (), tuple(closure(["numpy"]))), 1)
    try:
        began = time.monotonic()
        worker = server.slots[0].fork(_TRY_LIMITS, 0)
        try:
            worker.send(encode_frame(messages.Seal()))
            reply = _first_reply(worker, began + _TRY_SECONDS)
        finally:
            worker.end()
        if isinstance(reply, messages.WallFailed):
            raise SandboxError(f"the wall {reply.wall} could not be raised: {reply.reason}")
        if not isinstance(reply, messages.Ready):
            raise SandboxError(f"the worker was not ready: {worker.printed()[-500:] or 'it said nothing'}")
        return time.monotonic() - began
    finally:
        server.close()


def _first_reply(worker: Process, deadline: float) -> messages.FromWorker | None:
    frames = FrameReader()
    try:
        while (frame := frames.next()) is None:
            data = worker.receive(deadline)
            if not data:
                return None
            frames.feed(data)
    except TimeoutError:
        return None
    return decode_reply(frame[0])
