"""The `source` check: what a submission's code uses, whatever it is called there, and what follows."""

import textwrap
import warnings

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.checks.check import Seen
from autograder.checks.source import SourceCheck
from autograder.config import SourceCheckConfig
from autograder.grading import _without_void
from autograder.observation import Loading, Stopped
from autograder.results import CheckResult, Outcome, Status
from autograder.wire.messages import MAX_USES, Error, Traceback, Use
from autograder.worker.loading import MAX_SOURCE_BYTES, imports_of
from autograder.worker.source import MAX_FILES, inspect

MAIN = "code.py"


@pytest.fixture
def looked_at(tmp_path):
    """Return a maker of loadings, of what a worker reads in a submission's main file and in others."""

    def look(source, **others):
        for name, text in {"code": source, **others}.items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
        return of_folder(tmp_path)

    return look


def of_folder(folder):
    seen = inspect(folder, MAIN, ["conv2d"])
    return Loading(
        uses=tuple(seen.uses), unread=tuple(seen.unread), doubts=tuple(seen.doubts), broken=seen.broken
    )


def check(**settings):
    return SourceCheck(msgspec.convert({"name": "by_hand", **settings}, SourceCheckConfig))


def judge(loading, **settings):
    return check(**settings).judge(loading, Seen())


def lines(loading, *forbidden, within=()):
    """Return the lines of forbidden uses, in the main file."""
    details = judge(loading, forbidden=forbidden, within=within).details
    return [] if details is None else [use.line for use in details.uses]


class TestWhateverItIsCalled:
    """One name, written in many ways, and found in each."""

    @pytest.mark.parametrize(
        "source",
        [
            "import scipy.signal\nx = scipy.signal.convolve2d",
            "import scipy.signal as s\nx = s.convolve2d",
            "import scipy\nx = scipy.signal.convolve2d",
            "import scipy as sp\nx = sp.signal.convolve2d",
            "from scipy import signal\nx = signal.convolve2d",
            "from scipy import signal as s\nx = s.convolve2d",
            "from scipy.signal import convolve2d\nx = convolve2d",
            "from scipy.signal import convolve2d as c\nx = c",
            "from scipy.signal import *\nx = convolve2d(1, 2)",
            "from scipy.signal import *; from numpy import *\nx = convolve2d(1, 2)",
            "import scipy\nx = getattr(scipy.signal, 'convolve2d')",
            "import scipy\nx = getattr(getattr(scipy, 'signal'), 'convolve2d', None)",
            "y = 1\nx = __import__('scipy.signal').convolve2d",
            "import importlib\nx = importlib.import_module('scipy.signal').convolve2d",
            "from importlib import import_module as load\nx = load('scipy.signal').convolve2d",
            "import scipy; s = scipy.signal\nx = s.convolve2d",
            "import scipy; s = t = scipy.signal\nx = t.convolve2d",
            "import scipy; n, s = 1, scipy.signal\nx = s.convolve2d",
            "import scipy\nx = (lambda image: scipy.signal.convolve2d(image))",
            "import scipy\nx = [scipy.signal.convolve2d for _ in range(3)]",
            "import scipy\nx = f'{scipy.signal.convolve2d(1, 2)}'",
            "import scipy\n@scipy.signal.convolve2d\ndef f(): pass",
            "import scipy\ndef f(x=scipy.signal.convolve2d): pass",
            "import scipy\nclass A(scipy.signal.convolve2d): pass",
            "import scipy\ndel scipy.signal.convolve2d",
            "import scipy\nif (s := scipy.signal.convolve2d): pass",
        ],
    )
    def test_it_is_found(self, looked_at, source):
        assert 2 in lines(looked_at(source), "scipy.signal.convolve2d", "scipy.signal", "scipy")

    def test_a_name_given_to_it_is_found_where_it_is_used(self, looked_at):
        loading = looked_at("""\
            import tensorflow as tf
            conv = tf.nn.conv2d
            def conv2d(image, kernel):
                return conv(image, kernel)
        """)
        assert lines(loading, "tensorflow.nn.conv2d") == [2, 4]
        assert lines(loading, "tensorflow") == [1, 2, 4]
        assert lines(loading, "tensorflow", within=["conv2d"]) == [4]

    def test_a_longer_name_is_not_one_that_it_begins_with(self, looked_at):
        loading = looked_at("import scipy.signals\nimport scipyx\nimport numpy.scipy\n")
        assert lines(loading, "scipy.signal", "numpy.scip") == []
        assert lines(loading, "scipy") == [1]

    def test_functions_of_python_itself(self, looked_at):
        loading = looked_at("x = eval('1')\ny = open\nprint(sum([1]))\n")
        assert lines(loading, "eval") == [1]
        assert lines(loading, "open") == [2]
        assert lines(loading, "sum") == [3]

    @pytest.mark.parametrize(
        "line",
        [
            "from .scipy import conv",
            "from . import scipy as own; conv = own.conv",
            "from course.scipy import conv",
            "import course.scipy; conv = course.scipy.conv",
        ],
    )
    def test_through_a_file_of_the_package_in_which_it_was_written(self, looked_at, line):
        """What an import finds at last when it runs, and the text says no more than this of where that is."""
        loading = looked_at(
            f"{line}\ndef conv2d(image): return conv(image)\n",
            scipy="import tensorflow as tf\ndef conv(image): return tf.nn.conv2d(image)\n",
        )
        used = {(use.file, use.line, use.name) for use in loading.uses if "conv2d" in use.within}
        assert ("scipy.py", 2, "tensorflow.nn.conv2d") in used
        assert loading.doubts == ()

    def test_loops(self, looked_at):
        loading = looked_at("""\
            for i in range(3):
                pass
            x = [j for j in range(3)]
            while x:
                x.pop()
            async def f(xs):
                async for y in xs:
                    print({z: 1 for z in y})
        """)
        assert lines(loading, "for") == [1, 3, 7, 8]
        assert lines(loading, "while") == [4]


