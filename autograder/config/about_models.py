"""What checks of a model share: the check's name, and where in the submission the model is."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from autograder.config.devices import OnDevice
from autograder.config.names import ModelFile, Name, Variable


class AboutModel(OnDevice, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A check of a Keras model.

    Attributes:
        name: What the reports call the check.
        variable: The variable that holds it.
        function: The function that returns it, or the class that it is made of.
        arguments: What the function or the class is called with, by position.
        named_arguments: The same, by name.
        file: A file of the submission that it is saved in, ``.keras`` or ``.h5``.
        part: Which is meant where encoder, decoder and the whole stand together, as in
            ``encoder, decoder, autoencoder = autoencoder(784, [128], 32)``. They are told apart by their
            layers, whatever they are called.
    """

    name: Name
    variable: Variable | None = None
    function: Variable | None = None
    arguments: tuple[Any, ...] = ()
    named_arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    file: ModelFile | None = None
    part: Literal["autoencoder", "encoder", "decoder"] | None = None


def why_not_found(check: AboutModel) -> tuple[str, str] | None:
    """Return a key, and what is expected there, where a model cannot be looked for as it is said."""
    places = [key for key in ("variable", "function", "file") if getattr(check, key) is not None]
    if len(places) > 1:
        return places[1], f"expected one of variable, function and file; received {' and '.join(places)}"
    for key in ("arguments", "named_arguments"):
        if getattr(check, key) and check.function is None:
            return key, "expected a function that they are given to; there is none"
    return None
