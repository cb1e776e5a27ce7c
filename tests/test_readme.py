"""The README shows what the toolkit really prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_the_picture_is_what_check_prints_for_rosa() -> None:
    readme = (ROOT / "README.md").read_text()
    shown = re.search(r"```text\n\$ autograder check\n(.*?)\n```", readme, re.DOTALL)
    assert shown is not None
    rosa = ROOT / "assignments" / "convolution" / "sample_class" / "rosa"
    run = subprocess.run(
        [sys.executable, "-m", "autograder", "check", str(rosa)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    printed = "\n".join(line.rstrip() for line in run.stdout.rstrip().splitlines())
    assert printed == shown[1]
