"""The `source` check against those who want to hide a use, and for those who have nothing to hide."""

import textwrap
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.results import Status
from autograder.wire.messages import Error
from autograder.worker.source import inspect
from tests.checks.test_source import MAIN, judge, of_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def written(tmp_path):
    """Return a maker of loadings, of what a worker reads in files, given as text or bytes by their paths."""

    def look(source, **others):
        for path, content in {MAIN: source, **others}.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            data = content if isinstance(content, bytes) else textwrap.dedent(content).encode()
            file.write_bytes(data)
        return of_folder(tmp_path)

    return look


def verdict(loading, *forbidden, **settings):
    return judge(loading, forbidden=forbidden or ["keras"], **settings).status


class TestANameThatStandsInTheText:
    """Whatever imports it: it is a use of that name, and fails."""

    @pytest.mark.parametrize(
        "source",
        [
            "__import__('keras')",
            "__import__(name='keras')",
            "__import__('keras', globals=None, fromlist=['layers'])",
            "import builtins\nbuiltins.__import__('keras')",
            "__builtins__.__import__('keras')",
            "import importlib\nimportlib.__import__('keras')",
            "import importlib\nimportlib.import_module(name='keras')",
            "import importlib\nimportlib.import_module('.layers', 'keras')",
            "import importlib\nimportlib.import_module('.layers', package='keras')",
            "import importlib.util\nimportlib.util.find_spec('keras')",
            "import pkgutil\npkgutil.resolve_name('keras:layers.Dense')",
            "import runpy\nrunpy.run_module('keras')",
            "__import__(f'keras')",
            "__import__('ker' + 'as')",
            "__import__('ker' 'as')",
            "imp = __import__\nimp('keras')",
            "getattr(__builtins__, '__import__')('keras')",
            "import os\nx = getattr(os, 'nothing', __import__('keras')).__spec__",
            "x = __import__('os', (K := __import__('keras')).__dict__).path",
            "a = [0]\na[__import__('keras') and 0], b = 1, 2",
            "a = {}\na[__import__('keras')] = 1",
            "def f(x: __import__('keras') = 1): pass",
            "print(*[__import__('keras')], **{'end': __import__('os')})",
            "exec('import keras')",
            "eval('__import__(\"keras\")')",
            "exec(compile('import keras', 'x', 'exec'))",
            "def f(imp=__import__):\n    return imp('keras')\nf()",
            "x = lambda: [1 for _ in [__import__('keras')]]",
            "match __import__('keras'):\n    case _: pass",
            "with open('x') as f[__import__('keras')]: pass",
            "try:\n    pass\nexcept __import__('keras').Error:\n    pass",
            "if TYPE_CHECKING:\n    import keras",
            "TYPE_CHECKING = True\nif TYPE_CHECKING:\n    import keras",
        ],
    )
    def test_it_is_found(self, written, source):
        assert verdict(written(source)) is Status.FAILED


