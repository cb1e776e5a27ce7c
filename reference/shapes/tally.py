"""What is added up of one layer, call by call."""

from __future__ import annotations

from collections.abc import Sequence

from reference.shapes.counts import LayerCount, Weight
from reference.shapes.layers.counted import Counted
from reference.shapes.settings import ConfigurationError, Shape


class Tally:
    """The calls of one layer so far."""

    __slots__ = (
        "_by_weights",
        "_field",
        "_is_declared",
        "_is_possibly_shared",
        "_kind",
        "_name",
        "_parameters",
        "_products",
        "_shapes",
        "_trainable",
    )

    def __init__(self, name: str, kind: str, *, is_possibly_shared: bool) -> None:
        self._name, self._kind, self._is_possibly_shared = name, kind, is_possibly_shared
        self._shapes: list[Shape | None] = []
        self._parameters: int | None = None
        self._trainable: int | None = None
        self._products: int | None = 0
        self._field: tuple[int, ...] | None = None
        self._by_weights = self._is_declared = False

    def add(
        self, counted: Counted, trainable: int, field: tuple[int, ...] | None, *, is_declared: bool
    ) -> None:
        """Add a call that was counted.

        Raises:
            ConfigurationError: If an earlier call had other parameters.
        """
        if self._parameters is not None and not self._by_weights and self._parameters != counted.parameters:
            raise ConfigurationError(
                f"{self._name}: one call needs {self._parameters} parameters, another {counted.parameters}"
            )
        if self._shapes and field is not None:
            field = self._longer(field)
        self._field = field
        self._shapes += counted.shapes
        self._parameters, self._trainable, self._by_weights = counted.parameters, trainable, False
        products = counted.multiply_adds
        self._products = None if self._products is None or products is None else self._products + products
        self._is_declared = self._is_declared or is_declared

    def add_unknown(self, weights: Sequence[Weight] | None, *, is_frozen: bool) -> None:
        """Add a call of which nothing is known but, perhaps, the layer's weights."""
        self._shapes.append(None)
        self._products = self._field = None
        if self._parameters is not None:
            return
        if self._kind.startswith("ops."):
            self._parameters = self._trainable = 0  # an operation keeps no weights
        elif weights is not None:
            self._by_weights = True
            self._parameters = sum(weight.parameters for weight in weights)
            trained = sum(weight.parameters for weight in weights if weight.is_trainable)
            self._trainable = 0 if is_frozen else trained

    def _longer(self, field: tuple[int, ...]) -> tuple[int, ...] | None:
        """Return the longest of what this call and the earlier ones see."""
        if self._field is None or len(self._field) != len(field):
            return None
        return tuple(map(max, self._field, field))

    def layer_count(self) -> LayerCount:
        """Return what the layer comes to."""
        return LayerCount(
            self._name,
            self._kind,
            self._shapes[0],
            tuple(self._shapes),
            self._parameters,
            self._trainable,
            self._products,
            self._field,
            self._by_weights,
            self._is_declared,
            self._is_possibly_shared and self._parameters != 0,
        )
