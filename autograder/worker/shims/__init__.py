"""What students' notebooks and scripts expect around them: served, or stubbed honestly with a note.

Installed in the worker just before the submission's file runs, and nowhere else. It is no wall and no part
of one: the submission's own process holds it, and the grader believes nothing of what it says.
"""

from __future__ import annotations

from pathlib import Path

from autograder.wire.surroundings import Surroundings
from autograder.worker import reproducing
from autograder.worker.shims import (
    colab,
    console,
    data,
    drawing,
    elsewhere,
    figures,
    graders,
    keras_data,
    keras_names,
    keras_views,
    network,
    numpy_names,
    packages,
    progress,
    python_2,
    scalars,
    style_names,
)
from autograder.worker.shims.fitting import Fits
from autograder.worker.shims.hooks import AfterImport, Change, Given
from autograder.worker.shims.notes import Notes
from autograder.worker.shims.watching import Watch

_SOURCES = (".py", ".ipynb")


def install(
    surroundings: Surroundings,
    home: Path,
    main: str,
    folder: Path | None = None,
    watch: Watch | None = None,
    fits: Fits | None = None,
    seed: int = 0,
) -> data.Files:
    """Put everything in its place; return where files are found and notes taken.

    Nothing is imported here: what a submission does not use costs nothing.

    Args:
        surroundings: What the assignment asks for.
        home: The folder of the submission.
        main: Its main file, from there.
        folder: The assignment's data folder, if it has one.
        watch: Gets to know the models that are built and fitted, where the assignment asks for one.
        fits: Bounds the calls of `fit`, and gets to know how they went.
        seed: Of Keras' generators, where the assignment trains models.
    """
    notes = Notes()
    found = data.Files(home, folder, notes)
    data.install(found)
    elsewhere.install(found, notes)
    console.install(notes)
    changes: dict[str, list[Change]] = {}
    for name, change in (
        *console.changes(notes),
        *figures.changes(notes),
        *progress.changes(),
        *network.changes(found),
        *keras_data.changes(found),
        *keras_views.changes(notes),
        *(fits or Fits()).changes(surroundings, notes),
        *reproducing.changes(surroundings, seed),
        *(watch.changes() if surroundings.models and watch is not None else ()),
        *((*keras_names.changes(notes), *style_names.changes(notes)) if surroundings.period else ()),
    ):
        changes.setdefault(name, []).append(change)
    given = {
        **colab.modules(found, notes, main),
        **progress.modules(notes),
        **drawing.modules(notes),
        **python_2.modules(),
        **console.modules(notes),
        **graders.modules(notes),
        **keras_views.modules(notes),
    }
    also = keras_names.OldModules(notes).fill if surroundings.period else lambda _: None
    Given(given, also).install()
    packages.install(home, main, notes)
    AfterImport(changes).install(lambda name: "keras" not in name or _mentions(home, b"keras"))
    if surroundings.period:
        numpy_names.install(notes)
        scalars.install(notes)
    return found


def _mentions(home: Path, name: bytes) -> bool:
    """Return whether a source of the submission has a name anywhere in its text."""
    sources = [path for path in home.rglob("*") if path.suffix in _SOURCES and not path.is_symlink()]
    return any(path.is_file() and name in path.read_bytes() for path in sources)