class TestWhatOnlyRunningTells:
    """An importing or executing facility of which the text does not say what it brings: for a person."""

    @pytest.mark.parametrize(
        "source",
        [
            "N = 'keras'\n__import__(N)",
            "N = 'keras'\n__import__(f'{N}')",
            "__import__(*['keras'])",
            "__import__(**{'name': 'keras'})",
            "__import__.__call__('keras')",
            "__import__('layers', {'__package__': 'keras'}, None, [], 1)",
            "imp = __import__ if True else None\nimp('keras')",
            "for imp in [__import__]:\n    imp('keras')",
            "list(map(__import__, ['keras']))",
            "import functools\nfunctools.partial(__import__, 'keras')()",
            "(lambda imp: imp('keras'))(__import__)",
            "class A:\n    imp = __import__\nA.imp('keras')",
            "from importlib import import_module as load\nk = [load]\nk[0]('keras')",
            "import importlib\n(importlib if True else 0).import_module('keras')",
            "import importlib\nimportlib._bootstrap._gcd_import('keras')",
            "from importlib._bootstrap import _gcd_import\n_gcd_import('keras')",
            "import importlib.machinery\nimportlib.machinery.SourceFileLoader('k', 'x').load_module()",
            "import importlib.util as u\nu.module_from_spec(u.spec_from_file_location('k', 'x'))",
            "import sys\nsys.modules['keras']",
            "import sys as s\ns.modules.get('keras')",
            "import os\nos.sys.modules['keras']",
            "import numpy as np\nnp.os.sys.modules['keras']",
            "import sys\nvars(sys)['modules']['keras']",
            "import sys\ngetattr(sys, 'mod' + 'ules')['keras']",
            "import sys\nsys.__dict__['mod' 'ules']",
            "import sys\nf = [sys][0]\nf.modules",
            "import sys\nsys.path.insert(0, 'x.zip')",
            "import sys\nsys.path += ['x.zip']",
            "import sys\nsys.meta_path.append(1)",
            "from sys import *\nmodules['keras']",
            "__package__ = 'keras'\nfrom . import layers",
            "__path__ = ['/']",
            "globals()['__package__'] = 'keras'",
            "__loader__.load_module('keras')",
            "import numpy as np\nnp.__spec__.loader.load_module('keras')",
            "import numpy as np\nnp.__builtins__['__imp' + 'ort__']('keras')",
            "import numpy as np\nnp.__dict__['__builtins__']['__import__']('keras')",
            "().__class__.__base__.__subclasses__()",
            "(lambda: 0).__globals__['__builtins__']",
            "exec('im' + 'port ' + chr(107))",
            "exec(open('x').read())",
            "x = 'ke' + chr(114)\neval('__import__(x)')",
            "import runpy\nrunpy.run_path('x')",
            "import zipimport\nzipimport.zipimporter('x.zip').load_module('k')",
            "import imp\nimp.load_source('k', 'x')",
            "import ctypes\nctypes.pythonapi.PyImport_ImportModule(b'keras')",
            "import pickle\npickle.loads(b'ckeras\\n.')",
            "import numpy as np\nnp.load('x.npy', allow_pickle=True)",
            "import subprocess\nsubprocess.run(['python', 'x'])",
            "import os\nos.system('x')",
            "import os\nos.execv('x', [])",
            "import timeit\ntimeit.timeit('x')",
            "import typing\ntyping.TYPE_CHECKING = True\nif typing.TYPE_CHECKING:\n    import keras",
        ],
    )
    def test_a_person_decides(self, written, source):
        result = judge(written(source), forbidden=["keras"])
        assert (result.status, result.score) == (Status.NEEDS_REVIEW, None), result.message
        assert result.message.endswith("a person decides")
        assert result.details.doubts

    def test_file_and_line_and_why(self, written):
        result = judge(written("x = 1\nn = 'a'\n__import__(n)\n"), forbidden=["keras"])
        assert result.message == (
            "code.py, line 3: __import__ with a name that only running tells: a person decides"
        )

    def test_an_importer_that_another_file_hands_on(self, written):
        helper = {"helper.py": "from importlib import import_module as load\n"}
        assert verdict(written("import helper\nhelper.load('ke' + str())\n", **helper)) is Status.NEEDS_REVIEW
        assert verdict(written("from helper import load\nload(str())\n", **helper)) is Status.NEEDS_REVIEW

    def test_a_name_with_two_meanings(self, written):
        source = "if x:\n    import importlib as i\nelse:\n    import numpy as i\ni.import_module(x)\n"
        assert verdict(written(source)) is Status.NEEDS_REVIEW

    def test_a_part_by_a_computed_name_matters_where_it_may_be_the_forbidden_one(self, written):
        loading = written("import scipy.signal as s\nx = getattr(s, 'con' + str())\n")
        assert verdict(loading, "scipy.signal.convolve2d") is Status.NEEDS_REVIEW
        assert verdict(loading, "keras") is Status.PASSED

    @pytest.mark.parametrize(
        "source",
        [
            "modules = [np]\nmodules[0].convolve(1, 2)",
            "for m in (np,):\n    m.convolve(1, 2)",
            "(lambda: np)().convolve(1, 2)",
            "def f(m): return m.convolve(1, 2)\nf(np)",
            "class A:\n    n = np\nA.n.convolve(1, 2)",
            "def f():\n    global m\n    m = np\nf()\nm.convolve(1, 2)",
            "def f():\n    for _ in range(2):\n        x = m.convolve\n        m = np",
            "def f():\n    try: import numpy as m\n    except E: import math as m\n    return m.convolve(1)",
            "m = np if x else 0\nm.convolve(1, 2)",
            "(m := np).convolve(1, 2)",
            "[__import__('numpy')][0].convolve(1, 2)",
            "import scipy\n[getattr(scipy, 'numpy')][0].convolve(1, 2)\n[np]",
            "import operator\noperator.attrgetter('con' + 'volve')(np)(1, 2)",
            "list(map(getattr, [np], ['con' + 'volve']))",
            "np.__dict__['con' + 'volve'](1, 2)",
            "object.__getattribute__(np, 'con' + 'volve')(1, 2)",
            "match np:\n    case object(convolve=c):\n        c(1, 2)",
            "np.core.numeric.convolve(1, 2)",
            "from numpy._core.numeric import *\nconvolve(1, 2)",
            "import scipy.signal as s\ns.np.convolve(1, 2)",
        ],
    )
    def test_a_package_that_is_handed_on_may_have_a_part_used_under_no_name(self, written, source):
        loading = written(f"import numpy as np\n{source}")
        result = judge(loading, forbidden=["numpy.convolve"])
        assert (result.status, result.score) == (Status.NEEDS_REVIEW, None), result.message

    @pytest.mark.parametrize(
        "source",
        [
            "m = np\nx = m.zeros(3)\nprint(np, hasattr(np, 'pad'), dir(np))",
            "def f(x):\n    a, b = np, 1\n    return a.pad(x, b)",
            "x = [np.float32, np.pad, np.random, np.ndarray]\nassert isinstance(x, np.ndarray)",
            "def f(x: np.ndarray = None) -> np.ndarray:\n    first: object = np\n    return first.array(x)",
            "import math\nx = [math]\nmath\nconvolve = 1\nself.convolve = convolve",
            "def convolve(a, b): return a\nconvolve(1, 2)",
        ],
    )
    def test_but_not_where_it_is_followed(self, written, source):
        loading = written(f"import numpy as np\n{source}")
        result = judge(loading, forbidden=["numpy.convolve"])
        assert result.status is Status.PASSED, result.message

    @pytest.mark.parametrize(
        "source",
        [
            "import collections\ncollections._sys.modules['keras']",
            "import random\nrandom._os.system('x')",
            "x = [y][0]\nx.os.sys.modules['keras']",
            "match x:\n    case object(sys=s):\n        s.modules",
            "import operator\noperator.attrgetter('os.sys.modules')(x)",
            "import functools\nfunctools.reduce(getattr, ['os', 'sys', 'modules'], x)",
            "import asyncio\nasyncio.run(asyncio.create_subprocess_shell('python x.py'))",
            "import string\nstring.Formatter().get_field('0.' + x, y, {})",
            "from test.support.import_helper import import_module as i\ni(x)",
            "import numpy as np\nnp.load('x', **{'allow_pickle': True})",
            "import pandas as pd\npd.DataFrame().query('@__import__(\"keras\")')",
            "breakpoint()",
        ],
    )
    def test_ways_round_the_import_system(self, written, source):
        assert verdict(written(source)) is Status.NEEDS_REVIEW

    def test_a_forbidden_use_beside_it_fails(self, written):
        assert verdict(written("import keras\n__import__(x)\n")) is Status.FAILED

    def test_only_what_is_meant_and_what_runs_with_the_file(self, written):
        loading = written("def other(x):\n    return eval(x)\ndef conv2d(x):\n    return x\n")
        assert verdict(loading) is Status.NEEDS_REVIEW
        assert verdict(loading, within=["conv2d"]) is Status.PASSED
        loading = written("def aid(x):\n    return eval(x)\ndef conv2d(x):\n    return aid(x)\n")
        assert verdict(loading, within=["conv2d"]) is Status.NEEDS_REVIEW
        for at_top in ("eval(x)", "x = eval(y)", "class A:\n    eval(x)", "def f(x=eval(y)): pass"):
            assert verdict(written(at_top + "\ndef conv2d(x): pass\n"), within=["conv2d"]) is (
                Status.NEEDS_REVIEW
            )

    @pytest.mark.parametrize(
        "source",
        [
            "import sys\nprint(sys.argv, sys.version_info, file=sys.stdout)\nsys.exit()",
            "import sys\nIN_COLAB = 'google.colab' in sys.modules",
            "import importlib\nnp = importlib.import_module('numpy')",
            "import os\nprint(os.path.join('a', 'b'), os.environ.get('x'), os.listdir())",
            "import re\nx = re.compile('a')",
            "model.compile('adam')\nmodel.eval()",
            "def compile(x): pass\ncompile(1)",
            "x = eval('1 + 2')",
            "import numpy as np\nfor name in ('sin', 'cos'):\n    getattr(np, name)",
            "if __name__ == '__main__':\n    pass",
            "import numpy as np\nnp.load('x.npy', allow_pickle=False)",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import keras",
            "import typing as t\nif t.TYPE_CHECKING:\n    import keras\ndef f(x: 'keras.Model'): pass",
            "import inspect, types, timeit\ntimeit.default_timer()\ninspect.signature(f)",
            "import functools\nfunctools.reduce(max, [1])",
        ],
    )
    def test_what_nobody_need_look_at(self, written, source):
        result = judge(written(source), forbidden=["keras"])
        assert result.status is Status.PASSED, result.message


