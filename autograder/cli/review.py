"""`autograder review`: what awaits a person: free answers, and code whose text does not tell enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.terminal import echo_json, make_console

if TYPE_CHECKING:
    from autograder.results import CheckResult, WrittenDetails
    from autograder.whole_class.folder import ResultsFolder

SCHEMA = "autograder/review/v1"


@click.command()
@click.argument("results", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--check", metavar="CHECK", help="Only this question.")
@click.option("--all", "everyone", is_flag=True, help="Also those that have been marked.")
@click.option("--toml", is_flag=True, help="Print entries for overrides.toml, to be filled in.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def review(results: Path, check: str | None, everyone: bool, toml: bool, as_json: bool) -> None:
    """Show the free answers in RESULTS that await marks, with the question and the rubric; and code of which
    only running tells what it uses, with file and line.

    Give the points in RESULTS/overrides.toml (--toml prints the entries), then run `autograder grade` again:
    nothing is run twice, and the reports show the points, the reason and who gave them. Entries that
    still say points = "?" are passed over. Each names the answer that it is for, and applies to no other.
    """
    import msgspec

    from autograder.errors import ConfigError
    from autograder.whole_class.folder import existing_results
    from autograder.whole_class.overrides import answer_digest

    open_ = _Open.of(existing_results(results), results, everyone=everyone)
    worth = open_.worth
    if check is not None and check not in worth:
        raise ConfigError(f"--check: expected one of {', '.join(worth) or 'none'}; received {check!r}")
    open_ = open_.only(check)
    if as_json:
        listed = [
            {
                "check": name,
                "student": student,
                "max_score": worth[name],
                "answer_digest": answer_digest(details.answer),
                **msgspec.to_builtins(details),
            }
            for name, answers in open_.answers.items()
            for student, details in answers
        ]
        asked = [
            {"check": name, "student": student, "max_score": worth[name], "message": result.message}
            | {"doubts": msgspec.to_builtins(result.details)["doubts"]}
            for name, questions in open_.code.items()
            for student, result in questions
        ]
        echo_json({"schema": SCHEMA, "answers": listed, "code": asked})
        return
    if not open_.answers and not open_.code:
        click.echo("# no free answer awaits marks" if toml else "no free answer awaits marks")
    if toml:
        _print_entries(open_)
    else:
        _show(open_)


@dataclass(frozen=True)
class _Open:
    """What awaits a person, by check: whose answers, and whose results of a check of the code.

    Attributes:
        worth: What each of the checks is worth.
    """

    answers: Mapping[str, list[tuple[str, WrittenDetails]]]
    code: Mapping[str, list[tuple[str, CheckResult]]]
    worth: Mapping[str, float]

    @classmethod
    def of(cls, folder: ResultsFolder, results: Path, *, everyone: bool) -> _Open:
        """Return what is open in a results folder; with everyone, answers that have been marked too."""
        from autograder.results import (
            AutoencoderDetails,
            ModelDetails,
            SourceDetails,
            Status,
            TrainingDetails,
            WrittenDetails,
        )

        by_machine = SourceDetails | ModelDetails | TrainingDetails | AutoencoderDetails
        answers: dict[str, list[tuple[str, WrittenDetails]]] = {}
        code: dict[str, list[tuple[str, CheckResult]]] = {}
        worth: dict[str, float] = {}
        for path in sorted(results.glob("*/report.json")):
            grade = folder.read(path.parent.name)
            for each in grade.checks if grade else ():
                student = grade.submission if grade else ""
                is_open = each.status is Status.NEEDS_REVIEW
                if isinstance(each.details, WrittenDetails):
                    worth[each.name] = each.max_score
                    if each.details.answer and (everyone or is_open):
                        answers.setdefault(each.name, []).append((student, each.details))
                elif isinstance(each.details, by_machine) and is_open:
                    worth[each.name] = each.max_score
                    code.setdefault(each.name, []).append((student, each))
        return cls(answers, code, worth)

    def only(self, check: str | None) -> _Open:
        """Return what is open of one check, or all."""
        return _Open(
            {name: found for name, found in self.answers.items() if check in (None, name)},
            {name: found for name, found in self.code.items() if check in (None, name)},
            self.worth,
        )


def _print_entries(open_: _Open) -> None:
    """Print entries for overrides.toml."""
    from autograder.reports.decisions import decision_template
    from autograder.reports.staff_view import override_template
    from autograder.whole_class.overrides import answer_digest

    for name, answers in open_.answers.items():
        for student, details in answers:
            digest = answer_digest(details.answer)
            click.echo(override_template(name, student, open_.worth[name], digest))
    for name, questions in open_.code.items():
        for student, _ in questions:
            click.echo(decision_template(name, student, open_.worth[name]))


def _show(open_: _Open) -> None:
    from autograder.reports.decisions import decisions_view
    from autograder.reports.staff_view import review_view

    views = [review_view(name, answers) for name, answers in open_.answers.items()]
    views += [decisions_view(name, questions) for name, questions in open_.code.items()]
    console = make_console()
    for view in views:
        console.print(view)
        console.print()
