"""Whether a model check demands exactly what is left open, and whether TensorFlow has the memory to run."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.authoring.validating.report import Finding
from autograder.config import AssignmentConfig, ExpectedLayer, ModelCheckConfig
from autograder.config.keras_layers import DECISIVE, settings_of
from autograder.config.model_layers import asked_settings, kinds_of
from autograder.config.models import is_of_model
from autograder.config.training import AboutTraining

_NEEDED = ("filters", "kernel_size", "units")  # of the others Keras' own are meant where none are named
_WITH_WEIGHTS = ("Conv", "Dense", "BatchNormalization", "LayerNormalization", "Embedding", "LSTM", "GRU")
_MIB_TO_RUN, _MIB_TO_TRAIN = 1024, 2048  # for TensorFlow, beyond what its import takes: docs/models.md


def memory_findings(config: AssignmentConfig) -> Iterator[Finding]:
    """Yield where TensorFlow is imported beforehand, and a submission gets too little memory to use it.

    With less it does not say so: it ends the process (SIGSEGV), and right work with it.
    """
    loaded = {name.partition(".")[0] for name in config.preload} & {"tensorflow", "keras"}
    trains = any(isinstance(check, AboutTraining) for check in config.checks)
    least = _MIB_TO_TRAIN if trains else _MIB_TO_RUN
    if loaded and config.limits.memory_mib < least:
        what = "trains with TensorFlow" if trains else "uses TensorFlow"
        message = f"expected at least {least} where a submission {what}; received {config.limits.memory_mib}"
        yield Finding(kind="limits", where="limits.memory_mib", message=message)


def model_findings(check: ModelCheckConfig) -> Iterator[Finding]:
    """Yield where an exact number of parameters is demanded of a model whose layers are open.

    A right model would lose points by what the handout leaves to its author. What stands in `between` is no
    matter: its parameters are not counted.

    >>> from autograder.config import ModelPoints
    >>> check = ModelCheckConfig(name="net", points=ModelPoints(parameters=1), parameters=15)
    >>> [finding.message for finding in model_findings(check)]
    ['expected layers or a model beside exactly 15 parameters, or bounds: how they come about is open']
    """
    for part in ("parameters", "trainable"):
        exact = getattr(check, part)
        if not (isinstance(exact, int) or is_of_model(check, part)):
            continue
        for message in _open(check, part):
            yield Finding(kind="model", where=check.name, message=message)


def _open(check: ModelCheckConfig, part: str) -> Iterator[str]:
    exact = getattr(check, part)
    said = f"exactly {exact:,}" if isinstance(exact, int) else f"exactly the {check.model}'s"
    demanded = f"{said} {'parameters' if part == 'parameters' else 'trained parameters'}"
    if check.model is not None:
        if left := [name for name in DECISIVE if name not in check.fixed]:
            yield f"expected {', '.join(left)} in fixed as well, or bounds in the place of {demanded}"
        return
    if not check.layers:
        yield f"expected layers or a model beside {demanded}, or bounds: how they come about is open"
    for at, layer in enumerate(check.layers):
        if open_ones := _left_open(layer):
            yield (
                f"layers[{at}] ({layer.kind}): expected {', '.join(open_ones)}, or parameters and "
                f"output_shape, beside {demanded}, or bounds: they are open"
            )


def _left_open(layer: ExpectedLayer) -> list[str]:
    """Return the settings of a layer that decide counts, and are not given; usual ones count as given."""
    has_weights = any(kind.startswith(_WITH_WEIGHTS) for kind in kinds_of(layer.kind))
    is_counted = isinstance(layer.parameters, int) or not has_weights
    if is_counted and layer.output_shape is not None:
        return []
    if is_counted and "Dense" in layer.kind:
        return []  # its units are in its count
    asked, has = asked_settings(layer), settings_of(kinds_of(layer.kind)[0])
    return [name for name in _NEEDED if name in has and not isinstance(asked.get(name), int | tuple)]
