"""Submissions out of plain folders and zips: every arrangement, every bound, nothing through a link."""

import dataclasses
import hashlib
import os
import random
import shutil
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import ConfigError
from autograder.submission import (
    Submission,
    SubmittedFile,
    UnreadableSubmission,
    hand_ins,
    safe_name,
)
from autograder.submission.handins import hidden

MAIN = "convolution.py"
SOURCE = b"def conv2d(): ...\n"
MIB = 1024 * 1024


def write(folder, **contents):
    for name, data in contents.items():
        path = folder / name.replace("__", "/").replace("_py", ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def collect(path, main):
    """Return the only attempt of each student."""
    found = []
    for hand_in in hand_ins(path, main):
        [attempt] = hand_in.attempts
        assert attempt.id == hand_in.student
        found.append(dataclasses.replace(attempt, received=None))
    return found


def ids(found):
    return [submission.id for submission in found]


def only(path) -> Submission | UnreadableSubmission:
    [submission] = collect(path, MAIN)
    return submission


def reason(path) -> str:
    submission = only(path)
    assert isinstance(submission, UnreadableSubmission), submission
    return submission.reason


def make_zip(path, entries, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


ZIPS = {
    "students' folders at the top": (["ada/convolution.py", "bo/convolution.py"], ["ada", "bo"]),
    "students' folders inside one": (
        ["class/ada/convolution.py", "class/bo/convolution.py"],
        ["ada", "bo"],
    ),
    "students' folders inside two": (["a/class/ada/convolution.py", "a/class/bo/x.py"], ["ada", "bo"]),
    "students' files at the top": (["ada.py", "bo.py", "list.csv"], ["ada", "bo"]),
    "students' files inside one folder": (["class/ada.py", "class/bo.py"], ["ada", "bo"]),
    "one submission": (["convolution.py", "own.py"], ["class"]),
    "one submission's folder": (["ada/convolution.py"], ["ada"]),
    "one submission's folder with more": (["ada/convolution.py", "ada/sub/own.py"], ["ada"]),
    "folders written by Windows": (["ada\\", "ada\\convolution.py", "bo\\convolution.py"], ["ada", "bo"]),
    "junk beside": (["ada/convolution.py", "__MACOSX/ada/._convolution.py", ".DS_Store"], ["ada"]),
    "hidden files beside": (
        ["ada/convolution.py", "bo/convolution.py", ".x/y.py", ".z.py"],
        ["ada", "bo"],
    ),
}


class TestArrangements:
    def test_a_folder_of_folders(self, tmp_path):
        write(tmp_path, ada__convolution_py=SOURCE, bo__convolution_py=b"", bo__more__notes_py=b"x")
        ada, bo = collect(tmp_path, MAIN)
        assert ada.id == "ada"
        assert ada.files == (SubmittedFile(MAIN, SOURCE),)
        assert ada.main == MAIN
        assert [file.path for file in bo.files] == [MAIN, "more/notes.py"]

    def test_a_folder_of_files(self, tmp_path):
        write(tmp_path, ada_py=SOURCE, bo_py=b"1")
        (tmp_path / "grades.csv").write_text("not a submission")
        found = collect(tmp_path, MAIN)
        assert ids(found) == ["ada", "bo"]
        assert found[0].files == (SubmittedFile(MAIN, SOURCE),)

    def test_one_file(self, tmp_path):
        write(tmp_path, ada_py=SOURCE)
        assert only(tmp_path / "ada.py").id == "ada"
        assert only(tmp_path / "ada.py").files == (SubmittedFile(MAIN, SOURCE),)

    def test_one_folder(self, tmp_path, monkeypatch):
        write(tmp_path, ada__convolution_py=SOURCE, ada__own_py=b"1")
        found = only(tmp_path / "ada")
        assert found.id == "ada"
        assert len(found.files) == 2
        monkeypatch.chdir(tmp_path / "ada")
        assert only(type(tmp_path)()).id == "ada"

    @pytest.mark.parametrize(("names", "expected"), ZIPS.values(), ids=ZIPS.keys())
    def test_a_zip_with(self, names, expected, tmp_path):
        assert ids(collect(make_zip(tmp_path / "class.zip", [(n, SOURCE) for n in names]), MAIN)) == expected

    def test_a_zip_gives_the_same_submissions_as_its_folder(self, tmp_path):
        write(tmp_path / "class", ada__convolution_py=SOURCE, ada__a__b_py=b"1", bo__convolution_py=b"2")
        shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "class")
        assert collect(tmp_path / "packed.zip", MAIN) == collect(tmp_path / "class", MAIN)

    def test_a_zip_is_known_by_what_it_is_too(self, tmp_path):
        make_zip(tmp_path / "download", [("ada/convolution.py", SOURCE), ("bo/convolution.py", SOURCE)])
        assert ids(collect(tmp_path / "download", MAIN)) == ["ada", "bo"]

    def test_a_source_file_is_never_opened_as_a_zip(self, tmp_path):
        data = make_zip(tmp_path / "x.zip", [("a/convolution.py", SOURCE)]).read_bytes()
        (tmp_path / "ada.py").write_bytes(SOURCE + data)
        assert only(tmp_path / "ada.py").files[0].data == SOURCE + data

    @pytest.mark.parametrize("junk", ["__pycache__", "__MACOSX", ".git", ".ipynb_checkpoints", ".venv"])
    def test_junk_is_left_out(self, junk, tmp_path):
        write(tmp_path / "ada", convolution_py=SOURCE)
        without = only(tmp_path)
        for place in (tmp_path / junk, tmp_path / "ada" / junk, tmp_path / "ada" / "sub" / junk):
            place.mkdir(parents=True)
            (place / MAIN).symlink_to("/etc/passwd")
        (tmp_path / "ada" / ".DS_Store").write_bytes(b"x")
        assert only(tmp_path) == without


class TestNothingThere:
    def test_a_missing_path(self, tmp_path):
        with pytest.raises(ConfigError, match=r"there is none at .*absent"):
            collect(tmp_path / "absent", MAIN)

    @pytest.mark.parametrize("inside", [[], [".hidden"], ["__MACOSX"], ["grades.csv"]])
    def test_an_empty_folder(self, inside, tmp_path):
        for name in inside:
            (tmp_path / name).touch()
        with pytest.raises(ConfigError, match="it holds"):
            collect(tmp_path, MAIN)

    def test_an_empty_zip(self, tmp_path):
        with pytest.raises(ConfigError, match="it holds"):
            collect(make_zip(tmp_path / "class.zip", []), MAIN)

    def test_a_zip_that_is_none(self, tmp_path):
        whole = make_zip(tmp_path / "whole.zip", [("ada/convolution.py", SOURCE)]).read_bytes()
        for data in (b"", b"PK\x03\x04 not really", whole[:-30], whole[: len(whole) // 2]):
            (tmp_path / "class.zip").write_bytes(data)
            with pytest.raises(ConfigError, match=r"expected a zip that can be opened; .*class\.zip"):
                collect(tmp_path / "class.zip", MAIN)

    def test_a_link_is_said_to_be_one(self, tmp_path):
        write(tmp_path / "class", ada_py=SOURCE)
        (tmp_path / "link").symlink_to(tmp_path / "class")
        with pytest.raises(ConfigError, match="symbolic link"):
            collect(tmp_path / "link", MAIN)

    def test_a_special_file(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ConfigError, match="expected a folder, a file or a zip"):
            collect(tmp_path / "pipe", MAIN)


class TestUnreadableRows:
    """Each is a row that says why; the others of the class are read all the same."""

    @pytest.fixture
    def folder(self, tmp_path):
        write(tmp_path, zoe__convolution_py=SOURCE)
        return tmp_path

    @staticmethod
    def reason_of_ada(folder) -> str:
        ada, zoe = collect(folder, MAIN)
        assert (ada.id, zoe.id) == ("ada", "zoe")
        assert isinstance(zoe, Submission)
        assert isinstance(ada, UnreadableSubmission)
        return ada.reason

    def test_the_file_is_missing(self, folder):
        write(folder / "ada", readme=SOURCE, sub__x=b"")
        assert self.reason_of_ada(folder) == "expected the file convolution.py; received readme, sub/x"

    def test_the_folder_is_empty(self, folder):
        (folder / "ada").mkdir()
        assert self.reason_of_ada(folder) == "expected the file convolution.py; received nothing"

    def test_a_link_to_a_file_outside(self, folder):
        secret = folder.parent / "secret.py"
        secret.write_text("canary = 1")
        (folder / "ada").mkdir()
        (folder / "ada" / MAIN).symlink_to(secret)
        assert self.reason_of_ada(folder) == "expected files and folders; convolution.py is a link"

    def test_a_link_in_the_place_of_a_file_or_a_folder(self, folder):
        (folder / "ada").symlink_to(folder / "zoe")
        assert "is a link" in self.reason_of_ada(folder)
        (folder / "ada").unlink()
        (folder / "ada.py").symlink_to(folder / "zoe" / MAIN)
        assert "is a link" in self.reason_of_ada(folder)

    def test_one_folder_whose_file_is_a_link(self, tmp_path):
        write(tmp_path, secret_py=b"1")
        (tmp_path / "ada").mkdir()
        (tmp_path / "ada" / MAIN).symlink_to(tmp_path / "secret.py")
        assert "is a link" in reason(tmp_path / "ada")

    def test_a_pipe(self, folder):
        (folder / "ada").mkdir()
        os.mkfifo(folder / "ada" / MAIN)
        assert self.reason_of_ada(folder) == "expected files and folders; convolution.py is neither"

    def test_a_file_too_large(self, folder):
        write(folder / "ada", convolution_py=bytes(8 * MIB + 1))
        assert self.reason_of_ada(folder) == "expected files of at most 8 MiB; convolution.py is larger"

    def test_a_sparse_file_of_a_terabyte(self, folder):
        write(folder / "ada", convolution_py=SOURCE)
        os.truncate(folder / "ada" / MAIN, 2**40)
        assert "at most 8 MiB" in self.reason_of_ada(folder)

    def test_too_deep(self, folder):
        deepest = folder / "ada" / "/".join("abcdefg")
        write(deepest, x_py=b"")
        write(folder / "ada", convolution_py=SOURCE)
        assert isinstance(collect(folder, MAIN)[0], Submission)
        (deepest / "h").mkdir()
        assert self.reason_of_ada(folder) == "expected folders at most 8 deep; received more"

    def test_names_that_differ_in_case_only(self, folder):
        write(folder / "ada", convolution_py=SOURCE, Data_py=b"1", data_py=b"2")
        assert self.reason_of_ada(folder) == "expected file names that differ; received data.py and Data.py"

    @pytest.mark.skipif(os.getuid() == 0, reason="root reads everything")
    def test_a_folder_that_may_not_be_read(self, folder):
        write(folder / "ada", convolution_py=SOURCE).joinpath("sub").mkdir(mode=0)
        assert self.reason_of_ada(folder) == "sub cannot be read: Permission denied"


class TestUnreadableInZips:
    @pytest.mark.parametrize(
        "name",
        ["ada/../../evil.py", "../ada/x.py", "/ada/x.py", "//ada/x.py", "\\ada\\x.py", "ada\\..\\..\\x.py"],
    )
    def test_a_path_that_leads_out(self, name, tmp_path):
        entries = [(name, b"evil"), ("ada/convolution.py", SOURCE), ("zoe/convolution.py", SOURCE)]
        ada, zoe = collect(make_zip(tmp_path / "class.zip", entries), MAIN)
        assert ada.reason.startswith("expected paths inside the archive; received ")
        assert isinstance(zoe, Submission)

    @pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
    def test_an_entry_that_is_no_file(self, kind, tmp_path):
        info = zipfile.ZipInfo("ada/convolution.py")
        info.external_attr = (kind | 0o777) << 16
        path = make_zip(tmp_path / "class.zip", [(info, b"/etc/passwd")])
        assert reason(path) == "expected files and folders; convolution.py is neither"

    def test_a_ratio_too_high(self, tmp_path):
        path = make_zip(tmp_path / "class.zip", [("ada/convolution.py", bytes(7 * MIB))])
        assert reason(path) == "expected a compression of at most 200 to 1; convolution.py has more"

    def test_a_bomb_that_lies_about_its_size(self, tmp_path):
        path = make_zip(tmp_path / "class.zip", [("ada/convolution.py", bytes(64 * MIB))])
        data = path.read_bytes().replace(struct.pack("<I", 64 * MIB), struct.pack("<I", 100))
        path.write_bytes(data)
        assert "cannot be unpacked" in reason(path)

    def test_a_file_too_large(self, tmp_path):
        entries = [("ada/convolution.py", random.Random(1).randbytes(8 * MIB + 1))]
        assert "at most 8 MiB" in reason(make_zip(tmp_path / "class.zip", entries, zipfile.ZIP_STORED))

    def test_an_encrypted_entry(self, tmp_path):
        path = make_zip(tmp_path / "class.zip", [("ada/convolution.py", SOURCE)])
        data = bytearray(path.read_bytes())
        data[6] |= 1  # in the file's header, and in the directory's
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(data)
        assert reason(path) == "expected an archive without a password; convolution.py is encrypted"

    @pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
    def test_a_compression_whose_memory_nothing_bounds(self, method, tmp_path):
        path = make_zip(tmp_path / "class.zip", [("ada/convolution.py", SOURCE)], method)
        assert "the ordinary compression" in reason(path)

    def test_a_file_that_is_a_folder_too(self, tmp_path):
        entries = [("ada/convolution.py", SOURCE), ("ada/Sub", b""), ("ada/sub/x.py", b"")]
        path = make_zip(tmp_path / "class.zip", entries)
        assert reason(path) == "expected a file or a folder of one name; Sub is both"

    def test_one_file_twice(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
            archive.writestr("ada/convolution.py", SOURCE)
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr("ada/convolution.py", b"other")
        assert "names that differ" in reason(tmp_path / "class.zip")

    def test_a_name_no_file_can_have(self, tmp_path):
        entries = [("ada/convolution.py", SOURCE), (f"ada/{'é' * 200}.py", b"")]
        assert "at most 255 bytes" in reason(make_zip(tmp_path / "class.zip", entries))

    def test_a_path_of_thousands_of_folders(self, tmp_path):
        path = make_zip(tmp_path / "class.zip", [("a/" * 30_000 + MAIN, SOURCE)])
        assert "at most 8 deep" in reason(path)

    @given(st.randoms(use_true_random=False), st.integers(1, 5))
    def test_a_damaged_zip_is_a_row_or_a_config_error(self, tmp_path_factory, rng, changes):
        folder = tmp_path_factory.mktemp("zip")
        entries = [("ada/convolution.py", SOURCE * 20), ("zoe/convolution.py", SOURCE)]
        path = make_zip(folder / "class.zip", entries)
        data = bytearray(path.read_bytes())
        for _ in range(changes):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(data)
        try:
            found = collect(path, MAIN)
        except ConfigError:
            return
        assert all(isinstance(submission, Submission | UnreadableSubmission) for submission in found)


class TestNames:
    @pytest.mark.parametrize("name", ["cases", "seed", "class.json", "SEED", "Cases"])
    def test_a_student_called_as_a_file_of_ours_gets_another_folder(self, name, tmp_path):
        write(tmp_path / name, convolution_py=SOURCE)
        digest = hashlib.sha256(f"{name}/".encode()).hexdigest()
        assert only(tmp_path).id == f"{name}~{digest[:4]}"

    @pytest.mark.parametrize("name", [".writable", ".class.json.7.tmp", "..", "."])
    def test_no_student_is_hidden_or_above(self, name, tmp_path):
        assert not safe_name(name).startswith(".")
        found = collect(make_zip(tmp_path / f"{name}.zip", [("convolution.py", SOURCE)]), MAIN)
        assert not found[0].id.startswith(".")

    def test_names_that_are_the_same_once_cleaned(self, tmp_path):
        for name in ("a:b", "a%3Ab", "A:B", "a\x07", "a%07"):
            write(tmp_path / name, convolution_py=name.encode())
        found = collect(tmp_path, MAIN)
        assert ids(found) == ["A%3AB~f0b0", "a%07", "a%07~4577", "a%3Ab", "a%3Ab~0734"]
        assert len({submission.digest for submission in found}) == 5
        assert found == collect(tmp_path, MAIN)

    def test_an_id_stays_whoever_comes_and_goes(self, tmp_path):
        known = {}
        for name in ("ada", "Ada", "ADA", "bo"):
            write(tmp_path / name, convolution_py=name.encode())
            for found in collect(tmp_path, MAIN):
                assert known.setdefault(found.id, found.files[0].data) == found.files[0].data
            assert known["ada"] == b"ada"
        shutil.rmtree(tmp_path / "ada")
        for found in collect(tmp_path, MAIN):
            assert known.setdefault(found.id, found.files[0].data) == found.files[0].data

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("a\nb", "a%0Ab"),
            ("a\x1b[2Jb", "a%1B[2Jb"),
            ("a\u202eb", "a%202Eb"),
            ("../../etc", "%2E.%2F..%2Fetc"),
            ("a\\b", "a%5Cb"),
            ("<script>", "%3Cscript%3E"),
            ("\udcff", "%5Cudcff"),
            ("  ", "_"),
            ("", "_"),
            ("Zoë Müller", "Zoë Müller"),
            ("e\u0301", "é"),
            ("x" * 300, "x" * 100),
            ("界" * 300, "界" * 66),
        ],
    )
    def test_a_name_is_shown_without_harm(self, name, shown):
        assert safe_name(name) == shown

    @given(st.text())
    def test_any_name_can_be_a_folder(self, tmp_path_factory, name):
        shown = safe_name(name)
        folder = tmp_path_factory.getbasetemp() / "names" / shown
        folder.mkdir(parents=True, exist_ok=True)
        assert folder.parent.name == "names"
        assert folder.resolve() == folder
        assert shown.isprintable()
        assert safe_name(shown) == shown

    def test_a_folder_with_a_name_that_is_not_utf_8(self, tmp_path):
        folder = os.fsencode(tmp_path) + b"/ad\xff"
        os.mkdir(folder)  # noqa: PTH102
        with open(folder + b"/convolution.py", "wb") as file:  # noqa: PTH123
            file.write(SOURCE)
        assert only(tmp_path).id == "ad%5Cudcff"

    def test_a_file_with_a_name_that_is_not_utf_8_goes_under_another(self, tmp_path):
        write(tmp_path / "ada", convolution_py=SOURCE)
        with open(os.fsencode(tmp_path) + b"/ada/d\xff.txt", "wb") as file:  # noqa: PTH123
            file.write(b"1")
        ada = only(tmp_path)
        assert [file.path for file in ada.files] == [MAIN, "d%5Cudcff.txt"]
        assert ada.notes == ("a file's name is not UTF-8; it is called d%5Cudcff.txt here",)
        assert ada.files[1].path.encode()

    def test_a_note_shows_a_name_without_harm(self, tmp_path):
        write(tmp_path / "ada", convolution_py=SOURCE)
        (tmp_path / "ada" / "numpy").mkdir()
        (tmp_path / "ada" / "numpy" / "\x1b[2J\n::error::").write_bytes(b"")
        [note] = only(tmp_path).notes
        assert note.isprintable()
        assert note.endswith("has the name of an installed package, which is imported instead of it")


class TestDigest:
    def test_it_depends_on_names_and_bytes_only(self, tmp_path):
        write(tmp_path, a__ada__convolution_py=SOURCE, a__ada__own_py=b"1")
        write(tmp_path, b__bo__own_py=b"1", b__bo__convolution_py=SOURCE)
        os.utime(tmp_path / "b" / "bo" / MAIN, (1, 1))
        (tmp_path / "b" / "bo" / MAIN).chmod(0o755)
        assert only(tmp_path / "a").digest == only(tmp_path / "b").digest

    @pytest.mark.parametrize(
        "contents",
        [
            {MAIN: SOURCE},
            {MAIN: SOURCE, "own.py": b"2"},
            {MAIN: SOURCE, "own2.py": b"1"},
            {MAIN: SOURCE, "own.py1": b""},
            {MAIN: SOURCE + b"1", "own.py": b""},
        ],
    )
    def test_it_changes_with_a_name_or_a_byte(self, contents, tmp_path):
        write(tmp_path, a__convolution_py=SOURCE, a__own_py=b"1")
        (tmp_path / "b").mkdir()
        for name, data in contents.items():
            (tmp_path / "b" / name).write_bytes(data)
        a, b = collect(tmp_path, MAIN)
        assert a.digest != b.digest

    def test_what_is_digested_is_what_is_sent(self, tmp_path):
        write(tmp_path, ada_py=SOURCE)
        ada = only(tmp_path)
        write(tmp_path, ada_py=b"changed afterwards")
        assert ada.files[0].data == SOURCE
        assert only(tmp_path).digest != ada.digest


def test_folders_with_a_dot_before_their_name_are_named(folder):
    path = folder({".ada/work.py": b"1", "zoe/work.py": b"1", ".idea/x.xml": b"1", ".git/a.py": b"1"})
    assert hidden(path) == [".ada"]