class TestEveryFileThatRuns:
    @pytest.mark.parametrize(
        "helper",
        [
            b"# caf\xe9\nimport keras\n",
            b"# coding: latin-1\n# caf\xe9\nimport keras\n",
            b"# coding: latin-1\rimport keras\n# \xe9",
            "import keras\n".encode("utf-8-sig"),
            b"import keras\r",
        ],
    )
    def test_a_helper_is_read_as_python_reads_it(self, written, helper):
        assert verdict(written("import helper\n", **{"helper.py": helper})) is Status.FAILED

    @pytest.mark.parametrize(
        "helper",
        [b"# coding: rot13\nk = 1\n", b"x = '\xe9'\n", b"def f(:\n", b"x = 1\0\n", b"# coding: no\n"],
    )
    def test_one_that_cannot_be_read_is_not_clean(self, written, helper):
        result = judge(written("import helper\n", **{"helper.py": helper}), forbidden=["keras"])
        assert result.status is Status.NEEDS_REVIEW
        assert "helper.py" in result.message

    def test_a_main_file_that_is_read_in_two_ways(self, written):
        main = "# coding: utf-8\r# coding: utf-7\rx = '+AGEAYg-'\r"
        assert verdict(written(main)) in (Status.PASSED, Status.NEEDS_REVIEW)

    def test_two_files_of_one_name_are_both_read(self, written):
        helpers = {"aid.py": "x = 1\n", "aid/__init__.py": "import keras\n"}
        assert verdict(written("import aid\n", **helpers)) is Status.FAILED
        helpers = {"x/y/zz.py": "import keras\n", "x.y/zz.py": "x = 1\n"}
        assert verdict(written("from x.y import zz\n", **helpers)) is Status.FAILED

    def test_a_package_runs_with_what_is_in_it(self, written):
        helpers = {"pack/__init__.py": "from . import inner\n", "pack/inner.py": "import keras\n"}
        assert verdict(written("import pack\n", **helpers)) is Status.FAILED
        helpers = {"pack/__init__.py": "import keras\n", "pack/inner.py": "x = 1\n"}
        assert verdict(written("from pack.inner import x\n", **helpers)) is Status.FAILED
        helpers["pack/deep/more.py"] = "from ..inner import x\n"
        assert verdict(written("import pack.deep.more\n", **helpers)) is Status.FAILED

    def test_one_that_nothing_imports_is_no_matter(self, written):
        old = {"old/try_keras.py": "import keras\n", "unused.py": b"x = 1\n" * 60_000}
        assert verdict(written("x = 1\n", **old)) is Status.PASSED

    def test_but_where_anything_may_be_imported_every_file_counts(self, written):
        old = {"old/try_keras.py": "import keras\n"}
        assert verdict(written("__import__(x)\n", **old)) is Status.FAILED

    def test_an_own_file_is_not_the_package_of_its_name(self, written):
        own = {
            "reference_.py": "def f(x):\n    return x\n",
            "torch/__init__.py": "def g(x):\n    return f(x)\n",
        }
        source = "import reference_, torch\nprint(reference_.f(1), torch.g(2))\n"
        assert verdict(written(source, **own), "reference_", "torch") is Status.PASSED

    def test_unless_an_installed_one_comes_first(self, written):
        assert verdict(written("import numpy\n", **{"numpy.py": "x = 1\n"}), "numpy") is Status.FAILED

    def test_a_thing_of_a_package_that_another_file_hands_on(self, written):
        helper = {"helper.py": "import scipy.signal as s\n"}
        source = "from helper import s\ndef conv2d(x):\n    return s.convolve2d(x)\n"
        assert verdict(written(source, **helper), "scipy.signal.convolve2d") is Status.FAILED


