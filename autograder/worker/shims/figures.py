"""Windows: there are none. `plt.show()`, `plt.pause()`, and those of OpenCV, where these are installed."""

from __future__ import annotations

import os
import types
from collections.abc import Sequence
from typing import Any

from autograder.worker.shims.hooks import Change
from autograder.worker.shims.notes import Notes

_OF_OPENCV = (
    *("imshow", "namedWindow", "destroyAllWindows", "destroyWindow", "moveWindow", "resizeWindow"),
    *("setMouseCallback", "createTrackbar", "startWindowThread"),
)
_IN_CELLS = "module://matplotlib_inline.backend_inline"
NO_KEY = -1  # what cv2.waitKey returns where no key was pressed
NO_WINDOW = "cv2 opened no window: there is no screen, and no key is ever pressed"


def changes(notes: Notes) -> Sequence[tuple[str, Change]]:
    """Return what to change once Matplotlib or OpenCV was imported."""

    def change_opencv(module: types.ModuleType) -> None:
        def no_window(*_: Any, **__: Any) -> None:
            """Do nothing: there is no screen."""
            notes.add(NO_WINDOW)

        def no_key(*_: Any, **__: Any) -> int:
            """Return that no key was pressed."""
            notes.add(NO_WINDOW)
            return NO_KEY

        for name in _OF_OPENCV:
            if hasattr(module, name):
                setattr(module, name, no_window)
        vars(module).update(waitKey=no_key, waitKeyEx=no_key)

    return (("matplotlib.pyplot", _change_pyplot), ("cv2", change_opencv))


def keep_figures() -> None:
    """Have figures shown in the cells of a notebook, also where it does not ask for that, as Colab does."""
    os.environ["MPLBACKEND"] = _IN_CELLS


def _change_pyplot(module: types.ModuleType) -> None:
    if os.environ.get("MPLBACKEND") == _IN_CELLS:
        module.switch_backend(_IN_CELLS)
        return

    def show(*_: Any, **__: Any) -> None:
        """Do nothing: there is no screen. The figure stays as it is."""

    def pause(interval: float = 0.0) -> None:
        """Do nothing: there is no screen, and nobody to wait for."""

    vars(module).update(show=show, pause=pause)
