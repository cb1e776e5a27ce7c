"""The staged folder of the level `container`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.sandbox import staging
from autograder.sandbox.layout import Bind, Layout

SOMEBODY = 61_500

pytestmark = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="user ids are Unix's")
_as_root = pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() != 0, reason="only root gives files to another user id"
)


@pytest.fixture
def folder(open_folder: Path) -> Path:
    (open_folder / "stage").mkdir()
    return open_folder / "stage"


@pytest.fixture
def source(open_folder: Path) -> Path:
    """Make an interpreter with a library, in a folder that everybody may pass through."""
    library = open_folder / "source" / "lib"
    (library / "site-packages").mkdir(parents=True)
    (library / "site-packages" / "secret.py").write_text("secret")
    (library / "os.py").write_text("os")
    (library / "deep" / "site-packages").mkdir(parents=True)
    (library / "link").symlink_to("os.py")
    (open_folder / "source" / "python").write_text("python")
    return open_folder / "source"


def contents(source: Path) -> Layout:
    binds = (Bind(source / "python", "/python/bin/python"), Bind(source / "lib", "/python/lib/x"))
    return Layout(binds, "/python/bin/python", ("/python/lib/x/site-packages",))


class TestStage:
    """Links where the worker may follow them, copies where it may not."""

    def test_what_everybody_may_read_is_linked_and_allowed(self, folder: Path, source: Path) -> None:
        staged = staging.stage(contents(source), folder, None)
        assert (folder / "python/lib/x").readlink() == source / "lib"
        assert staged.executable == str(folder / "python/bin/python")
        assert {str(folder / "python"), str(source / "lib"), str(source / "python")} == set(staged.readable)

    @_as_root
    def test_what_the_worker_may_not_reach_is_hard_linked(self, folder: Path, source: Path) -> None:
        source.chmod(0o700)
        staged = staging.stage(contents(source), folder, SOMEBODY)
        copied = folder / "python/lib/x"
        assert not copied.is_symlink()
        assert (copied / "os.py").samefile(source / "lib" / "os.py")
        assert (copied / "link").readlink() == Path("os.py")
        assert (folder / "python/bin/python").samefile(source / "python")
        assert set(staged.readable) == {str(folder / "python")}  # what is written may not be executed

    @_as_root
    def test_a_hidden_folder_is_not_copied(self, folder: Path, source: Path) -> None:
        source.chmod(0o700)
        staging.stage(contents(source), folder, SOMEBODY)
        assert not (folder / "python/lib/x/site-packages").exists()
        assert (folder / "python/lib/x/deep/site-packages").is_dir()

    def test_a_masked_file_is_neither_linked_nor_within_what_may_be_read(
        self, folder: Path, source: Path
    ) -> None:
        """Also where the folder of packages is inside another one that would be shown as it is."""
        packages = source / "lib" / "site-packages"
        (source / "mask.txt").write_text("masked")
        binds = (
            *contents(source).binds,
            Bind(packages, "/packages/sklearn"),
            Bind(source / "lib" / "deep", "/packages/deep"),
        )
        mask = Bind(source / "mask.txt", "/packages/sklearn/secret.py")
        layout = Layout(binds, "/python/bin/python", ("/python/lib/x/site-packages",), (mask,))
        staged = staging.stage(layout, folder, None)
        assert (folder / "packages/sklearn/secret.py").read_text() == "masked"
        assert not (folder / "python/lib/x/site-packages").exists()
        secret = (packages / "secret.py").resolve()
        assert secret.read_text() == "secret"
        assert not [path for path in staged.readable if secret.is_relative_to(Path(path).resolve())]
        assert (folder / "packages/deep").is_symlink()

    def test_a_system_library_stays_in_its_place(self, folder: Path) -> None:
        staged = staging.stage(Layout((Bind(Path("/usr"), "/usr"),), "/python", ()), folder, None)
        assert "/usr" in staged.readable
        assert not (folder / "usr").exists()

    @_as_root
    def test_the_scratch_folder_belongs_to_the_worker_alone(self, folder: Path, source: Path) -> None:
        staged = staging.stage(contents(source), folder, SOMEBODY)
        status = staged.scratch.stat()
        assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (SOMEBODY, SOMEBODY, 0o700)
        assert folder.stat().st_mode & 0o777 == 0o755


class TestReachable:
    """Whether any user may read a path."""

    def test_a_folder_that_nobody_may_pass_hides_what_is_below(self, source: Path) -> None:
        assert staging.reachable(source / "lib" / "os.py")
        source.chmod(0o700)
        assert not staging.reachable(source / "lib" / "os.py")

    def test_a_file_of_its_owner_alone_is_not_reachable(self, source: Path) -> None:
        (source / "python").chmod(0o750)
        assert not staging.reachable(source / "python")

    def test_a_link_counts_as_what_it_points_to(self, source: Path, open_folder: Path) -> None:
        (open_folder / "link").symlink_to(source / "python")
        assert staging.reachable(open_folder / "link")
        source.chmod(0o700)
        assert not staging.reachable(open_folder / "link")


class TestEmpty:
    """What a worker left in the scratch folder is taken away; nothing else."""

    def test_folders_files_and_links_go_and_what_links_point_to_stays(
        self, folder: Path, source: Path
    ) -> None:
        staged = staging.stage(contents(source), folder, None)
        (staged.scratch / "folder" / "below").mkdir(parents=True)
        (staged.scratch / "file").write_text("left")
        (staged.scratch / "link").symlink_to(source)
        (staged.scratch / "dangling").symlink_to(source / "nothing")
        os.mkfifo(staged.scratch / "pipe")
        staging.empty(folder)
        assert list(staged.scratch.iterdir()) == []
        assert (source / "lib" / "os.py").read_text() == "os"
