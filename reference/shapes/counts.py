"""What a count of a model returns, and what it takes of a layer that it does not know."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reference.shapes.settings import MOST_AXES, ConfigurationError, Shape, whole


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight that a layer returned.

    Attributes:
        shape: Its shape.
        is_trainable: Whether training may change it.
    """

    shape: tuple[int, ...]
    is_trainable: bool = True

    @property
    def parameters(self) -> int:
        """How many numbers it holds.

        Raises:
            ConfigurationError: If the shape is none.
        """
        if not isinstance(self.shape, tuple) or len(self.shape) > MOST_AXES:
            raise ConfigurationError(f"weights: expected a tuple of at most {MOST_AXES} lengths")
        return math.prod(whole("weights", length, least=0) for length in self.shape)


@dataclass(frozen=True, slots=True)
class LayerCount:
    """What one layer comes to. None stands for what is not known.

    Attributes:
        name: Its name; in a model in a model, ``outer/inner``.
        kind: The name of its class; with ``ops.`` before it, an operation of ``keras.ops``.
        output_shape: The shape of its first output, without the batch axis; a length may be open.
        output_shapes: The shapes of all outputs of all calls, in the order of the calls.
        parameters: The numbers that it keeps, once, however often it is called.
        trainable: Those of them that training changes.
        multiply_adds: Products of all its calls; see :func:`reference.shapes.model.count_model`.
        receptive_field: How much one element of its output sees along each spatial axis of the input, in
            the call that sees most; see :mod:`reference.shapes.receptive_field`.
        is_counted_by_weights: Whether the parameters are those of the weights that it returned.
        is_shape_declared: Whether it comes after a layer that is not known here, so that the shape of its
            input is what the configuration says, not what was counted.
        is_possibly_shared: Whether another layer, in another model of this one, has the same name and the
            same settings. It may be the same layer: Keras writes a layer into each model that has it, and
            not that it is one. Its parameters are counted each time.
    """

    name: str
    kind: str
    output_shape: Shape | None
    output_shapes: tuple[Shape | None, ...]
    parameters: int | None
    trainable: int | None
    multiply_adds: int | None
    receptive_field: tuple[int, ...] | None
    is_counted_by_weights: bool = False
    is_shape_declared: bool = False
    is_possibly_shared: bool = False


@dataclass(frozen=True, slots=True)
class ModelCount:
    """What a model comes to. None stands for what is not known.

    Attributes:
        name: Its name.
        layers: Its layers in the order in which they are called, without input layers; of a model in it,
            that model's layers.
        input_shapes: The shapes of its inputs, without the batch axis.
        output_shapes: The shapes of its outputs.
        total: All its parameters.
        trainable: Those of them that training changes.
        multiply_adds: Products of one example.
        receptive_field: How much an element of the first output sees.
    """

    name: str
    layers: tuple[LayerCount, ...]
    input_shapes: tuple[Shape | None, ...]
    output_shapes: tuple[Shape | None, ...]
    total: int | None
    trainable: int | None
    multiply_adds: int | None
    receptive_field: tuple[int, ...] | None

    @property
    def non_trainable(self) -> int | None:
        """The parameters that training does not change."""
        return None if self.total is None or self.trainable is None else self.total - self.trainable

    @property
    def uncounted(self) -> tuple[str, ...]:
        """The names of the layers of which the shapes are not known, or the parameters but by the weights."""
        return tuple(
            [
                layer.name
                for layer in self.layers
                if layer.is_counted_by_weights or layer.parameters is None or layer.output_shape is None
            ]
        )
