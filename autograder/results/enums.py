"""The closed lists: how a check's running ended, and what the check says of the work."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How the running of a check ended."""

    COMPLETED = "completed"
    SUBMISSION_ERROR = "submission_error"
    UNREADABLE_SUBMISSION = "unreadable_submission"
    TIMEOUT = "timeout"
    MEMORY_LIMIT = "memory_limit"
    DEVICE_MEMORY_LIMIT = "device_memory_limit"
    OUTPUT_LIMIT = "output_limit"
    CRASHED = "crashed"
    PROTOCOL_VIOLATION = "protocol_violation"
    GRADER_ERROR = "grader_error"


class Status(StrEnum):
    """What a check says of the work. ``error`` is a fault of ours, and has no score."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    NEEDS_REVIEW = "needs_review"
    ERROR = "error"
