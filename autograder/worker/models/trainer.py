"""Answering the grader: a model trained, as arrays; what it predicts; and one that is made of arrays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from autograder.wire.messages import MAX_MESSAGE, Error, Raised, Returned
from autograder.wire.models import AskModel, ModelSeen
from autograder.wire.trained import Trained
from autograder.wire.training import Predict, Rebuild, Train
from autograder.wire.values import WireError, decode_value, encode_value
from autograder.worker import reproducing
from autograder.worker.loading import describe
from autograder.worker.models.answering import seek
from autograder.worker.models.finding import NotFound
from autograder.worker.models.inputs import BATCH
from autograder.worker.models.layer_output import output_of
from autograder.worker.models.packing import NotRebuilt, unpack
from autograder.worker.models.preparing import prepare
from autograder.worker.models.public_data import Numbers
from autograder.worker.models.training import Around, Training
from autograder.worker.plain import plain
from autograder.worker.shims.fitting import Fits
from autograder.worker.shims.watching import Watch

Asked: TypeAlias = AskModel | Train | Predict | Rebuild
Reply: TypeAlias = ModelSeen | Trained | Returned | Raised

_GRAPH = "Graph execution error"


class Trainer:
    """Has models trained, and predicts with them.

    Args:
        watch: What was built and fitted.
        fits: What `fit` may take, and how it went.
        data: The assignment's data folder, if it has one.
        seed: Of all that is drawn.
    """

    def __init__(self, watch: Watch, fits: Fits, data: Path | None, seed: int) -> None:
        self._around = Around(watch, fits, data, seed)
        self._models: dict[int, Any] = {}

    def answer(
        self, names: Mapping[str, Any], asked: Asked, buffers: bytes, home: Path
    ) -> tuple[Reply, list[bytes]]:
        """Return the reply to what is asked of a model, and its buffers.

        Args:
            names: What the submission has defined.
            asked: The request.
            buffers: Its buffers.
            home: The folder of the submission's files.
        """
        sent: list[bytes] = []
        try:
            match asked:
                case AskModel():
                    seen, text = seek(names, asked, buffers, home, self._around.watch)
                    return seen, [text]
                case Train():
                    with self._around.fits.telling(asked.id):
                        model, trained, sent = Training(self._around, names, asked, buffers, home).run()
                    self._models[asked.id] = model
                    return trained, sent
                case Rebuild():
                    self._models[asked.id], value = _rebuilt(asked, buffers), None
                case Predict():
                    inputs = decode_value(asked.inputs, buffers)
                    value = encode_value(self._predicted(inputs, asked), sent)
        except (NotFound, NotRebuilt, WireError) as problem:
            return Raised(asked.id, 0, Error("", str(problem), []).cut()), []
        except BaseException as error:
            return Raised(asked.id, 0, _described(error, home)), []
        return Returned(asked.id, 0, value, [], ""), sent

    def _predicted(self, inputs: Numbers, asked: Predict) -> Numbers:
        model = self._models.get(asked.model)
        if model is None:
            raise NotFound("there is no model to predict with")
        prepared = prepare(asked.preparation, inputs)
        if asked.layer:
            return output_of(model, asked.layer, prepared)
        scores = plain(model.predict(prepared, batch_size=BATCH, verbose=0))
        if type(scores) is not np.ndarray:
            raise NotFound(f"expected one array of predictions; its predict returns {_said(scores)}")
        return scores


def _rebuilt(asked: Rebuild, buffers: bytes) -> Any:
    import keras  # noqa: PLC0415  # a worker without a submission has not imported it

    reproducing.be_deterministic(asked.threads)
    reproducing.set_seeds(0, 0)
    return unpack(decode_value(asked.model, buffers), asked.paths, keras)


def _described(error: BaseException, home: Path) -> Error:
    """Return an exception; of one of TensorFlow, which names every line of the grader, what went wrong."""
    told = describe(error, home)
    if _GRAPH not in told.message:
        return told
    lines = [line.strip() for line in str(error).splitlines()]
    said = [line for line in lines if line and not line.startswith(("[[", "File ", "Stack trace"))]
    return Error(told.type, said[-1][:MAX_MESSAGE], told.traceback)


def _said(value: object) -> str:
    return f"{len(value)} of them" if isinstance(value, list | tuple) else type(value).__name__
