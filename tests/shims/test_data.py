"""Data: found by the paths that students write, or an error that says what there is; at every level."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox.level import Level
from autograder.worker.shims import colab
from tests.shims.conftest import Place

MISSING = "the data folder has deep/labels.txt, mnist.npz, train.csv, and there is no network"


@pytest.mark.parametrize(
    "path",
    [
        "train.csv",
        "./data/train.csv",
        "../input/train.csv",
        "/content/train.csv",
        "/content/drive/MyDrive/My course/week 3/train.csv",
        "/content/drive/My Drive/data/train.csv",
        "/kaggle/input/digits/train.csv",
        "C:\\Users\\ada\\Desktop\\train.csv",
    ],
)
def test_a_file_is_found_by_the_end_of_its_path(with_data: Place, path: str) -> None:
    seen = with_data.run(f"import pathlib\nprint(open({path!r}).read(), pathlib.Path({path!r}).read_text())")
    assert seen.has_run().printed == "a,b\n1,2\n a,b\n1,2\n\n"


def test_links_lie_beside_the_submission_and_where_keras_looks(with_data: Place) -> None:
    seen = with_data.run(
        """
        import os
        print(os.path.isfile("mnist.npz"), os.path.isfile("../input/train.csv"), os.listdir("deep"))
        print(os.path.isfile(os.path.expanduser("~/.keras/datasets/mnist.npz")))
        """
    ).has_run()
    has_own_home = with_data.level is not Level.PROCESS
    assert seen.printed.split("\n")[0] == "True True ['labels.txt']"
    assert seen.printed.split("\n")[1] == str(has_own_home) or not has_own_home


def test_the_submission_s_own_file_goes_first(with_data: Place) -> None:
    seen = with_data.run("print(open('/content/train.csv').read())", train_dot_csv=b"mine").has_run()
    assert seen.printed == "mine\n"


def test_numpy_loads_it(with_data: Place) -> None:
    seen = with_data.run("import numpy as np\nprint(np.load('/content/mnist.npz')['x_train'].shape)")
    assert seen.has_run().printed == "(6, 2, 2)\n"


def test_what_a_submission_writes_is_its_own(with_data: Place, data_folder: Path) -> None:
    before = {path: path.read_bytes() for path in data_folder.rglob("*.*")}
    seen = with_data.run(
        """
        open("deep/new.txt", "w").write("new")
        open("deep/labels.txt", "a").write("three")
        open("train.csv", "w").write("mine")
        print(open("deep/labels.txt").read().split(), open("train.csv").read())
        """
    ).has_run()
    assert seen.printed == "['one', 'two', 'three'] mine\n"
    assert {path: path.read_bytes() for path in data_folder.rglob("*.*")} == before


def test_the_folder_itself_is_behind_the_walls(with_data: Place) -> None:
    if with_data.level is Level.PROCESS:
        pytest.skip("this level is no boundary")
    seen = with_data.run("import os\nos.remove(os.path.realpath('../input/train.csv'))")
    assert seen.error is not None
    assert seen.error.type in ("PermissionError", "OSError")


def test_what_is_missing_is_told(with_data: Place) -> None:
    seen = with_data.run("open('/content/test.csv')")
    assert seen.error is not None
    assert (seen.error.type, "asked for /content/test.csv; " + MISSING in seen.error.message) == (
        "FileNotFoundError",
        True,
    )


def test_a_file_that_is_to_be_written_is_not_looked_for(with_data: Place) -> None:
    seen = with_data.run("open('out/train.csv', 'w')")
    assert seen.error is not None
    assert "data folder" not in seen.error.message


class TestPathsOfColab:
    def test_folders_are_listed_and_files_are_there(self, with_data: Place) -> None:
        seen = with_data.run(
            """
            import glob, os
            drive = "/content/drive/MyDrive"
            print(os.listdir(drive + "/deep"), os.path.exists(drive + "/my course/train.csv"))
            print(glob.glob("/content/drive/MyDrive/deep/*.txt"), os.path.isdir("/content"))
            print([names for _, _, names in os.walk("/content/drive/My Drive/deep")])
            print(os.path.exists("/content/nothing.csv"), os.path.exists("/contents/train.csv"))
            """
        ).has_run()
        assert seen.printed.splitlines() == [
            "['labels.txt'] True",
            "['/content/drive/MyDrive/deep/labels.txt'] True",
            "[['labels.txt']]",
            "False False",
        ]

    def test_what_is_written_there_is_read_there(self, with_data: Place) -> None:
        seen = with_data.run(
            """
            import os, numpy as np
            os.makedirs("/content/out/deep", exist_ok=True)
            open("/content/out/deep/x.txt", "w").write("mine")
            np.save("/content/drive/MyDrive/weights.npy", np.arange(3))
            print(open("/content/out/deep/x.txt").read(), np.load("/content/drive/MyDrive/weights.npy"))
            print(os.path.exists("out/deep/x.txt"))
            """
        ).has_run()
        assert seen.printed == "mine [0 1 2]\nTrue\n"

    def test_one_may_go_there(self, with_data: Place) -> None:
        seen = with_data.run(
            "import os\nos.chdir('/content/drive/MyDrive/my course')\nprint(open('train.csv').read())"
        ).has_run()
        assert seen.printed == "a,b\n1,2\n\n"
        assert seen.notes == (
            "there is no /content/drive/MyDrive/my course: the submission's own folder stood for it",
        )


class TestDownloads:
    def test_one_is_served_by_its_name(self, with_data: Place) -> None:
        seen = with_data.run(
            """
            import urllib.request
            urllib.request.urlretrieve("https://example.org/course/train.csv?raw=1", "mine.csv")
            print(open("mine.csv").read(), urllib.request.urlopen("http://example.org/train.csv").read())
            """
        )
        assert seen.has_run().printed == "a,b\n1,2\n b'a,b\\n1,2\\n'\n"

    def test_one_that_is_not_there_is_refused_without_a_socket(self, with_data: Place) -> None:
        seen = with_data.run(
            """
            import socket, urllib.request
            def touched(*_): raise SystemError("touched")
            socket.create_connection = socket.getaddrinfo = touched
            urllib.request.urlopen("https://example.org/weights.h5")
            """
        )
        assert seen.error is not None
        assert "asked for https://example.org/weights.h5; " + MISSING in seen.error.message


def test_without_a_data_folder_that_is_told(place: Place) -> None:
    seen = place.run("import urllib.request\nurllib.request.urlopen('https://example.org/x.csv')")
    assert seen.error is not None
    assert "this assignment has no data folder, and there is no network" in seen.error.message
    plain = place.run("open('/content/x.csv')").error
    assert plain is not None
    assert plain.message == "[Errno 2] No such file or directory: '/content/x.csv'"
    assert place.run("print(open('/content/x.csv').read())", x_dot_csv=b"own").has_run().printed == "own\n"


@pytest.mark.slow
class TestPackages:
    def test_pandas_and_scikit_learn(self, data_folder) -> None:
        from autograder.sandbox.plain_process import PlainProcess

        here = Place(lambda: PlainProcess(1, 2048, (), data_folder), Level.PROCESS)
        seen = here.run(
            """
            import pandas as pd
            print(pd.read_csv("/content/drive/MyDrive/train.csv").b[0])
            print(pd.read_csv("https://example.org/train.csv").a[0])
            from sklearn.datasets import fetch_openml, load_digits
            print(load_digits().data.shape)
            fetch_openml("mnist_784", version=1, data_home=".")
            """
        )
        assert "2\n1\n(1797, 64)\n" in seen.printed  # scikit-learn also warns
        assert seen.error is not None
        assert "there is no network" in seen.error.message

    @pytest.mark.parametrize("keras", ["keras", "tensorflow.keras"])
    def test_keras_takes_the_course_s_part_of_a_data_set(self, data_folder, keras: str) -> None:
        from autograder.sandbox.plain_process import PlainProcess

        here = Place(lambda: PlainProcess(1, 2048, (), data_folder), Level.PROCESS)
        seen = here.run(
            f"""
            from {keras}.datasets import mnist, cifar10
            from {keras}.utils import get_file
            (x, y), _ = mnist.load_data()
            print(x.shape, open(get_file("t.csv", "https://example.org/train.csv")).read())
            cifar10.load_data()
            """
        )
        assert seen.printed.count("(6, 2, 2) a,b\n1,2\n\n"), seen.error
        assert seen.error is not None
        assert "cifar-10-python.tar.gz; " + MISSING in seen.error.message


def test_the_array_that_was_stored(data_folder) -> None:
    assert np.load(data_folder / "mnist.npz")["y_test"].tolist() == [0, 1]


class TestColabsDrive:
    def test_there_one_may_write_and_the_data_are_read(self, with_data: Place, data_folder: Path) -> None:
        seen = with_data.run(
            """
            import os
            for place in ("/content/drive/MyDrive", "/content/drive", "/content/drive/MyDrive/deep"):
                os.chdir(place)
                open("mine.txt", "w").write("mine")
                print(os.path.exists("mine.txt"), "labels.txt" in os.listdir("."), open("train.csv").read())
            """
        ).has_run()
        assert seen.printed.split() == [
            *("True", "False", "a,b", "1,2") * 2,
            *("True", "True", "a,b", "1,2"),
        ]
        start = "there is no /content/drive/MyDrive: the submission's own folder stood for it"
        assert seen.notes[0] == start
        assert seen.notes[-1] == "train.csv was read from the data folder: train.csv"
        assert not list(data_folder.rglob("mine.txt"))

    def test_an_upload_gives_the_data_where_there_is_nothing_else(self, with_data: Place) -> None:
        source = "from google.colab import files\nprint(sorted(files.upload()))"
        seen = with_data.run(source).has_run()
        assert (seen.printed, seen.notes) == ("['mnist.npz', 'train.csv']\n", (colab.UPLOADED_DATA,))
        assert with_data.run(source, own_dot_csv=b"1").has_run().printed == "['own.csv']\n"


def test_what_stood_for_a_file_is_noted(with_data: Place) -> None:
    seen = with_data.run(
        """
        import urllib.request
        open("C:\\\\Users\\\\ada\\\\train.csv")
        urllib.request.urlopen("https://example.org/train.csv")
        for number in range(30):
            open(f"/content/{number}/train.csv")
        """
    ).has_run()
    assert seen.notes[:2] == (
        "C:\\Users\\ada\\train.csv was read from the data folder: train.csv",
        "https://example.org/train.csv was read from the data folder: train.csv",
    )
    assert len(seen.notes) == 13
