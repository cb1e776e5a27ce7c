"""Whatever a download holds: a bad hand-in is one row, the rest is read, nothing is followed or written."""

import contextlib
import os
import random
import stat
import struct
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.errors import ConfigError, Unreadable
from autograder.submission import Submission, UnreadableSubmission, hand_ins, lone_folder, reading, safe_name
from autograder.submission.platforms.ruby_dump import read_records

MAIN = "convolution.py"
SOURCE = b"def conv2d(): ...\n"
MIB = 1024 * 1024


def rows(path):
    return {hand_in.student: hand_in.attempts[-1] for hand_in in hand_ins(path, MAIN)}


def reason(path, student="ada"):
    found = rows(path)
    assert isinstance(found["zoe"], Submission)
    assert isinstance(found[student], UnreadableSubmission), found[student]
    assert found[student].received.attempt == 1
    return found[student].reason


def read(path):
    """Return the bytes of ada's files, by path, as they would go into a worker."""
    ada = rows(path)["ada"]
    assert isinstance(ada, Submission), ada
    return {file.path: bytes(file.data) for file in ada.files}


def notes(path):
    return tuple(note for note in rows(path)["ada"].notes if "found as" not in note)


@pytest.fixture
def course(folder):
    return folder({"ada/convolution.py": SOURCE, "zoe/convolution.py": SOURCE})


