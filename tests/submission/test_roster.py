"""Who handed in nothing, and what files.toml says."""

import pytest

from autograder.errors import ConfigError
from autograder.submission import (
    HandIn,
    RosterEntry,
    Submission,
    absent,
    read_choices,
    read_roster,
    roster_ids,
    unlisted,
)
from autograder.submission.files import Received


def hand_in(student, name=None, also=()):
    received = Received(1, None, None, name, student)
    return HandIn(student, (Submission(student, (), "x.py", "", (), received),), also)


@pytest.fixture
def roster(tmp_path):
    def read(text, encoding="utf-8"):
        (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
        return read_roster(tmp_path / "roster.csv")

    return read


class TestReading:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("id,name\n7,Ada\n", RosterEntry("7", "Ada")),
            ("student;email\nada;a@x.org\n", RosterEntry("ada", None, ("a@x.org",))),
            ("First name\tLast name\tUsername\nAda\tLovelace\tada1\n", RosterEntry("ada1", "Ada Lovelace")),
            ("first_name,last_name,SID,E-mail\nAda,L,7,a@x\n", RosterEntry("7", "Ada L", ("a@x",))),
            ('Name\n"Lovelace, Ada"\n', RosterEntry("Lovelace, Ada", "Lovelace, Ada")),
            (
                'Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"L, Ada",7,s7,ada,A\n',
                RosterEntry("7", "L, Ada", ("s7", "ada")),
            ),
            (
                "Identifier,Full name,ID number,Email address\nParticipant 7,Ada,,a@x\n",
                RosterEntry("Participant 7", "Ada", ("a@x",)),
            ),
        ],
    )
    def test_the_columns_of(self, text, expected, roster):
        assert roster(text) == [expected]
        assert roster(text.replace("\n", "\r\n"), "utf-8-sig") == [expected]

    def test_empty_and_short_rows_are_nobody(self, roster):
        assert roster("id,name\n\n,\n7\n") == [RosterEntry("7")]

    @pytest.mark.parametrize("text", ["", "points,group\n1,2\n"])
    def test_columns_that_say_nothing_are_named(self, text, roster):
        with pytest.raises(ConfigError, match=r"expected a header with a column for the id \(id, .*received"):
            roster(text)

    @pytest.mark.parametrize(
        ("header", "expected"),
        [
            ("Vorname;Nachname;Matrikelnummer;E-Mail-Adresse", RosterEntry("A", "Zoë Öz", ("B",))),
            ("Vorname;Nachname;Benutzername;E-Mail", RosterEntry("A", "Zoë Öz", ("B",))),
            ("Vollständiger Name;x;E-Mail-Adresse;Matrikelnummer", RosterEntry("B", "Zoë", ("A",))),
        ],
    )
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
    def test_german_columns_in_the_encodings_of_spreadsheets(self, header, expected, encoding, tmp_path):
        path = tmp_path / "roster.csv"
        path.write_bytes(f"{header}\nZoë;Öz;A;B\n".encode(encoding))
        notes = []
        assert read_roster(path, notes) == [expected]
        said = f"{path} is not UTF-8; it is read as Latin-1: look at the names"
        assert notes == ([said] if encoding == "latin-1" else [])

    def test_an_id_twice_is_named(self, roster):
        with pytest.raises(ConfigError, match=r"expected each id once; received twice: 7, 9$"):
            roster("id,name\n7,Ada\n8,Bo\n7,Cy\n9,Di\n9,Di\n")

    def test_a_missing_file_is_said_to_be(self, tmp_path):
        with pytest.raises(ConfigError, match=r"expected a roster, a CSV file, in .*: No such file"):
            read_roster(tmp_path / "none.csv")
        with pytest.raises(ConfigError, match=r"it is a folder$"):
            read_roster(tmp_path)


class TestWhatTheRosterCallsThem:
    def test_is_known_only_where_nobody_else_can_be_meant(self):
        entries = [
            RosterEntry("7", "Ada Lovelace", ("ada@x.org",)),
            RosterEntry("8", "Bo B"),
            RosterEntry("9", "Cy C"),
            RosterEntry("10", "Cy C"),
            RosterEntry("11", "Di D", ("di",)),
        ]
        found = [
            hand_in("lovelaceada"),  # by name
            hand_in("8"),  # by id
            hand_in("Cy C 1", "Cy C"),
            hand_in("Cy C 2", "Cy C"),  # which of the two is which?
            hand_in("di"),
            hand_in("11"),  # both would be one entry's
            hand_in("stranger"),
        ]
        assert roster_ids(entries, found) == {"lovelaceada": "7", "8": "8"}