class TestSize:
    @pytest.mark.parametrize(
        "source",
        [
            "def f(x):\n    return " + " + ".join(["x"] * 1_500),
            "f = abs\nx = [" + ", ".join(["f(1)"] * 30_000) + "]",
            "import numpy as np\nx = [" + ",\n".join(["np.abs(1)"] * 20_000) + "]",
            "x = '' " + "+ 'a'" * 1_500,
            "x = a" + ".b()" * 700,
        ],
    )
    def test_much_of_the_same_is_no_matter(self, written, source):
        result = judge(written(source), forbidden=["keras"])
        assert result.status is Status.PASSED, result.message


class TestDefinitionsFromAnotherFile:
    def test_an_imported_function_is_the_main_file_s(self, written):
        loading = written(
            "from solution.mine import conv2d\n",
            **{
                "solution/mine.py": "import numpy as np\ndef conv2d(x):\n    for y in x:\n        np.exp(y)\n"
            },
        )
        assert judge(loading, required=["numpy.exp", "for"], within=["conv2d"]).status is Status.PASSED
        assert verdict(loading, "numpy.exp", within=["conv2d"]) is Status.FAILED

    def test_also_one_that_is_installed(self, written):
        loading = written("from scipy.signal import convolve2d as conv2d\n")
        assert verdict(loading, "scipy.signal", within=["conv2d"]) is Status.FAILED
        assert verdict(loading, "scipy.signal", within=["layer"]) is Status.PASSED