class TestFolders:
    def test_links_are_not_followed(self, course):
        (course / "ada" / "sub").symlink_to("/etc")
        (course / "ada" / "own.py").symlink_to("/etc/passwd")
        (course / "ada" / "old").mkdir()
        (course / "ada" / "old" / MAIN).symlink_to(course / "zoe" / MAIN)  # the file asked for is nearer
        assert read(course) == {MAIN: SOURCE}
        assert notes(course) == ("left out, a link: old/convolution.py, own.py, sub",)

    @pytest.mark.parametrize("name", [MAIN, "Convolution.py", "convolution (1).py"])
    def test_the_file_asked_for_is_no_link(self, name, course):
        (course / "ada" / MAIN).rename(course / "ada" / "deep.txt")
        (course / "ada" / "src").mkdir()
        (course / "ada" / "src" / MAIN).write_bytes(SOURCE)
        (course / "ada" / name).symlink_to(course / "zoe" / MAIN)
        assert reason(course) == f"expected files and folders; {name} is a link"

    def test_the_only_file_there_may_be_is_no_link(self, course):
        (course / "ada" / MAIN).unlink()
        (course / "ada" / "mine.py").symlink_to(course / "zoe" / MAIN)
        assert reason(course) == (
            "expected the file convolution.py; received nothing; left out, a link: mine.py"
        )

    @pytest.mark.parametrize(
        "name",
        [
            "bo",
            "bo.py",
            "bo.zip",
            "bo.txt",
            "Bo_1_assignsubmission_file_",
            "bo_1_2_convolution.py",
            "submission_1",
            "submitted",
        ],
    )
    def test_a_link_in_the_place_of_a_student(self, name, course):
        (course / name).symlink_to(course / "zoe")
        others = [attempt for student, attempt in rows(course).items() if student not in ("ada", "zoe")]
        assert [type(attempt) for attempt in others] == [UnreadableSubmission]
        assert "is a link" in others[0].reason

    def test_a_link_in_the_place_of_metadata(self, folder):
        path = folder({"submission_1/convolution.py": SOURCE})
        (path / "submission_metadata.yml").symlink_to("/etc/passwd")
        with pytest.raises(ConfigError, match=r"submission_metadata\.yml is a link"):
            hand_ins(path, MAIN)

    def test_a_link_in_the_place_of_a_timestamp(self, folder):
        path = folder({"submitted/ada/ps/convolution.py": SOURCE, "submitted/zoe/ps/convolution.py": SOURCE})
        (path / "submitted" / "ada" / "ps" / "timestamp.txt").symlink_to("/etc/passwd")
        assert read(path) == {MAIN: SOURCE}
        assert notes(path) == ("left out, a link: timestamp.txt",)
        assert rows(path)["ada"].received.time is None

    def test_a_linked_collection_is_said_to_be_one(self, course):
        (course.parent / "link").symlink_to(course)
        with pytest.raises(ConfigError, match="symbolic link"):
            hand_ins(course.parent / "link", MAIN)

    @pytest.mark.parametrize("name", ["bo.py", "bo.zip"])
    def test_a_pipe(self, name, course):
        os.mkfifo(course / name)
        assert reason(course, "bo") == f"expected files and folders; {name} is neither"

    def test_a_pipe_beside_the_file(self, course):
        os.mkfifo(course / "ada" / "own.py")
        assert read(course) == {MAIN: SOURCE}
        assert notes(course) == ("left out, no plain file: own.py",)

    def test_what_is_too_large_is_left_out(self, course):
        (course / "ada" / "results").mkdir()
        (course / "ada" / "results" / "model.h5").write_bytes(bytes(8 * MIB + 1))
        assert read(course) == {MAIN: SOURCE}
        assert notes(course) == ("left out, too large: results/model.h5",)
        (course / "ada" / MAIN).write_bytes(bytes(8 * MIB + 1))
        assert reason(course) == "expected files of at most 8 MiB; convolution.py is larger"

    def test_what_is_too_much_is_left_out(self, course):
        for number in range(6):
            (course / "ada" / f"a{number}.bin").write_bytes(bytes(7 * MIB))
        assert read(course).keys() == {MAIN, *(f"a{number}.bin" for number in range(4))}
        assert notes(course) == ("left out, beyond 32 MiB in all: a4.bin, a5.bin",)

    def test_what_are_too_many_are_left_out_and_code_last(self, course):
        (course / "ada" / "a").mkdir()
        for number in range(510):
            (course / "ada" / "a" / f"{number:03}.txt").touch()
        (course / "ada" / "z").mkdir()
        (course / "ada" / "z" / "own.py").touch()
        found = read(course)
        assert (len(found), MAIN in found, "z/own.py" in found) == (500, True, True)
        [note] = notes(course)
        assert note.startswith("left out, too many files: a/498.txt, a/499.txt, ")
        assert note.endswith("a/505.txt and 4 more")

    def test_more_than_are_listed(self, course, monkeypatch):
        monkeypatch.setattr(reading, "MAX_LISTED", 20)
        for number in range(20):
            (course / "ada" / f"f{number}.txt").touch()
        assert reason(course) == "expected at most 20 files; there are more"

    @pytest.mark.parametrize(
        "name", ["venv", ".venv", "node_modules", "src/__pycache__", "mine", "lab/environment"]
    )
    def test_what_is_installed_is_junk(self, name, course):
        deep = course / "ada" / name / "/".join("abcdefgh")
        deep.mkdir(parents=True)
        (deep / MAIN).write_bytes(b"another")
        (course / "ada" / name / "python").symlink_to("/usr/bin/python3")
        if name in ("mine", "lab/environment"):
            (course / "ada" / name / "pyvenv.cfg").touch()
        assert (read(course), notes(course)) == ({MAIN: SOURCE}, ())

    def test_a_package_called_env_is_none(self, course):
        (course / "ada" / "env").mkdir()
        (course / "ada" / "env" / "own.py").touch()
        assert read(course).keys() == {MAIN, "env/own.py"}

    def test_too_deep(self, course):
        (course / "ada" / "/".join("abcdefgh")).mkdir(parents=True)
        assert "at most 8 deep" in reason(course)

    def test_names_that_differ_in_case_only(self, course):
        (course / "ada" / "Convolution.py").write_bytes(b"1")
        assert "expected file names that differ" in reason(course)

    def test_names_that_are_no_text_and_names_that_would_do_harm(self, course):
        for name in (b"\xff_1_assignsubmission_file_", b"a\x1b[2J", b"..hidden", b"x\ny"):
            os.mkdir(os.fsencode(course) + b"/" + name)  # noqa: PTH102
        found = hand_ins(course, MAIN)
        for hand_in in found:
            assert hand_in.student.isprintable()
            assert hand_in.attempts[0].received.source.isprintable()
            assert (hand_in.name or "").isprintable()

    @pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root reads everything")
    def test_a_folder_that_may_not_be_read(self, course):
        (course / "bo").mkdir(mode=0)
        assert reason(course, "bo") == "bo cannot be read: Permission denied"