class TestWhatIsNoUse:
    @pytest.mark.parametrize(
        "source",
        [
            "# import scipy\nx = 'scipy.signal.convolve2d'\n",
            '"""Do not use scipy.signal.convolve2d."""\n',
            "def conv2d(scipy):\n    return scipy.signal\n",
            "def conv2d(*scipy):\n    return scipy.signal\n",
            "def conv2d(x):\n    scipy = x\n    return scipy.signal\n",
            "def conv2d(x):\n    for scipy in x:\n        print(scipy.signal)\n",
            "f = lambda scipy: scipy.signal\n",
            "class scipy:\n    signal = 1\nx = scipy.signal\n",
            "scipy = 3\nx = scipy.signal\n",
            "x.scipy.signal\n",
            "x = {'scipy': 1}['scipy']\n",
            "f(scipy=1)\n",
        ],
    )
    def test_it_is_not_found(self, looked_at, source):
        assert lines(looked_at(source), "scipy") == []

    def test_a_function_of_its_own_that_is_called_like_one_of_python(self, looked_at):
        loading = looked_at("def sum(values):\n    return 0\nprint(sum([1]))\n")
        assert lines(loading, "sum") == []

    def test_a_local_name_that_shadows_a_module(self, looked_at):
        loading = looked_at("""\
            import numpy as signal
            def conv2d(signal):
                return signal.convolve(signal)
        """)
        assert lines(loading, "numpy.convolve") == []
        assert lines(loading, "numpy") == [1]


