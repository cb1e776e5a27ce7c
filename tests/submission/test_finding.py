"""The submission is found under another name, in a folder, in a zip; a guess is a question instead."""

import hashlib
import json
import random

import pytest

from autograder.errors import ConfigError
from autograder.submission import AmbiguousSubmission, Submission, UnreadableSubmission, hand_ins, starters

MAIN = "convolution.py"
SOURCE = b"def conv2d(): ...\n"
OTHER = b"def conv2d(): return 1\n"


def notebook(*sources):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "# x"}, *cells]}).encode()


@pytest.fixture
def of_ada(download):
    """Return what becomes of ada's files, in a class."""

    def attempt(files, choice=None, functions=()):
        contents = {f"ada/{name}": data for name, data in files.items()} | {"zoe/convolution.py": SOURCE}
        choices = {"ada": choice} if choice else {}
        ada, zoe = hand_ins(download(contents), MAIN, choices=choices, functions=functions)
        assert isinstance(zoe.attempts[0], Submission)
        [only] = ada.attempts
        return only

    return attempt


def paths(submission):
    assert isinstance(submission, Submission), submission
    return [file.path for file in submission.files]


def data_of(submission, path=MAIN):
    return {file.path: file.data for file in submission.files}[path]


class TestByItsContent:
    """A notebook that is called a Python file: Python reads it as a dictionary, and defines nothing."""

    @pytest.mark.parametrize("name", ["convolution.py", "convolution (1).py", "hw/Convolution.py"])
    def test_a_notebook_is_one_whatever_it_is_called(self, of_ada, name):
        data = json.dumps({"nbformat": 4, **json.loads(notebook("x = 1"))}, indent=1).encode()
        ada = of_ada({name: data})
        assert ada.main == "convolution.ipynb"
        assert data_of(ada, ada.main) == data
        assert f"{name} holds a notebook, and is taken as {name.replace('.py', '.ipynb')}" in ada.notes

    def test_beside_the_notebook_itself_it_is_none_and_a_dictionary_is_a_dictionary(self, of_ada):
        ada = of_ada({"convolution.py": SOURCE, "settings.py": b'{"cells": 3}\n'})
        assert paths(ada) == ["convolution.py", "settings.py"]
        data = json.dumps({"nbformat": 4, **json.loads(notebook("x = 1"))}).encode()
        ada = of_ada({"convolution.ipynb": data, "convolution.py": data})
        assert isinstance(ada, AmbiguousSubmission) or "convolution.ipynb" in paths(ada)


class TestUnderItsName:
    def test_it_is_taken_as_it_is_without_a_note(self, of_ada):
        ada = of_ada({"convolution.py": SOURCE, "own.py": b"1", "old/convolution.py": OTHER})
        assert paths(ada) == ["convolution.py", "old/convolution.py", "own.py"]
        assert data_of(ada) == SOURCE
        assert ada.notes == ()

    def test_in_a_folder_the_files_beside_it_go_along(self, of_ada):
        ada = of_ada({"hw/convolution.py": SOURCE, "hw/lib/own.py": b"1", "readme.txt": b"2"})
        assert paths(ada) == ["convolution.py", "lib/own.py", "readme.txt"]
        assert ada.notes == ("found as hw/convolution.py; it runs as convolution.py",)

    def test_the_folder_nearest_to_the_top_is_meant(self, of_ada):
        ada = of_ada({"hw/convolution.py": SOURCE, "hw/backup/convolution.py": OTHER})
        assert data_of(ada) == SOURCE
        assert paths(ada) == ["backup/convolution.py", "convolution.py"]

    def test_what_lies_elsewhere_is_left_out_where_its_name_is_taken(self, of_ada):
        ada = of_ada({"hw/convolution.py": SOURCE, "hw/own.py": b"1", "own.py": b"2"})
        assert data_of(ada, "own.py") == b"1"
        assert ada.notes[-1] == "left out, since another file has the name: own.py"

    def test_it_is_the_same_submission_as_without_the_folder(self, of_ada):
        nested = of_ada({"hw/convolution.py": SOURCE, "hw/own.py": b"1"})
        assert nested.digest == of_ada({"convolution.py": SOURCE, "own.py": b"1"}).digest


