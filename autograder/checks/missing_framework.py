"""Code in a framework that is not installed where it is graded: no mistake of the student's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import structs

from autograder.calling import CallStyle
from autograder.observation import Loading, Observation, Raised
from autograder.results import CheckResult, Status

_MISSING = re.compile(r"No module named '(torch|tensorflow|keras|mxnet|jax|d2l)(\.[\w.]+)?'")
_OF_ARRAYS = ("AttributeError", "TypeError")  # an array that came in the place of a tensor


def asked_where_missing(
    result: CheckResult, style: CallStyle, loading: Loading, wrong: Sequence[Observation]
) -> CheckResult:
    """Return a result; a question for a person where a style takes tensors, of a framework that is not here.

    Args:
        result: What the check says.
        style: How the function is called.
        loading: How the file ran.
        wrong: What was seen of the cases that are wrong.
    """
    if style.config is None or not style.config.tensors or not wrong:
        return result
    said = [loading.error.message if loading.error is not None else "", *loading.notes]
    missing = [name for name in map(_missing_in, said) if name not in ("", "d2l")]
    for seen in wrong:
        name = _missing_in(seen.error.message) if isinstance(seen, Raised) else ""
        if name:
            missing.append(name)
        elif not (missing and isinstance(seen, Raised) and seen.error.type in _OF_ARRAYS):
            return result
    name = missing[0]
    message = (
        f"{name} is not installed where this was graded, so that the function could not be run: "
        "a question for your instructor, and no mistake of yours"
    )
    hint = f"Ask whether {name} may be used, or write it with NumPy."
    return structs.replace(result, status=Status.NEEDS_REVIEW, score=None, message=message, hint=hint)


def _missing_in(text: str) -> str:
    """Return the framework that an error says is missing; empty where it says nothing of the kind."""
    found = _MISSING.search(text)
    return found[1] if found is not None else ""