class TestWithin:
    """Only what the named functions reach counts, through whatever they call."""

    def test_another_function_may_use_what_this_one_may_not(self, looked_at):
        loading = looked_at("""\
            import scipy.signal
            def check():
                return scipy.signal.convolve2d(1, 2)
            def conv2d(image):
                return image
        """)
        assert lines(loading, "scipy", within=["conv2d"]) == []
        assert lines(loading, "scipy", within=["check"]) == [3]

    @pytest.mark.parametrize(
        "helping",
        [
            "def aid(x):\n    return signal.convolve2d(x)",
            "aid = signal.convolve2d",
            "aid: object = signal.convolve2d",
            "aid = lambda x: signal.convolve2d(x)",
            "aid = functools.partial(signal.convolve2d, mode='valid')",
            "aid = {'a': signal.convolve2d}['a']",
            "if True:\n    def aid(x):\n        return signal.convolve2d(x)",
            "try:\n    aid = signal.convolve2d\nfinally:\n    pass",
            "for aid in [signal.convolve2d]:\n    pass",
            "first, (aid, *_) = 1, [signal.convolve2d, 2]",
            "class aid:\n    def __new__(cls, x):\n        return signal.convolve2d(x)",
            "def set_up():\n    global aid\n    aid = signal.convolve2d\nset_up()",
            "def other(x):\n    return signal.convolve2d(x)\ndef aid(x):\n    return other(x)",
            "def aid(x, y=signal.convolve2d):\n    return y(x)",
            "def aid(x, *, signal=signal):\n    return signal.convolve2d(x)",
            "@signal.convolve2d\ndef aid(x):\n    return x",
        ],
    )
    def test_what_helps_a_function_counts_as_its_own(self, looked_at, helping):
        source = f"import functools\nfrom scipy import signal\n{helping}\ndef conv2d(x):\n    return aid(x)\n"
        assert lines(looked_at(source), "scipy.signal.convolve2d", within=["conv2d"])
        assert lines(looked_at(source), "scipy.signal.convolve2d", within=["layer"]) == []

    @pytest.mark.parametrize(
        "source",
        [
            "conv2d = signal.convolve2d",
            "conv2d = lambda x: signal.convolve2d(x)",
            "if True:\n    def conv2d(x):\n        return signal.convolve2d(x)",
            "def conv2d(x):\n    def inner():\n        return signal.convolve2d(x)\n    return inner()",
            "def conv2d(x):\n    from scipy.signal import convolve2d as c\n    return c(x)",
            "class conv2d:\n    def __new__(cls, x):\n        return signal.convolve2d(x)",
            "async def conv2d(x):\n    return signal.convolve2d(x)",
        ],
    )
    def test_it_may_be_defined_in_any_way(self, looked_at, source):
        loading = looked_at(f"from scipy import signal\n{source}\n")
        assert lines(loading, "scipy.signal.convolve2d", within=["conv2d"])

    @pytest.mark.parametrize(
        "later", ["signal = None", "signal = 3", "import numpy as signal", "signal = np"]
    )
    def test_a_second_meaning_does_not_hide_the_first(self, looked_at, later):
        loading = looked_at(
            f"import numpy as np\nfrom scipy import signal\nif False:\n    {later}\n"
            "def conv2d(x):\n    return signal.convolve2d(x)\n"
        )
        assert lines(loading, "scipy.signal", within=["conv2d"])

    @pytest.mark.parametrize(
        "imported",
        [
            "import windows\naid = windows.aid",
            "import windows as w\naid = w.aid",
            "from windows import aid",
            "from windows import aid as other\naid = other",
            "from windows import *",
            "from .windows import aid",
            "from . import windows\naid = windows.aid",
        ],
    )
    def test_a_helper_file_counts_too(self, looked_at, imported):
        loading = looked_at(
            f"{imported}\ndef conv2d(x):\n    return aid(x)\ndef layer(x):\n    return x\n",
            windows="from scipy import signal\ndef aid(x):\n    return signal.convolve2d(x)\n",
        )
        [use] = judge(loading, forbidden=["scipy.signal.convolve2d"], within=["conv2d"]).details.uses
        assert (use.file, use.line) == ("windows.py", 3)
        assert "conv2d" in use.within
        assert lines(loading, "scipy", within=["layer"]) == []

    def test_a_helper_in_a_folder_counts_too(self, tmp_path):
        (tmp_path / "tools").mkdir()
        (tmp_path / "tools" / "windows.py").write_text("def aid(x):\n    return eval(x)\n")
        (tmp_path / MAIN).write_text("from tools.windows import aid\ndef conv2d(x):\n    return aid(x)\n")
        [use] = judge(of_folder(tmp_path), forbidden=["eval"], within=["conv2d"]).details.uses
        assert (use.file, use.line, use.within) == ("tools/windows.py", 2, ("conv2d",))

    def test_functions_that_call_each_other_come_to_an_end(self, looked_at):
        loading = looked_at("def a(x):\n    return b(x)\ndef b(x):\n    return a(eval(x))\n")
        [use] = judge(loading, forbidden=["eval"]).details.uses
        assert use.within == ("a", "b")


