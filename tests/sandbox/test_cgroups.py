"""cgroup v2: what is written where, on plain files; and on the real thing where there is one."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from autograder.sandbox import cgroups
from autograder.wire.control import WorkerLimits

LIMITS = WorkerLimits(memory_mib=100, scratch_mib=8, file_mib=8, processes=12, open_files=64, cpu_seconds=10)
MIB = 1024 * 1024


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make what looks like a delegated group, `own`, below the mount of cgroup v2."""
    own = tmp_path / "fs" / "own"
    own.mkdir(parents=True)
    (tmp_path / "fs" / "cgroup.controllers").write_text("cpu memory pids\n")
    (own / "cgroup.controllers").write_text("cpu memory pids\n")
    (own / "cgroup.subtree_control").write_text("")
    return tmp_path / "fs"


class TestOwnGroup:
    """Which group this process is in."""

    def test_the_unified_hierarchy_is_the_line_with_number_0(self, root: Path, tmp_path: Path) -> None:
        listing = tmp_path / "listing"
        listing.write_text("5:memory:/elsewhere\n0::/own\n")
        assert cgroups.own_group(root, listing) == root / "own"

    def test_without_the_hierarchy_there_is_none(self, root: Path, tmp_path: Path) -> None:
        listing = tmp_path / "listing"
        listing.write_text("5:memory:/elsewhere\n")
        assert cgroups.own_group(root, listing) is None
        assert cgroups.own_group(root, tmp_path / "missing") is None
        listing.write_text("0::/own\n")
        (root / "cgroup.controllers").unlink()
        assert cgroups.own_group(root, listing) is None


class TestMissing:
    """Why workers cannot have groups of their own."""

    def test_nothing_is_missing_where_it_is_delegated(self, root: Path) -> None:
        assert cgroups.missing(root / "own") == ""

    def test_no_hierarchy(self) -> None:
        assert cgroups.missing(None) == "no cgroup v2 hierarchy is mounted here"

    @pytest.mark.parametrize(("offered", "shown"), [("cpu memory", "['cpu', 'memory']"), ("", "none")])
    def test_a_controller_that_is_not_offered(self, root: Path, offered: str, shown: str) -> None:
        (root / "own" / "cgroup.controllers").write_text(offered)
        assert (
            cgroups.missing(root / "own")
            == f"expected the controllers memory and pids; {root / 'own'} offers {shown}"
        )

    def test_a_group_of_another_user(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "access", lambda path, _: Path(path).name == "own")
        assert cgroups.missing(root / "own") == f"{root / 'own'} is not delegated to this user"

    def test_a_group_that_is_gone(self, root: Path) -> None:
        assert "is not delegated" in cgroups.missing(root / "gone")


class TestGroups:
    """What is written where."""

    def test_the_launcher_moves_into_a_leaf_and_hands_down_the_controllers(self, root: Path) -> None:
        cgroups.Groups(root / "own")
        assert (root / "own" / "autograder" / "cgroup.procs").read_text() == str(os.getpid())
        assert (root / "own" / "cgroup.subtree_control").read_text() == "+memory +pids"

    def test_a_worker_gets_its_limits_beyond_the_servers_memory(self, root: Path) -> None:
        groups = cgroups.Groups(root / "own")
        first, second = groups.make(LIMITS, 50 * MIB), groups.make(LIMITS, 50 * MIB)
        assert first.path != second.path
        assert first.path.parent == root / "own"
        written = {path.name: path.read_text() for path in first.path.iterdir()}
        assert written == {"memory.max": str(150 * MIB), "pids.max": "12", "memory.oom.group": "1"}

    def test_a_process_is_added_by_its_id(self, root: Path) -> None:
        group = cgroups.Groups(root / "own").make(LIMITS, 0)
        group.add(4321)
        assert (group.path / "cgroup.procs").read_text() == "4321"

    @pytest.mark.parametrize(
        ("events", "exceeded"),
        [("low 0\noom 3\noom_kill 0\n", False), ("oom_kill 2\noom_group_kill 1\n", True), ("", False)],
    )
    def test_an_end_by_the_kernel_is_read_from_the_events(
        self, root: Path, events: str, exceeded: bool
    ) -> None:
        group = cgroups.Groups(root / "own").make(LIMITS, 0)
        (group.path / "memory.events").write_text(events)
        assert group.exceeded_memory() is exceeded

    def test_removing_kills_first_and_waits_until_the_group_is_empty(self, root: Path) -> None:
        group = cgroups.Groups(root / "own").make(LIMITS, 0)

        def empty() -> None:  # the kernel's files go with the folder; these are plain ones
            time.sleep(0.1)
            assert (group.path / "cgroup.kill").read_text() == "1"
            for path in group.path.iterdir():
                path.unlink()

        thread = threading.Thread(target=empty)
        thread.start()
        group.remove()
        thread.join()
        assert not group.path.exists()

    def test_a_group_that_stays_full_is_a_fault(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cgroups, "_REMOVE_SECONDS", 0.05)
        group = cgroups.Groups(root / "own").make(LIMITS, 0)
        with pytest.raises(OSError, match="not empty"):
            group.remove()


def test_a_real_group_is_made_and_removed() -> None:
    own = cgroups.own_group()
    if reason := cgroups.missing(own):
        pytest.skip(reason)
    assert own is not None
    group = cgroups.Groups(own).make(LIMITS, 0)
    pid = os.fork()
    if pid == 0:
        time.sleep(60)
        os._exit(0)
    group.add(pid)
    assert not group.exceeded_memory()
    group.remove()
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == 9
    assert not group.path.exists()
