"""What an assignment's file may say of the training that submissions do."""

from __future__ import annotations

from typing import Literal

import msgspec

from autograder.config.limits import Count, Seconds


class Training(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What becomes of `model.fit` in a submission, wherever it is called.

    Attributes:
        fit: Whether it runs as it is written, is shortened to the bounds below, or is skipped: the model
            then keeps the weights that it has, and the history is empty.
        epochs: The most epochs of one `fit`, where it is shortened.
        seconds: Wall seconds of one `fit`, where it is shortened: it ends after the batch that passes them.
    """

    fit: Literal["run", "shorten", "skip"] = "run"
    epochs: Count = 2
    seconds: Seconds = 10.0
