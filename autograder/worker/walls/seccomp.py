"""seccomp: the system calls that a worker may not make. The filter is built outside; here it is loaded."""

from __future__ import annotations

import ctypes

from autograder.worker.walls.kernel import prctl

_PR_SET_SECCOMP = 22
_SECCOMP_MODE_FILTER = 2
_INSTRUCTION_BYTES = 8


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def install(program: bytes) -> None:
    """Load a filter, as the kernel takes it, into this process. Needs `no_new_privs`.

    Raises:
        OSError: If the bytes are no program, or the kernel refuses them.
    """
    if not program or len(program) % _INSTRUCTION_BYTES:
        raise OSError(f"expected a program of 8-byte instructions; received {len(program)} bytes")
    instructions = ctypes.create_string_buffer(program, len(program))
    filled = _Program(len(program) // _INSTRUCTION_BYTES, ctypes.addressof(instructions))
    prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(filled))