def test_an_error_s_name_decides_nothing(written):
    loading = written("import keras\nraise SyntaxError('oops')\n")
    with_error = type(loading)(error=Error("SyntaxError", "oops", []), uses=loading.uses)
    result = judge(with_error, forbidden=["keras"])
    assert result.message == "code.py, line 1: keras is not allowed"
    clean = type(loading)(error=Error("SyntaxError", "oops", []))
    assert verdict(clean) is Status.PASSED


REBOUND = """
from scipy.signal import convolve2d
def fast(image, kernel):
    return convolve2d(image, kernel)
def conv(image, kernel):
    return image
"""


class TestANameThatIsBoundAgain:
    """What a function of this name does is what it is bound to last: in files and in notebooks."""

    @pytest.mark.parametrize(
        "rebinding",
        [
            "conv = fast",
            "for conv in [fast]: pass",
            "import contextlib\nwith contextlib.nullcontext(fast) as conv: pass",
            "(conv := fast)",
            "(conv, x) = (fast, 1)",
            "match fast:\n    case conv: pass",
            "match [1, fast]:\n    case [_, *conv]: pass",
            "match {'f': fast}:\n    case {**conv}: pass",
            "match fast:\n    case object() as conv: pass",
            "try:\n    raise fast\nexcept TypeError as conv: k = conv",
            "def g():\n    global conv\n    conv = fast\ng()",
            "def d(f): return fast\n@d\ndef conv(image, kernel): return image",
            "class M(type):\n    def __call__(c, *a): return fast(*a)\nclass conv(metaclass=M): pass",
            "def conv(image, kernel, f=fast): return f(image, kernel)",
            "L = [fast]\ndef conv(*a):\n    return L[0](*a)",
        ],
    )
    @pytest.mark.parametrize("is_notebook", [False, True])
    def test_it_is_followed(self, tmp_path, rebinding, is_notebook):
        cells = [REBOUND, rebinding]
        name = f"work.{'ipynb' if is_notebook else 'py'}"
        text = nbformat.writes(new_notebook(cells=list(map(new_code_cell, cells)))) if is_notebook else ""
        (tmp_path / name).write_text(text or "\n".join(cells), "utf-8")
        found = inspect(tmp_path, name, ["conv"])
        assert any(use.name == "scipy.signal.convolve2d" and "conv" in use.within for use in found.uses)

    @pytest.mark.parametrize(
        "rebinding",
        [
            "import __main__\n__main__.conv = fast",
            "import __main__ as m\nsetattr(m, 'conv', fast)",
            "from __main__ import __dict__ as d\nd['conv'] = fast",
            "import importlib\nimportlib.import_module('__main__').conv = fast",
            "import work\nwork.conv = fast",
            "import work\ndel work.conv",
        ],
    )
    def test_through_its_module_it_is_a_doubt(self, tmp_path, rebinding):
        (tmp_path / "work.py").write_text(f"{REBOUND}\n{rebinding}")
        assert [doubt for doubt in inspect(tmp_path, "work.py", ["conv"]).doubts if "" in doubt.within]