class TestZips:
    @pytest.mark.parametrize("name", ["ada/../../x.py", "../ada/x.py", "/ada/x.py", "ada\\..\\..\\x.py"])
    def test_a_path_that_leads_out(self, name, tmp_path):
        path = tmp_path / "class.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for entry in (name, "ada/convolution.py", "zoe/convolution.py"):
                archive.writestr(entry, SOURCE)
        assert reason(path).startswith("expected paths inside the archive; received ")

    @pytest.mark.parametrize(
        "name", ["ada_1_2_..", "Ada_1_assignsubmission_file_..", "ada_1_2_.-1", "ada_1_2_-1.py"]
    )
    def test_a_platforms_name_that_leads_out(self, name, tmp_path):
        path = tmp_path / "class.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, SOURCE)
            archive.writestr("zoe_3_4_convolution.py", SOURCE)
        for attempt in rows(path).values():
            for file in getattr(attempt, "files", ()):
                assert ".." not in file.path.split("/")
                assert file.path not in ("", ".")

    def test_a_link_in_a_zip(self, tmp_path):
        path = tmp_path / "class.zip"
        info = zipfile.ZipInfo("ada.zip")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(info, "/etc/passwd")
            archive.writestr("zoe.py", SOURCE)
        assert reason(path) == "expected files and folders; ada.zip is neither"

    def test_a_path_of_thousands_of_folders(self, tmp_path):
        for name in ("ada/" * 10_000, "submitted/" * 6_000):
            with zipfile.ZipFile(tmp_path / "class.zip", "w") as archive:
                archive.writestr(name + MAIN, SOURCE)
            [row] = rows(tmp_path / "class.zip").values()
            assert "at most 8 deep" in row.reason

    def test_ten_thousand_entries(self, tmp_path):
        path = tmp_path / "class.zip"
        for more, expected in ((0, Submission), (1, UnreadableSubmission)):
            with zipfile.ZipFile(path, "w") as archive:
                for number in range(9_999 + more):
                    archive.writestr(f"ada/f{number}.py", b"")
                archive.writestr("ada/convolution.py", SOURCE)
                archive.writestr("zoe/convolution.py", SOURCE)
            assert isinstance(rows(path)["ada"], expected)
        assert reason(path) == "expected at most 10000 files; there are more"

    def test_what_is_too_large_is_not_unpacked(self, tmp_path, monkeypatch):
        path = tmp_path / "class.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("ada/convolution.py", SOURCE)
            archive.writestr("ada/model.h5", bytes(9 * MIB))
            archive.writestr("ada/venv/lib/own.py", SOURCE)
            archive.writestr("ada/mine/pyvenv.cfg", b"")
            archive.writestr("ada/mine/lib/own.py", SOURCE)
            link = zipfile.ZipInfo("ada/own.py")
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, "/etc/passwd")
            archive.writestr("zoe/convolution.py", SOURCE)
        opened = []
        open_ = zipfile.ZipFile.open
        monkeypatch.setattr(
            zipfile.ZipFile, "open", lambda *given: opened.append(given[1].filename) or open_(*given)
        )
        assert read(path) == {MAIN: SOURCE}
        assert sorted(opened) == ["ada/convolution.py", "zoe/convolution.py"]
        assert notes(path) == ("left out, no plain file: own.py", "left out, too large: model.h5")