class TestRequired:
    def test_what_is_used_passes(self, looked_at):
        loading = looked_at("import tensorflow as tf\ndef pool(x):\n    return tf.nn.max_pool(x)\n")
        result = judge(loading, required=["tensorflow.nn.max_pool"], points=1.0)
        assert (result.status, result.score, result.message) == (
            Status.PASSED,
            1.0,
            "uses nothing but what is allowed",
        )
        assert judge(loading, required=["tensorflow"], within=["pool"]).status is Status.PASSED

    def test_what_is_not_used_is_named(self, looked_at):
        loading = looked_at("import tensorflow as tf\ndef conv(x):\n    return x\n")
        result = judge(loading, required=["tensorflow.nn.max_pool", "tensorflow"], points=1.0)
        assert (result.status, result.score) == (Status.FAILED, 0.0)
        assert result.message == "expected the use of tensorflow.nn.max_pool; it is not used"
        assert result.details.missing == ("tensorflow.nn.max_pool",)

    def test_used_elsewhere_is_not_used_here(self, looked_at):
        loading = looked_at("def other():\n    for i in []: pass\ndef conv(x):\n    return x\n")
        assert judge(loading, required=["for"]).status is Status.PASSED
        assert judge(loading, required=["for"], within=["conv"]).status is Status.FAILED


class TestWhatIsSaid:
    def test_file_and_line_of_the_first_and_how_many_more(self, looked_at):
        loading = looked_at(
            "import another\nimport scipy\ny = scipy.signal\n", another="from scipy import *\n"
        )
        result = judge(loading, forbidden=["scipy"], reason="Write the loops yourself.")
        assert result.message == "another.py, line 1: scipy is not allowed and 2 more"
        assert result.hint == "Write the loops yourself."
        assert [(use.file, use.line, use.name) for use in result.details.uses] == [
            ("another.py", 1, "scipy"),
            ("code.py", 2, "scipy"),
            ("code.py", 3, "scipy.signal"),
        ]
        assert (result.kind, result.outcome, result.score, result.max_score) == (
            "source",
            Outcome.COMPLETED,
            0.0,
            0.0,
        )

    def test_one_is_one(self, looked_at):
        result = judge(looked_at("import scipy\n"), forbidden=["scipy"], required=["for"])
        assert result.message == (
            "code.py, line 1: scipy is not allowed; expected the use of for; it is not used"
        )

    def test_a_right_one_needs_no_hint(self, looked_at):
        result = judge(looked_at("x = 1\n"), forbidden=["scipy"], points=2.0, reason="No.")
        assert (result.status, result.score, result.hint, result.details) == (Status.PASSED, 2.0, "", None)

    def test_a_report_is_bounded(self, looked_at):
        result = judge(looked_at("eval\n" * 5000), forbidden=["eval"])
        assert len(result.details.uses) == 20
        assert result.message == f"code.py, line 1: eval is not allowed and {MAX_USES - 1} more"

    def test_a_file_that_is_no_source_fails_by_what_it_is(self, looked_at):
        loading = looked_at("x = 1\ndef f()\n")
        assert loading.broken == "code.py, line 2: expected ':'"
        result = judge(loading, forbidden=["scipy"])
        assert (result.status, result.outcome) == (Status.FAILED, Outcome.SUBMISSION_ERROR)
        assert result.message == "code.py, line 2: expected ':'"
        assert judge(loading, forbidden=["scipy"], reason="Write it yourself.").hint == ""
        assert looked_at("return 1\n").broken == "code.py, line 1: 'return' outside function"
        error = Error("SyntaxError", "expected ':'", [Traceback("code.py", 1, "", "def f()")])
        result = judge(Loading(error=error, broken="no"), forbidden=["scipy"])
        assert (result.status, result.outcome) == (Status.FAILED, Outcome.SUBMISSION_ERROR)
        assert result.message == "SyntaxError: expected ':'\n  code.py, line 1: def f()"
        result = judge(Loading(unreadable="code.py is not text"), forbidden=["scipy"])
        assert (result.status, result.message) == (Status.FAILED, "code.py is not text")
        assert result.outcome is Outcome.UNREADABLE_SUBMISSION
        result = judge(Loading(stopped=Stopped(Outcome.TIMEOUT, "too long")), forbidden=["scipy"])
        assert (result.status, result.outcome) == (Status.FAILED, Outcome.TIMEOUT)

    def test_another_error_keeps_nobody_from_being_judged(self, looked_at):
        uses = looked_at("x = 1\n").uses
        loading = Loading(error=Error("NameError", "no", []), uses=uses)
        assert judge(loading, forbidden=["scipy"]).status is Status.PASSED


