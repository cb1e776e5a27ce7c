"""What bridged Python 2 and 3, where it is not installed: `six`, and `past.builtins` of the package `future`.

Course material of that time imports them at the top of each file. A name that is not imported stays unknown.
Of `six` there is what changes names and types; what brings in code, such as `cPickle`, is not there.
"""

from __future__ import annotations

import io
import itertools
import sys
import types
from collections.abc import Mapping
from functools import reduce

from autograder.worker.shims.hooks import Change

_NAMES: Mapping[str, object] = {
    "xrange": range,
    "range": range,
    "unicode": str,
    "basestring": str,
    "long": int,
    "raw_input": input,
    "input": input,
    "reduce": reduce,
    "map": map,
    "zip": zip,
    "filter": filter,
}


_MOVED = ("xrange", "range", "input", "reduce", "map", "zip", "filter")
_OF_SIX: Mapping[str, object] = {
    "PY2": False,
    "PY3": True,
    "string_types": (str,),
    "integer_types": (int,),
    "class_types": (type,),
    "text_type": str,
    "binary_type": bytes,
    "MAXSIZE": sys.maxsize,
    "StringIO": io.StringIO,
    "BytesIO": io.BytesIO,
    "iteritems": lambda mapping: iter(mapping.items()),
    "iterkeys": lambda mapping: iter(mapping.keys()),
    "itervalues": lambda mapping: iter(mapping.values()),
    "next": next,
    "print_": print,
    "u": str,
    "b": lambda text: text.encode("latin-1"),
}


def modules() -> Mapping[str, Change]:
    """Return what fills `past.builtins` and `six`."""
    return {"past.builtins": lambda module: vars(module).update(_NAMES), "six": _fill_six}


def _fill_six(module: types.ModuleType) -> None:
    """Fill `six`, and put `six.moves` there with it: the real one's is found by a finder of its own."""
    moves = types.ModuleType("six.moves")
    vars(moves).update({name: _NAMES[name] for name in _MOVED}, zip_longest=itertools.zip_longest)
    sys.modules["six.moves"] = moves
    vars(module).update(_OF_SIX, moves=moves)
