"""Reading a Keras model's configuration, as ``model.to_json()`` or ``model.get_config()`` gives it.

It comes from a student's process: nothing is imported or run that it names, sizes and depths are bounded,
and what no Keras writes raises one error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeGuard

from reference.shapes.graph import Call, Layer, Model, Reference, in_order
from reference.shapes.settings import ConfigurationError, Settings, Shape, name_of, shape_of, shown, whole

MOST_CHARACTERS = 16 * 2**20
"""A longer configuration is not read."""

MOST_LAYERS = 20_000
MOST_TENSORS = 200_000
DEEPEST = 20
"""Models in models, and lists in arguments."""

_OPERATIONS = ("keras.src.ops.", "keras.src.activations.")
_OPERATION_NAMES = {"ReLU": "Relu"}  # as `keras.activations.relu` writes it
_SEQUENTIAL = {(module, "Sequential") for module in ("keras", "keras.models", "keras.src.models.sequential")}
_FUNCTIONAL = {
    (module, name)
    for module in ("keras", "keras.models", "keras.src.models.functional", "keras.src.models.model")
    for name in ("Functional", "Model")
}
_WRAPPED = {"TimeDistributed": ("layer",), "Bidirectional": ("layer", "backward_layer")}
_NO_INPUTS = {"mask", "training", "initial_state"}
_WITHOUT_CHANNELS = {"Flatten"}


def read_configuration(configuration: str | bytes | Mapping[str, Any]) -> Layer:
    """Return the model that a configuration describes, as a layer.

    Args:
        configuration: The text of ``model.to_json()``, or what it or ``model.get_config()`` holds.

    Returns:
        The model. It has no ``model`` of its own where its class is not one of Keras'.

    Raises:
        ConfigurationError: If it is no such configuration, or larger or deeper than any model's.
    """
    if isinstance(configuration, str | bytes):
        if len(configuration) > MOST_CHARACTERS:
            raise ConfigurationError(f"expected at most {MOST_CHARACTERS} characters")
        try:
            configuration = json.loads(configuration)
        except (ValueError, RecursionError) as error:
            raise ConfigurationError(f"expected JSON: {str(error)[:200]}") from None
    values = _mapping("configuration", configuration)
    if "class_name" not in values:
        kind = "Functional" if "input_layers" in values else "Sequential"
        values = {"module": "keras", "class_name": kind, "config": values}
    return _Reader().layer(values, 0)


class _Reader:
    """Reads one configuration, and counts what it has read."""

    def __init__(self) -> None:
        self._layers = 0
        self._tensors = 0

    def layer(self, values: Mapping[str, Any], depth: int, calls: tuple[Call, ...] = ()) -> Layer:
        """Return a layer."""
        self._layers += 1
        if self._layers > MOST_LAYERS or depth > DEEPEST:
            raise ConfigurationError(f"expected at most {MOST_LAYERS} layers, {DEEPEST} deep")
        kind, module = name_of(values.get("class_name")), values.get("module")
        module = module if isinstance(module, str) else ""
        config = _mapping("config", values.get("config"))
        unnamed = f"{kind}_{self._layers}" if depth else kind  # one's own class may leave its name out
        name = name_of(config.get("name", values.get("name", unnamed)))
        if "/" in name:
            raise ConfigurationError(f"name: expected one without a slash, received {shown(name)}")
        settings = Settings(config)
        inner: tuple[Layer, ...] = ()
        model = None
        is_operation = module.startswith(_OPERATIONS)
        is_own = is_operation or module == "keras.layers"
        try:
            if (module, kind) in _SEQUENTIAL:
                model, is_own = self._sequential(config, depth), True
            elif (module, kind) in _FUNCTIONAL:
                model, is_own = self._functional(config, depth), True
            elif is_own and kind in _WRAPPED:
                wrapped = [config[key] for key in _WRAPPED[kind] if config.get(key) is not None]
                inner = tuple([self.layer(_mapping("layer", each), depth + 1) for each in wrapped])
            return Layer(
                name,
                f"ops.{_OPERATION_NAMES.get(kind, kind)}" if is_operation else kind,
                settings,
                is_own and _is_plain(config.get("dtype")),
                settings.values.get("trainable", True) is not False,
                _declared(values.get("build_config")),
                calls,
                inner,
                model,
            )
        except ConfigurationError as error:
            raise ConfigurationError(f"{name}: {error}") from None

    def _sequential(self, config: Mapping[str, Any], depth: int) -> Model:
        found = _list("layers", config.get("layers"))
        layers = []
        if not found or _mapping("layers", found[0]).get("class_name") != "InputLayer":
            shape = config.get("build_input_shape")
            settings = Settings({"batch_shape": shape})
            layers.append(Layer("", "InputLayer", settings, True, True, calls=(Call(()),)))
        for at, each in enumerate(found):
            at_start = at == 0 and not layers
            call = Call(() if at_start else (Reference(len(layers) - 1, 0, 0),))
            layers.append(self.layer(_mapping("layers", each), depth + 1, (call,)))
        outputs = (Reference(len(layers) - 1, 0, 0),)
        order = tuple([(at, 0) for at in range(len(layers))])
        return Model(tuple(_unique(layers)), (0,), None, outputs, order, _are_channels_first(layers))

    def _functional(self, config: Mapping[str, Any], depth: int) -> Model:
        found = [_mapping("layers", each) for each in _list("layers", config.get("layers"))]
        names = {name_of(each.get("name")): at for at, each in enumerate(found)}
        if len(names) < len(found):
            raise ConfigurationError("layers: expected names that differ")
        layers = []
        for each in found:
            nodes = _list("inbound_nodes", each.get("inbound_nodes"))
            calls = [self._call(_mapping("inbound_nodes", node), names, each.get("module")) for node in nodes]
            if each.get("class_name") == "InputLayer":
                calls = [Call(())]
            if not calls:
                raise ConfigurationError(f"{each.get('name')}: expected a call of the layer, received none")
            layers.append(self.layer(each, depth + 1, tuple(calls)))
        inputs, keys = self._references(config.get("input_layers"), names)
        outputs, _ = self._references(config.get("output_layers"), names)
        if any(layers[given.layer].kind != "InputLayer" for given in inputs):
            raise ConfigurationError("input_layers: expected layers of the kind InputLayer")
        if not outputs:
            raise ConfigurationError("output_layers: expected tensors, received none")
        outputs = tuple([_output(layers[each.layer], each) for each in outputs])
        places = tuple([given.layer for given in inputs])
        return Model(tuple(layers), places, keys, outputs, in_order(layers), _are_channels_first(layers))

    def _call(self, node: Mapping[str, Any], names: Mapping[str, int], module: object) -> Call:
        """Return a call: of an operation, all tensors; of a layer, its inputs, in Keras' order."""
        args = _list("args", node.get("args"))
        named = _mapping("kwargs", node.get("kwargs"))
        if isinstance(module, str) and module.startswith(_OPERATIONS):
            given: object = [args, named]
        elif args:
            given = args[0]
        else:
            given = [value for key, value in named.items() if key not in _NO_INPUTS]
            given = given[0] if given else None
        tensors: list[Reference] = []
        is_plain = self._gather(given, names, tensors, 0)
        keys = tuple(sorted(given)) if _is_dictionary_of_tensors(given) else None
        return Call(tuple(tensors), keys, is_plain)

    def _gather(self, value: object, names: Mapping[str, int], into: list[Reference], depth: int) -> bool:
        """Add the tensors in an argument; return whether there is nothing else but numbers."""
        if depth > DEEPEST:
            raise ConfigurationError(f"args: expected lists at most {DEEPEST} deep")
        if isinstance(value, list | tuple):
            plain = [self._gather(each, names, into, depth + 1) for each in value]
            return all(plain)
        if not isinstance(value, Mapping):
            return value is None or isinstance(value, bool | int | float)
        if value.get("class_name") != "__keras_tensor__":
            if not all(isinstance(key, str) for key in value):
                raise ConfigurationError("args: expected text for keys")
            plain = [self._gather(value[key], names, into, depth + 1) for key in sorted(value)]
            return all(plain)
        config = _mapping("config", value.get("config"))
        shape = config.get("shape")
        declared = None if shape is None else shape_of("shape", shape)
        into.append(self._reference(config.get("keras_history"), names, declared))
        return True

    def _references(
        self, value: object, names: Mapping[str, int]
    ) -> tuple[tuple[Reference, ...], tuple[str, ...] | None]:
        """Return the tensors of ``input_layers`` or ``output_layers``, and the keys if they have some."""
        found: list[Reference] = []
        stack = [value]
        while stack:
            each = stack.pop()
            if isinstance(each, Mapping):
                stack += [each[key] for key in sorted(map(name_of, each), reverse=True)]
            elif isinstance(each, list | tuple) and not (each and isinstance(each[0], str)):
                stack += reversed(each)
            else:
                found.append(self._reference(each, names))
        return tuple(found), tuple(sorted(value)) if isinstance(value, Mapping) else None

    def _reference(self, value: object, names: Mapping[str, int], declared: Shape | None = None) -> Reference:
        self._tensors += 1
        if self._tensors > MOST_TENSORS:
            raise ConfigurationError(f"expected at most {MOST_TENSORS} tensors")
        if not isinstance(value, list | tuple) or len(value) != 3 or not isinstance(value[0], str):
            raise ConfigurationError(f"expected a layer's name and two numbers, received {shown(value)}")
        if value[0] not in names:
            raise ConfigurationError(f"expected the name of a layer, received {shown(value[0])}")
        call, tensor = (whole("keras_history", number, least=0) for number in value[1:])
        return Reference(names[value[0]], call, tensor, declared)


