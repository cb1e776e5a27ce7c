"""A part of a class, for clusters that run job arrays."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from autograder.errors import ConfigError
from autograder.whole_class.cases import SEED_VARIABLE


@dataclass(frozen=True)
class Shard:
    """The ``number``-th of ``count`` parts. Whose part a student is in depends on the id alone."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str, *, has_seed: bool) -> Shard:
        """Return the shard that a text like ``3/16`` names.

        Raises:
            ConfigError: If it is none, or there is no seed that all shards share.
        """
        found = re.fullmatch(r"([0-9]{1,5})/([0-9]{1,5})", text)
        number, count = (int(part) for part in found.groups()) if found else (0, 0)
        if not 1 <= number <= count:
            raise ConfigError(f"--shard: expected I/N, like 3/16, with I from 1 to N; received {text!r}")
        if not has_seed:
            raise ConfigError(
                "--shard: expected a seed that all shards share, so that they draw the same hidden cases: "
                f"--seed-file FILE or the environment variable {SEED_VARIABLE}; received neither. Make a "
                "file of 32 hexadecimal digits, for example with: openssl rand -hex 16"
            )
        return cls(number, count)

    def holds(self, student: str) -> bool:
        """Return whether a student is in this part."""
        digest = hashlib.sha256(student.casefold().encode()).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"
