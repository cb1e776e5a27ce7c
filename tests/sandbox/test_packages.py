"""The closure of packages, on made-up installations."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from autograder.allowed import DEFAULT_PACKAGES
from autograder.sandbox import packages

Install = Callable[..., None]


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the only folder on `sys.path`."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(folder)])
    _forget()
    yield folder
    _forget()


def _forget() -> None:
    for name in ("_installed", "_heads", "_top_entries", "_requirements", "_version"):
        getattr(packages, name).cache_clear()


@pytest.fixture
def install(site: Path) -> Install:
    """Install a made-up distribution."""

    def install_one(
        name: str, files: Sequence[str] = (), requires: Sequence[str] = (), *, missing: Sequence[str] = ()
    ) -> None:
        info = site / f"{name.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        lines = ["Metadata-Version: 2.1", f"Name: {name}", "Version: 1.0"]
        lines += [f"Requires-Dist: {line}" for line in requires]
        (info / "METADATA").write_text("\n".join(lines) + "\n\n")
        record = [*files, f"{info.name}/METADATA", f"{info.name}/RECORD"]
        (info / "RECORD").write_text("".join(f"{file},,\n" for file in record))
        for file in set(files) - set(missing):
            path = site / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")

    return install_one


def entries(*names: str) -> dict[str, tuple[str, ...]]:
    """Return the entries of a closure by name, without the folders of metadata."""
    return {
        package.name: tuple(entry for entry in package.entries if not entry.endswith(".dist-info"))
        for package in packages.closure(names)
    }


class TestClosure:
    """What is required is there, and nothing else."""

    def test_requirements_are_followed_to_the_end(self, install: Install) -> None:
        install("first", ["first/__init__.py"], ["second>=1"])
        install("second", ["second.py"], ["Third_Party"])
        install("third-party", ["third/__init__.py"], ["first"])
        install("stranger", ["stranger/__init__.py"])
        assert entries("first") == {"first": ("first",), "second": ("second.py",), "third-party": ("third",)}

    def test_a_marker_that_does_not_hold_is_not_followed(self, install: Install) -> None:
        install(
            "first", [], ["here; python_version>='3'", "there; sys_platform=='win32'", "more; extra=='gpu'"]
        )
        for name in ("here", "there", "more"):
            install(name, [f"{name}.py"])
        assert set(entries("first")) == {"first", "here"}

    def test_a_requirement_that_cannot_be_read_is_passed_over(self, install: Install) -> None:
        install("first", ["first.py"], ["not a requirement !!", "second"])
        install("second", ["second.py"])
        assert set(entries("first")) == {"first", "second"}

    def test_what_is_not_installed_is_left_out(self, install: Install) -> None:
        install("first", ["first.py"], ["absent"])
        assert set(entries("first", "also-absent")) == {"first"}

    def test_numpy_and_msgspec_are_always_there(self, install: Install) -> None:
        install("numpy", ["numpy/__init__.py"])
        install("msgspec", ["msgspec/__init__.py"])
        assert set(entries()) == {"numpy", "msgspec"}

    def test_names_are_compared_as_installers_do(self, install: Install) -> None:
        install("Scikit.Learn", ["sklearn/__init__.py"])
        assert "scikit-learn" in {package.name for package in packages.closure(["scikit_learn"])}


class TestEntries:
    """What of site-packages belongs to a distribution."""

    def test_a_pth_file_is_never_an_entry(self, install: Install) -> None:
        install("first", ["first.py", "first.pth", "first.egg-link", "distutils-precedence.pth"])
        assert entries("first") == {"first": ("first.py",)}

    def test_what_lies_outside_site_packages_is_no_entry(self, install: Install, site: Path) -> None:
        (site.parent / "bin").mkdir()
        (site.parent / "bin" / "tool").write_text("")
        install("first", ["first.py", "../bin/tool", "__pycache__/first.pyc"], missing=["../bin/tool"])
        assert entries("first") == {"first": ("first.py",)}

    def test_a_file_that_is_not_there_is_no_entry(self, install: Install) -> None:
        install("first", ["first.py", "gone/__init__.py"], missing=["gone/__init__.py"])
        assert entries("first") == {"first": ("first.py",)}

    def test_a_folder_shared_with_a_stranger_is_taken_one_level_deeper(self, install: Install) -> None:
        install("protobuf", ["google/protobuf/__init__.py", "google/_upb/x.so"])
        install("google-secret", ["google/secret/answers.py"])
        assert entries("protobuf") == {"protobuf": ("google/_upb", "google/protobuf")}

    def test_a_folder_shared_among_allowed_packages_is_taken_whole(self, install: Install) -> None:
        install("protobuf", ["google/protobuf/__init__.py"], ["google-api"])
        install("google-api", ["google/api/__init__.py"])
        assert entries("protobuf") == {"protobuf": ("google",), "google-api": ("google",)}

    def test_the_first_on_the_path_is_the_one_that_counts(
        self, install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Path
    ) -> None:
        install("first", ["first.py"])
        other = tmp_path / "other" / "first-2.0.dist-info"
        other.mkdir(parents=True)
        (other / "METADATA").write_text("Metadata-Version: 2.1\nName: first\nVersion: 2.0\n\n")
        monkeypatch.setattr(sys, "path", [str(site), str(other.parent)])
        _forget()
        (package,) = packages.closure(["first"])
        assert (package.version, package.folder) == ("1.0", site)


class TestDigest:
    """The digest names versions, not places."""

    def test_another_version_has_another_digest(self) -> None:
        first = packages.Package("a", "1", Path("/here"), ())
        elsewhere = packages.Package("a", "1", Path("/there"), ("a",))
        second = packages.Package("a", "2", Path("/here"), ())
        assert packages.digest([first]) == packages.digest([elsewhere]) != packages.digest([second])


def test_the_real_closure_holds_none_of_our_own_packages() -> None:
    _forget()
    names = {package.name for package in packages.closure(DEFAULT_PACKAGES)}
    assert {"numpy", "msgspec"} <= names
    assert not names & {"cnn-autograder", "pytest", "psutil", "hypothesis"}
