"""What a launcher and its fork server say to each other: one message a packet, both sides trusted.

Each slot of a server has a control socket of its own, on which one worker at a time lives::

    →  Start                      on the first slot, once
    ←  Started | StartFailed
    →  Fork + 3 descriptors       the worker's socket, its stdout, its stderr
    →  Kill                       at any time
    ←  Exited | ForkFailed        once the worker and all that it started are gone
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

MAX_PACKET_BYTES = 64 * 1024
MOST_DESCRIPTORS = 4096  # of a fork server; a worker's limit is lower


class WorkerLimits(msgspec.Struct, frozen=True):
    """What one worker may use. What each costs when it is exceeded is told by the outcome's name."""

    memory_mib: int
    scratch_mib: int
    file_mib: int
    processes: int
    open_files: int
    cpu_seconds: int


class GpuShare(msgspec.Struct, frozen=True):
    """What the workers of a server may take of the GPU that it has.

    Attributes:
        backend: The backend of Keras, whose own limit is set before a submission runs.
        memory_mib: Memory of the GPU.
        fraction: The same as a part of all that it has.
    """

    backend: str
    memory_mib: int
    fraction: float


class Start(msgspec.Struct, frozen=True, tag="start"):
    """What the server is to import, and what its workers close behind themselves.

    Attributes:
        preload: Modules to import once, before any fork.
        walls: The walls that a worker raises after the fork, by name.
        seccomp_program: The filter, as the kernel takes it.
        readable: Paths that Landlock lets a worker read and execute.
        scratch: Folders that Landlock lets a worker write; each a tmpfs of the worker's own, where it
            has a mount namespace.
        devices: Devices that it may read and write.
        home: The folder for the submission, below a scratch folder.
        notebooks: Whether to have what runs notebooks ready.
        data: The assignment's data folder, as a worker sees it; empty where there is none.
        nodes: The device nodes of the GPU, if there is one.
        gpu: What a worker may take of it.
    """

    preload: list[str]
    walls: list[str]
    seccomp_program: bytes
    readable: list[str]
    scratch: list[str]
    devices: list[str]
    home: str
    notebooks: bool = False
    data: str = ""
    nodes: list[str] = []
    gpu: GpuShare | None = None


class Started(msgspec.Struct, frozen=True, tag="started"):
    """The server is warm; what it takes itself is nobody's fault."""

    address_space_bytes: int
    resident_bytes: int


class StartFailed(msgspec.Struct, frozen=True, tag="start_failed"):
    """The server could not import what it was to preload, or is not alone in its process."""

    reason: str


class Fork(msgspec.Struct, frozen=True, tag="fork"):
    """Fork a worker with these limits; `seed` sets the generators that student code sees."""

    limits: WorkerLimits
    seed: int


class ForkFailed(msgspec.Struct, frozen=True, tag="fork_failed"):
    """There is no worker, and why."""

    reason: str


class Kill(msgspec.Struct, frozen=True, tag="kill"):
    """End the worker and all that it started. Answered by its `Exited`."""


class Exited(msgspec.Struct, frozen=True, tag="exited"):
    """The worker ended: its wait status, and what it and its children used."""

    status: int
    user_seconds: float
    system_seconds: float


ToServer: TypeAlias = Start | Fork | Kill
FromServer: TypeAlias = Started | StartFailed | ForkFailed | Exited

encode = msgspec.msgpack.encode
decode_to_server = msgspec.msgpack.Decoder(ToServer).decode
decode_from_server = msgspec.msgpack.Decoder(FromServer).decode
