"""The `source` check over notebooks: what is forbidden is found, or a doubt, and never unseen."""

from __future__ import annotations

import pytest

from autograder.results import Grade, SourceDetails, Status
from autograder.sandbox.level import Level
from tests.notebooks.conftest import CONV2D, FULL, NUMPY, School, notebook, said

SOURCE = """
[[checks]]
kind = "source"
name = "own"
forbidden = ["scipy", "tensorflow"]
voids = ["conv2d"]
"""
CHEAT = "def conv2d(image, kernel, **more):\n    return convolve2d(image, kernel)\n"
BY_SCIPY = "from scipy.signal import convolve2d\n"


def graded(school: School, *cells: str, others: tuple[tuple[str, bytes], ...] = ()) -> Grade:
    return school.grade(notebook(*cells), checks=SOURCE, others=others)


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ((BY_SCIPY, CHEAT), "conv.ipynb, cell 1, line 1: scipy.signal.convolve2d"),
        ((NUMPY, "# note\nimport scipy.signal as s\n", "f = s\n", "conv2d = f.convolve2d"), "cell 2, line 2"),
        (("%matplotlib inline\n!ls\n%%time\n", "\n\n" + BY_SCIPY, CHEAT), "cell 2, line 3"),
        (("%%time\n" + BY_SCIPY, CHEAT), "cell 1, line 2"),
        (("\n%%capture out --no-stderr\n\n" + BY_SCIPY, CHEAT), "cell 1, line 4"),
        (("%%timeit -n 1 -r 1\n" + BY_SCIPY, CHEAT), "cell 1, line 2"),
        (("x = 1\n%time " + BY_SCIPY, CHEAT), "cell 1, line 2"),
        (("%time %time " + BY_SCIPY, CHEAT), "cell 1, line 1"),
        (("%timeit -n 1 -r1 -q " + BY_SCIPY, CHEAT), "cell 1, line 1"),
        (("time " + BY_SCIPY, CHEAT), "cell 1, line 1"),
        (("    from scipy import signal\n    convolve2d = signal.convolve2d\n", CHEAT), "cell 1, line 1"),
        ((">>> from scipy.signal import convolve2d\n", CHEAT), "cell 1, line 1"),
        (("In [1]: from scipy.signal import convolve2d\n", CHEAT), "cell 1, line 1"),
        (("if True:\n  %time import scipy\n", CHEAT), "cell 1, line 2"),
        (("await f()\n__import__('scipy')\n", CHEAT), "cell 1, line 2"),
        (("def broken(:\n", BY_SCIPY, CHEAT), "cell 2, line 1"),
        (("eval('__import__(\"scipy\")')", CHEAT), "cell 1, line 1"),
        (("%load_ext autoreload\n%autoreload 2\nimport mine\n", CHEAT), "mine.py, line 1: scipy"),
    ],
)
def test_what_is_forbidden_is_found_with_cell_and_line(
    school: School, cells: tuple[str, ...], place: str
) -> None:
    grade = graded(school, NUMPY, *cells, others=(("mine.py", b"import scipy\n"),))
    cell, _, line = place.partition(", line ")
    number = int(cell[-1]) + 1 if "cell" in cell else 0  # one cell stands before
    assert grade.checks[1].status is Status.FAILED, said(grade)
    details = grade.checks[1].details
    assert isinstance(details, SourceDetails)
    expected = f"cell {number}, line {line}" if number else place
    assert expected.split("cell ", 1)[-1] in "\n".join(
        f"{each.file}, line {each.line}: {each.name}" for each in details.uses
    )
    assert grade.score == 0.0


HIDDEN = "exec('from scipy.signal import convolve2d')"
DATA = b"from scipy.signal import convolve2d\n"


