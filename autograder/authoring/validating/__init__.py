"""Whether an assignment's cases hold: what is right earns everything, and what is wrong does not.

``solution`` hands in the references, ``groups`` compares what is hidden with what students see, ``mistakes``
tries the known wrong ways, ``reach`` and ``trial`` changed references; ``run`` goes through it from top to
bottom, into the `Validation` of ``report``, which ``view`` shows.
"""

from autograder.authoring.validating.report import Finding, MistakeTried, Survivor, Validation
from autograder.authoring.validating.run import Options, Progress, validate

__all__ = [
    "Finding",
    "MistakeTried",
    "Options",
    "Progress",
    "Survivor",
    "Validation",
    "validate",
]
