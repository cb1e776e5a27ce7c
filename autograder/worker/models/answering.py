"""Answering the grader's question for a model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.wire.models import AskModel, ModelSeen
from autograder.wire.values import decode_value
from autograder.worker.models.describing import describe_model
from autograder.worker.models.finding import find
from autograder.worker.shims.watching import Watch


def seek(
    names: Mapping[str, Any], asked: AskModel, data: bytes, home: Path | None, watch: Watch
) -> tuple[ModelSeen, bytes]:
    """Return what travels of the model that is meant.

    Args:
        names: What the submission has defined.
        asked: The question.
        data: Its buffers.
        home: The folder of the submission's files, where there is one.
        watch: What was built and fitted.

    Raises:
        NotFound: If there is none.
        BaseException: Whatever a function of the submission raises.
    """
    arguments = [decode_value(item, data) for item in asked.arguments]
    named = {name: decode_value(item, data) for name, item in asked.named}
    found = find(names, asked, arguments, home, watch, named=named)
    return describe_model(found, asked.id, asked.input_shapes, watch)
