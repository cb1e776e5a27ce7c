"""The course's networks: Keras builders by name, and beside each its configuration as JSON.

    >>> import reference.models
    >>> reference.models.configuration("school_cnn")["config"]["name"]
    'school_cnn'

``reference.models.school_cnn()`` builds the network: Keras is imported then, whichever of its backends is
chosen, and not before. Builders take hyperparameters as keywords, whose defaults are the course's figures;
layers have names of their own; nothing is compiled. ``python -m reference.models`` writes the
configurations anew; a test compares them with what is built.
"""

import importlib
import importlib.resources
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

PLACES: Mapping[str, str] = MappingProxyType(
    {
        "image_classifier": "colour_images",
        "cifar10_cnn": "colour_images",
        "school_cnn": "colour_images",
        "everyday_augmented": "colour_images",
        "postcards": "colour_images",
        "mnist_batch_normalised": "digits",
        "mnist_low_level": "digits",
        "zip_code_base": "digits",
        "zip_code_improved": "digits",
        "fashion_mnist": "fashion",
        "autoencoder_32": "autoencoders",
        "autoencoder_64": "autoencoders",
        "deep_autoencoder": "autoencoders",
        "sparse_deep_autoencoder": "autoencoders",
        "convolutional_autoencoder": "convolutional_autoencoders",
        "denoising_autoencoder": "convolutional_autoencoders",
        "subclassed_autoencoder": "subclassed",
        "contractive_autoencoder": "subclassed",
        "transfer_learning": "transfer",
        "spatial_transformer_net": "spatial_transformers",
        "capsule_net": "capsules",
        "deep_belief_net": "belief_nets",
    }
)
"""The builders' names, and the modules here that they are in."""

NAMES = tuple(PLACES)


def build(name: str, **hyperparameters: Any) -> Any:
    """Return a network, a ``keras.Model`` that is built and not compiled.

    Args:
        name: One of ``NAMES``.
        hyperparameters: What the builder takes.

    Raises:
        ValueError: If there is no such network.
    """
    return getattr(importlib.import_module(f"{__name__}.{PLACES[_known(name)]}"), name)(**hyperparameters)


def configuration(name: str) -> dict[str, Any]:
    """Return ``json.loads(model.to_json())`` of a network as its builder makes it by default, without Keras.

    Args:
        name: One of ``NAMES``.

    Raises:
        ValueError: If there is no such network.

    >>> configuration("zip_code_improved")["class_name"]
    'Sequential'
    """
    place = importlib.resources.files(__name__) / "configurations" / f"{_known(name)}.json"
    result: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return result


def own_classes(name: str) -> dict[str, Any] | None:
    """Return what the configuration of a network with classes of its own leaves untold; None of any other.

    Args:
        name: One of ``NAMES``.

    Returns:
        ``weights``: by layer, each weight's shape and whether it is trained; ``output_shapes``: by layer;
        ``configuration``: of a class of models, the graph that its ``call`` makes, else None.

    Raises:
        ValueError: If there is no such network.

    >>> own_classes("capsule_net")["weights"]["class_capsules"]
    [[[1152, 10, 8, 16], True]]
    """
    place = importlib.resources.files(__name__) / "configurations" / f"{_known(name)}.own.json"
    if not place.is_file():
        return None
    result: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return result


def _known(name: str) -> str:
    if name not in PLACES:
        raise ValueError(f"name: expected one of {', '.join(NAMES)}; received {name!r}")
    return name


def __getattr__(name: str) -> Any:
    if name in PLACES:
        return getattr(importlib.import_module(f"{__name__}.{PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
