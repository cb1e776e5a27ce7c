"""Files that were written in a package, handed in without it: they find each other as they did there."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.config import Limits
from autograder.observation import Allowance, Call, Returned, Stopped
from autograder.runners.session import Session
from autograder.sandbox.plain_process import PlainProcess
from autograder.submission import Submission, SubmittedFile
from autograder.submission.finding import Found, find

IM2COL = "def patches(x):\n    return [x, x + 1]\n"
NETWORK = """
from ..layers import SCALE, forward
from ..im2col import *
def network(x):
    return SCALE, patches(x)
"""
MAIN = """
import numpy as np
{line}
SCALE = 2
def forward(x):
    return [SCALE * each for each in {patches}(x)]
{last}
"""


@pytest.fixture
def loaded():
    """Give sessions of hand-ins, found as a class's are, which have run; they are closed at the end."""
    sessions = []

    def load(**files):
        handed_in = [SubmittedFile(path, text.encode()) for path, text in files.items()]
        found = find(handed_in, "layers.py")
        assert isinstance(found, Found)
        submission = Submission("ada", tuple(found.files), found.main, "")
        session = Session(lambda: PlainProcess(1, 8192), submission, Limits(load_seconds=60.0))
        sessions.append(session)
        loading = session.load()
        assert not isinstance(loading, Stopped)
        return session, loading

    yield load
    for each in sessions:
        each.close()


def answer(session, function, *arguments):
    [seen] = session.call(function, [Call(arguments, {})], Allowance(60.0))
    return seen.value if isinstance(seen, Returned) else seen


class TestThePackageIsTheFolder:
    @pytest.mark.parametrize("folder", ["", "work/course/"])
    @pytest.mark.parametrize(
        ("line", "patches"),
        [
            ("from .im2col import patches", "patches"),
            ("from . import im2col as ic", "ic.patches"),
            ("from course.im2col import *", "patches"),
            ("import course.im2col", "course.im2col.patches"),
            (
                "try:\n    from .fast import patches\nexcept ImportError:\n    from .im2col import patches",
                "patches",
            ),
        ],
    )
    def test_a_module_beside_the_file_is_found_by_it(self, loaded, folder, line, patches):
        session, loading = loaded(
            **{
                f"{folder}layers.py": MAIN.format(line=line, patches=patches, last=""),
                f"{folder}im2col.py": IM2COL,
                f"{folder}__init__.py": "import torch.no_such_thing",
            }
        )
        assert loading.error is None
        assert loading.imports == ("numpy",)
        assert answer(session, "forward", 3) == [6, 8]

    def test_the_file_itself_is_run_once_whoever_imports_it(self, loaded):
        last = "from course.classifiers.net import network\nprint('once')"
        session, loading = loaded(
            **{
                "layers.py": MAIN.format(line="from .im2col import patches", patches="patches", last=last),
                "im2col.py": IM2COL,
                "classifiers/net.py": NETWORK,
            }
        )
        assert loading.error is None
        assert answer(session, "network", 3) == (2, [3, 4])
        assert session.printed() == "once\n"
        assert session.notes() == ("there is no package course: its modules were looked for beside the file",)

    def test_what_is_not_handed_in_is_not_found_and_no_framework_is_a_file(self, loaded):
        last = "def f(x):\n    return nn.relu(x)\n"
        session, loading = loaded(
            **{
                "layers.py": MAIN.format(
                    line="from torch import nn\nimport torch.nn", patches="list", last=last
                )
                + "from .fast import patches",
                "nn.py": "relu = abs",
            }
        )
        assert loading.error is not None
        assert loading.error.type == "ModuleNotFoundError"
        assert "torch" in str(answer(session, "f", np.zeros(2)))
