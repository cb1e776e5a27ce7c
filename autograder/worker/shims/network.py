"""Downloads: served from the data folder by name, else refused with what there is. No socket is touched."""

from __future__ import annotations

import errno
import functools
import inspect
import io
import sys
import types
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograder.worker.shims.data import Files, is_own_home
from autograder.worker.shims.hooks import Change

_LOCAL = ("file:", "data:")


def changes(files: Files) -> Sequence[tuple[str, Change]]:
    """Return what to change once a module that downloads was imported."""
    return (
        ("urllib.request", functools.partial(_change_urllib, files)),
        ("keras", functools.partial(_change_keras, files)),
        ("sklearn.datasets", functools.partial(_change_sklearn, files)),
    )


def name_of(address: str) -> str:
    """Return the path at the end of an address.

    >>> name_of("https://example.org/data/mnist.npz?raw=1#top")
    'data/mnist.npz'
    """
    rest = address.partition("://")[2] or address
    return rest.partition("#")[0].partition("?")[0].partition("/")[2] or rest


def _not_here(files: Files, asked: str) -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, f"No such file: {files.why_not(asked)}")


def _change_urllib(files: Files, module: types.ModuleType) -> None:
    real = module.OpenerDirector.open

    @functools.wraps(real)
    def open_or_serve(self: Any, fullurl: Any, data: Any = None, *more: Any, **named: Any) -> Any:
        address = fullurl if isinstance(fullurl, str) else fullurl.full_url
        if address.startswith(_LOCAL):
            return real(self, fullurl, data, *more, **named)
        found = files.in_data(name_of(address))
        if found is None:
            raise _not_here(files, address)
        files.note(address, found)
        content = found.read_bytes()
        from email.message import Message  # noqa: PLC0415  # urllib has imported it

        headers = Message()
        headers["Content-Length"] = str(len(content))
        from urllib.response import addinfourl  # noqa: PLC0415

        return addinfourl(io.BytesIO(content), headers, address, 200)

    module.OpenerDirector.open = open_or_serve


def _change_keras(files: Files, module: types.ModuleType) -> None:
    """Have `get_file`, which all data sets and pretrained weights come through, take the course's own files.

    Their digest is not the original's where a course has a part of a data set. In a plain process, nothing is
    put into the cache of whoever runs it.
    """
    real = module.utils.get_file
    parameters = inspect.signature(real)

    @functools.wraps(real)
    def get_file(*arguments: Any, **named: Any) -> Any:
        given = parameters.bind(*arguments, **named).arguments
        asked = [str(given[key]) for key in ("origin", "fname") if given.get(key)]
        found = [(each, files.in_data(name_of(each))) for each in asked]
        if served := [(each, path) for each, path in found if path is not None]:
            files.note(*served[0])
            given = {k: v for k, v in given.items() if k not in ("file_hash", "md5_hash")}
            if not is_own_home(files.home):
                own = files.home.parent / ".keras"
                own.mkdir(exist_ok=True)  # else Keras takes one that all processes share, and what is in it
                given.setdefault("cache_dir", str(own))
        return real(**given)

    for name, each in list(sys.modules.items()):
        if name.startswith("keras") and getattr(each, "__dict__", {}).get("get_file") is real:
            vars(each)["get_file"] = get_file


def _change_sklearn(files: Files, module: types.ModuleType) -> None:
    """Have the functions that download look for a `scikit_learn_data` in the data folder first."""
    cached = files.folder / "scikit_learn_data" if files.folder is not None else None
    for name in [name for name in vars(module) if name.startswith("fetch_")]:
        setattr(module, name, _fetching(cached, getattr(module, name)))


def _fetching(cached: Path | None, real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def fetch(*arguments: Any, **named: Any) -> Any:
        if cached is not None and cached.is_dir():
            named.setdefault("data_home", str(cached))
        return real(*arguments, **named)

    return fetch