class TestNothingIsPassedOver:
    """What could hide a use by its sheer size is for a person, and says why."""

    def test_a_helper_that_is_too_large(self, looked_at):
        loading = looked_at("import windows\n", windows="import scipy\n" + "#" * MAX_SOURCE_BYTES)
        result = judge(loading, forbidden=["scipy"])
        assert (result.status, result.score) == (Status.NEEDS_REVIEW, None)
        assert result.message == (
            "the code cannot be looked through: windows.py cannot be read: it has more than 262,144 bytes: "
            "a person decides"
        )

    def test_too_many_files(self, looked_at):
        others = {f"a{number}": "x = 1\n" for number in range(MAX_FILES)}
        named = ", ".join(others)
        loading = looked_at(f"import {named}, zoo\n", **others, zoo="import scipy\n")
        result = judge(loading, forbidden=["scipy"])
        assert result.status is Status.NEEDS_REVIEW
        assert "there are more than 40 files" in result.message
        result = judge(looked_at("import zoo\n", **others), forbidden=["scipy"])
        assert result.message == "zoo.py, line 1: scipy is not allowed"

    def test_too_many_names(self, looked_at):
        names = "import numpy as np\n" + "".join(f"np.a{number}\n" for number in range(MAX_USES))
        result = judge(looked_at(names + "eval('1')\n"), forbidden=["eval"])
        assert result.status is Status.NEEDS_REVIEW
        assert "there are more than 4,000 uses of names" in result.message

    def test_a_thing_used_again_and_again_does_not_hide_another(self, looked_at):
        loading = looked_at("print()\n" * MAX_USES + "eval('1')\n")
        result = judge(loading, forbidden=["eval"])
        assert result.message == f"code.py, line {MAX_USES + 1}: eval is not allowed"

    def test_a_helper_that_python_could_not_import_either_is_no_matter(self, tmp_path):
        (tmp_path / MAIN).write_text("x = 1\n")
        (tmp_path / "broken.py").write_text("def f(:\n")
        (tmp_path / "nul.py").write_bytes(b"x = 1\0\n")
        (tmp_path / "latin.py").write_bytes(b"x = '\xe9'\n")
        assert judge(of_folder(tmp_path), forbidden=["scipy"]).status is Status.PASSED

    def test_expressions_nested_without_end(self, looked_at):
        for source in ("(" * 5000 + ")" * 5000, "-" * 100_000 + "1", "x" + ".x" * 20_000, "x = [" * 150):
            loading = looked_at(f"import windows\n{source}\n")
            assert judge(loading, forbidden=["windows"]).status in Status

    def test_the_same_written_again_and_again_is_no_matter(self, looked_at):
        loading = looked_at("import numpy as np\nx = 1\n" + "x = np.abs(x)\n" * MAX_USES)
        assert judge(loading, forbidden=["scipy"]).status is Status.PASSED

    def test_functions_without_end_that_call_each_other_take_no_time(self, looked_at):
        source = "def f0(x):\n    return eval(x)\n"
        source += "".join(f"def f{n}(x):\n    return f{n - 1}(x)\n" for n in range(1, 2000))
        loading = looked_at(source + "def conv2d(x):\n    return f1999(x)\n")
        assert sum(len(use.within) for use in loading.uses) < 10_000
        assert lines(loading, "eval", within=["conv2d"]) == [2]

    def test_a_long_notebook_of_values_made_from_each_other_stays_small(self, looked_at):
        cells = "import numpy as np\nx0 = np.ones(3)\n"
        cells += "".join(f"x{number} = np.abs(x{number - 1}) + len(x0)\n" for number in range(1, 1000))
        loading = looked_at(cells + "def conv2d(x):\n    return x999\n")
        assert loading.unread == ()
        assert len(msgspec.msgpack.encode(loading.uses)) < 1_000_000
        assert {name for use in loading.uses for name in use.within} == {"conv2d"}
        assert len(lines(loading, "numpy.abs", within=["conv2d"])) == 20


