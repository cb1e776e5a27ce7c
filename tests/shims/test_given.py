"""What `check` takes to be there where nothing is installed is what a worker's stand-ins give."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from autograder.allowed import STAND_INS, not_surely_there

INSTALL = """
import json, sys
from pathlib import Path
from autograder.worker import shims, stand_in
from autograder.wire.surroundings import Surroundings
shims.install(Surroundings(), Path(sys.argv[1]), "main.py")
[given] = [each for each in sys.meta_path if isinstance(each, shims.Given)]
print(json.dumps([sorted({name.partition(".")[0] for name in vars(given)["_modules"]}), stand_in.NAME]))
"""


def test_the_list_is_what_the_shims_put_in_place(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INSTALL, tmp_path], capture_output=True, text=True, check=True, timeout=60
    )
    given, toolkit = json.loads(done.stdout)
    assert set(given) == STAND_INS
    assert not_surely_there([*given, toolkit, "torch"], [], []) == ["torch"]
