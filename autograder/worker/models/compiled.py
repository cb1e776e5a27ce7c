"""What a model is compiled with: its losses, its optimiser, its metrics, by name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from typing import Any

from autograder.wire.models import CompiledSeen, LossSeen
from autograder.worker.models.walking import leaves, tried
from autograder.worker.shims.watching import Watch


def compiled_of(model: Any, keras: Any, watch: Watch) -> CompiledSeen | None:
    """Return what a model is compiled with; where it is not, what the last model with the same layers is."""
    if tried(lambda: bool(model.compiled), False):
        return _seen(model, of_this_model=True)
    kinds = _kinds(model, keras)
    for other in reversed(watch.compiled):
        if _kinds(other, keras) == kinds:
            return _seen(other, of_this_model=False)
    return None


def _kinds(model: Any, keras: Any) -> list[tuple[str, int]]:
    return [
        (type(layer).__name__, tried(lambda each=layer: int(each.count_params()), -1))  # type: ignore[misc]
        for _, layer in leaves(model, keras.Model)
    ]


def _seen(model: Any, *, of_this_model: bool) -> CompiledSeen:
    none: list[Any] = []
    optimizer: Any = tried(lambda: model.optimizer, None)
    return CompiledSeen(
        of_this_model,
        "" if optimizer is None else type(optimizer).__name__,
        tried(lambda: float(optimizer.learning_rate), None),
        tried(lambda: list(_losses(model)), none),
        tried(lambda: list(_metrics(model)), none),
    )


def _losses(model: Any) -> Iterator[LossSeen]:
    """Yield the losses, those of several outputs with the output's name, where it is known, or number."""
    given = model.loss
    if isinstance(given, dict):
        yield from (_loss(loss, str(name)) for name, loss in given.items() if loss is not None)
    elif isinstance(given, list | tuple):
        none: list[str] = []
        names = tried(lambda: [str(name) for name in model.output_names], none)
        for number, loss in enumerate(given):
            if loss is not None:
                yield _loss(loss, names[number] if number < len(names) else str(number))
    elif given is not None:
        yield _loss(given, "")


def _loss(loss: Any, output: str) -> LossSeen:
    if isinstance(loss, str):
        return LossSeen(loss, True, False, output)
    if isinstance(loss, functools.partial):
        inner = _loss(loss.func, output)
        told = loss.keywords.get("from_logits")
        return LossSeen(
            inner.name, inner.is_keras_own, inner.from_logits if told is None else bool(told), output
        )
    wrapped = getattr(loss, "fn", None)
    is_function = inspect.isroutine(loss)
    known = loss if is_function else type(loss)
    if type(loss).__name__ == "LossFunctionWrapper" and wrapped is not None:
        known = wrapped
    is_own = str(getattr(known, "__module__", "")).partition(".")[0] == "keras"
    from_logits = getattr(loss, "from_logits", None)
    if from_logits is None:
        from_logits = (getattr(loss, "_fn_kwargs", None) or {}).get("from_logits")
    if from_logits is None and is_function and is_own:
        parameter = inspect.signature(loss).parameters.get("from_logits")
        from_logits = None if parameter is None else parameter.default
    name = str(getattr(known, "__name__", type(loss).__name__))
    return LossSeen(name, is_own, None if from_logits is None else bool(from_logits), output)


def _metrics(model: Any) -> Iterator[str]:
    """Yield the metrics as they were given: a text, or the name of a class or function."""
    asked = getattr(getattr(model, "_compile_metrics", None), "_user_metrics", None) or []
    for group in asked.values() if isinstance(asked, dict) else asked:
        for metric in group if isinstance(group, list | tuple) else [group]:
            if isinstance(metric, str):
                yield metric
            elif metric is not None:
                yield str(getattr(metric, "__name__", type(metric).__name__))
