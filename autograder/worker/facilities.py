"""What can bring in or run code that a text does not name: for these, only running tells.

A call with a name that stands in the text is a use of that name. Whatever else is done with one of these
facilities is a doubt, which a person settles.
"""

from __future__ import annotations

import ast
from importlib.util import resolve_name
from typing import NamedTuple

_IMPORTS = {"__import__", "importlib.__import__"}
_BY_NAME = {  # each takes a module's name first, as `name` or under a name of its own
    "importlib.import_module": "name",
    "importlib.util.find_spec": "name",
    "importlib.find_loader": "name",
    "pkgutil.resolve_name": "name",
    "pkgutil.find_loader": "fullname",
    "pkgutil.get_loader": "module_or_name",
    "runpy.run_module": "mod_name",
}
_RETURN_IT = {"importlib.import_module", "pkgutil.resolve_name"}
_RUN_TEXT = {"exec", "eval", "compile"}
_OF_PYTHON = {
    *(*_RUN_TEXT, "__import__", "__builtins__", "__loader__", "__spec__", "globals", "locals", "vars"),
    *("get_ipython", "breakpoint"),
}
_MODULES = {
    *("importlib", "imp", "_imp", "_frozen_importlib", "_frozen_importlib_external", "zipimport", "runpy"),
    *("pkgutil", "ctypes", "_ctypes", "cffi", "marshal", "pickle", "_pickle", "cloudpickle", "dill"),
    *("shelve", "codeop", "pydoc", "pty", "subprocess", "_posixsubprocess"),
}
_PARTS = {
    "builtins": _RUN_TEXT,
    "gc": {"get_objects", "get_referents", "get_referrers"},
    "inspect": {"currentframe", "stack", "trace"},
    "os": {"system", "popen", "posix_spawn", "posix_spawnp", "fork", "forkpty", "startfile"},
    "site": {"addpackage", "addsitedir"},
    "sys": {
        "modules",
        "path",
        "meta_path",
        "path_hooks",
        "path_importer_cache",
        "_getframe",
        "displayhook",
        "excepthook",
    },
    "timeit": {"timeit", "repeat", "Timer"},
    "types": {"CodeType", "FunctionType"},
    "typing": {"get_type_hints", "ForwardRef"},
}
_IN_FULL = (  # of which other modules may have a part of the same name, as `numpy.trace`
    *("bdb", "cProfile", "code", "doctest", "pdb", "profile", "trace", "rlcompleter"),
    *("logging.config", "numpy.f2py", "numpy.testing.measure", "numpy.testing.rundocs"),
    *("numpy.testing.runstring", "unittest.TestLoader", "unittest.TestProgram", "unittest.main"),
    *("unittest.defaultTestLoader", "unittest.loader", "unittest.mock"),
    *("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "asyncio.subprocess"),
    *("multiprocessing.spawn", "webbrowser", "tkinter.Tcl", "_tkinter", "test.support", "idlelib"),
    *("xml.sax.make_parser", "xmlrpc.server", "string.Formatter", "gettext.c2py", "tracemalloc.Snapshot"),
    *("pstats.Stats", "pkg_resources", "setuptools", "distutils", "numpy.distutils", "cython", "joblib.load"),
    *("pandas.eval", "pandas.read_pickle", "sympy.sympify", "sympy.parsing", "tensorflow.load_op_library"),
    *("tensorflow.load_library", "inspect.getattr_static", "inspect.getmembers_static"),
)
_ALSO = {"_sys": "sys", "_os": "os", "_builtins": "builtins", "_imp": "imp", "_importlib": "importlib"}
_OS_FAMILIES = ("exec", "spawn")
ATTRIBUTES = frozenset(
    {
        *("__import__", "__builtins__", "__loader__", "__spec__", "__globals__", "__subclasses__"),
        *("__code__", "__closure__", "f_globals", "f_builtins", "f_locals", "f_back", "tb_frame"),
        *("gi_frame", "cr_frame", "import_module", "_gcd_import", "_find_and_load", "find_spec"),
        *("exec_module", "load_module", "get_loader", "find_loader", "SourceFileLoader"),
        *("SourcelessFileLoader", "ExtensionFileLoader", "module_from_spec", "spec_from_file_location"),
        *("run_module", "run_path", "resolve_name", "meta_path", "path_hooks", "TYPE_CHECKING"),
        "_ip",  # of IPython's exit
        *("eval_str", "allow_pickle", "__getattribute__"),
    }
)
"""Attributes that lead to a facility whatever they are taken from, also as texts."""
OF_MODULE = frozenset({"__package__", "__spec__", "__loader__", "__builtins__", "__path__", "__name__"})
"""Names of a module that decide what its imports mean."""


class Imported(NamedTuple):
    """What a call of an importer names: a module, and the full name of what the call returns."""

    module: str | None
    returned: str | None


def danger(name: str) -> str | None:
    """Return the facility that a full name is or leads to, if it does.

    >>> [danger(name) for name in ("exec", "re.compile", "numpy.os.sys.modules", "sys.stdout", "sys")]
    ['exec', None, 'sys.modules', None, 'sys']
    """
    parts = [_ALSO.get(part, part) for part in name.split(".")]
    if parts[0] in _OF_PYTHON:
        return parts[0]
    if "get_ipython" in parts:
        return "get_ipython"
    if found := next((each for each in _IN_FULL if f"{name}.".startswith(f"{each}.")), None):
        return found
    if parts[0] in ("IPython", "traitlets") and parts[:2] != ["IPython", "display"]:
        return parts[0]
    for index, part in enumerate(parts):
        following = parts[index + 1] if index + 1 < len(parts) else None
        if part in _MODULES:
            return ".".join(parts[index:])
        if part in _PARTS and (index == 0 or part in ("sys", "os", "builtins")):
            if following is None and part in ("sys", "os", "builtins"):
                return part
            if following is not None and _is_part(part, following):
                return f"{part}.{following}"
    return None


def hinted(text: str) -> str | None:
    """Return the facility that a text leads to where it is taken for the name of an attribute, if it does.

    >>> hinted("f_globals"), hinted("os.sys.modules"), hinted("f_globals are global"), hinted("x.y")
    ('f_globals', 'os.sys.modules', None, None)
    """
    if text in ATTRIBUTES:
        return text
    parts = text.split(".")
    if len(parts) == 1 or not all(map(str.isidentifier, parts)):
        return "__import__" if "__import__(" in text else None
    is_way = not ATTRIBUTES.isdisjoint(parts) or danger(f".{text}") is not None
    return text if is_way else None


def _is_part(module: str, part: str) -> bool:
    in_family = module == "os" and part.startswith(_OS_FAMILIES)
    return part in _PARTS[module] or part == "__dict__" or in_family


def why(facility: str) -> str:
    """Return in words what a facility leaves open."""
    if facility in _RUN_TEXT:
        return f"{facility} runs a text"
    return f"{facility} can bring in what the text does not name"


def runs_text(function: str) -> bool:
    """Return whether a function runs a text."""
    return function in _RUN_TEXT


def is_importer(function: str) -> bool:
    """Return whether a function imports what it is given by name."""
    return function in _IMPORTS or function in _BY_NAME


def imported_by(function: str, call: ast.Call) -> Imported:
    """Return what an importer's call imports; no module where the text does not tell."""
    unknown = Imported(None, None)
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    if len(named) < len(call.keywords) or any(isinstance(each, ast.Starred) for each in call.args):
        return unknown
    positions = ["name", "globals", "locals", "fromlist", "level"]
    if function in _BY_NAME:
        positions = [_BY_NAME[function], "package"]
    given = {**named, **dict(zip(positions, call.args, strict=False))}
    module = text_of(given.get(positions[0]))
    if module is None:
        return unknown
    if function in _IMPORTS:
        return _by_import(module, given.get("fromlist"), given.get("level"))
    if module.startswith("."):
        package = text_of(given.get("package"))
        try:
            module = resolve_name(module, package)
        except (ImportError, TypeError, ValueError):
            return unknown
    module = module.replace(":", ".")
    return Imported(module, module if function in _RETURN_IT else None)


def _by_import(module: str, wanted: ast.expr | None, level: ast.expr | None) -> Imported:
    """Return what ``__import__`` brings: the first package, or, where parts of it are wanted, all of it."""
    if level is not None and not (isinstance(level, ast.Constant) and level.value == 0):
        return Imported(None, None)
    match wanted:
        case None | ast.Constant(None | "") | ast.List([]) | ast.Tuple([]):
            return Imported(module, module.partition(".")[0])
        case ast.List() | ast.Tuple():
            return Imported(module, module)
    return Imported(None, None)


def text_of(node: ast.expr | None) -> str | None:
    """Return the text that an expression is, where it is made of texts alone.

    >>> [text_of(ast.parse(text, mode="eval").body) for text in ("'ke' + f'ras'", "f'{x}'")]
    ['keras', None]
    """
    parts: list[str] = []
    todo = [node]
    while todo:
        match todo.pop():
            case ast.Constant(str(text)):
                parts.append(text)
            case ast.JoinedStr(values):
                todo += values
            case ast.BinOp(left, ast.Add(), right):
                todo += [left, right]  # the end first: of a long sum it is a leaf
            case _:
                return None
    return "".join(reversed(parts))