@pytest.mark.parametrize(
    "cell",
    [
        f'get_ipython().run_cell("{HIDDEN}")',
        "get_ipython().run_cell('from scipy.signal import convolve2d')",
        "run = get_ipython().run_cell\nrun('import scipy')",
        "getattr(get_ipython(), 'ex')('import scipy')",
        "import builtins\nbuiltins.get_ipython().ex('import scipy')",
        "from IPython import get_ipython as shell\nshell().ex('import scipy')",
        "from IPython.core.getipython import get_ipython as shell\nshell().ex('import scipy')",
        "import IPython\nIPython.get_ipython().ex('import scipy')",
        "from traitlets.config import SingletonConfigurable as S\nS.instance()",
        "exit._ip.ex('import scipy')",
        "quit._ip.run_cell('import scipy')",
        "import sys\nsys.displayhook.shell.ex('import scipy')",
        "import sys\nsys.excepthook.__self__.ex('import scipy')",
        "%run data.txt",
        "run data.txt",
        "run -mdata",
        "%run -m data",
        "%load_ext data",
        "load_ext data",
        "%load data.txt",
        "%reload_ext data",
        "%config InlineBackend.x = exec('import scipy')",
        "%matplotlib {exec('import scipy')}",
        "%matplotlib module://data",
        "%pip install {exec('import scipy')}",
        "!pip install {exec('import scipy')}",
        "!ls $x",
        "!pip list; python data.txt",
        "!pip list && cp data.txt mine.py",
        "!cat data.txt > mine.py",
        "!cp data.txt mine.py",
        "x = !python data.txt",
        "%ls -l ; cp data.txt mine.py",
        "get_ipython().system('ls\\ncp data.txt mine.py')",
        "!!cp data.txt mine.py",
        "%%writefile mine.py\nfrom scipy.signal import convolve2d\n",
        "%%bash\ncp data.txt mine.py\n",
        "%%sh\ncp data.txt mine.py\n",
        "%%shell\ncp data.txt mine.py\n",
        "%%script python\nimport scipy\n",
        "%%python\nimport scipy\n",
        "%%timeit import scipy\npass\n",
        "%%capture {exec('import scipy')}\npass\n",
        "%%html {exec('import scipy')}\npass\n",
        "%alias evil cp data.txt mine.py\n%evil",
        "%alias_magic t run\n%t data.txt",
        "%macro m 1\nm",
        "%load_ext storemagic\n%store -r conv2d",
        "%rerun 1",
        "%edit data.txt",
        "%prun -f data.txt exec('x')",
        "%time -x exec('import scipy')",
        "%env X={exec('import scipy')}",
        "In[0].__class__.__subclasses__()",
        "exec(In[1])",
        "exec(_i1)",
    ],
)
def test_what_a_text_cannot_tell_is_a_doubt(school: School, cell: str) -> None:
    grade = graded(school, NUMPY, cell, CONV2D, others=(("data.txt", DATA),))
    assert grade.checks[1].status is Status.NEEDS_REVIEW, said(grade)
    assert grade.provisional
    assert "cell 2, line" in grade.checks[1].message


@pytest.mark.parametrize(
    "cell",
    [
        "%config InlineBackend.figure_format = 'retina'\n%load_ext autoreload\n%autoreload 2",
        "%config InteractiveShell.ast_node_interactivity = 'all'",
        "!pip install -q tensorflow==2.15 git+https://git.example.org/x/y",
        "!ls -l data\n!nvidia-smi\nfiles = !ls\n%pip install numpy\npip_list = 3",
        "!wget -q https://example.org/data.zip\n!mkdir -p data",
        "%tensorflow_version 2.x\n%R x <- 1",
        "%%cython -a\ncdef int f(int x): return x",
        "%%time\nx = np.ones(3)",
        "%%timeit -n 2 -r 1\nnp.ones(3)",
        "%time y = np.ones(3)\n%timeit -n 1 -r 1 np.ones(3)",
        "%%html\n<b>bold</b>",
        "%%markdown\n# title",
        "np.ones?\n?np.ones\nnp.on*?",
        "%who\n%whos\n%pwd\n%env HOME\n%precision 3",
        "history = [1]\n",
        "history",
        "pip list",
        "from IPython.display import HTML, Image, clear_output, display\ndisplay(HTML('<b>x</b>'))",
        "exit()",
        "await nothing()",
        "print 3",
        "config = 3\nconfig\n",
    ],
)
def test_what_students_do_all_day_is_no_doubt(school: School, cell: str) -> None:
    grade = graded(school, NUMPY, cell, CONV2D)
    assert grade.checks[1].status is Status.PASSED, said(grade)
    assert grade.checks[0].score == FULL


def test_no_cell_is_left_out_that_an_earlier_one_lets_compile(school: School) -> None:
    grade = graded(
        school, "from __future__ import barry_as_FLUFL\n", f"if 1 <> 2:\n    {BY_SCIPY}", NUMPY, CONV2D
    )
    assert grade.cells[1].error.startswith("SyntaxError")
    assert grade.checks[0].score == FULL


def test_within_follows_a_function_over_cells_and_files(school: School) -> None:
    only = SOURCE.replace("voids", 'within = ["conv2d"]\nvoids')
    helper = "def padded(image):\n    return scipy.ndimage.pad(image)\n"
    elsewhere = (NUMPY, "import scipy.ndimage\n", helper, CONV2D)
    assert school.grade(notebook(*elsewhere), checks=only).checks[1].status is Status.PASSED
    calls = CONV2D.replace("H, W = image.shape", "H, W = padded(image).shape")
    grade = school.grade(notebook(NUMPY, "import scipy.ndimage\n", helper, calls), checks=only)
    assert grade.checks[1].status is Status.FAILED
    assert "conv.ipynb, cell 3, line 2: scipy.ndimage" in grade.checks[1].message


def test_it_is_the_same_in_a_plain_process(school: School) -> None:
    for cells in ((BY_SCIPY, CHEAT), ("run -mdata", CHEAT), (NUMPY, "%R x", CONV2D)):
        walled = school.grade(notebook(*cells), checks=SOURCE).checks[1]
        plain = school.grade(notebook(*cells), checks=SOURCE, level=Level.PROCESS).checks[1]
        assert (walled.status, walled.message) == (plain.status, plain.message)


def test_a_notebook_that_cannot_be_read_passes_nothing(school: School) -> None:
    grade = school.grade(b"{", checks=SOURCE)
    assert grade.checks[1].status is Status.FAILED
