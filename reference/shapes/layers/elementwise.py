"""What keeps every shape: activations, dropouts, noise, rescaling and augmentation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from reference.shapes.layers.counted import Counted, Counters, known, only
from reference.shapes.receptive_field import mix
from reference.shapes.settings import ConfigurationError, Settings, Shape, axis_at, shown

_KEEPING = """
    Activation ELU LeakyReLU ReLU Identity Masking ActivityRegularization
    Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout GaussianNoise
    Rescaling RandomFlip RandomRotation RandomTranslation RandomZoom RandomShear RandomPerspective
    RandomContrast RandomBrightness RandomHue RandomSaturation RandomSharpness RandomColorJitter
    RandomColorDegeneration RandomGrayscale RandomInvert RandomPosterization RandomGaussianBlur
    RandomErasing RandomElasticTransform RandAugment AugMix Solarization
""".split()
"""Of augmentation, the receptive field is that of a prediction: there, it does nothing."""

_SEEING_ALL = ("AutoContrast", "ContrastLimitedAdaptiveHistogramEqualization")


def _keeping(_settings: Settings, shapes: Sequence[Shape]) -> Counted:
    return Counted((only(shapes),))


def _seeing_all(_settings: Settings, shapes: Sequence[Shape]) -> Counted:
    rank = len(only(shapes))
    return Counted((only(shapes),), view=partial(mix, places=range(rank), rank=rank, keeps=True))


def _softmax(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    places = settings.axes("axis", len(shape))
    return Counted((shape,), view=partial(mix, places=places, rank=len(shape), keeps=True))


def _prelu(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    shared = settings.values.get("shared_axes")
    if shared is None:
        shared = []
    if not isinstance(shared, list | tuple) or len(shared) > len(shape):
        raise ConfigurationError(f"shared_axes: expected a list of axes, received {shown(shared)}")
    places = {axis_at("shared_axes", axis, len(shape)) for axis in shared}
    parameters = 1
    for place, length in enumerate(shape):
        parameters *= 1 if place in places else known("axis", length)
    return Counted((shape,), parameters)


COUNTERS: Counters = {
    **dict.fromkeys(_KEEPING, _keeping),
    **dict.fromkeys(_SEEING_ALL, _seeing_all),
    "Softmax": _softmax,
    "PReLU": _prelu,
}