class TestByWhatItDefines:
    FUNCTIONS = ("conv2d", "pool2d")
    TESTS = b"from public import x\n\ndef conv2d_test(target): ...\n"
    BOTH = b"def conv2d(): ...\nasync def pool2d(): ...\n"

    def test_the_course_s_own_files_beside_a_notebook_are_not_meant(self, of_ada):
        ada = of_ada(
            {"W1/public_tests.py": self.TESTS, "W1/Week 1.ipynb": notebook("x = 1\n", SOURCE.decode())},
            functions=self.FUNCTIONS,
        )
        assert paths(ada) == ["convolution.ipynb", "public_tests.py"]

    def test_what_defines_most_is_meant(self, of_ada):
        ada = of_ada({"a.py": SOURCE, "b.py": self.BOTH, "utils.py": b"x = 1\n"}, functions=self.FUNCTIONS)
        assert data_of(ada) == self.BOTH

    def test_what_imports_a_function_has_it(self, of_ada):
        main = b"from a import conv2d\n\ndef pool2d(): ...\n"
        assert data_of(of_ada({"a.py": SOURCE, "b.py": main}, functions=self.FUNCTIONS)) == main

    def test_where_each_has_something_of_its_own_that_is_a_question(self, of_ada):
        found = of_ada(
            {"a.py": SOURCE, "b.py": b"pool2d = max\n", "c.py": b"x = 1\n"}, functions=self.FUNCTIONS
        )
        assert isinstance(found, AmbiguousSubmission)
        assert found.candidates == ("a.py", "b.py")

    def test_a_notebook_and_other_code_are_a_question_and_its_export_is_none(self, of_ada):
        other = of_ada({"a.py": SOURCE, "n.ipynb": notebook(OTHER.decode())}, functions=self.FUNCTIONS)
        assert isinstance(other, AmbiguousSubmission)
        ada = of_ada({"a.py": SOURCE, "n.ipynb": notebook(SOURCE.decode())}, functions=self.FUNCTIONS)
        assert data_of(ada) == SOURCE
        assert "n.ipynb has the same code" in ada.notes

    @pytest.mark.parametrize("damaged", [False, True])
    def test_a_notebook_that_is_too_large_or_too_damaged_to_be_looked_through_may_be_meant(
        self, of_ada, damaged
    ):
        noise = random.Random(0).randbytes(4 * 2**20).hex()
        data = b"{" if damaged else notebook(f"x = 1 # {noise}", SOURCE.decode())
        ada = of_ada({"public_tests.py": self.TESTS, "n.ipynb": data}, functions=self.FUNCTIONS)
        assert bytes(data_of(ada, "convolution.ipynb")) == data
        found = of_ada({"a.py": SOURCE, "n.ipynb": data}, functions=self.FUNCTIONS)
        assert isinstance(found, AmbiguousSubmission)

    def test_without_functions_a_python_file_is_meant(self, of_ada):
        ada = of_ada({"a.py": b"x = 1\n", "n.ipynb": notebook("y = 1\n")})
        assert data_of(ada) == b"x = 1\n"

    def test_where_none_defines_any_a_python_file_is_meant(self, of_ada):
        ada = of_ada({"a.py": b"x = 1\n", "n.ipynb": notebook("y = 1\n")}, functions=self.FUNCTIONS)
        assert data_of(ada) == b"x = 1\n"


