"""Hand-ins as they are downloaded from Moodle, Canvas, Gradescope and nbgrader, as folders and as zips."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from autograder.errors import ConfigError
from autograder.submission import Submission, UnreadableSubmission, elsewhere, hand_ins, left_over
from autograder.submission.platforms.times import parse_time
from tests.submission.conftest import write_folder, write_zip

MAIN = "convolution.py"
SOURCE = b"def conv2d(): ...\n"
NOON = datetime(2026, 4, 26, 12, tzinfo=UTC)


def ids(found):
    return [hand_in.student for hand_in in found]


def files(attempt):
    assert isinstance(attempt, Submission), attempt
    return {file.path: file.data for file in attempt.files}


def only(found):
    [hand_in] = found
    [attempt] = hand_in.attempts
    return attempt


class TestMoodle:
    def test_a_folder_for_each_student(self, download):
        path = download(
            {
                "Ada Lovelace_12345_assignsubmission_file_/convolution.py": SOURCE,
                "Ada Lovelace_12345_assignsubmission_file_/lib/own.py": b"1",
                "Bo O'Neil-Ma_12346_assignsubmission_file/convolution.py": SOURCE,
            }
        )
        ada, bo = hand_ins(path, MAIN)
        assert ids([ada, bo]) == ["Ada Lovelace", "Bo O'Neil-Ma"]
        assert files(ada.attempts[0]) == {MAIN: SOURCE, "lib/own.py": b"1"}
        assert ada.attempts[0].notes == ()
        received = ada.attempts[0].received
        assert (received.attempt, received.time, received.is_late) == (1, None, None)
        assert received.name == "Ada Lovelace"
        assert received.source == "Ada Lovelace_12345_assignsubmission_file_"
        assert ada.also == ("Participant 12345",)

    def test_what_was_typed_in_goes_along(self, download):
        path = download(
            {
                "Ada_1_assignsubmission_file_/convolution.py": SOURCE,
                "Ada_1_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
                "Bo_2_assignsubmission_onlinetext_/onlinetext.html": b"<p>",
            }
        )
        ada, bo = hand_ins(path, MAIN)
        assert files(ada.attempts[0]) == {MAIN: SOURCE, "onlinetext/onlinetext.html": b"<p>"}
        assert (
            bo.attempts[0].reason == "expected the file convolution.py; received onlinetext/onlinetext.html"
        )

    def test_files_not_in_folders(self, download):
        path = download(
            {
                "Ada_1_assignsubmission_file_convolution.py": SOURCE,
                "Ada_1_assignsubmission_file_own.py": b"1",
                "Bo_2_assignsubmission_file_convolution (1).py": SOURCE,
            }
        )
        ada, bo = hand_ins(path, MAIN)
        assert files(ada.attempts[0]) == {MAIN: SOURCE, "own.py": b"1"}
        assert bo.attempts[0].notes == ("found as convolution (1).py; it runs as convolution.py",)

    def test_those_who_share_a_name_get_their_numbers(self, download):
        contents = {f"Ada_{n}_assignsubmission_file_/{MAIN}": SOURCE for n in (7, 8)}
        assert ids(hand_ins(download(contents), MAIN)) == ["Ada 7", "Ada 8"]

    def test_the_anonymous_are_participants(self, download):
        assert ids(hand_ins(download({f"Participant_7_assignsubmission_file_/{MAIN}": SOURCE}), MAIN)) == [
            "Participant 7"
        ]

    def test_teams(self, download):
        path = download(
            {
                f"Team 1_44_assignsubmission_file_/{MAIN}": SOURCE,
                f"Default group_assignsubmission_file_/{MAIN}": SOURCE,
            }
        )
        assert ids(hand_ins(path, MAIN)) == ["Default group", "Team 1"]

    def test_a_zipped_folder_for_each_student(self, download, zipped):
        packed = zipped({MAIN: SOURCE})
        path = download(
            {
                "Ada_1_assignsubmission_file_.zip": packed,
                "Bo_2_assignsubmission_file_hw.zip": packed,
                "Cy_3_assignsubmission_file_/hw.zip": packed,
            }
        )
        found = hand_ins(path, MAIN)
        assert ids(found) == ["Ada", "Bo", "Cy"]
        assert [list(files(hand_in.attempts[0])) for hand_in in found] == [[MAIN]] * 3

    def test_in_a_folder_around_it_in_a_zip(self, tmp_path):
        path = write_zip(tmp_path / "class.zip", {f"DL-1/Ada_1_assignsubmission_file_/{MAIN}": SOURCE})
        assert only(hand_ins(path, MAIN)).received.source == "DL-1/Ada_1_assignsubmission_file_"

    def test_what_was_put_beside_is_a_student_too(self, download):
        path = download({f"Ada_1_assignsubmission_file_/{MAIN}": SOURCE, "zoe.py": SOURCE, "list.csv": b""})
        assert ids(hand_ins(path, MAIN)) == ["Ada", "zoe"]
        assert left_over(path, MAIN) == ["list.csv"]


class TestCanvas:
    def test_flat_files(self, download):
        path = download(
            {
                "lovelaceada_123_456_convolution.py": SOURCE,
                "lovelaceada_123_457_own.py": b"1",
                "oneilbo_LATE_124_458_convolution.py": SOURCE,
            }
        )
        ada, bo = hand_ins(path, MAIN, due=NOON)
        assert ids([ada, bo]) == ["lovelaceada", "oneilbo"]
        assert files(ada.attempts[0]) == {MAIN: SOURCE, "own.py": b"1"}
        assert (ada.attempts[0].received.is_late, bo.attempts[0].received.is_late) == (False, True)
        assert bo.attempts[0].received.source == "oneilbo_LATE_124_458_convolution.py"
        assert ada.attempts[0].received.name == "lovelaceada"
        assert ada.also == ("123",)

    def test_what_is_handed_in_again_is_a_later_attempt(self, download):
        path = download(
            {
                "ada_1_13_convolution-2.py": b"third",
                "ada_1_11_convolution.py": b"first",
                "ada_LATE_1_12_convolution-1.py": b"second",
                "ada_1_10_own.py": b"own, first",
                "ada_1_14_own-2.py": b"own, third",
            }
        )
        [ada] = hand_ins(path, MAIN)
        assert [attempt.received.attempt for attempt in ada.attempts] == [1, 2, 3]
        assert [files(attempt)[MAIN] for attempt in ada.attempts] == [b"first", b"second", b"third"]
        assert [files(attempt)["own.py"] for attempt in ada.attempts] == [
            b"own, first",
            b"own, first",
            b"own, third",
        ]
        assert [attempt.received.is_late for attempt in ada.attempts] == [False, True, False]
        assert {attempt.id for attempt in ada.attempts} == {"ada"}
        assert all(attempt.notes == () for attempt in ada.attempts)

    def test_the_last_attempt_alone_keeps_its_number_and_gets_its_names_back(self, download):
        path = download(
            {"ada_1_11_convolution-1.py": SOURCE, "ada_1_12_own-3.py": b"1", "ada_1_2_a-1.csv": b""}
        )
        attempt = only(hand_ins(path, MAIN))
        assert attempt.received.attempt == 2
        assert files(attempt) == {MAIN: SOURCE, "own.py": b"1", "a-1.csv": b""}

    def test_of_a_file_handed_in_twice_under_one_name_the_last_counts(self, download):
        path = download({"ada_1_11_convolution.py": SOURCE, "ada_1_12_a.csv": b"1", "ada_1_13_a.csv": b"2"})
        assert files(only(hand_ins(path, MAIN))) == {MAIN: SOURCE, "a.csv": b"2"}

    def test_another_name_is_found_with_a_note(self, download):
        path = download({"ada_1_11_solution-1.py": SOURCE, "bo_2_3_convolution (1)-1.py": SOURCE})
        ada, bo = hand_ins(path, MAIN)
        assert ada.attempts[0].notes == ("found as solution.py; it runs as convolution.py",)
        assert bo.attempts[0].notes == ("found as convolution (1).py; it runs as convolution.py",)
        assert bo.attempts[0].received.attempt == 2

    def test_those_who_share_a_name_get_their_numbers(self, download):
        path = download({"ada_1_11_convolution.py": SOURCE, "ada_2_12_convolution.py": SOURCE})
        assert ids(hand_ins(path, MAIN)) == ["ada_1", "ada_2"]

    def test_the_anonymous_and_names_with_underscores(self, download):
        path = download(
            {
                "anon_X1y2Z_456_convolution.py": SOURCE,
                "LATE_anon_Qq3_457_convolution.py": SOURCE,
                "o_neil_bo2_LATE_12_34_convolution.py": SOURCE,
                "ŁukaszÅ_13_35_convolution.py": SOURCE,
            }
        )
        found = hand_ins(path, MAIN)
        assert ids(found) == ["anon_Qq3", "anon_X1y2Z", "o_neil_bo2", "ŁukaszÅ"]
        assert [hand_in.attempts[0].received.is_late for hand_in in found] == [True, False, True, False]

    def test_what_was_typed_in_is_a_row(self, download):
        path = download({"ada_1_11_convolution.py": SOURCE, "bo_2_text.html": b"", "cy_3_44_essay.pdf": b""})
        _, bo, cy = hand_ins(path, MAIN)
        assert bo.attempts[0].reason == "expected the file convolution.py; received text.html"
        assert cy.attempts[0].reason == "expected the file convolution.py; received essay.pdf"

    def test_a_zip_for_each_student(self, download, zipped):
        path = download({"ada_1_11_hw.zip": zipped({MAIN: b"1"}), "ada_1_12_hw-1.zip": zipped({MAIN: b"2"})})
        [ada] = hand_ins(path, MAIN)
        assert [files(attempt)[MAIN] for attempt in ada.attempts] == [b"1", b"2"]

    def test_files_of_a_plain_class_are_none(self, download):
        path = download({"ada.py": SOURCE, "bo.py": SOURCE, "cy_1_2_x.py": SOURCE})
        assert ids(hand_ins(path, MAIN)) == ["ada", "bo", "cy_1_2_x"]


METADATA = """---
submission_11:
  :submitters:
  - :name: Ada Lovelace
    :sid: '101'
    :email: ada@example.org
  :created_at: 2026-04-26 17:34:00.861687000 Z
  :score: 2.0
  :results:
    score: 2.0
    tests:
    - name: 'a test: with a colon'
      output: |-
        submission_12:
          :submitters:
          - :sid: '666'
    - name: two
      output: 'Don''t worry, it

        submission_12:

'
      status: passed
    - output: "escaped \\"
        :submitters: \\x41 \\
        and more"
    - a long plain text that goes on
      'on the next line
  :history:
  - :id: 9
    :created_at: 2026-04-25 10:00:00.000000000 Z
    :results:
      tests:
      - name: one
      - name: two
  - :id: 10
submission_12:
  :submitters:
  - :name: 'Bo "B" O''Neil'
    :email: bo@example.org
  - :name: "Zo\\u00eb"
    :sid: 103
    :email:
  :created_at: 2026-04-26 13:00:00.0 +02:00
...
submission_13:
  :submitters: []
"""


class TestGradescope:
    @pytest.fixture
    def export(self, download):
        def write(metadata=METADATA, wrapper="assignment_77_export/"):
            return download(
                {
                    f"{wrapper}submission_metadata.yml": metadata,
                    f"{wrapper}submission_11/convolution.py": SOURCE,
                    f"{wrapper}submission_12/hw/convolution.py": SOURCE,
                    f"{wrapper}submission_13/convolution.py": SOURCE,
                    f"{wrapper}submission_14/convolution.py": SOURCE,
                }
            )

        return write

    def test_it_is_the_metadata_that_say_whose_it_is(self, export):
        ada, zoe, bo, *unknown = hand_ins(export(), MAIN, due=NOON)
        assert ids([ada, zoe, bo]) == ["101", "103", "bo@example.org"]
        received = ada.attempts[0].received
        assert received.name == "Ada Lovelace"
        assert received.time == datetime(2026, 4, 26, 17, 34, 0, 861687, tzinfo=UTC)
        assert received.is_late
        assert received.attempt == 3
        assert received.source == "assignment_77_export/submission_11"
        assert ada.also == ("ada@example.org", "Ada Lovelace")
        assert ids(unknown) == ["submission_13", "submission_14"]
        assert unknown[0].attempts[0].notes == (
            "submission_metadata.yml does not say who handed in submission_13",
        )

    def test_a_group_has_a_hand_in_each(self, export):
        _, zoe, bo, *_ = hand_ins(export(wrapper=""), MAIN, due=NOON)
        assert bo.name == "Bo %22B%22 O'Neil"
        assert zoe.name == "Zoë"
        assert bo.attempts[0].received.is_late is False
        assert bo.attempts[0].notes[0] == "handed in together with Zoë"
        assert zoe.attempts[0].digest == bo.attempts[0].digest

    def test_what_a_program_printed_is_no_structure(self, export):
        assert "666" not in ids(hand_ins(export(), MAIN))

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("- a\n- list\n", "line 1: expected the name of a submission"),
            ("nothing\n", "line 1: expected a key and a value"),
            ("submission_1:\n  :a: 'open\n  b", "line 3: expected a closing quote"),
            ("submission_1:\n  :a: 'x' y\n", "line 2: expected nothing behind a quoted text"),
            ("submission_1: {:a: 1}\n", "line 1: expected lists and mappings on lines of their own"),
            ("submission_1:\nsubmission_1:\n", "line 2: expected each submission once"),
        ],
    )
    def test_metadata_that_cannot_be_read_say_what_to_do(self, text, why, export):
        with pytest.raises(ConfigError, match=f"{why}.*take the file away"):
            hand_ins(export(text), MAIN)

    def test_without_metadata_the_folders_are_the_students(self, download):
        path = download({"submission_1/convolution.py": SOURCE, "submission_2/convolution.py": SOURCE})
        assert ids(hand_ins(path, MAIN)) == ["submission_1", "submission_2"]

    def test_metadata_are_nobodys_file_and_not_left_over(self, export):
        assert left_over(export(), MAIN) == []

    def test_a_zip_for_each_submission(self, download, zipped):
        path = download({"submission_metadata.yml": METADATA, "submission_11.zip": zipped({MAIN: SOURCE})})
        assert ids(hand_ins(path, MAIN)) == ["101"]


class TestNbgrader:
    @pytest.mark.parametrize(
        ("prefix", "write"),
        [
            ("submitted/", lambda folder, contents: write_folder(folder / "class", contents)),
            ("submitted/", lambda folder, contents: write_zip(folder / "class.zip", contents)),
            ("course/submitted/", lambda folder, contents: write_zip(folder / "class.zip", contents)),
        ],
    )
    def test_a_folder_for_each_student_and_assignment(self, prefix, write, tmp_path):
        path = write(
            tmp_path,
            {
                f"{prefix}ada/ps1/convolution.py": SOURCE,
                f"{prefix}ada/ps1/timestamp.txt": b"2026-04-26 14:58:23.948203 America/Los_Angeles\n",
                f"{prefix}bo/ps1/convolution.py": SOURCE,
            },
        )
        ada, bo = hand_ins(path, MAIN, due=NOON)
        assert ids([ada, bo]) == ["ada", "bo"]
        received = ada.attempts[0].received
        assert received.time == datetime(2026, 4, 26, 21, 58, 23, 948203, tzinfo=UTC)
        assert received.is_late
        assert received.source == f"{prefix}ada/ps1"
        assert files(ada.attempts[0]) == {MAIN: SOURCE}
        assert ada.attempts[0].notes == ()
        assert (bo.attempts[0].received.time, bo.attempts[0].received.is_late) == (None, None)

    def test_under_another_name_it_is_known_by_the_timestamps_of_most(self, download):
        stamp = b"2026-04-26 11:00:00 UTC"
        contents = {f"{who}/ps1/convolution.py": SOURCE for who in ("ada", "bo", "cy")}
        stamps = {f"{who}/ps1/timestamp.txt": stamp for who in ("ada", "bo", "cy")}
        for gone, late in (("", [False] * 3), ("cy", [False, False, None]), ("bo", [None] * 3)):
            stamps.pop(f"{gone}/ps1/timestamp.txt", None)
            found = hand_ins(download(contents | stamps), MAIN, due=NOON)
            assert ids(found) == ["ada", "bo", "cy"]
            assert [hand_in.attempts[0].received.is_late for hand_in in found] == late

    def test_the_collected_folder_may_be_the_one_called_submitted(self, download):
        path = download({"ada/ps1/convolution.py": SOURCE}, "submitted")
        assert only(hand_ins(path, MAIN)).notes == ()

    def test_beside_the_other_folders_of_nbgrader(self, download):
        path = download(
            {
                "submitted/ada/ps1/convolution.py": SOURCE,
                "source/ps1/convolution.py": SOURCE,
                "release/ps1/convolution.py": SOURCE,
                "gradebook.db": b"",
            }
        )
        assert ids(hand_ins(path, MAIN)) == ["ada"]

    def test_of_several_assignments_it_is_the_one_with_the_file(self, download):
        path = download(
            {
                "submitted/ada/ps1/pooling.py": b"1",
                "submitted/ada/ps2/convolution.py": SOURCE,
                "submitted/ada/ps2/timestamp.txt": b"2026-04-26 11:00:00 UTC",
            }
        )
        attempt = only(hand_ins(path, MAIN, due=NOON))
        assert files(attempt) == {MAIN: SOURCE}
        assert attempt.received.is_late is False

    def test_who_handed_in_another_assignment_only_has_handed_in_nothing(self, download):
        path = download(
            {
                "submitted/ada/Convolution/convolution.py": SOURCE,
                "submitted/ada/pooling/convolution.py": b"the wrong folder",
                "submitted/bo/pooling/pooling.py": b"1",
                "submitted/cy/pooling/convolution.py": b"the wrong folder",
                "submitted/di/convolution/other.txt": b"",
                "submitted/di/pooling/convolution.py": b"the wrong folder",
            }
        )
        titles = ("convolution", "Convolutions by hand")
        ada, di = hand_ins(path, MAIN, titles=titles)
        assert ids([ada, di]) == ["ada", "di"]
        assert files(ada.attempts[0]) == {MAIN: SOURCE}
        assert di.attempts[0].reason == "expected the file convolution.py; received other.txt"
        assert elsewhere(path, MAIN, titles) == ["bo", "cy"]
        assert left_over(path, MAIN) == []

    def test_without_its_name_it_is_the_folder_where_most_have_the_file(self, download):
        path = download(
            {
                "submitted/ada/ps2/convolution.py": SOURCE,
                "submitted/bo/ps1/pooling.py": b"1",
                "submitted/cy/ps1/convolution.py": b"the wrong folder",
                "submitted/di/ps2/convolution.py": SOURCE,
            }
        )
        assert ids(hand_ins(path, MAIN, titles=("convolution",))) == ["ada", "di"]

    def test_the_only_folder_is_meant_whatever_its_name(self, download):
        path = download({"submitted/ada/ps2/convolution.py": SOURCE, "submitted/bo/ps2/x.txt": b""})
        assert ids(hand_ins(path, MAIN, titles=("convolution",))) == ["ada", "bo"]

    def test_a_timestamp_that_is_none_is_a_file(self, download):
        path = download(
            {"submitted/ada/ps1/convolution.py": SOURCE, "submitted/ada/ps1/timestamp.txt": b"yesterday"}
        )
        attempt = only(hand_ins(path, MAIN, due=NOON))
        assert attempt.received.is_late is None
        assert "timestamp.txt" in files(attempt)


class TestPlain:
    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            (["ada/convolution.py", "bo/convolution.py"], ["ada", "bo"]),
            (["ada.py", "bo.py", "grades.csv"], ["ada", "bo"]),
            (["convolution.py", "own.py"], ["class"]),
            (["ada/convolution.py", "bo.py", "cy.txt", ".hidden/x.py"], ["ada", "bo"]),
            (["cases/convolution.py", "SEED.py"], ["SEED~2e53", "cases~42ec"]),
        ],
    )
    def test_it_is_as_it_was(self, names, expected, download):
        found = hand_ins(download(dict.fromkeys(names, SOURCE)), MAIN)
        assert ids(found) == expected
        assert all(attempt.received.attempt == 1 for hand_in in found for attempt in hand_in.attempts)
        assert all(attempt.id == hand_in.student for hand_in in found for attempt in hand_in.attempts)

    def test_one_file(self, folder):
        path = folder({"ada.py": SOURCE}) / "ada.py"
        assert only(hand_ins(path, MAIN)).id == "ada"
        assert files(only(hand_ins(path, MAIN))) == {MAIN: SOURCE}

    def test_a_submission_and_a_class_in_one_are_refused(self, download):
        path = download({"convolution.py": SOURCE, "ada/convolution.py": SOURCE})
        with pytest.raises(ConfigError, match=r"class holds convolution\.py itself and in ada"):
            hand_ins(path, MAIN)

    def test_nothing_is_refused(self, download):
        with pytest.raises(ConfigError, match=r"folders, zips, \.py or \.ipynb files; it holds grades\.csv"):
            hand_ins(download({"grades.csv": b""}), MAIN)

    def test_what_is_no_submission_is_left_over(self, download):
        assert left_over(download({"ada.py": SOURCE, "a.csv": b"", "bo.zip": b""}), MAIN) == ["a.csv"]


class TestTimes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("2015-02-02 14:58:23.948203 UTC", datetime(2015, 2, 2, 14, 58, 23, 948203, tzinfo=UTC)),
            ("2015-02-02T14:58:23Z", datetime(2015, 2, 2, 14, 58, 23, tzinfo=UTC)),
            (
                "2017-06-01T14:22:32.3-07:00",
                datetime(2017, 6, 1, 14, 22, 32, 300000, tzinfo=timezone(-timedelta(hours=7))),
            ),
            ("2015-02-02 14:58:23 PST", datetime(2015, 2, 2, 14, 58, 23)),
            ("2015-02-02 14:58", datetime(2015, 2, 2, 14, 58)),
            ("2015-02-02 14:58:00 ../../etc/passwd", None),
            ("2015-02-02 14:58:00 No/Where", datetime(2015, 2, 2, 14, 58)),
            ("2015-02-31 14:58:00", None),
            ("2015-02-02 14:58:00 +99:00", None),
            ("0001-01-01 00:00:00", None),
            ("tomorrow", None),
        ],
    )
    def test_a_time_is_read_or_it_is_none(self, text, expected):
        assert parse_time(text) == expected

    @pytest.mark.parametrize(
        ("due", "is_late"), [(NOON, None), (NOON.replace(tzinfo=None), True), (None, None)]
    )
    def test_a_time_without_a_zone_is_compared_with_a_due_date_without_one(self, due, is_late, download):
        path = download(
            {
                "submitted/ada/ps/convolution.py": b"",
                "submitted/ada/ps/timestamp.txt": b"2026-04-26 13:00 PST",
            }
        )
        assert only(hand_ins(path, MAIN, due=due)).received.is_late is is_late


def test_an_unreadable_hand_in_tells_how_it_came(download):
    path = download({"ada_LATE_1_2_convolution.txt": b"", "bo_3_4_convolution.py": SOURCE})
    ada, _ = hand_ins(path, MAIN)
    assert isinstance(ada.attempts[0], UnreadableSubmission)
    assert ada.attempts[0].received.is_late