def _output(layer: Layer, reference: Reference) -> Reference:
    """Return a model's output; Keras numbers a functional model's calls from 1 here, and from 0 elsewhere."""
    call = reference.call - (layer.model is not None and layer.kind != "Sequential")
    if not layer.is_keras_own and call == len(layer.calls):  # a functional model of one's own class
        call -= 1
    if not 0 <= call < len(layer.calls):
        raise ConfigurationError(f"output_layers: expected a call of {layer.name} that there is")
    return replace(reference, call=call)


def _mapping(name: str, value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{name}: expected a dictionary, received {shown(value)}")
    return value


def _list(name: str, value: object) -> list[Any] | tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ConfigurationError(f"{name}: expected a list, received {shown(value)}")
    return value


def _unique(layers: list[Layer]) -> list[Layer]:
    """Return the layers, whose names must differ."""
    if len({layer.name for layer in layers}) < len(layers):
        raise ConfigurationError("layers: expected names that differ")
    return layers


def _is_dictionary_of_tensors(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping) and value.get("class_name") != "__keras_tensor__"


def _is_plain(dtype: object) -> bool:
    """Return whether weights are kept as they are: a quantised layer keeps others."""
    return not isinstance(dtype, Mapping) or dtype.get("class_name") == "DTypePolicy"


def _declared(build: object) -> tuple[Shape, ...]:
    """Return the inputs' shapes in a ``build_config``, if it says any: one's own layer may hold anything."""
    shape = build.get("input_shape") if isinstance(build, Mapping) else None
    if not isinstance(shape, list | tuple) or not shape:
        return ()
    try:
        if isinstance(shape[0], list | tuple):
            return tuple([shape_of("build_config", each) for each in shape])
        return (shape_of("build_config", shape),)
    except ConfigurationError:
        return ()


def _are_channels_first(layers: list[Layer]) -> bool:
    for layer in layers:
        if layer.model is not None and layer.model.channels_first:
            return True
        if layer.kind not in _WITHOUT_CHANNELS and "data_format" in layer.settings.values:
            return bool(layer.settings.values["data_format"] == "channels_first")
    return False