class TestUnderAnotherName:
    @pytest.mark.parametrize(
        "name",
        [
            "Convolution.py",
            "CONVOLUTION.PY",
            "convolution (1).py",
            "convolution(12).py",
            "convolution-1.py",
            "convolution_2.py",
            "convolution 2.py",
            "convolution copy.py",
            "convolution copy 2.py",
            "convolution - Copy.py",
            "convolution - Copy (2).py",
            "convolution - Kopie.py",
            "Copy of convolution.py",
            "Kopie von convolution.py",
            "convolution-1 (1).py",
        ],
    )
    def test_a_copy_is_found_beside_other_files(self, name, of_ada):
        ada = of_ada({name: SOURCE, "own.py": b"1"})
        assert paths(ada) == ["convolution.py", "own.py"]
        assert ada.notes == (f"found as {name}; it runs as convolution.py",)

    def test_the_only_file_of_its_kind_is_taken(self, of_ada):
        ada = of_ada({"hw/solution.py": SOURCE, "hw/plot.png": b"1", "hw/__init__.py": b""})
        assert paths(ada) == ["__init__.py", "convolution.py", "plot.png"]
        assert ada.notes == ("found as hw/solution.py; it runs as convolution.py",)

    def test_a_notebook_is_found_where_a_notebook_is_asked_for(self, folder):
        path = folder({"ada/lab (1).ipynb": b"{}", "ada/own.py": b"1"})
        [ada] = hand_ins(path, "lab.ipynb")
        assert paths(ada.attempts[0]) == ["lab.ipynb", "own.py"]

    def test_another_kind_of_file_is_none(self, of_ada):
        ada = of_ada({"convolution.html": b"{}", "convolution.txt": SOURCE})
        assert isinstance(ada, UnreadableSubmission)
        assert ada.reason == "expected the file convolution.py; received convolution.html, convolution.txt"

    @pytest.mark.parametrize(
        ("name", "main"),
        [
            ("convolution.py.txt", MAIN),
            ("hw/Convolution (1).PY.TXT", MAIN),
            ("convolution.ipynb.json", "convolution.ipynb"),
            ("convolution.ipynb.txt", "convolution.ipynb"),
        ],
    )
    def test_one_more_ending_is_taken_with_a_note_if_nothing_else_fits(self, name, main, of_ada):
        ada = of_ada({name: SOURCE, "helper.py": OTHER})
        assert (ada.main, data_of(ada, main)) == (main, SOURCE)
        assert ada.notes == (f"found as {name}; it runs as {main}",)
        other = of_ada({name: SOURCE, "deep/convolution.py": OTHER})
        assert data_of(other) == OTHER

    @pytest.mark.parametrize("name", ["convolution.ipynb", "Convolution (1).ipynb", "hw/lab.ipynb"])
    def test_a_notebook_comes_in_the_place_of_a_python_file(self, name, of_ada):
        ada = of_ada({name: b"{}", "plot.png": b"1"})
        assert ada.main == "convolution.ipynb"
        assert set(paths(ada)) == {"convolution.ipynb", "plot.png"}

    def test_a_python_file_comes_in_the_place_of_a_notebook(self, folder):
        [ada] = hand_ins(folder({"ada/lab.py": SOURCE}), "lab.ipynb")
        assert ada.attempts[0].main == "lab.py"

    def test_of_both_forms_the_one_asked_for_is_taken(self, of_ada):
        ada = of_ada({"convolution.ipynb": b"{}", "convolution (1).py": SOURCE})
        assert ada.main == "convolution.py"

    def test_nothing_is_nothing(self, folder):
        path = folder({"zoe/convolution.py": SOURCE})
        (path / "ada").mkdir()
        ada, _ = hand_ins(path, MAIN)
        assert ada.attempts[0].reason == "expected the file convolution.py; received nothing"

    @pytest.mark.parametrize("name", ["convolution.ipynb", "convolution (1).ipynb", "convolution.IPYNB"])
    def test_both_forms_with_other_code_are_a_question(self, name, of_ada):
        files = {MAIN: SOURCE, name: notebook("def conv2d(): return 2")}
        ada = of_ada(files)
        assert isinstance(ada, AmbiguousSubmission)
        assert ada.candidates == (MAIN, name)
        assert of_ada(files, name).main == "convolution.ipynb"
        assert of_ada(files, MAIN).main == MAIN
        assert isinstance(of_ada({MAIN: SOURCE, name: b'{"cells": ['}), AmbiguousSubmission)

    def test_an_export_beside_the_file_is_no_question(self, of_ada):
        cells = ("%matplotlib inline\n# a cell", "def conv2d(): ...\n")
        ada = of_ada(
            {MAIN: b"#!/usr/bin/env python\n# In[1]:\n\n" + SOURCE, "convolution.ipynb": notebook(*cells)}
        )
        assert (ada.main, ada.notes) == (MAIN, ("convolution.ipynb has the same code",))
        deeper = of_ada({MAIN: SOURCE, "old/convolution.ipynb": notebook("def conv2d(): return 2")})
        assert (deeper.main, deeper.notes) == (MAIN, ())

    @pytest.mark.parametrize("unchanged", [MAIN, "convolution.ipynb"])
    def test_a_starter_in_the_other_form_is_no_question(self, unchanged, folder):
        files = {MAIN: SOURCE, "convolution.ipynb": notebook("def conv2d(): return 2")}
        path = folder({f"ada/{name}": data for name, data in files.items()})
        course = folder({f"assignments/conv/starter/{unchanged}": files[unchanged]}, "course")
        [ada] = hand_ins(path, MAIN, starters=starters(course, "conv", MAIN))
        [own] = files.keys() - {unchanged}
        assert ada.attempts[0].main == own


