"""Each wall taken away in turn: which attacks then succeed. ``make soak`` writes docs/security.md's table.

A wall whose loss no attack notices lacks an attack, and this ends with exit code 1.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from autograder.sandbox.advisories import ADVISORIES
from autograder.sandbox.level import Level
from autograder.sandbox.survey import missing
from tests.hostile import trial
from tests.hostile.trial import Expected, Result

PAGE = trial.ROOT / "docs" / "security.md"
_MOST_NAMED = 18
BEGIN, END = "<!-- made by make soak -->", "<!-- end -->"
ALONE = {
    "full": (
        ("bubblewrap",),
        ("namespaces",),
        ("landlock",),
        ("seccomp",),
        ("limits",),
        ("memory watch",),
        ("empty environment",),
        ("allow list",),
    ),
    "container": (("landlock",), ("seccomp",), ("limits",), ("uid",), ("memory watch",), ("cleaning",)),
}
TOGETHER = {  # where two walls hold the same attack
    "full": (
        ("namespaces", "landlock"),
        ("bubblewrap", "landlock"),
        ("seccomp", "limits"),
        ("uid", "namespaces"),
    ),
    "container": (("seccomp", "limits"), ("uid", "landlock"), ("landlock", "seccomp")),
}


def chosen_for(level: str, without: tuple[str, ...]) -> dict[str, Expected]:
    """Return the attacks to try: all quick ones; as root's own user id only those that are harmless then."""
    return {
        name: each
        for name, each in trial.attacks().items()
        if level in each.levels
        and each.course == "numpy"
        and not each.is_slow
        and ("uid" not in without or "uid" in each.attacks)
    }


def measure(level: str, without: tuple[str, ...]) -> tuple[Result, float]:
    """Grade the attacks without these walls; return what became of them, and the seconds it took."""
    folder = Path(tempfile.mkdtemp(prefix="autograder-soak-"))
    began = time.monotonic()
    try:
        found = trial.run(folder, chosen_for(level, without), level, without=without)
        return found, time.monotonic() - began
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def succeeded(result: Result) -> dict[str, str]:
    """Return which attacks succeeded, each with how that was seen."""
    return {
        re.sub(r"-\d+$", "", name): _kind(verdict.wrong)
        for name, verdict in result.verdicts.items()
        if verdict.wrong
    }


def _kind(wrong: tuple[str, ...]) -> str:
    for text, said in (
        ("told of", "secrets came out"),
        (".json of", "secrets came out"),
        (".ipynb of", "secrets came out"),
        ("got through", "reached what it wanted"),
        ("left behind", "left something behind"),
        ("another report", "disturbed its neighbour"),
        ("a fault of ours", "broke the fork server"),
    ):
        if any(text in each for each in wrong):
            return said
    return "got another verdict"


def row(level: str, without: tuple[str, ...], found: dict[str, str]) -> str:
    """Return a line of the table."""
    by_kind: dict[str, list[str]] = {}
    for name, kind in sorted(found.items()):
        by_kind.setdefault(kind, []).append(f"`{name}`")
    told = "; ".join(f"{kind}: {_listed(names)}" for kind, names in sorted(by_kind.items()))
    return f"| {' and '.join(without) or 'none'} | {level} | {len(found)} | {told or 'none'} |"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def attacks_table() -> str:
    """Return the attacks, as the page shows them."""
    lines = ["| threat | attack | what it tries | outcome | walls |", "|---|---|---|---|---|"]
    for name, each in sorted(trial.attacks().items(), key=lambda item: (item[1].threat, item[0])):
        outcome = each.outcome.replace("|", " or ")
        lines.append(f"| {each.threat} | `{name}` | {each.what} | {outcome} | {', '.join(each.attacks)} |")
    return "\n".join(lines)


def advisories_table() -> str:
    """Return the published holes, as the page shows them."""
    lines = ["| product | names | versions | what |", "|---|---|---|---|"]
    for each in ADVISORIES:
        ranges = " and ".join(
            f"before {fixed}" if first == "0" else f"{first} to before {fixed}"
            for first, fixed in each.ranges
        )
        what = f"{each.what} (setuid only)" if each.is_of_setuid else each.what
        lines.append(f"| {each.product} | {', '.join(each.names)} | {ranges} | {what} |")
    return "\n".join(lines)


def main() -> int:
    """Take the walls away, and print or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the table into docs/security.md")
    parser.add_argument("--only", help="walls, like landlock or uid+landlock")
    options = parser.parse_args()
    lines: list[str] = []
    unnoticed: list[str] = []
    broken: list[str] = []
    for level in ("full", "container"):
        if absent := missing(Level(level)):
            print(f"{level}: missing here: {', '.join(wall.name for wall in absent)}")
            continue
        for without in ((), *ALONE[level], *TOGETHER[level]):
            if options.only is not None and "+".join(without) != options.only:
                continue
            if "uid" in without and os.geteuid() != 0:
                continue
            result, seconds = measure(level, without)
            found = succeeded(result)
            lines.append(row(level, without, found))
            print(f"{lines[-1]}   ({seconds:.0f} s)", flush=True)
            if not without and (found or result.wrong):
                broken.append(f"{level}: {found} {result.wrong}")
            if without and not found:
                unnoticed.append(f"{' and '.join(without)} at {level}")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    size = f"{os.cpu_count()} processors, {memory:.0f} GiB"
    head = f"Measured on {datetime.now(UTC):%Y-%m-%d}, Linux {platform.release().partition('-')[0]}, {size}."
    table = "\n".join(
        (
            head,
            "",
            "| taken away | level | attacks that succeed | which, and how it was seen |",
            "|---|---|---|---|",
            *lines,
        )
    )
    if options.write:
        text = PAGE.read_text("utf-8")
        before, rest = text.split(BEGIN, 1)
        PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.split(END, 1)[1]}", "utf-8")
    for each in unnoticed:
        print(f"no attack notices the loss of {each}")
    for each in broken:
        print(f"with all walls: {each}")
    return 1 if unnoticed or broken else 0


if __name__ == "__main__":
    sys.exit(main())
