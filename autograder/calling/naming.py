"""Finding a function by the names that it may have."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def find_function(
    functions: Sequence[str],
    defined: Collection[str],
    own: Sequence[str] = (),
    required: Collection[str] = (),
) -> str | None:
    """Return the name that a function has in a submission, or None.

    Args:
        functions: The names that it may have, the preferred ones first.
        defined: All names that can be called.
        own: Those that the submission defines itself, in their order: only of them capitals and underscores
            may differ.
        required: Names that belong to other checks.

    >>> find_function(["conv_forward"], {"convForward", "np"}, ["convForward"])
    'convForward'
    """
    for name in functions:
        if name in defined:
            return name
    alike = {_bare(name) for name in functions}
    others = set(required) - set(functions)
    return next((name for name in own if name not in others and _bare(name) in alike), None)


def _bare(name: str) -> str:
    return name.replace("_", "").casefold()
