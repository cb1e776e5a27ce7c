"""Random Keras models of every kind of layer."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

MOST_ELEMENTS = 30_000
MOST_FILTERS = 7


class Architectures:
    """Models that Keras builds, drawn from a seed.

    Args:
        seed: Where the draws start.
    """

    def __init__(self, seed: int) -> None:
        import keras  # noqa: PLC0415 - slow

        self._keras = keras
        self._layers = keras.layers
        self._rng = random.Random(seed)

    def model(self) -> Any:
        """Return one model: sequential, functional, with models in it, shared layers, several inputs."""
        rank = self._rng.choice((0, 1, 1, 2, 2, 2, 2, 3))
        shape = self._shape(rank)
        kind = self._rng.choice((self._sequential, self._sequential, self._functional, self._functional))
        model = kind(shape)
        if self._rng.random() < 0.1:
            model.trainable = False
        return model

    def forget(self) -> None:
        """Have Keras let go of the models that were drawn so far."""
        self._keras.utils.clear_session()

    def _shape(self, rank: int) -> tuple[int | None, ...]:
        longest = {0: 20, 1: 30, 2: 17, 3: 8}[rank]
        sizes = [self._rng.randint(1, longest) for _ in range(rank)]
        if rank == 1 and self._rng.random() < 0.1:
            return None, self._rng.randint(1, 5)
        return *sizes, self._rng.randint(1, 6)

    def _sequential(self, shape: tuple[int | None, ...], depth: int = 0) -> Any:
        layers = [self._layers.Input(shape)]
        batched: tuple[int | None, ...] = (None, *shape)
        for _ in range(self._rng.randint(1, 7)):
            layer = self._drawn(batched, depth)
            layers.append(layer)
            batched = tuple(layer.compute_output_shape(batched))
        return self._keras.Sequential(layers)

    def _functional(self, shape: tuple[int | None, ...], depth: int = 0) -> Any:
        inputs = [self._layers.Input(shape) for _ in range(self._rng.choice((1, 1, 1, 2)))]
        tensors = list(inputs)
        for _ in range(self._rng.randint(2, 9)):
            tensors.append(self._step(tensors, depth))
        loose = [tensor for tensor in tensors if tensor not in inputs][-self._rng.randint(1, 2) :]
        for tensor in inputs:  # each must be on the way to an output
            if all(tensor is not each for each in loose):
                loose.append(self._layers.Flatten()(tensor))
        return self._keras.Model(inputs if len(inputs) > 1 or depth else inputs[0], loose)

    def _step(self, tensors: list[Any], depth: int) -> Any:
        """Return what a layer, or several, make of tensors that there are."""
        rng, tensor = self._rng, self._rng.choice(tensors[-3:])
        fitting = [each for each in tensors if each.shape == tensor.shape]
        draw = rng.random()
        if draw < 0.15:
            merge = rng.choice(
                ("Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Subtract")
            )
            count = 2 if merge == "Subtract" else rng.randint(2, 3)
            return getattr(self._layers, merge)()([rng.choice(fitting) for _ in range(count)])
        if draw < 0.2:
            return rng.choice((tensor + rng.choice(fitting), self._keras.ops.relu(tensor), tensor * 2.0))
        layer = self._drawn(tuple(tensor.shape), depth)
        if draw < 0.3 and len(fitting) > 1:  # one layer for two tensors
            one, other = layer(tensor), layer(rng.choice(fitting))
            return self._layers.Concatenate()([one, other]) if len(one.shape) > 1 else one
        return layer(tensor)

    def _drawn(self, shape: tuple[int | None, ...], depth: int) -> Any:
        """Return a layer that takes a shape; the first that Keras accepts."""
        topics: dict[int, tuple[Callable[[tuple[int | None, ...]], Any], ...]] = {
            1: (self._dense, self._any, self._reshaping),
            2: (self._windowed, self._windowed, self._recurrent, self._any, self._reshaping, self._dense),
            3: (
                self._windowed,
                self._windowed,
                self._windowed,
                self._images,
                self._any,
                self._reshaping,
                self._rng.choice((self._steps, self._any)),
            ),
            4: (self._windowed, self._windowed, self._windowed, self._any, self._reshaping, self._any),
        }
        while True:
            if depth < 2 and self._rng.random() < 0.06:
                layer = self._rng.choice((self._sequential, self._functional))(shape[1:], depth + 1)
                if len(layer.inputs) > 1 or len(layer.outputs) > 1:
                    continue
            else:
                layer = self._rng.choice(topics.get(len(shape) - 1, (self._reshaping, self._any)))(shape)
            if layer is None:
                continue
            try:
                after = layer.compute_output_shape(shape)
            except (ValueError, TypeError, IndexError):
                continue
            if _size(after) <= MOST_ELEMENTS and len(after) > 1 and _size(after) > 0:
                layer.trainable = self._rng.random() > 0.1
                return layer

    def _windowed(self, shape: tuple[int | None, ...]) -> Any:
        rng, rank = self._rng, len(shape) - 2
        data_format = rng.choice(("channels_last", "channels_last", "channels_first"))
        channels = shape[-1] if data_format == "channels_last" else shape[1]
        if channels is None:
            return None
        sizes = shape[1:-1] if data_format == "channels_last" else shape[2:]
        kernel = tuple(rng.randint(1, min(size or 4, 5)) for size in sizes)
        strides, dilations = (1,) * rank, (1,) * rank
        if rng.random() < 0.5:
            strides = tuple(rng.randint(1, 3) for _ in sizes)
        elif rng.random() < 0.4:
            dilations = tuple(rng.randint(1, 3) for _ in sizes)
        padding = rng.choice(("valid", "same"))
        kind = rng.choice(
            ("conv", "conv", "transposed", "depthwise", "separable", "pool", "global", "adaptive")
        )
        window = {"strides": strides, "padding": padding, "data_format": data_format}
        weights = {"dilation_rate": dilations, "use_bias": rng.random() < 0.7}
        filters = rng.randint(1, MOST_FILTERS)
        if kind == "conv":
            groups = 1
            if data_format == "channels_last" and rng.random() < 0.3:
                groups = rng.choice([count for count in range(1, channels + 1) if channels % count == 0])
            if rank == 1 and rng.random() < 0.3:
                window["padding"] = "causal"
            layer = getattr(self._layers, f"Conv{rank}D")
            return layer(filters * groups, kernel, groups=groups, **window, **weights)
        if kind == "transposed":
            if max(strides) > 1 and rng.random() < 0.3:
                weights["output_padding"] = tuple(rng.randint(0, stride - 1) for stride in strides)
            return getattr(self._layers, f"Conv{rank}DTranspose")(filters, kernel, **window, **weights)
        if kind in ("depthwise", "separable") and rank <= 2:
            window["strides"] = strides[:1] * rank
            layer = getattr(self._layers, f"{kind.title()}Conv{rank}D")
            first = (filters,) if kind == "separable" else ()
            return layer(*first, kernel, depth_multiplier=rng.randint(1, 3), **window, **weights)
        what = rng.choice(("Max", "Average"))
        if kind == "global":
            layer = getattr(self._layers, f"Global{what}Pooling{rank}D")
            return layer(data_format=data_format, keepdims=rng.random() < 0.5)
        if kind == "adaptive" and rng.random() < 0.3 and None not in shape[1:]:
            layer = getattr(self._layers, f"Adaptive{what}Pooling{rank}D")
            output_size = tuple(rng.randint(1, size or 1) for size in sizes)
            return layer(output_size if rank > 1 else output_size[0], data_format=data_format)
        layer = getattr(self._layers, f"{what}Pooling{rank}D")
        window["strides"] = rng.choice((None, strides))
        return layer(kernel, **window)

    def _dense(self, shape: tuple[int | None, ...]) -> Any:
        units = self._rng.randint(1, 12)
        if shape[-1] is None or self._rng.random() < 0.2:
            if len(shape) > 2:
                return None
            return self._layers.Embedding(self._rng.randint(1, 20), units)
        return self._layers.Dense(units, use_bias=self._rng.random() < 0.7, activation="relu")

    def _recurrent(self, shape: tuple[int | None, ...]) -> Any:
        rng = self._rng
        if shape[-1] is None:
            return None
        kind = rng.choice((self._layers.SimpleRNN, self._layers.GRU, self._layers.LSTM))
        more = {"reset_after": rng.random() < 0.5} if kind is self._layers.GRU else {}
        use_bias = rng.random() < 0.7
        layer = kind(rng.randint(1, 6), use_bias=use_bias, return_sequences=rng.random() < 0.5, **more)
        if rng.random() < 0.4:
            mode = rng.choice(("concat", "sum", "mul", "ave"))
            return self._layers.Bidirectional(layer, merge_mode=mode)
        return layer

    def _steps(self, shape: tuple[int | None, ...]) -> Any:
        """Return a layer for each step alone."""
        inner = self._drawn((shape[0], *shape[2:]), 1)
        return self._layers.TimeDistributed(inner)

    def _images(self, shape: tuple[int | None, ...]) -> Any:
        rng, layers = self._rng, self._layers
        height, width = rng.randint(1, 14), rng.randint(1, 14)
        if shape[1] is None or shape[2] is None:
            return None
        size = (rng.randint(1, shape[1]), rng.randint(1, shape[2]))
        interpolation = rng.choice(("nearest", "bilinear", "bicubic"))
        data_format = rng.choice(("channels_last", "channels_first"))
        return rng.choice(
            (
                lambda: layers.Resizing(height, width, interpolation=interpolation),
                lambda: layers.CenterCrop(*size),
                lambda: layers.RandomCrop(*size),
                lambda: layers.UpSampling2D(
                    (rng.randint(1, 3), rng.randint(1, 3)),
                    data_format=data_format,
                    interpolation=interpolation,
                ),
                lambda: layers.Rescaling(1 / 255),
                lambda: layers.RandomFlip("horizontal"),
                lambda: layers.RandomRotation(0.1),
                lambda: layers.RandomZoom(0.1),
                lambda: layers.RandomTranslation(0.1, 0.1),
                lambda: layers.RandomContrast(0.1),
                lambda: layers.RandomBrightness(0.1),
                lambda: layers.Normalization(axis=-1),
            )
        )()

    def _reshaping(self, shape: tuple[int | None, ...]) -> Any:
        rng, layers, rank = self._rng, self._layers, len(shape) - 2
        size = _size(shape)
        draw = rng.random()
        if draw < 0.25 or rank < 1:
            if draw < 0.1 or None in shape[1:]:
                return layers.Flatten()
            if draw < 0.15 and len(shape) == 2:
                return layers.RepeatVector(rng.randint(1, 5))
            divisor = rng.choice([number for number in range(1, min(size, 40) + 1) if size % number == 0])
            return layers.Reshape(rng.choice(((divisor, -1), (-1, divisor), (size // divisor, 1, divisor))))
        if draw < 0.4:
            return layers.Permute(rng.sample(range(1, rank + 2), rank + 1))
        if rank > 3:
            return None
        data_format = {"data_format": rng.choice(("channels_last", "channels_first"))}
        sides = tuple((rng.randint(0, 2), rng.randint(0, 2)) for _ in range(rank))
        if draw < 0.6:
            return getattr(layers, f"ZeroPadding{rank}D")(sides if rank > 1 else sides[0], **data_format)
        if draw < 0.8:
            more = {} if rank == 1 else data_format
            return getattr(layers, f"Cropping{rank}D")(sides if rank > 1 else sides[0], **more)
        sizes = tuple(rng.randint(1, 3) for _ in range(rank))
        if rank == 1:
            return layers.UpSampling1D(sizes[0])
        return getattr(layers, f"UpSampling{rank}D")(sizes, **data_format)

    def _any(self, shape: tuple[int | None, ...]) -> Any:
        """Return a layer that takes any shape."""
        rng, layers = self._rng, self._layers
        channels, half = shape[-1], rng.random() < 0.5
        if channels is None:
            return layers.Dropout(0.1)
        groups = rng.choice([-1, *(count for count in range(1, channels + 1) if channels % count == 0)])
        axis = rng.randint(1, len(shape) - 1)
        axis = -1 if shape[axis] is None else axis
        rest = [at for at in range(1, len(shape)) if shape[at] is None]
        kinds: tuple[Callable[[], Any], ...] = (
            lambda: layers.Activation(rng.choice(("relu", "tanh", "softmax", "gelu"))),
            layers.ReLU,
            layers.LeakyReLU,
            layers.ELU,
            lambda: layers.Softmax(axis=axis),
            lambda: layers.PReLU(shared_axes=rest or rng.choice((None, [1], list(range(1, len(shape)))))),
            lambda: layers.Dropout(0.5),
            lambda: layers.GaussianDropout(0.5),
            lambda: layers.AlphaDropout(0.5),
            lambda: layers.GaussianNoise(0.1),
            layers.ActivityRegularization,
            layers.Identity,
            layers.Masking,
            lambda: layers.Rescaling(0.5, offset=1.0),
            lambda: layers.BatchNormalization(axis=axis, center=half, renorm=rng.random() < 0.1),
            lambda: layers.BatchNormalization(scale=half),
            lambda: layers.LayerNormalization(
                axis=rng.choice(([axis, -1] if axis < len(shape) - 1 else axis, -1))
            ),
            lambda: layers.LayerNormalization(center=half, scale=not half),
            lambda: layers.GroupNormalization(groups, scale=half),
            lambda: layers.RMSNormalization(axis=axis),
            lambda: layers.UnitNormalization(axis=axis),
            lambda: layers.Normalization(axis=-1),
            lambda: layers.Normalization(axis=-1, mean=0.5, variance=2.0),
            lambda: (
                getattr(layers, f"SpatialDropout{len(shape) - 2}D")(0.1) if 3 <= len(shape) <= 5 else None
            ),
        )
        return rng.choice(kinds)()


def _size(shape: Any) -> int:
    total = 1
    for length in shape[1:]:
        total *= 3 if length is None else length
    return total
