"""What of an assignment's file students may see."""

from __future__ import annotations

import hashlib

from msgspec import structs

from autograder.config.structure import (
    AssignmentConfig,
    CheckConfig,
    Criterion,
    ValuesCheckConfig,
    WrittenCheckConfig,
)


def for_students(config: AssignmentConfig) -> AssignmentConfig:
    """Return a configuration without what only graders may know: answers, near misses, rubrics."""
    return structs.replace(config, checks=tuple(map(_check, config.checks)))


def released_digest(data: bytes) -> str:
    """Return the digest of a kit's configuration, which a kit records. Line ends do not matter to it.

    Of the grader's own file no kit has a digest: it could be tried which answers lead to it.
    """
    return "sha256:" + hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()


def _check(check: CheckConfig) -> CheckConfig:
    match check:
        case ValuesCheckConfig(items=items):
            return structs.replace(
                check,
                items=tuple(
                    item if item.visible else structs.replace(item, accept=None, near=(), tolerance=0.0)
                    for item in items
                ),
            )
        case WrittenCheckConfig(rubric=rubric):
            worth = round(sum(line.points for line in rubric), 2)
            return structs.replace(check, rubric=(Criterion(points=worth),))
    return check
