"""Where things are inside a sandbox of the level `full`."""

from __future__ import annotations

PYTHON = "/python"
PACKAGES = "/packages"
GRADER = "/grader"
USER_HOME = "/home/student"
HOME = f"{USER_HOME}/submission"
DATA = "/data"
DRIVER = "/driver"
SCRATCH = (USER_HOME, "/tmp", "/dev/shm")
DEVICES = (
    "/dev/null",
    "/dev/random",
    "/dev/urandom",
)  # not /dev/zero: shared, it is memory that nothing counts
