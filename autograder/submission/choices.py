"""``files.toml``: which file is to be graded, where a hand-in has several that fit.

[files]
"ada" = "final/convolution.py"
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from autograder.errors import ConfigError, Unreadable
from autograder.submission.folders import read_file

_EXPECTED = 'expected a table [files] of lines such as "ada" = "final/convolution.py"'


def read_choices(path: Path) -> dict[str, str]:
    """Return the chosen files by student; none where there is no such file.

    Raises:
        ConfigError: If it is not of this form.
    """
    if not path.exists() and not path.is_symlink():
        return {}
    try:
        content = tomllib.loads(read_file(path).decode("utf-8-sig"))
    except Unreadable as error:
        raise ConfigError(f"{path}: {error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: {_EXPECTED}; received what is no TOML: {error}") from None
    if unknown := [name for name in content if name != "files"]:
        raise ConfigError(f"{path}: {_EXPECTED}, and nothing else; received {', '.join(unknown[:5])}")
    files = content.get("files", {})
    if not isinstance(files, dict):
        raise ConfigError(f"{path}: {_EXPECTED}; received files = {files!r}")
    for student, file in files.items():
        if not isinstance(file, str) or not file:
            raise ConfigError(f"{path}: {_EXPECTED}; received {student!r} = {file!r}")
    return files
