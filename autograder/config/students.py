"""What of an assignment's file students may see."""

from __future__ import annotations

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
