"""What validating an assignment found: one frozen value, for the terminal and for JSON."""

from __future__ import annotations

from typing import Literal

import msgspec

LEAST_RATE = 0.98
"""The share of the mutants with another behaviour that an assignment's cases are to catch."""

Kind = Literal["solution", "starter", "misconception", "group", "points", "model", "limits", "fault"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something to mend.

    Attributes:
        kind: What it is about.
        where: The check, the group, the file.
        message: What was expected, and what is there.
    """

    kind: Kind
    where: str
    message: str


class MistakeTried(msgspec.Struct, frozen=True, kw_only=True):
    """What a known wrong way to solve a check earned.

    Attributes:
        check: The check.
        name: The misconception.
        named: The misconception that the report names; none where it names none.
        score: What it earned, of `max_score`.
        groups: The groups in which it gets cases wrong.
    """

    check: str
    name: str
    named: str | None
    score: float
    max_score: float
    groups: tuple[str, ...]


class NetworkTried(msgspec.Struct, frozen=True, kw_only=True):
    """What a reference network earned of a check of models.

    Attributes:
        check: The check.
        reference: The network.
        score: What it earned, of `max_score`.
        max_score: What there is to earn.
        said: Why it did not earn everything; empty where it did.
        changed: How many networks were tried that differ from it in one setting, or lack one layer; counted
            at the first of several checks about it.
        kept: Those that earn everything of all of these checks.
        reached: What it reached, where it was trained.
        is_trained: Whether it was.
    """

    check: str
    reference: str
    score: float
    max_score: float
    said: str = ""
    changed: int = 0
    kept: tuple[str, ...] = ()
    reached: str = ""
    is_trained: bool = False


class Survivor(msgspec.Struct, frozen=True, kw_only=True):
    """A changed reference that keeps all points.

    Attributes:
        file: The reference's file.
        line: The first line that differs.
        operator: What was done.
        before: The changed lines as they were.
        after: The changed lines as they are.
        groups: The checks and groups of cases that run the line.
        call: A call on which it differs from the reference; none where it is presumed to be equivalent.
        difference: In what.
    """

    file: str
    line: int
    operator: str
    before: str
    after: str
    groups: tuple[str, ...]
    call: str | None = None
    difference: str = ""


class MutantCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How the mutants fared.

    Attributes:
        possible: All there are, on the lines that the cases run.
        tried: Those that were graded.
        caught: Those that lost points.
        survived: Those that lost none, and differ from the reference on some input.
        equivalent: Those that lost none, and are presumed to differ nowhere.
    """

    possible: int
    tried: int
    caught: int
    survived: int
    equivalent: int


class Validation(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found of an assignment.

    Attributes:
        assignment: Its name.
        walls: Behind which the references and their mutants ran.
        seed: What the hidden cases, the choice of mutants and the inputs around the cases come from.
        score: What the references earned.
        max_score: What there is to earn, less what a person marks.
        starter_score: What the starter earned; none where there is no starter.
        misconceptions: What each known wrong way earned.
        findings: What to mend.
        mutants: How they fared.
        rate: The share that was caught of the mutants with another behaviour; none where there are none.
        survivors: Mutants that the cases let through.
        equivalents: Mutants that are presumed to behave as the references do.
        own_signature: Checks with a call style, or with accepted conventions: references and mutants were
            called by the problem's own signature, with the cases that the style can say.
        not_tried: Source checks: what they forbid or ask for is not tried out.
        networks: What reference networks earned of checks of models.
        of_models: Checks of models that no reference is tried with.
        untrained: Checks of trained models whose references could be trained, which was not asked for.
        wall_seconds: How long it took.
    """

    schema: Literal["autograder/validation/v1"] = "autograder/validation/v1"
    assignment: str
    walls: str
    seed: int
    score: float
    max_score: float
    starter_score: float | None
    misconceptions: tuple[MistakeTried, ...]
    findings: tuple[Finding, ...]
    mutants: MutantCounts
    rate: float | None
    survivors: tuple[Survivor, ...]
    equivalents: tuple[Survivor, ...]
    own_signature: tuple[str, ...] = ()
    not_tried: tuple[str, ...] = ()
    networks: tuple[NetworkTried, ...] = ()
    of_models: tuple[str, ...] = ()
    untrained: tuple[str, ...] = ()
    wall_seconds: float

    @property
    def holds(self) -> bool:
        """Whether there is nothing to mend, and enough mutants were caught."""
        return not self.findings and (self.rate is None or self.rate >= LEAST_RATE)
