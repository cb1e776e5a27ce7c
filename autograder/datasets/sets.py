"""The named data sets: what each is, which its true files are, and what is made where they are missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from autograder.datasets import digits, formats, true_files
from autograder.datasets.arrays import Labelled, Split, none_of
from autograder.datasets.drawing import Draws
from autograder.datasets.formats import Format
from autograder.datasets.generated import everyday, garments, photographs, shapes, tones
from autograder.datasets.true_files import Original
from autograder.errors import ConfigError


class Kind(StrEnum):
    """Where the samples of a data set come from."""

    REAL = "real"
    STAND_IN = "stand-in"
    GENERATED = "generated"


@dataclass(frozen=True)
class DataSet:
    """A data set, before it is prepared.

    Attributes:
        name: As configurations say it.
        title: As people say it.
        made: What is made where the true files are missing.
        digest: Of all samples of that, as `arrays.digest_of` gives it, on every machine.
        kind: What that is: a stand-in for a real set, or a set that is generated everywhere.
        classes: The names of the classes, by number, of what is made.
        form: The files that submissions find.
        make: Makes all parts.
        draw: Draws so many samples that nobody has seen; None where what is held back is transformed.
        drawn: How many are drawn to score a model on, where nothing else is asked for.
        originals: The forms in which its true files may be there.
        masked: Files of packages from which what is held back could be read inside a sandbox.
    """

    name: str
    title: str
    made: str
    digest: str
    kind: Kind
    classes: tuple[str, ...]
    form: Format
    make: Callable[[], Split]
    draw: Callable[[Draws, int], Labelled] | None = None
    drawn: int = 1_000
    originals: Sequence[Original] = ()
    masked: tuple[str, ...] = ()


HELD_BACK_OF_REAL = 2_000
"""How many samples of a real test set are held back."""


def _drawn(name: str, draw: Callable[[Draws, int], Labelled], train: int, test: int) -> Callable[[], Split]:
    """Return what makes the public parts of a generated set, under a key that is no secret."""

    def make() -> Split:
        public = Draws(f"autograder {name}, the public part".encode())
        shown = draw(public.below("test"), test)
        return Split(draw(public.below("train"), train), shown, none_of(shown))

    return make


_DIGITS = tuple("0123456789")

_EVERY = (
    DataSet(
        name="mnist",
        title="MNIST: handwritten digits, 28×28",
        made="scikit-learn's 1,797 handwritten digits of 8×8, enlarged to 28×28",
        digest="sha256:9d73e6b58559f76c80c3a181c2f53c762e26568f3b88b2b464e53edb7a2fb436",
        kind=Kind.STAND_IN,
        classes=_DIGITS,
        form=formats.npz("mnist.npz"),
        make=digits.split,
        originals=true_files.MNIST,
        masked=(digits.FILE,),
    ),
    DataSet(
        name="fashion_mnist",
        title="Fashion-MNIST: garments, 28×28",
        made="generated silhouettes of its ten kinds of garments, 28×28",
        digest="sha256:9c8656f3e47a9d16baec8df1a2bcbf4d06f8b0488ea5cc758954647896edf7b6",
        kind=Kind.STAND_IN,
        classes=garments.CLASSES,
        form=formats.IDX,
        make=_drawn("fashion_mnist", garments.draw, 2_000, 500),
        draw=garments.draw,
        originals=true_files.FASHION_MNIST,
    ),
    DataSet(
        name="cifar10",
        title="CIFAR-10: colour photographs of ten kinds of things, 32×32",
        made="generated shapes of ten kinds in all colours, 32×32",
        digest="sha256:3d42404077748b1705bf8ec1d7db57f6600a9d0432ebe7641602897fa2125c5b",
        kind=Kind.STAND_IN,
        classes=shapes.CLASSES,
        form=formats.batches(shapes.CLASSES),
        make=_drawn("cifar10", shapes.draw, 2_500, 500),
        draw=shapes.draw,
        originals=true_files.CIFAR10,
    ),
    DataSet(
        name="everyday",
        title="eight kinds of everyday things, 80×80 in colour",
        made="generated drawings of them",
        digest="sha256:f39e79c79207109556c69661d77c09379f9fb7328b218ce3cd0f8c15c077bd38",
        kind=Kind.STAND_IN,
        classes=everyday.CLASSES,
        form=formats.npz("everyday.npz", everyday.CLASSES),
        make=_drawn("everyday", everyday.draw, 1_200, 240),
        draw=everyday.draw,
        drawn=600,
    ),
    DataSet(
        name="tones",
        title="tones, chirps, warbles and beats: 2,048 samples at 8 kHz",
        made="generated sounds",
        digest="sha256:3b3761573e27d1a6f05c4a308f4c0a4e37620ca3b5da94fec752b56a44997c31",
        kind=Kind.GENERATED,
        classes=tones.CLASSES,
        form=formats.npz("tones.npz", tones.CLASSES),
        make=_drawn("tones", tones.draw, 1_000, 250),
        draw=tones.draw,
    ),
    DataSet(
        name="photographs",
        title="pictures to try filters on, 96×128 in colour",
        made="generated hills, houses, balls and walls",
        digest="sha256:d0e95dbcfc94b8783e4558f344fef425f5fd17e24e95fd72173b4eb3b261976f",
        kind=Kind.GENERATED,
        classes=photographs.CLASSES,
        form=formats.npz("photographs.npz", photographs.CLASSES),
        make=_drawn("photographs", photographs.draw, 16, 8),
        draw=photographs.draw,
        drawn=16,
    ),
)
SETS: Mapping[str, DataSet] = {each.name: each for each in _EVERY}
NAMES = tuple(SETS)


def set_named(name: str) -> DataSet:
    """Return a data set by its name.

    Raises:
        ConfigError: If there is none.
    """
    if name not in SETS:
        raise ConfigError(f"expected the name of a data set: {', '.join(NAMES)}; received {name!r}")
    return SETS[name]
