"""What an assignment's file may say of what a submission may use."""

from __future__ import annotations

from typing import Annotated

import msgspec

Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_048_576)]


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one submission may use.

    Attributes:
        load_seconds: Wall seconds for running the file once.
        call_seconds: Wall seconds for each call.
        check_seconds: Wall seconds for all the calls of one check.
        memory_mib: Memory beyond what the imported packages take. TensorFlow needs 1024, to train 2048.
        scratch_mib: Size of each folder that it may write; a file there may have half of it, and 32 at least.
        processes: Processes and threads at a time.
    """

    load_seconds: Seconds = 20.0
    call_seconds: Seconds = 5.0
    check_seconds: Seconds = 60.0
    memory_mib: Count = 1024
    scratch_mib: Count = 64
    processes: Count = 64