class TestZips:
    def test_a_zip_in_a_students_folder_is_opened(self, of_ada, zipped):
        ada = of_ada({"hw1.zip": zipped({"convolution.py": SOURCE, "own.py": b"1"})})
        assert paths(ada) == ["convolution.py", "own.py"]
        assert ada.notes == ("found as hw1.zip/convolution.py; it runs as convolution.py",)

    def test_a_zip_for_each_student(self, download, zipped):
        packed = zipped({"ada/convolution.py": SOURCE, "ada/own.py": b"1"})
        path = download({"ada.zip": packed, "bo.ZIP": zipped({"convolution.py": OTHER}), "zoe.py": SOURCE})
        found = hand_ins(path, MAIN)
        assert [hand_in.student for hand_in in found] == ["ada", "bo", "zoe"]
        assert [paths(hand_in.attempts[0])[0] for hand_in in found] == [MAIN] * 3

    def test_a_zip_within_a_zip_within_stays_closed(self, of_ada, zipped):
        innermost = zipped({"convolution.py": SOURCE})
        ada = of_ada({"hw.zip": zipped({"deeper.zip": innermost})})
        assert ada.reason == "expected the file convolution.py; received hw.zip/deeper.zip"

    def test_a_zip_beside_the_file_stays_closed(self, of_ada):
        ada = of_ada({"convolution.py": SOURCE, "data.zip": b"no zip"})
        assert paths(ada) == [MAIN]
        assert "left out, since compiled or packed code cannot be looked through: data.zip" in ada.notes

    def test_compiled_and_packed_code_stays_out_and_data_in(self, of_ada):
        packed = ["a.pyc", "b.PYO", "c.cpython-311-x86_64-linux-gnu.so", "d.pyd", "e.egg", "f.whl", "g.pth"]
        data = ["a.npy", "b.csv", "c.json", "d.txt", "e.png", "f.npz"]
        ada = of_ada({MAIN: SOURCE, **dict.fromkeys([*packed, *data], b"x")})
        assert paths(ada) == sorted([MAIN, *data])
        [note] = [note for note in ada.notes if "left out" in note]
        assert all(name in note for name in packed)

    def test_a_zip_that_is_none_does_not_hide_the_only_file(self, of_ada):
        assert paths(of_ada({"solution.py": SOURCE, "data.zip": b"no zip"})) == [MAIN]
        assert "data.zip cannot be opened as a zip" in of_ada({"data.zip": b"no zip"}).reason


class TestStarters:
    """What was handed out is no version while it is unchanged and another file fits."""

    @pytest.fixture
    def course(self, folder):
        return folder({"assignments/conv/starter/convolution.py": OTHER}, "course")

    @pytest.mark.parametrize(
        ("contents", "found"),
        [
            ({"starter/convolution.py": OTHER, "src/convolution.py": SOURCE}, "src/convolution.py"),
            ({"convolution.py": OTHER, "convolution (1).py": SOURCE}, "convolution (1).py"),
            ({"convolution.py": OTHER, "src/convolution.py": SOURCE}, "src/convolution.py"),
            ({"starter/convolution.py": OTHER, "mine.py": SOURCE}, "mine.py"),
            ({"starter/convolution.py": OTHER}, "starter/convolution.py"),
            ({"convolution.py": OTHER, "own.py": SOURCE}, None),
            ({"convolution.py": b"# changed", "starter/convolution.py": OTHER}, None),
        ],
    )
    def test_of_a_course(self, course, download, contents, found):
        class_ = {f"ada/{name}": data for name, data in contents.items()} | {"zoe/convolution.py": SOURCE}
        hand_in, _ = hand_ins(download(class_), MAIN, starters=starters(course, "conv", MAIN))
        notes = hand_in.attempts[0].notes
        assert (notes[0] if notes else None) == (found and f"found as {found}; it runs as convolution.py")

    def test_of_a_kit_only_as_it_was_released(self, folder):
        digest = "sha256:" + hashlib.sha256(OTHER).hexdigest()
        manifest = json.dumps({"files": {"starter/convolution.py": digest}})
        for starter, count in ((OTHER, 1), (SOURCE, 0)):
            kit = folder({"starter/convolution.py": starter, "kit.json": manifest}, "kit")
            assert len(starters(kit, "conv", MAIN)) == count
        for damaged in ("{", "[]", '{"files": 1}', '{"files": {"starter/convolution.py": 1}}'):
            kit = folder({"starter/convolution.py": OTHER, "kit.json": damaged}, "kit")
            assert starters(kit, "conv", MAIN) == frozenset()


