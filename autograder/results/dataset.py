"""The data that submissions were given, as reports say it."""

from __future__ import annotations

import msgspec


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """A data set, or a course's own folder of data.

    Attributes:
        name: As the configuration says it.
        is_stand_in: Whether it stands in the place of a real set whose files were missing.
        digest: Of its content.
        about: What it is, where it was made here: a stand-in, or a set that is generated everywhere.
        is_open: Whether what is held back could be read by submissions, since no wall kept them from it.
    """

    name: str
    is_stand_in: bool
    digest: str
    about: str = ""
    is_open: bool = False


def data_note(dataset: Dataset | None) -> str | None:
    """Return what every report has to say of its data; None where there is nothing to say.

    >>> data_note(Dataset(name="mnist", is_stand_in=True, digest="sha256:0123456789", about="small digits"))
    'stand-in data in the place of mnist: small digits (sha256:01234567)'
    """
    if dataset is None:
        return None
    said = []
    if dataset.about:
        what = f"stand-in data in the place of {dataset.name}" if dataset.is_stand_in else "generated data"
        said.append(f"{what}: {dataset.about} ({dataset.digest[:15]})")
    if dataset.is_open:
        said.append(f"no walls: a submission could read what is held back of {dataset.name}")
    return "; ".join(said) or None
