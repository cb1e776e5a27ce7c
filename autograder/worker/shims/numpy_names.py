"""Names of NumPy that are gone, for submissions of their time; each use is noted."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.worker.shims.callers import is_submission
from autograder.worker.shims.hooks import offer
from autograder.worker.shims.notes import Notes

# By name: what it is now, below `numpy` or among Python's own names.
GONE_SINCE_1_24: Mapping[str, str] = {
    **{name: name for name in ("int", "float", "bool", "object", "str", "complex")},
    "long": "int",
    "unicode": "str",
    "int0": "numpy.intp",
    "uint0": "numpy.uintp",
    "bool8": "numpy.bool_",
    "str0": "numpy.str_",
    "bytes0": "numpy.bytes_",
    "object0": "numpy.object_",
    "void0": "numpy.void",
    "typeDict": "numpy.sctypeDict",
    "asscalar": "",
    "rank": "numpy.ndim",
    "alen": "len",
    "MachAr": "numpy.finfo",
}
GONE_SINCE_2: Mapping[str, str] = {
    **dict.fromkeys(("Inf", "Infinity", "infty", "PINF"), "numpy.inf"),
    **dict.fromkeys(("NaN", "NAN"), "numpy.nan"),
    "NINF": "",
    "PZERO": "",
    "NZERO": "",
    "float_": "numpy.float64",
    "complex_": "numpy.complex128",
    "cfloat": "numpy.complex128",
    "singlecomplex": "numpy.complex64",
    "longfloat": "numpy.longdouble",
    "longcomplex": "numpy.clongdouble",
    "clongfloat": "numpy.clongdouble",
    "string_": "numpy.bytes_",
    "unicode_": "numpy.str_",
    "round_": "numpy.round",
    "product": "numpy.prod",
    "cumproduct": "numpy.cumprod",
    "sometrue": "numpy.any",
    "alltrue": "numpy.all",
    "in1d": "numpy.isin",
    "trapz": "numpy.trapezoid",
    "row_stack": "numpy.vstack",
    "mat": "numpy.asmatrix",
    "issubclass_": "issubclass",
    "issubsctype": "numpy.issubdtype",
    "find_common_type": "",
    "asfarray": "",
    "msort": "",
    "fastCopyAndTranspose": "",
    "cast": "",
    "safe_eval": "ast.literal_eval",
    "byte_bounds": "numpy.lib.array_utils.byte_bounds",
    "DataSource": "numpy.lib.npyio.DataSource",
    "compare_chararrays": "numpy.char.compare_chararrays",
    "format_parser": "numpy.rec.format_parser",
    "recfromcsv": "",
    "recfromtxt": "",
    "disp": "",
}


def install(notes: Notes) -> None:
    """Have `numpy` look these names up for the submission; packages find NumPy as it is."""

    def look_up(name: str) -> object:
        is_old = name in GONE_SINCE_1_24
        if not (is_old or name in GONE_SINCE_2) or not is_submission(2):
            raise AttributeError(name)
        target = GONE_SINCE_1_24[name] if is_old else GONE_SINCE_2[name]
        found, said = (_resolved(target), target) if target else _REWRITTEN[name]
        since = "1.24" if is_old else "2.0"
        notes.add(f"np.{name} is gone since NumPy {since}: it worked here as {said.replace('numpy.', 'np.')}")
        return found

    def look_up_in_lib(name: str) -> object:
        if name.startswith("_") or not hasattr(np, name) or not is_submission(2):
            raise AttributeError(name)
        notes.add(f"np.lib.{name} is gone since NumPy 2.0: it worked here as np.{name}")
        return getattr(np, name)

    offer(np, look_up)
    offer(np.lib, look_up_in_lib)


def _resolved(target: str) -> object:
    if target == "ast.literal_eval":
        from ast import literal_eval  # noqa: PLC0415

        return literal_eval
    first, _, rest = target.partition(".")
    if first != "numpy":
        return getattr(builtins, first)
    found: object = np
    for part in rest.split("."):
        found = getattr(found, part)
    return found


_SCALARS = {"b": False, "i": 0, "u": 0, "f": 0.0, "c": 0j}


def _asfarray(a: Any, dtype: Any = np.float64) -> Any:
    kind = np.dtype(dtype) if dtype is not None else np.dtype(float)
    return np.asarray(a, dtype=kind if np.issubdtype(kind, np.inexact) else np.float64)


def _common_type(array_types: Any, scalar_types: Any) -> Any:
    scalars = [_SCALARS[kind] for each in scalar_types if (kind := np.dtype(each).kind) in _SCALARS]
    return np.result_type(*array_types, *scalars)


class _Cast(dict[Any, Callable[[Any], Any]]):
    def __missing__(self, kind: Any) -> Callable[[Any], Any]:
        return lambda values: np.asarray(values).astype(kind)


def _records(**defaults: Any) -> Callable[..., Any]:
    def read(fname: Any, **named: Any) -> Any:
        return np.genfromtxt(fname, **{"dtype": None, "encoding": None, **defaults, **named}).view(
            np.recarray
        )

    return read


_REWRITTEN: dict[str, tuple[object, str]] = {
    "asscalar": (lambda a: np.asarray(a).item(), "a.item()"),
    "NINF": (-np.inf, "-np.inf"),
    "PZERO": (0.0, "0.0"),
    "NZERO": (-0.0, "-0.0"),
    "find_common_type": (_common_type, "np.result_type"),
    "asfarray": (_asfarray, "np.asarray(a, dtype=float)"),
    "msort": (lambda a: np.sort(a, axis=0), "np.sort(a, axis=0)"),
    "fastCopyAndTranspose": (lambda a: np.asarray(a).T.copy(), "a.T.copy()"),
    "cast": (_Cast(), "a.astype"),
    "recfromtxt": (_records(), "np.genfromtxt"),
    "recfromcsv": (_records(delimiter=",", names=True, case_sensitive="lower"), "np.genfromtxt"),
    "disp": (lambda mesg, *_, **__: print(mesg), "print"),  # noqa: T201
}