class TestAbsence:
    @pytest.mark.parametrize(
        ("entry", "found"),
        [
            (RosterEntry("ada"), hand_in("Ada")),
            (RosterEntry("7", "Lovelace, Ada"), hand_in("lovelaceada")),
            (RosterEntry("7", "Ada Lovelace"), hand_in("lovelaceada")),
            (RosterEntry("7", "Ada King Lovelace"), hand_in("lovelaceadaking")),
            (RosterEntry("7", "Lovelace, Ada"), hand_in("Ada Lovelace")),
            (RosterEntry("7", "O'Neil-Ma, Zoë"), hand_in("x", "Zoe\u0308 ONeil Ma")),
            (RosterEntry("a@x.org"), hand_in("7", None, ("a@x.org",))),
            (RosterEntry("7", None, ("ada1",)), hand_in("ada1")),
            (RosterEntry("Participant 12"), hand_in("Ada", "Ada", ("Participant 12",))),
        ],
    )
    def test_who_is_known_by_id_or_name_is_there(self, entry, found):
        assert absent([entry], [found]) == []
        assert unlisted([entry], [found]) == []

    def test_who_handed_in_nothing_is_absent_and_a_stranger_is_unlisted(self):
        roster = [RosterEntry("ada"), RosterEntry("bo", "Bo")]
        stranger = hand_in("eve")
        assert absent(roster, [hand_in("ada"), stranger]) == [roster[1]]
        assert unlisted(roster, [hand_in("ada"), stranger]) == [stranger]

    def test_a_shared_name_is_no_match_unless_there_is_one_for_each(self):
        roster = [RosterEntry("1", "Ada"), RosterEntry("2", "Ada")]
        one, two = hand_in("Ada 11", "Ada"), hand_in("Ada 12", "Ada")
        assert absent(roster, [one]) == roster
        assert unlisted(roster, [one]) == [one]
        assert absent(roster, [one, two]) == []

    def test_one_name_for_two_hand_ins_is_neither_s_for_certain(self):
        roster = [RosterEntry("1", "Jan Kim")]
        both = [hand_in("Jan Kim 126", "Jan Kim"), hand_in("Jan Kim 127", "Jan Kim")]
        assert unlisted(roster, both) == both
        assert absent(roster, both) == []

    def test_an_id_counts_before_a_name(self):
        roster = [RosterEntry("1", "Ada"), RosterEntry("2", "Ada")]
        assert absent(roster, [hand_in("2", "Ada")]) == [roster[0]]

    def test_a_row_twice_is_one_person(self):
        assert absent([RosterEntry("ada"), RosterEntry("ada")], [hand_in("ada")]) == []


class TestChoices:
    @pytest.fixture
    def choices(self, tmp_path):
        def read(text):
            (tmp_path / "files.toml").write_text(text)
            return read_choices(tmp_path / "files.toml")

        return read

    def test_they_are_by_student(self, choices):
        assert choices('[files]\n"Ada L" = "a/net.py"\nbo = "b.py"\n') == {"Ada L": "a/net.py", "bo": "b.py"}

    def test_there_may_be_none(self, choices, tmp_path):
        assert read_choices(tmp_path / "absent.toml") == {}
        assert choices("") == {}

    @pytest.mark.parametrize(
        "text",
        [
            "[files",
            "files = 1",
            "[files]\nada = 1",
            "[files]\nada = ''",
            "[file]\nada = 'x'",
            "[files.a]\nb = 1",
        ],
    )
    def test_another_form_is_refused_with_an_example(self, text, choices):
        with pytest.raises(ConfigError, match=r"files\.toml: expected a table \[files\].*received"):
            choices(text)

    def test_a_link_is_not_followed(self, tmp_path):
        (tmp_path / "files.toml").symlink_to("/etc/passwd")
        with pytest.raises(ConfigError, match="is a link"):
            read_choices(tmp_path / "files.toml")
