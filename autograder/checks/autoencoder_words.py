"""What an `autoencoder` check says: the message, the hint for the usual mistakes, the notes."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from autograder.checks.autoencoder_measures import Measures
from autograder.checks.autoencoder_parts import MEASURED, Verdict, failed
from autograder.checks.code_layer import Build
from autograder.config.autoencoders import AutoencoderCheckConfig, Part
from autograder.wire.trained import Trained

UNTRAINED = "The weights are those that the model was made with. Call model.fit(x, x) before you hand in."
_LITTLE_DB = 1.0
_FOR_CLASSES = ("sparse_categorical", "categorical_crossentropy")
_LAST = {
    "softmax": "Softmax makes all pixels together sum to 1.",
    "tanh": "Tanh goes from -1 to 1, and the images from 0 to 1.",
    "relu": "A relu that has once become 0 for a pixel does not learn any more there.",
}


def in_message(found: Sequence[Verdict]) -> str:
    """Return what the parts come to, in a sentence."""
    missed = failed(found)
    if not missed:
        return f"all that is asked for is there: {_listed(found)}"
    return f"not all that is asked for: {_listed(missed)}"


def hint_for(
    told: Trained,
    build: Build,
    measures: Measures,
    found: Sequence[Verdict],
    check: AutoencoderCheckConfig,
) -> str:
    """Return what to try where something that is asked for is missing.

    Args:
        told: What its process says of the model.
        build: How it is built.
        measures: What it comes to.
        found: The parts, judged.
        check: What is asked.
    """
    missed = {each.name for each in failed(found)}
    if not missed:
        return ""
    if "as many numbers as go in" in measures.problem:
        return (
            "An autoencoder gives back what goes in: its last layer has as many units as there are pixels, "
            "and its targets are its inputs: model.fit(x, x), not the labels."
        )
    if "NaN" in measures.problem:
        return "Rescale the inputs to 0..1, and try a lower learning rate."
    if missed.intersection(MEASURED):
        return _of_measures(told, build, measures, missed, check)
    if build.code_size is not None and build.code_size >= build.size:
        return "The code has to be smaller than the input, or the model can learn to copy."
    if build.bypass:
        return (
            f"All that the decoder gets has to go through the code: {build.bypass} takes something else too."
        )
    if "code_size" in missed:
        return (
            "Give the layer in the middle as many units as the code is to have numbers, and no layer fewer."
        )
    return "Give the decoder the widths of the encoder in reverse order."


def _of_measures(
    told: Trained, build: Build, measures: Measures, missed: Set[Part], check: AutoencoderCheckConfig
) -> str:
    if told.by == "nobody":
        return UNTRAINED
    if told.loss.startswith(_FOR_CLASSES):
        return f"The loss is {told.loss}, for classes. Take binary_crossentropy or mse, and fit(x, x)."
    prepared = told.preparation
    if prepared is not None and prepared.said.startswith("0..255") and not build.rescales:
        return "The inputs go in as 0..255. Rescale inputs and targets: x / 255.0."
    if build.last == "tanh" and prepared is not None and prepared.said.startswith("-1"):
        build = replace(build, last=None)  # where images go from -1 to 1 it is right
    if measures.error is not None and not measures.is_alive:
        return _of_dead(build, measures)
    if "denoising" in missed and measures.noisy_db is not None and measures.denoised_db is not None:
        if measures.denoised_db - measures.noisy_db < _LITTLE_DB:
            return (
                "It hardly takes noise off. Was it trained on clean images alone? Noisy images go in, and "
                "the clean ones are the targets: model.fit(x + noise, x)."
            )
        return "Train longer, with as much noise as the handout says."
    if build.bypass and missed & {"reconstruction", "sparsity", "contraction"}:
        return _past(build)
    return _of_bounds(build, missed, check)


def _of_dead(build: Build, measures: Measures) -> str:
    if build.last in _LAST:
        return f"{_LAST[build.last]} Take a sigmoid as the last activation for images from 0 to 1."
    if measures.is_flat:
        return (
            "It gives the same image back for all inputs: its code is dead. Try a lower learning rate, a "
            "weaker penalty, or other activations than relu before the code."
        )
    return "It gives back no more than the mean image: look whether the loss goes down, and fit(x, x)."


def _of_bounds(build: Build, missed: Set[Part], check: AutoencoderCheckConfig) -> str:
    if "reconstruction" in missed:
        if build.last in _LAST:
            return f"{_LAST[build.last]} Try a sigmoid as the last activation."
        return (
            "Try more epochs, wider layers before the code, another learning rate, or no relu at a small "
            "code: some of its numbers may be 0 for all images."
        )
    if "sparsity" in missed:
        return "Punish activity of the code: activity_regularizer=keras.regularizers.L1(1e-5), or more of it."
    if "contraction" in missed:
        return "Give the contractive penalty more weight in the loss."
    normal = check.anomalies is not None and check.anomalies.normal
    only = " Train on the normal classes alone." if normal else ""
    return f"A smaller code gives back what it was not trained on less well.{only}"


def _past(build: Build) -> str:
    return f"All that the decoder gets has to go through the code: {build.bypass} takes something else too."


def _listed(found: Sequence[Verdict]) -> str:
    return "; ".join(f"{each.name.replace('_', ' ')}: {each.received}" for each in found)
