"""`autograder explain`: why a check failed, by the smallest case that shows it. For staff."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli.terminal import echo_json, make_console

if TYPE_CHECKING:
    from autograder.results import CheckResult
    from autograder.whole_class.explaining import Explanation

SCHEMA = "autograder/explanation/v1"


@click.command()
@click.argument("results", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("student")
@click.argument("check", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.option("--no-script", is_flag=True, help="Write no script.")
def explain(results: Path, student: str, check: str | None, as_json: bool, no_script: bool) -> None:
    """Show staff the smallest case that STUDENT gets wrong in CHECK (default: the first that failed).

    RESULTS is the folder that `autograder grade` wrote. The submission runs again in its sandbox with ever
    smaller inputs. A script that replays the case without the toolkit is written to RESULTS/STUDENT/replay/,
    with a copy of the submission, in the place of an earlier one. Hidden cases are shown: this is not
    for students.
    """
    from autograder.errors import ConfigError
    from autograder.sandbox.level import Level
    from autograder.sandbox.survey import require
    from autograder.whole_class.explaining import explain as find
    from autograder.whole_class.explaining import find_check
    from autograder.whole_class.folder import existing_results
    from autograder.whole_class.replay_folder import write_replay

    folder = existing_results(results)
    grade = folder.read(student)
    if grade is None:
        known = sorted(path.parent.name for path in results.glob("*/report.json"))
        raise ConfigError(f"expected a student among {', '.join(known[:50]) or 'none'}; received {student!r}")
    found = find_check(grade, check)
    if found.kind == "function":
        require(Level(folder.read_run().sandbox))
    explanation = find(folder, grade, found)
    script = None
    if explanation is not None and not no_script:
        script = write_replay(folder.path / student, explanation)
    if as_json:
        shown = {"schema": SCHEMA, "student": student, "script": str(script) if script else None}
        shown |= _described(found, explanation) | {"notes": list(grade.notes)}
        echo_json(shown)
        return
    from autograder.reports.staff_view import case_view, check_view, notes_view

    console = make_console()
    console.print(check_view(student, found))
    if explanation is None:
        console.print(notes_view(grade.notes))
    else:
        console.print(case_view(_case(explanation), was_visible=explanation.was_visible))
    if script is not None:
        click.echo(f"\nreplay it without the toolkit: python {shlex.quote(str(script))}")


def _case(explanation: Explanation) -> Any:
    """Return the explained case as the reports show one."""
    from autograder.checks.judging import show_expected, show_inputs, show_received
    from autograder.results import CaseResult, Outcome

    prepared = explanation.prepared
    return CaseResult(
        group=prepared.case.group,
        title="the smallest case that was found",
        visible=explanation.was_visible,
        passed=False,
        outcome=Outcome.COMPLETED,
        call=explanation.call,
        difference=explanation.difference.kind,
        explanation=explanation.difference.explanation,
        inputs=show_inputs(prepared),
        expected=show_expected(prepared),
        received=show_received(prepared, explanation.seen, explanation.difference.index),
    )


def _described(check: CheckResult, explanation: Explanation | None) -> dict[str, Any]:
    import msgspec

    found: dict[str, Any] = {"check": check.name, "status": check.status, "message": check.message}
    found["hint"] = check.hint
    if explanation is not None:
        found["case"] = msgspec.to_builtins(_case(explanation))
    elif check.details is not None:
        found["details"] = msgspec.to_builtins(check.details)
    return found
