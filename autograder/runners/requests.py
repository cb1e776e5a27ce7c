"""From what a check wants of a worker to the request that it is sent, with its buffers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy.typing as npt

from autograder.config import Limits
from autograder.observation import Call, Schooling, Sought
from autograder.wire import messages
from autograder.wire.models import AskModel
from autograder.wire.training import Predict, Preparation, Rebuild, Train
from autograder.wire.values import encode_value

_TRAINED_BESIDES_SECONDS = 30.0  # reading the data, preparing it, the first batch, trying the model

Request: TypeAlias = messages.Call | messages.Fetch | AskModel | Train | Predict | Rebuild
"""What is answered case by case, or place by place."""


def request_calls(identity: int, function: str, calls: Sequence[Call]) -> tuple[messages.Call, list[bytes]]:
    """Return the request for calls of a function."""
    buffers: list[bytes] = []
    cases = [
        messages.encode_arguments(call.positional, call.named, buffers, as_tensors=call.as_tensors)
        for call in calls
    ]
    return messages.Call(identity, function, cases, calls[0].target), buffers


def request_model(identity: int, sought: Sought) -> tuple[AskModel, list[bytes]]:
    """Return the request for a model."""
    buffers: list[bytes] = []
    arguments = [encode_value(value, buffers) for value in sought.arguments]
    asked = AskModel(
        identity,
        sought.variable,
        sought.function,
        arguments,
        sought.file,
        sought.part,
        [list(shape) for shape in sought.input_shapes],
        [(name, encode_value(value, buffers)) for name, value in sought.named.items()],
    )
    return asked, buffers


def request_training(identity: int, schooling: Schooling) -> tuple[Train, list[bytes]]:
    """Return the request for a trained model."""
    model, buffers = request_model(identity, schooling.sought)
    asked = Train(
        identity,
        model,
        schooling.data,
        schooling.train,
        schooling.contract,
        schooling.recipe,
        schooling.budget,
        schooling.function,
        list(schooling.arguments),
        schooling.run,
        schooling.reconstruct,
    )
    return asked, buffers


def request_prediction(
    identity: int, inputs: npt.NDArray[Any], preparation: Preparation, *, model: int = 0, layer: str = ""
) -> tuple[Predict, list[bytes]]:
    """Return the request for what a model predicts, or for what one of its layers puts out."""
    buffers: list[bytes] = []
    return Predict(identity, encode_value(inputs, buffers), preparation, layer, model), buffers


def told_of(request: Request) -> str:
    """Return what a request asks for, in words."""
    match request:
        case messages.Call(function=function):
            return f"a call of {function}"
        case messages.Fetch():
            return "reading a variable"
        case AskModel():
            return "finding the model"
        case Train():
            return "training the model"
        case Predict():
            return "predicting"
        case Rebuild():
            return "making the model anew"


def seconds_of(request: Request, limits: Limits) -> float:
    """Return the wall seconds for each reply: building a model may take as long as running the file."""
    match request:
        case Train(budget=budget):
            # What ends by itself ends at its budget: whatever is still going on then does not end.
            return 2 * budget.seconds + limits.load_seconds + _TRAINED_BESIDES_SECONDS
        case AskModel() | Predict() | Rebuild():
            return max(limits.call_seconds, limits.load_seconds)
    return limits.call_seconds