class TestInnerZips:
    """A zip that a student made, within a folder or a zip."""

    @pytest.fixture
    def with_inner(self, download):
        return lambda packed: download({"ada.zip": packed, "zoe/convolution.py": SOURCE})

    def test_one_that_is_none(self, with_inner, zipped):
        whole = zipped({MAIN: SOURCE})
        for data in (b"", b"PK\x03\x04 not really", whole[:-30]):
            assert reason(with_inner(data)).startswith("ada.zip cannot be opened as a zip: ")

    @pytest.mark.parametrize("name", ["../x.py", "/x.py", "a/../../x.py"])
    def test_a_path_that_leads_out(self, name, with_inner, zipped):
        assert "expected paths inside the archive" in reason(with_inner(zipped({name: b"", MAIN: SOURCE})))

    def test_a_ratio_too_high(self, with_inner, zipped):
        assert "at most 200 to 1" in reason(with_inner(zipped({MAIN: bytes(7 * MIB)})))

    def test_a_zip_of_zeros_in_the_outer_zip(self, download):
        path = download({"ada.zip": bytes(40 * MIB), "zoe/convolution.py": SOURCE})
        assert any(text in reason(path) for text in ("at most 32 MiB", "at most 200 to 1"))

    def test_more_than_may_be_in_all(self, with_inner, zipped):
        noise = random.Random(1).randbytes(5 * MIB)
        path = with_inner(zipped({f"{n}.bin": noise + bytes([n]) for n in range(6)} | {MAIN: SOURCE}))
        assert sum(map(len, read(path).values())) < 32 * MIB
        more = {f"a{n}.bin": bytes([n]) * (MIB * 99 // 100) for n in range(99)} | {MAIN: SOURCE}
        path = with_inner(zipped(more))
        assert sum(map(len, read(path).values())) < 32 * MIB
        assert notes(path)[0].startswith("left out, beyond 32 MiB in all: ")

    def test_a_bomb_that_lies_about_its_size(self, with_inner, zipped):
        data = zipped({MAIN: bytes(30 * MIB)})
        data = data.replace(struct.pack("<I", 30 * MIB), struct.pack("<I", 100))
        assert "cannot be unpacked" in reason(with_inner(data))

    def test_too_many_entries_are_not_even_listed(self, with_inner, zipped):
        packed = zipped({f"{number}.py": b"" for number in range(10_001)})
        assert reason(with_inner(packed)) == "expected at most 10000 files; ada.zip holds more"

    def test_many_zips_together_hold_no_more_than_one(self, with_inner, zipped):
        packed = zipped({f"{number}": b"" for number in range(101)})
        data = zipped({f"{number}.zip": packed for number in range(100)})
        start = time.perf_counter()
        assert reason(with_inner(data)) == "expected at most 10000 files; 0.zip and 99 other zips hold more"
        assert time.perf_counter() - start < 2

    def test_long_names_cost_little(self, folder, zipped):
        packed = zipped({"a/" * 30_000 + str(number): b"" for number in range(150)})
        path = folder({"ada.zip": packed, "zoe.py": SOURCE})
        tracemalloc.start()
        assert "at most 8 deep" in reason(path)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 60 * MIB

    def test_one_that_holds_itself_deeper_and_deeper(self, with_inner, zipped):
        packed = zipped({MAIN: SOURCE})
        for _ in range(5):
            packed = zipped({"in.zip": packed})
        assert "received in.zip/in.zip" in reason(with_inner(packed))

    @settings(max_examples=50, deadline=None)
    @given(st.randoms(use_true_random=False), st.integers(1, 5))
    def test_a_damaged_one_is_a_row(self, tmp_path_factory, rng, changes):
        folder = tmp_path_factory.mktemp("zip")
        with zipfile.ZipFile(folder / "ada.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(MAIN, SOURCE * 20)
            archive.writestr("own.py", SOURCE)
        data = bytearray((folder / "ada.zip").read_bytes())
        for _ in range(changes):
            data[rng.randrange(len(data))] = rng.randrange(256)
        (folder / "ada.zip").write_bytes(data)
        (folder / "zoe.py").write_bytes(SOURCE)
        assert isinstance(rows(folder)["zoe"], Submission)


POSING = {
    "gradescope": {
        "submission_metadata.yml": "submission_1:\n  :submitters:\n  - :sid: bo\n",
        "submission_1/convolution.py": SOURCE,
    },
    "moodle": {"Bo_1_assignsubmission_file_/convolution.py": SOURCE},
    "moodle, files": {"Bo_1_assignsubmission_file_convolution.py": SOURCE},
    "canvas": {"bo_1_2_convolution.py": SOURCE},
    "nbgrader": {"submitted/bo/ps1/convolution.py": SOURCE},
    "nbgrader, stamped": {
        "bo/ps1/convolution.py": SOURCE,
        "bo/ps1/timestamp.txt": "2026-04-26 11:00:00 UTC",
    },
    "plain": {"bo/convolution.py": SOURCE},
}


class TestPosing:
    """What a student put into a folder or a zip makes nobody else's hand-in."""

    @pytest.mark.parametrize("contents", POSING.values(), ids=POSING.keys())
    def test_a_lone_folder_is_one_student_s(self, contents, folder):
        assert list(rows(folder({f"ada/{name}": data for name, data in contents.items()}))) == ["ada"]

    @pytest.mark.parametrize("platform", POSING)
    def test_of_a_lone_folder_it_is_told_if_it_may_be_a_download(self, platform, folder):
        contents = {f"ada/{name}": data for name, data in POSING[platform].items()}
        assert lone_folder(folder(contents), MAIN) == (None if platform == "plain" else "ada")
        assert lone_folder(folder(contents | {"zoe/convolution.py": SOURCE}), MAIN) is None

    @pytest.mark.parametrize("contents", POSING.values(), ids=POSING.keys())
    def test_a_lone_zip_is_one_student_s(self, contents, download, zipped):
        for inner in (contents, {f"ada/{name}": data for name, data in contents.items()}):
            assert list(rows(download({"ada.zip": zipped(inner)}))) == ["ada"]

    @pytest.mark.parametrize("contents", POSING.values(), ids=POSING.keys())
    def test_beside_others_it_is_one_student_s(self, contents, download):
        posing = {f"ada/{name}": data for name, data in contents.items()}
        assert list(rows(download(posing | {"zoe/convolution.py": SOURCE}))) == ["ada", "zoe"]

    @pytest.mark.parametrize("platform", [each for each in POSING if each != "plain"])
    def test_a_zipped_folder_that_holds_the_file_is_one_student_s(self, platform, tmp_path):
        path = tmp_path / "class.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("ada/convolution.py", SOURCE)
            for inner, data in POSING[platform].items():
                name = inner.replace("_1/convolution", "_1/x").replace("file_/convolution", "file_/x")
                archive.writestr(f"ada/{name}", data)
        assert list(rows(path)) == ["ada"]

    def test_a_record_names_few_and_all_records_not_too_many(self, folder):
        def metadata(records, each):
            return "".join(
                f"submission_{n}:\n  :submitters:\n"
                + "".join(f"  - :sid: s{n}-{number}\n" for number in range(each))
                for n in range(records)
            )

        contents = {"submission_0/convolution.py": SOURCE}
        path = folder(contents | {"submission_metadata.yml": metadata(1, 20)})
        assert len(rows(path)) == 20
        (path / "submission_metadata.yml").write_text(metadata(1, 21))
        with pytest.raises(ConfigError, match="expected at most 20 students who handed in together"):
            hand_ins(path, MAIN)
        (path / "submission_metadata.yml").write_text(metadata(501, 20))
        with pytest.raises(ConfigError, match="expected at most 10000 students"):
            hand_ins(path, MAIN)


class TestMetadata:
    @staticmethod
    def read(text):
        with contextlib.suppress(Unreadable):
            assert isinstance(read_records(text), dict)

    @given(st.text())
    def test_any_text_is_read_or_refused(self, text):
        self.read(text)

    @given(st.lists(st.sampled_from([*"'\":|>&!\\[a \n", "- ", "  :sid: 1\n", "\n  - :sid: '2'\n"])))
    def test_any_structure_is_read_or_refused(self, pieces):
        self.read("submission_1:\n  :submitters:\n  - :sid: " + "".join(pieces))

    def test_long_texts_are_passed_over_quickly(self):
        printed = "'" + "x'' : \n  - :sid: ''666'' " * 40_000 + "'"
        text = f"submission_1:\n  :results: {printed}\n  :submitters:\n  - :sid: 1\n"
        start = time.perf_counter()
        [submitter] = read_records(text)["submission_1"].submitters
        assert submitter.sid == "1"
        assert time.perf_counter() - start < 2


PIECES = st.sampled_from(
    [
        *(
            "ada",
            "Ada",
            "_",
            "LATE",
            "1",
            "22",
            "-1",
            ".py",
            "convolution",
            " (1)",
            "..",
            ".",
            "/",
            "\\",
            " ",
        ),
        *(
            "submission_3",
            "submitted",
            "timestamp.txt",
            "_assignsubmission_file_",
            ".zip",
            "anon_",
            "é",
            "\n",
        ),
    ]
)
NAMES = st.lists(PIECES, min_size=1, max_size=9).map("".join)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(NAMES, st.sampled_from([b"", SOURCE, b"2026-04-26 11:00:00 UTC"]), max_size=8))
def test_whatever_names_there_are_all_that_comes_of_it_is_safe(tmp_path_factory, contents):
    path = tmp_path_factory.mktemp("any") / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("submission_metadata.yml", "submission_3:\n  :submitters:\n  - :sid: '..'\n")
        for name, data in contents.items():
            archive.writestr(name, data)
    try:
        found = hand_ins(path, MAIN)
    except ConfigError:
        return
    students = [hand_in.student for hand_in in found]
    assert len({student.casefold() for student in students}) == len(students)
    for hand_in in found:
        assert safe_name(hand_in.student) == hand_in.student
        for attempt in hand_in.attempts:
            assert attempt.id == hand_in.student
            assert attempt.received.source.isprintable()
            paths = [file.path for file in getattr(attempt, "files", ())]
            assert len({file.casefold() for file in paths}) == len(paths)
            assert all(part not in ("", ".", "..") for file in paths for part in file.split("/"))
        numbers = [attempt.received.attempt for attempt in hand_in.attempts]
        assert numbers == sorted(set(numbers))


def test_a_class_of_a_thousand_is_collected_at_once(folder):
    path = folder({f"student{number}.py": SOURCE for number in range(1000)})
    start = time.perf_counter()
    assert len(hand_ins(path, MAIN)) == 1000
    assert (
        time.perf_counter() - start < 30
    )  # some 0.4 s; what looks at each file for each other one takes minutes


def test_nothing_is_written(download, zipped, tmp_path):
    path = download({"ada.zip": zipped({MAIN: SOURCE}), "zoe/convolution.py": SOURCE})
    before = sorted(tmp_path.rglob("*"))
    hand_ins(path, MAIN)
    assert sorted(tmp_path.rglob("*")) == before
