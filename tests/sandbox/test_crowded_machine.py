"""A busy machine is not the submission's fault: time in line for a processor does not count."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from autograder.observation import Allowance, Call, Returned, Stopped
from autograder.results import Outcome
from autograder.sandbox.level import Level

if TYPE_CHECKING:
    from tests.sandbox.conftest import Laboratory

SPINNERS = 8
SPIN = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[1])})
end = time.monotonic() + 40
while time.monotonic() < end:
    pass
"""
WORK = """
import os, time
def work(seconds):
    os.sched_setaffinity(0, {cpu})
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return seconds
def sleep(seconds):
    time.sleep(seconds)
    return seconds
"""


@pytest.fixture
def crowded() -> Iterator[int]:
    """Keep one processor busy with many processes; give its number."""
    cpu = min(os.sched_getaffinity(0))
    spinners = [subprocess.Popen([sys.executable, "-c", SPIN, str(cpu)]) for _ in range(SPINNERS)]
    yield cpu
    for spinner in spinners:
        spinner.kill()
        spinner.wait()


@pytest.mark.slow
def test_a_call_that_waits_for_a_processor_is_given_the_time_it_waited(
    laboratory: Laboratory, crowded: int
) -> None:
    session = laboratory.session(WORK.replace("{cpu}", f"{{{crowded}}}"), Level.FULL, seconds=1.0)
    try:
        (seen,) = session.call(
            "work", [Call((0.4,), {})], Allowance(60.0)
        )  # several seconds on this processor
        assert isinstance(seen, Returned)
        (late,) = session.call("sleep", [Call((5.0,), {})], Allowance(60.0))
        assert isinstance(late, Stopped)
        assert late.outcome is Outcome.TIMEOUT
    finally:
        session.close()


@pytest.mark.slow
def test_a_call_that_uses_its_time_up_is_given_no_more(laboratory: Laboratory, crowded: int) -> None:
    session = laboratory.session(WORK.replace("{cpu}", f"{{{crowded}}}"), Level.FULL, seconds=0.5)
    try:
        (seen,) = session.call("work", [Call((30.0,), {})], Allowance(60.0))
        assert isinstance(seen, Stopped)
        assert seen.outcome is Outcome.TIMEOUT
    finally:
        session.close()