class TestQuestions:
    @pytest.mark.parametrize(
        "names",
        [
            ["a/convolution.py", "b/convolution.py"],
            ["convolution.py", "convolution (1).py"],
            ["convolution (1).py", "convolution (2).py"],
            ["one.py", "two.py"],
        ],
    )
    def test_several_that_fit_are_a_question_and_no_zero(self, names, of_ada):
        ada = of_ada({names[0]: SOURCE, names[1]: OTHER})
        assert isinstance(ada, AmbiguousSubmission)
        assert ada.candidates == tuple(names)
        assert ada.question == (
            f"which file is to be graded: {names[0]} or {names[1]}? "
            f'Write it into files.toml, below [files]: "ada" = "{names[0]}"'
        )
        assert ada.received.source == "ada"

    def test_the_same_file_twice_is_no_question(self, of_ada):
        ada = of_ada({"convolution.py": SOURCE, "convolution (1).py": SOURCE})
        assert ada.notes == ("convolution (1).py is the same file again",)

    def test_many_are_counted(self, of_ada):
        ada = of_ada({f"part{number}.py": str(number).encode() for number in range(9)})
        assert "part3.py or part4.py, or one of 4 others?" in ada.question
        assert len(ada.candidates) == 9

    def test_a_choice_settles_it(self, of_ada):
        ada = of_ada({"a/convolution.py": SOURCE, "b/convolution.py": OTHER}, "b/convolution.py")
        assert data_of(ada) == OTHER
        assert data_of(ada, "a/convolution.py") == SOURCE
        assert ada.notes == ("found as b/convolution.py; it runs as convolution.py",)

    def test_a_chosen_copy_takes_the_place_of_the_file(self, of_ada):
        ada = of_ada({"convolution.py": SOURCE, "convolution (1).py": OTHER}, "convolution (1).py")
        assert paths(ada) == [MAIN]
        assert data_of(ada) == OTHER
        assert "left out, since another file has the name: convolution.py" in ada.notes

    def test_a_chosen_file_is_still_there_for_the_others_to_import(self, of_ada):
        assert paths(of_ada({"one.py": SOURCE, "two.py": OTHER}, "two.py")) == [MAIN, "one.py", "two.py"]

    def test_a_file_in_a_zip_can_be_chosen(self, of_ada, zipped):
        packed = zipped({"a.py": SOURCE, "b.py": OTHER})
        assert of_ada({"hw.zip": packed}).candidates == ("hw.zip/a.py", "hw.zip/b.py")
        assert data_of(of_ada({"hw.zip": packed}, "hw.zip/b.py")) == OTHER

    def test_a_choice_of_no_file_is_said_aloud(self, of_ada):
        with pytest.raises(
            ConfigError, match=r"files\.toml: expected for ada one of a\.py, b\.py; received 'c\.py'"
        ):
            of_ada({"a.py": SOURCE, "b.py": OTHER}, "c.py")

    def test_a_choice_for_nobody_is_said_aloud(self, folder):
        path = folder({"ada/convolution.py": SOURCE, "zoe/convolution.py": SOURCE})
        with pytest.raises(ConfigError, match=r"files\.toml: expected students among ada, zoe; received eve"):
            hand_ins(path, MAIN, choices={"eve": MAIN})
