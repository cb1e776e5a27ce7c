"""What a submission may import, as far as a configuration says."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution

DEFAULT_PACKAGES = (
    "numpy",
    "scipy",
    "scikit-learn",
    "matplotlib",
    "tensorflow",
    "keras",
    "pandas",
    "pillow",
)
STAND_INS = frozenset(
    "IPython client google ipywidgets matplotlib mpl_toolkits otter past plotly seaborn six tensorboard "
    "tqdm".split()
)  # a worker has them where they are not installed
_TOOLKIT = "autograder"  # a worker has a stand-in for it
_IMPORTED_AS = {"scikit-learn": "sklearn", "pillow": "PIL"}


def installed(packages: Iterable[str]) -> list[str]:
    """Return which of some packages are installed here, in their order."""
    return [name for name in packages if _is_installed(name)]


def _is_installed(package: str) -> bool:
    try:
        distribution(package)
    except (PackageNotFoundError, ValueError):
        return False
    return True


def not_surely_there(imports: Iterable[str], files: Iterable[str], packages: Iterable[str]) -> list[str]:
    """Return which imported modules may be missing where work is graded, with nothing in their place.

    Args:
        imports: Modules, by their first name.
        files: The submission's own files.
        packages: What is there, of what the assignment allows.

    >>> not_surely_there(["os", "numpy", "sklearn", "torch", "mine"], ["mine.py"], ["numpy", "scikit-learn"])
    ['torch']
    """
    there = {_IMPORTED_AS.get(name, name) for name in packages} | set(sys.stdlib_module_names) | {_TOOLKIT}
    there |= STAND_INS
    own = {file.partition("/")[0].removesuffix(".py") for file in files}
    return [name for name in imports if name not in there | own]