class TestVoids:
    """A failed check takes the points of those that it names."""

    def result(self, name, score, max_score=4.0):
        return CheckResult(
            name=name,
            kind="function",
            outcome=Outcome.COMPLETED,
            status=Status.PASSED,
            score=score,
            max_score=max_score,
            message="all 9 cases are right",
        )

    def voided(self, loading, **settings):
        source = check(forbidden=["scipy"], voids=["conv2d"], **settings)
        others = [self.result("conv2d", 4.0), self.result("layer", 3.0)]
        named = [SourceCheck(SourceCheckConfig(name=each.name, forbidden=("x",))) for each in others]
        return _without_void([source, *named], (source.judge(loading, Seen()), *others))

    def test_it_takes_the_points_of_those_it_names(self, looked_at):
        first, conv2d, layer = self.voided(looked_at("import scipy\n"))
        assert (first.details.voids, conv2d.score, conv2d.status) == (("conv2d",), 0.0, Status.FAILED)
        assert conv2d.message == (
            "no points, because of by_hand: code.py, line 1: scipy is not allowed. "
            "Without that: all 9 cases are right"
        )
        assert (layer.score, layer.status) == (3.0, Status.PASSED)

    def test_one_that_passes_takes_nothing(self, looked_at):
        _, conv2d, _ = self.voided(looked_at("import numpy\n"))
        assert (conv2d.score, conv2d.status) == (4.0, Status.PASSED)

    @pytest.mark.parametrize(
        "loading",
        [Loading(stopped=Stopped(Outcome.TIMEOUT, "too long")), Loading(broken="code.py, line 1: no")],
    )
    def test_one_that_fails_takes_them_however_its_running_ended(self, loading):
        _, conv2d, _ = self.voided(loading)
        assert conv2d.score == 0.0

    def test_one_that_a_person_decides_takes_nothing_yet(self, looked_at):
        first, conv2d, _ = self.voided(looked_at("x = 'scipy'\n__import__(x)\n"))
        assert (first.status, conv2d.score) == (Status.NEEDS_REVIEW, 4.0)


tokens = st.lists(
    st.sampled_from(
        "import from as def class lambda global if for while : ( ) [ ] { } , . * ** = := \n \t x y scipy f"
        " 'a' 1 @ -> async await match case _ try except \\ ; \" ''' f'{x}' None".split(" ")
    ),
    max_size=40,
).map(" ".join)


@given(st.text(max_size=60) | tokens | st.binary(max_size=60))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_text_makes_inspection_raise(tmp_path, source):
    data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    (tmp_path / MAIN).write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loading = of_folder(tmp_path)
    assert all(isinstance(use, Use) and use.file == MAIN for use in loading.uses)
    assert judge(loading, forbidden=["scipy"]).status in Status


def test_what_python_warns_of_is_said_when_the_file_runs_and_not_before(looked_at):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        looked_at('"""\\d"""\n')
        assert imports_of('"""\\d"""\nimport os\n') == ["os"]
    assert said == []
