"""The user id of a fork server has nothing of whoever had it before."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

from autograder.sandbox import ids

_REMOVE = 0
MAKER = """
import ctypes, os, sys
library = ctypes.CDLL(None)
os.setuid(int(sys.argv[1]))
print(library.msgget(0, 0o1600))
"""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root gives workers another user id"
)


def test_an_id_that_has_left_a_queue_in_the_kernel_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    left, free = ids.unused_id(), ids.unused_id()
    while free == left:
        free = ids.unused_id()
    made = subprocess.run([sys.executable, "-c", MAKER, str(left)], capture_output=True, check=False)
    number = int(made.stdout or -1)
    if number < 0:
        pytest.skip("no queues of System V here")
    try:
        monkeypatch.setattr(ids, "_FIRST", min(left, free))
        monkeypatch.setattr(ids, "_LAST", max(left, free) + 1)
        assert left not in {ids.unused_id() for _ in range(20)}
    finally:
        ctypes.CDLL(None).msgctl(number, _REMOVE, None)
    assert left not in set(ids._of_segments())
