"""What validating found, for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.authoring.validating.report import LEAST_RATE, Finding, Survivor, Validation
from autograder.reports.text import plain, points

_MOST_TEXT = 400


def validation_view(validation: Validation, *, with_equivalents: bool = False) -> RenderableType:
    """Return what was found, the misconceptions in a table, and at the end what it comes to.

    Args:
        validation: What was found.
        with_equivalents: Whether to list the mutants that are presumed to be equivalent.
    """
    parts: list[RenderableType] = [*_mistakes(validation), *_heading(validation)]
    if with_equivalents:
        parts += [_survivor(each) for each in validation.equivalents]
    parts += [_survivor(each) for each in validation.survivors]
    parts += [_finding(each) for each in validation.findings]
    return Group(*parts, *_verdict(validation))


def _heading(validation: Validation) -> Iterator[RenderableType]:
    if validation.max_score or not (validation.of_models or validation.networks or validation.untrained):
        earned = f"{points(validation.score)} of {points(validation.max_score)} points"
        yield plain(f"the references earn {earned}")
    if validation.starter_score is not None:
        yield plain(f"the starter earns {points(validation.starter_score)}")
    if validation.own_signature:
        named = ", ".join(validation.own_signature)
        yield plain(f"by the problem's own signature and convention, as references have them: {named}")
    if validation.not_tried:
        yield plain(
            f"source checks are not tried: {', '.join(validation.not_tried)}. Grade a submission of your own "
            "that does what they forbid"
        )
    yield from _networks(validation)
    tried = validation.mutants
    if tried.tried:
        sample = "" if tried.tried == tried.possible else f" of {tried.possible}"
        yield plain(
            f"{tried.tried}{sample} mutants: {tried.caught} caught, {tried.survived} let through, "
            f"{tried.equivalent} presumed equivalent"
        )


def _networks(validation: Validation) -> Iterator[RenderableType]:
    """Return what reference networks came to, changed ones, and what was not tried."""
    for each in validation.networks:
        earned = f"{points(each.score)} of {points(each.max_score)} points"
        reached = f": {each.reached}" if each.reached and not each.said else ""
        what = f"{each.reference}, trained," if each.is_trained else each.reference
        yield plain(f"{what} earns {earned} in {each.check}{reached}")
        if each.changed:
            lost = each.changed - len(each.kept)
            yield plain(f"  {lost} of {each.changed} networks that differ from it in one place lose points")
        if each.kept:
            yield plain(
                "  these keep all; if the handout says otherwise, ask for it in fixed, of the last layer by "
                "last_activation or fits_loss:"
            )
            yield from (plain(f"    {said}") for said in each.kept)
    if validation.untrained:
        yield plain(
            f"not trained: {', '.join(validation.untrained)}. With --train, their references are, once each: "
            "that takes about as long as a student's"
        )
    if validation.of_models:
        yield plain(
            f"checks of models that no reference is tried with: {', '.join(validation.of_models)}. Grade a "
            "right model of your own, and wrong ones"
        )


def _mistakes(validation: Validation) -> Iterator[RenderableType]:
    if not validation.misconceptions:
        return
    table = Table("check", "misconception", "earns", "wrong in", title_justify="left")
    before = ""
    alike = Counter((each.check, each.name) for each in validation.misconceptions)
    seen = Counter[tuple[str, str]]()
    for each in validation.misconceptions:
        score = f"{points(each.score)} of {points(each.max_score)}"
        name = plain(each.check if each.check != before else "")
        seen[each.check, each.name] += 1
        number = f" ({seen[each.check, each.name]})" if alike[each.check, each.name] > 1 else ""
        table.add_row(name, plain(each.name + number), score, plain(", ".join(each.groups)))
        before = each.check
    yield table


def _survivor(survivor: Survivor) -> RenderableType:
    is_different = survivor.call is not None
    what = "let through" if is_different else "presumed equivalent"
    lines = [plain(f"{survivor.file}, line {survivor.line}: {what} ({survivor.operator})", style="bold")]
    lines += [plain(f"  - {line}", style="red") for line in survivor.before.splitlines()]
    lines += [plain(f"  + {line}", style="green") for line in survivor.after.splitlines() or [""]]
    lines.append(plain(f"  run by {'; '.join(survivor.groups)}"))
    if survivor.call is not None:
        lines.append(plain(f"  differs on {_cut(survivor.call)}: {_cut(survivor.difference)}"))
    return Padding(Group(*lines), (1, 0, 0, 0))


def _finding(finding: Finding) -> RenderableType:
    first = Text.assemble((f"{finding.kind}: ", "bold red"), plain(f"{finding.where}: {finding.message}"))
    return Padding(first, (1, 0, 0, 0))


def _verdict(validation: Validation) -> Iterator[RenderableType]:
    count = len(validation.findings)
    said = f"{count or 'no'} {'finding' if count == 1 else 'findings'}"
    if validation.rate is not None:
        said += f"; {validation.rate:.1%} of the mutants with another behaviour caught"
        said += f" (at least {LEAST_RATE:.0%} are to be)"
    yield Padding(plain(said, style="bold green" if validation.holds else "bold red"), (1, 0, 0, 0))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}…"
