"""All of it once more behind all walls, from a fork server that has imported the frameworks already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure
from autograder.sandbox.start import ServerSpec
from autograder.sandbox.survey import missing
from autograder.wire.surroundings import Surroundings
from tests.shims import test_period
from tests.shims.conftest import PERIOD, WORKER, Place
from tests.shims.test_fitting import SOURCE
from tests.shims.test_period import KERAS_1, KERAS_2

STUBS = """
    import IPython, google.colab, tqdm.notebook, ipywidgets
    from google.colab import drive, files
    from IPython.display import display
    import matplotlib
    matplotlib.use("agg")
    import matplotlib.pyplot as plt
    drive.mount("/content/drive")
    assert files.upload()["train.csv"].startswith(b"a,b")
    display(1)
    assert input() == ""
    get_ipython().run_line_magic("matplotlib", "inline")
    plt.plot([1, 2])
    plt.show()
    plt.savefig("/content/figure.png")
    assert list(tqdm.notebook.tqdm("ab")) == ["a", "b"]
    ipywidgets.IntSlider(value=3).observe(print)
    """
DATA = """
    import pandas as pd, urllib.request
    from keras.datasets import mnist
    from tensorflow.keras.datasets import mnist as same
    assert mnist.load_data()[0][0].shape == same.load_data()[0][0].shape == (6, 2, 2)
    assert pd.read_csv("/content/drive/MyDrive/train.csv").b[0] == 2
    assert urllib.request.urlopen("https://example.org/train.csv").read() == b"a,b\\n1,2\\n"
    """


@pytest.fixture(scope="module")
def walled(data_folder: Path) -> Iterator[Place]:
    if missing(Level.FULL):
        pytest.skip("the level full does not stand here")
    packages = tuple(closure(["numpy", "matplotlib", "tensorflow", "keras", "pandas"]))
    server = ForkServer(ServerSpec(Level.FULL, ("tensorflow", "keras"), packages, data=data_folder), 1)
    yield Place(lambda: server.slots[0].fork(WORKER, 1), Level.FULL)
    server.close()


@pytest.mark.slow
@pytest.mark.parametrize("source", [STUBS, DATA, KERAS_1, KERAS_2, test_period.TestScalars.SOURCE])
def test_each_runs_to_its_end(walled: Place, source: str) -> None:
    assert walled.run(source, PERIOD).has_run().notes or source is DATA


@pytest.mark.slow
def test_training_is_shortened(walled: Place) -> None:
    source = SOURCE.format(imported="tensorflow.keras as keras", epochs=50)
    seen = walled.run(source, Surroundings(fit="shorten", epochs=3, seconds=600.0)).has_run()
    assert seen.notes == ("model.fit was shortened: epochs asked 50, run 3",)
