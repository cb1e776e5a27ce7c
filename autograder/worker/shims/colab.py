"""`google.colab`, where it is not installed: Drive, uploads, downloads."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.worker.shims.data import Files
from autograder.worker.shims.drawing import Undrawn
from autograder.worker.shims.hooks import Change
from autograder.worker.shims.notes import Notes

MOUNTED = "drive.mount did nothing: files below /content are looked for among the submission's and the data"
UPLOADED = "files.upload returned the submission's own files: nobody chooses any while work is graded"
UPLOADED_DATA = "files.upload returned the files of the data folder: nobody chooses any while work is graded"
_MOST_UPLOADED_BYTES = 64 * 1024 * 1024
_NOTHING = {
    "google.colab.drive": ("flush_and_unmount",),
    "google.colab.files": ("view",),
    "google.colab.output": (
        *("clear", "eval_js", "register_callback", "enable_custom_widget_manager", "no_vertical_scroll"),
        *("disable_custom_widget_manager", "serve_kernel_port_as_iframe", "serve_kernel_port_as_window"),
    ),
    "google.colab.auth": ("authenticate_user", "authenticate_service_account"),
    "google.colab.data_table": ("enable_dataframe_formatter", "disable_dataframe_formatter"),
    "google.colab.runtime": ("unassign",),
    "google.colab.patches": ("cv2_imshow",),
}


class SecretNotFoundError(Exception):
    """There are no secrets here."""


def modules(files: Files, notes: Notes, main: str) -> Mapping[str, Change]:
    """Return what fills the modules, by name."""

    def mount(mountpoint: str = "/content/drive", *_: Any, **__: Any) -> None:  # noqa: ARG001
        notes.add(MOUNTED)

    def upload(*_: Any, **__: Any) -> dict[str, bytes]:
        own = _contents(files.home, sorted(files.home.rglob("*")), main)
        data = _contents(files.folder, sorted(files.folder.iterdir())) if files.folder and not own else {}
        notes.add(UPLOADED_DATA if data else UPLOADED)
        return own or data

    def download(filename: str = "", *_: Any, **__: Any) -> None:
        notes.add(f"files.download({str(filename)!r}) did nothing: there is no browser")

    def get(key: str = "") -> str:
        raise SecretNotFoundError(f"there are no secrets while work is graded; asked for {key!r}")

    own: dict[str, dict[str, object]] = {
        "google.colab.drive": {"mount": mount},
        "google.colab.files": {"upload": upload, "download": download},
        "google.colab.userdata": {"get": get, "SecretNotFoundError": SecretNotFoundError},
    }
    names = ("google", "google.colab", *_NOTHING, *own)
    return {name: _filling(name, own.get(name, {}), notes) for name in names}


def _filling(name: str, own: Mapping[str, object], notes: Notes) -> Change:
    def nothing(part: str) -> Callable[..., None]:
        def stub(*_: Any, **__: Any) -> None:
            notes.add(f"{name}.{part} did nothing: this is not Colab")

        stub.__name__ = part
        return stub

    def inert(part: str) -> Undrawn:
        if part.startswith("__"):
            raise AttributeError(part)
        notes.add(f"google.colab.{part} does nothing: this is not Colab")
        return Undrawn()

    def fill(module: types.ModuleType) -> None:
        vars(module).update({part: nothing(part) for part in _NOTHING.get(name, ())}, **own)
        if name == "google.colab":
            from importlib import import_module  # noqa: PLC0415

            for full in (*_NOTHING, "google.colab.userdata"):
                vars(module)[full.rpartition(".")[2]] = import_module(full)
            vars(module)["__getattr__"] = inert

    return fill


def _contents(folder: Path, paths: Sequence[Path], main: str = "") -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    left = _MOST_UPLOADED_BYTES
    for path in paths:
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file() or name == main or "__pycache__" in path.parts:
            continue
        left -= path.stat().st_size
        if left < 0:
            break
        found[name] = path.read_bytes()
    return found
