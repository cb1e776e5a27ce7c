"""The names that an assignment's file may hold: of checks, files, functions, variables, folders."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

from autograder.calling.structure import PATTERNS as PATTERNS_OF_CALLS

# $ alone would let a line's end through.
_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$(?!\n)"
_FILE = r"^\w[\w .,+&()-]{0,79}\.(py|ipynb)$(?!\n)"
_MODEL_FILE = r"^([A-Za-z0-9_][A-Za-z0-9_. -]*/)*[A-Za-z0-9_][A-Za-z0-9_. -]*\.(keras|h5)$(?!\n)"
_FUNCTION = r"^([A-Za-z_][A-Za-z0-9_]*)?$(?!\n)"
_VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$(?!\n)"
_LAYER_KINDS = r"^(\.\.\.|[A-Za-z_][A-Za-z0-9_]*( ?\| ?[A-Za-z_][A-Za-z0-9_]*)*)$(?!\n)"
_DOTTED = r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$(?!\n)"
_FOLDER = r"^([A-Za-z0-9_][A-Za-z0-9_. -]*(/[A-Za-z0-9_][A-Za-z0-9_. -]*)*)?$(?!\n)"
Points = Annotated[float, msgspec.Meta(ge=0, le=1_000_000)]
Folder = Annotated[str, msgspec.Meta(pattern=_FOLDER)]
Name = Annotated[str, msgspec.Meta(pattern=_NAME)]
FileName = Annotated[str, msgspec.Meta(pattern=_FILE)]
ModelFile = Annotated[str, msgspec.Meta(pattern=_MODEL_FILE)]
FunctionName = Annotated[str, msgspec.Meta(pattern=_FUNCTION)]
Variable = Annotated[str, msgspec.Meta(pattern=_VARIABLE)]
LayerKinds = Annotated[str, msgspec.Meta(pattern=_LAYER_KINDS)]
DottedName = Annotated[str, msgspec.Meta(pattern=_DOTTED)]
DatasetName: TypeAlias = Literal["mnist", "fashion_mnist", "cifar10", "everyday", "tones", "photographs"]
Tag = Annotated[str, msgspec.Meta(pattern=_NAME)]
PATTERNS = {
    _NAME: "a name of at most 64 letters, digits, dots, dashes and underscores",
    _FILE: 'the name of a Python file or a notebook, like "convolution.py"',
    _MODEL_FILE: 'a file of a Keras model in the submission, like "autoencoder.keras" or "models/net.h5"',
    _FUNCTION: "the name of a Python function",
    _VARIABLE: "the name of a Python variable",
    _LAYER_KINDS: 'the kind of a layer, like "Conv2D", or several, like "MaxPooling2D|AveragePooling2D"',
    _FOLDER: 'a folder from the course\'s root, like "data/mnist"',
    _DOTTED: 'a name as in "scipy.signal", or a keyword',
    **PATTERNS_OF_CALLS,
}
"""What the patterns of this format ask for, in words."""
