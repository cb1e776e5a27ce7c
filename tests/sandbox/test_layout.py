"""What a sandbox contains."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from autograder.sandbox import bubblewrap
from autograder.sandbox.inside import GRADER, PACKAGES, PYTHON
from autograder.sandbox.layout import Bind, Layout, layout
from autograder.sandbox.packages import Package, closure

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a sandbox is made on Linux")


def targets(contents: Layout) -> dict[str, Path]:
    return {bind.target: bind.source for bind in contents.binds}


class TestLayout:
    """Python, system libraries, the allowed packages and the worker's own code."""

    def test_of_our_own_code_only_the_worker_and_the_wire_are_there(self) -> None:
        own = {target for target in targets(layout([])) if target.startswith(GRADER)}
        assert own == {f"{GRADER}/autograder/{name}" for name in ("__init__.py", "worker", "wire")}

    def test_packages_are_shown_entry_by_entry(self, tmp_path: Path) -> None:
        first = Package("a", "1", tmp_path, ("a", "shared/a"))
        second = Package("b", "1", tmp_path / "other", ("b.py", "a"))
        shown = {key: value for key, value in targets(layout([first, second])).items() if PACKAGES in key}
        assert shown == {
            f"{PACKAGES}/a": tmp_path / "a",  # of the first that has it, as on sys.path
            f"{PACKAGES}/shared/a": tmp_path / "shared/a",
            f"{PACKAGES}/b.py": tmp_path / "other" / "b.py",
        }

    def test_the_interpreter_comes_without_its_site_packages(self) -> None:
        contents = layout([])
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        assert contents.executable == f"{PYTHON}/bin/{version}"
        assert targets(contents)[contents.executable].is_file()
        library = targets(contents)[f"{PYTHON}/lib/{version}"]
        for name in ("site-packages", "dist-packages"):
            if (library / name).is_dir():
                assert f"{PYTHON}/lib/{version}/{name}" in contents.hidden

    def test_nothing_shown_holds_the_home_folder_or_this_repository(self) -> None:
        course = Path(__file__).resolve().parents[2]
        for bind in layout(closure(["numpy"])).binds:
            source = bind.source.resolve()
            assert source != Path("/")
            assert not course.is_relative_to(source)
            assert not Path.home().is_relative_to(source)

    def test_a_mask_stands_for_a_file_of_a_package_that_is_shown(self, tmp_path: Path) -> None:
        (tmp_path / "a" / "data").mkdir(parents=True)
        (tmp_path / "a" / "data" / "x.csv").write_text("secret")
        package = Package("a", "1", tmp_path, ("a",))
        masked = ("a/data/x.csv", "a/data/not-there", "b/x.csv")
        [mask] = layout([package], masked=masked).masks
        assert mask.target == f"{PACKAGES}/a/data/x.csv"
        assert mask.source.read_text().startswith("This file is not shown here")
        arguments = bubblewrap.inside_arguments(layout([package], masked=masked), {}, from_targets=False)
        assert arguments.index(f"{PACKAGES}/a") < arguments.index(mask.target)

    def test_every_source_is_there(self) -> None:
        assert all(bind.source.exists() for bind in layout(closure(["numpy"])).binds)


class TestArguments:
    """The arguments of bubblewrap."""

    CONTENTS = Layout(
        (Bind(Path("/source/lib"), "/python/lib/x"),), "/python/bin/python", ("/python/lib/x/y",)
    )

    def test_every_bind_is_read_only_and_the_environment_is_empty_first(self) -> None:
        arguments = bubblewrap.inside_arguments(self.CONTENTS, {"NAME": "value"}, from_targets=False)
        assert {"--bind", "--dev-bind"}.isdisjoint(arguments)
        assert arguments.index("--clearenv") < arguments.index("--setenv")
        for flag in ("--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"):
            assert flag in arguments
        assert arguments[-2:] == ["--remount-ro", "/"]

    def test_a_hidden_folder_is_covered_after_what_holds_it(self) -> None:
        arguments = bubblewrap.inside_arguments(self.CONTENTS, {}, from_targets=False)
        assert arguments.index("/python/lib/x") < arguments.index("/python/lib/x/y")

    def test_inside_another_bubblewrap_the_binds_come_from_their_targets(self) -> None:
        arguments = bubblewrap.inside_arguments(self.CONTENTS, {}, from_targets=True)
        assert "/source/lib" not in arguments
        assert "/source/lib" in bubblewrap.around_arguments(self.CONTENTS, "/usr/bin/bwrap")

    def test_no_argument_shows_the_whole_machine(self) -> None:
        contents = layout(closure(["numpy"]))
        for arguments in (
            bubblewrap.inside_arguments(contents, dict(os.environ), from_targets=False),
            bubblewrap.around_arguments(contents, "/usr/bin/bwrap"),
        ):
            pairs = [
                arguments[index + 1]
                for index, item in enumerate(arguments)
                if item in ("--ro-bind", "--bind", "--dev-bind")
            ]
            assert "/" not in pairs
