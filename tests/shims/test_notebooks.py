"""A notebook finds the same surroundings as a script, and its commands are skipped or run with a note."""

from __future__ import annotations

import json

import pytest

from autograder.config import Limits
from autograder.observation import Wanted
from autograder.runners.session import Session
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure
from autograder.sandbox.plain_process import PlainProcess
from autograder.sandbox.start import ServerSpec
from autograder.sandbox.survey import missing
from autograder.submission import Submission, SubmittedFile
from tests.shims.conftest import PERIOD, WORKER

CELLS = (
    "!pip install -q no-such-a\n%pip install numpy",
    "from google.colab import drive\ndrive.mount('/content/drive')",
    "%cd /content/drive/MyDrive/course",
    "import numpy as np\nx = float(np.ones(1, dtype=np.float))",
    "name = input()\nlines = !nvidia-smi\nget_ipython().run_line_magic('matplotlib', 'inline')",
    "print('SEEN', x, repr(name), open('/content/drive/MyDrive/course/train.csv').read().split())",
    "!wget https://example.org/course/train.csv?raw=1 -O other.csv\n!cp drive/train.csv /content/third.csv",
    "!wget https://example.org/train.csv -O code2.py",
    "print('READ', open('other.csv').read() == open('third.csv').read() == open('train.csv').read())",
    "%matplotlib notebook\n%tensorflow_version 2.x\n%autosave 60",
    "def double(x):\n    return 2 * x",
)


def notebook() -> bytes:
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for source in CELLS
    ]
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    return json.dumps(whole).encode()


@pytest.mark.parametrize("level", [Level.PROCESS, Level.FULL])
def test_a_notebook_of_its_time_runs(level: Level, data_folder) -> None:
    server = None
    if level is not Level.PROCESS:
        if missing(level):
            pytest.skip(f"{level} does not stand here")
        packages = tuple(closure(["numpy", "ipython"]))
        server = ForkServer(ServerSpec(level, (), packages, notebooks=True, data=data_folder), 1)
    found = Submission("ada", (SubmittedFile("work.ipynb", notebook()),), "work.ipynb", "")

    def start():
        return server.slots[0].fork(WORKER, 1) if server else PlainProcess(1, 2048, (), data_folder)

    session = Session(start, found, Limits(load_seconds=60.0), Wanted(surroundings=PERIOD))
    try:
        loading = session.load()
        assert loading.stopped is None, loading.stopped
        assert loading.error is None, loading.error
        assert "double" in loading.functions
        notes = session.notes()
    finally:
        session.close()
        if server:
            server.close()
    assert "SEEN 1.0 '' ['a,b', '1,2']" in session.printed()
    assert "READ True" in session.printed()
    starts = (
        "cp drive/train.csv /content/third.csv was not run: third.csv is train.csv of the data folder",
        "wget https://example.org/train.csv -O code2.py was skipped",
        "%tensorflow_version was skipped: it is not known here",
        "%autosave was skipped: it is not known here",
        "wget https://example.org/course/train.csv?raw=1 -O other.csv was not run: other.csv is train.csv",
        "pip install -q no-such-a was skipped",
        "%pip install numpy was skipped",
        "drive.mount did nothing",
        "there is no /content/drive/MyDrive/course: the submission's own folder stood for it",
        "np.float is gone since NumPy 1.24",
        "float() of an array of one element",
        "input() returned an empty text",
    )
    assert all(any(note.startswith(each) for note in notes) for each in starts), notes
    if level is Level.FULL:
        assert "!nvidia-smi was skipped: there is no shell while work is graded" in notes
