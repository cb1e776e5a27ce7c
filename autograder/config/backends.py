"""The framework that Keras computes with: which package it is, and that it is there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec import structs

from autograder.allowed import installed
from autograder.config.devices import Backend, gpu_use
from autograder.config.structure import AssignmentConfig
from autograder.errors import ConfigError

KERAS = "keras"
_INSTALL: dict[Backend, str] = {
    "tensorflow": "pip install 'cnn-autograder[tensorflow]'",
    "jax": "pip install jax keras (with a GPU: pip install 'jax[cuda12]' keras)",
    "torch": "pip install torch keras",
}


def with_backend(config: AssignmentConfig) -> AssignmentConfig:
    """Return a configuration that allows and preloads its backend, where it says one or wants a GPU.

    A worker that imported it itself would count the time and memory it takes as the student's; and on a GPU
    its limit is set before a submission runs.
    """
    if not _is_needed(config):
        return config
    preload = tuple(dict.fromkeys([*config.preload, config.backend, KERAS]))
    return structs.replace(config, packages=_with(config.packages, [config.backend, KERAS]), preload=preload)


def require_backend(path: Path, config: AssignmentConfig) -> None:
    """Refuse a backend that is not installed here.

    Raises:
        ConfigError: If it is not; it says what to install.
    """
    if not _is_needed(config):
        return
    missing = [name for name in (config.backend, KERAS) if name not in installed([name])]
    if missing:
        raise ConfigError(
            f'{path}: backend: expected what Keras needs to compute with "{config.backend}"; '
            f"{' and '.join(missing)} is not installed: {_INSTALL[config.backend]}"
        )


def _is_needed(config: AssignmentConfig) -> bool:
    return config.backend != "tensorflow" or gpu_use(config.checks).wish != "no"


def _with(packages: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """Return packages with those that are missing; a TensorFlow by another name counts as one."""
    known = {name.lower() for name in packages}
    if any(name.startswith(("tensorflow-", "tf-", "tf_")) for name in known):
        known.add("tensorflow")
    return (*packages, *(name for name in more if name not in known))