class TestWhatRunsTextsOrIsWrittenWhileTheCodeRuns:
    @pytest.mark.parametrize(
        "source",
        [
            "import pathlib\npathlib.Path('zz.py').write_text('import ke' + 'ras')\nimport zz",
            "open(chr(122) + 'z.py', 'w').write(T)\ndef f():\n    from zz.layers import Dense",
            "import numpy as np\nnp.savetxt(N, T)\ntry:\n    import zz\nexcept ImportError:\n    pass",
            "import importlib\nwrite('zz' + '.py')\nimportlib.import_module('zz')",
            "import logging.config as c\nc.BaseConfigurator({}).resolve('keras.layers')",
            "from logging.config import dictConfig\ndictConfig({'version': 1})",
            "import unittest.mock as m\nm.patch('keras.layers').getter()",
            "from unittest.mock import patch\npatch('keras.layers')",
            "import cProfile\ncProfile.run('import keras')",
            "from profile import run\nrun('import keras')",
            "import bdb\nbdb.Bdb().run('import keras')",
            "import pdb\npdb.run('import keras')",
            "import trace\ntrace.Trace().run('import keras')",
            "import doctest\ndoctest.run_docstring_examples(f, {})",
            "'''\n>>> import keras\n'''\nimport doctest\ndoctest.testmod()",
            "import doctest\nf.__doc__ = '>' * 3 + 'x'\ndoctest.testmod()",
            "import inspect\ninspect.signature(f, eval_str=True)",
            "import inspect\ninspect.get_annotations(f, eval_str=1 == 1)",
            "import inspect\ninspect.signature(f, **{'eval_str': True})",
            "import traitlets\ntraitlets.import_item('keras.layers')",
            "import pkgutil\npkgutil.walk_packages()",
            "import numpy.testing as t\nt.measure('import keras')",
            "import unittest\nunittest.TestLoader().loadTestsFromName('keras')",
        ],
    )
    def test_it_is_a_doubt(self, written, source):
        assert verdict(written(source)) is Status.NEEDS_REVIEW

    @pytest.mark.parametrize(
        "source",
        [
            "import numpy as np\nx = np.trace(np.eye(3))\nprofile = code = 1\nprofile + code",
            "import mine, os.path, xml.dom.minidom\nfrom mine import f\nopen('x.txt')",
            "import nobodys_package\ntry:\n    from google.colab import drive\nexcept ImportError:\n    pass",
            "'''\n>>> f(1)\n2\n'''\nif __name__ == '__main__':\n    import doctest\n    doctest.testmod()",
            "import logging\nlogging.basicConfig()",
            "import inspect\ninspect.signature(print, eval_str=False)",
            "class A: pass\na = A()\na.x = 1\nA.y = 2\ndel A.y",
            "import numpy as np\nnp.int = int",
            "try:\n    pass\nexcept ValueError as error:\n    print(error)",
            "import unittest\nclass T(unittest.TestCase): pass",
        ],
    )
    def test_what_students_write_is_none(self, written, source):
        assert verdict(written(source, **{"mine.py": "def f(): pass"})) is Status.PASSED

    def test_the_sample_classes_leave_no_doubts(self):
        files = sorted((ROOT / "assignments").glob("*/sample_class/*/*.py"))
        assert len(files) > 100
        assert [file for file in files if inspect(file.parent, file.name).doubts] == []
