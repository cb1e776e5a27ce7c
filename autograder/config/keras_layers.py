"""The names of Keras' layers and activations, and which settings a layer of a kind has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

Activation: TypeAlias = Literal[
    "linear",
    "relu",
    "relu6",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "tanh",
    "sigmoid",
    "hard_sigmoid",
    "hard_silu",
    "log_sigmoid",
    "softmax",
    "log_softmax",
    "softplus",
    "softsign",
    "exponential",
]
"""The names of activations; ``linear`` is none."""

Setting: TypeAlias = Literal[
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "pool_size",
    "size",
    "units",
    "use_bias",
    "activation",
    "rate",
]
"""What a handout may fix of a layer, by Keras' names."""

DECISIVE: tuple[Setting, ...] = (
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "pool_size",
    "size",
    "units",
    "use_bias",
)
"""The settings that decide shapes and counts."""

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        **{
            f"{prefix}{short}Pool{rank}D": f"{prefix}{long}Pooling{rank}D"
            for prefix in ("", "Global")
            for short, long in (("Max", "Max"), ("Avg", "Average"))
            for rank in (1, 2, 3)
        },
        **{f"Convolution{rank}D": f"Conv{rank}D" for rank in (1, 2, 3)},
        **{f"Convolution{rank}DTranspose": f"Conv{rank}DTranspose" for rank in (1, 2, 3)},
        "DepthwiseConvolution2D": "DepthwiseConv2D",
        "SeparableConvolution2D": "SeparableConv2D",
    }
)
"""Other names that Keras has for a layer."""

_RANKED = (
    ("Conv", ""),
    ("Conv", "Transpose"),
    ("SeparableConv", ""),
    ("DepthwiseConv", ""),
    ("MaxPooling", ""),
    ("AveragePooling", ""),
    ("AdaptiveMaxPooling", ""),
    ("AdaptiveAveragePooling", ""),
    ("GlobalMaxPooling", ""),
    ("GlobalAveragePooling", ""),
    ("UpSampling", ""),
    ("ZeroPadding", ""),
    ("Cropping", ""),
    ("SpatialDropout", ""),
)
KINDS = frozenset(
    {
        *(f"{name}{rank}D{end}" for name, end in _RANKED for rank in (1, 2, 3)),
        *("Dense", "Embedding", "SimpleRNN", "LSTM", "GRU", "Bidirectional", "TimeDistributed"),
        *("Flatten", "Reshape", "Permute", "RepeatVector", "Identity", "Masking", "Lambda"),
        *("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise", "ActivityRegularization"),
        *("BatchNormalization", "LayerNormalization", "GroupNormalization", "UnitNormalization"),
        *("RMSNormalization", "Normalization", "Rescaling", "Resizing", "CenterCrop", "RandomCrop"),
        *("RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast"),
        *("RandomBrightness", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax"),
        *("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"),
        *("MultiHeadAttention", "Attention", "AdditiveAttention"),
    }
) - {"SeparableConv3D", "DepthwiseConv3D"}
"""The names of the layers that a course uses: what is spelled like one of them, but not quite, is a slip."""

_RECURRENT = ("SimpleRNN", "LSTM", "GRU")


def settings_of(kind: str) -> tuple[Setting, ...]:
    """Return the settings that a layer of a kind has; all, of a kind that is not known.

    >>> settings_of("MaxPooling2D"), settings_of("Flatten"), settings_of("Dropout")
    (('pool_size', 'strides', 'padding'), (), ('rate',))
    """
    name = ALIASES.get(kind, kind)
    if name not in KINDS:
        return (*DECISIVE, "activation", "rate")
    if "Conv" in name:
        filters: tuple[Setting, ...] = () if name.startswith("Depthwise") else ("filters",)
        return (*filters, "kernel_size", "strides", "padding", "use_bias", "activation")
    if name == "Dense" or name in _RECURRENT:
        return ("units", "use_bias", "activation")
    if "Pooling" in name and not name.startswith(("Global", "Adaptive")):
        return ("pool_size", "strides", "padding")
    if name.startswith("UpSampling"):
        return ("size",)
    if "Dropout" in name:
        return ("rate",)
    return ("activation",) if name == "Activation" else ()
