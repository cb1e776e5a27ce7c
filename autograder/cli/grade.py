"""`autograder grade`: a class, or one submission."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.course import course_folder, course_option
from autograder.errors import ConfigError, SandboxError

if TYPE_CHECKING:
    from autograder.config import Assignment
    from autograder.reports.class_report import Absent, ClassReport
    from autograder.runners.local import LocalRunner
    from autograder.sandbox.level import Level
    from autograder.submission import HandIn
    from autograder.whole_class.batch import Batch
    from autograder.whole_class.folder import ResultsFolder


@click.command()
@click.argument("assignment")
@click.argument("submissions", type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(1, 256), help="Submissions at a time. Default: the processors.")
@click.option("--out", type=click.Path(path_type=Path), help="Results folder. Default: results/ASSIGNMENT.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--student", "students", multiple=True, metavar="ID", help="Only this one. May be repeated.")
@click.option("--only", metavar="CHECK", help="Only this check; others keep what an earlier grade says.")
@click.option("--fresh", is_flag=True, help="Grade again what is unchanged.")
@click.option(
    "--sandbox",
    type=click.Choice(["full", "container", "process"]),
    default="full",
    show_default=True,
    help="The walls. 'process' is no boundary: only for code that you trust.",
)
@click.option(
    "--seed-file",
    type=click.Path(path_type=Path),
    help="The hidden cases' secret seed. Default: $AUTOGRADER_SEED, else one made in the results folder.",
)
@click.option(
    "--roster", type=click.Path(path_type=Path), help="A CSV of the course's students: adds who is missing."
)
@click.option(
    "--shard",
    metavar="I/N",
    help="Only the I-th of N parts of the class, into a folder of its own; then autograder merge.",
)
@course_option
def grade(
    assignment: str,
    submissions: Path,
    jobs: int | None,
    out: Path | None,
    form: str,
    students: tuple[str, ...],
    only: str | None,
    fresh: bool,
    sandbox: str,
    seed_file: Path | None,
    roster: Path | None,
    shard: str | None,
    course: Path | None,
) -> int:
    """Grade SUBMISSIONS: a folder of students (folders or files), one submission, a zip, or a download of
    Moodle, Canvas, Gradescope or nbgrader.

    Writes report.json (for staff) and feedback.json (for the student) for each, and class.json. Stop it
    with Ctrl-C whenever you like: what is done is kept, and the next run goes on from there. What has not
    changed is not graded again. Earlier reports are kept, and changed grades listed.

    In the results folder, overrides.toml gives points in a person's name, and files.toml says which file
    of a hand-in is meant.
    """
    from autograder.sandbox.level import Level
    from autograder.sandbox.survey import require

    level = Level(sandbox)
    require(level)
    try:
        from autograder.whole_class import cases
        from autograder.whole_class.batch import Batch, prepare
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        raise SandboxError(f"grading needs {package}: pip install 'cnn-autograder[grade]'") from None
    from autograder.config import load
    from autograder.submission import hand_ins, left_over, read_choices
    from autograder.whole_class.folder import ResultsFolder, Run
    from autograder.whole_class.overrides import read_overrides, unknown_students
    from autograder.whole_class.sharding import Shard

    part = Shard.parse(shard, has_seed=cases.is_seed_given(seed_file)) if shard else None
    found_assignment = load(course_folder(course), assignment)
    config = found_assignment.config
    out = _results_folder(out or Path("results") / assignment, submissions)
    found = hand_ins(submissions, config.file, due=config.due, choices=read_choices(out / "files.toml"))
    missing, strangers = _compare_with_roster(roster, found)
    if part is not None:
        found = [hand_in for hand_in in found if part.holds(hand_in.student)]
        missing = [each for each in missing if part.holds(each.id)]
    folder = ResultsFolder(out)
    if cases.has_lost_its_seed(folder.path, seed_file):
        _say(f"{out} has reports and no seed: new hidden cases are drawn, all is graded again")
    seed = cases.read_seed(folder.path, seed_file)
    marking = prepare(found_assignment, level, seed, folder.cases)
    overrides = read_overrides(folder.path, {check.name: check.max_score for check in marking.checks})
    batch = Batch(marking, found, folder, overrides=overrides, students=students, fresh=fresh, only=only)
    _say_names("left out, since nobody's", left_over(submissions, config.file))
    _say_names("not in the roster", strangers)
    if part is None:
        unknown = unknown_students(overrides, [hand_in.student for hand_in in found])
        _say_names("overrides.toml names students who are not among these", unknown)
    folder.write_run(Run.of(found_assignment, submissions, level.value, seed_file))
    new, interrupted = _run(batch, _runner(found_assignment, level, jobs or _processors(), seed))
    report = batch.report(absent=missing, shard=str(part) if part else None)
    if form == "json":
        click.echo((folder.path / "class.json").read_text("utf-8"), nl=False)
    else:
        _show(batch, report, students)
        click.echo(f"\n{new} graded now, {len(batch.chosen) - new} unchanged; reports in {folder.path}/")
    _say_what_is_open(report, folder)
    if interrupted:
        _say(f"stopped: {report.counts.remaining} are left; run the same command again to go on")
        return 130
    return 3 if report.counts.faults else 0


def _results_folder(out: Path, submissions: Path) -> Path:
    if submissions.is_dir() and out.resolve().is_relative_to(submissions.resolve()):
        raise ConfigError(
            f"--out: expected a folder outside the submissions; received {out}, inside {submissions}"
        )
    return out


def _runner(assignment: Assignment, level: Level, jobs: int, seed: bytes) -> LocalRunner:
    from autograder.checks.making import wanted_by
    from autograder.runners.local import LocalRunner
    from autograder.whole_class import cases

    return LocalRunner(
        assignment,
        level,
        jobs,
        lambda submission: cases.keyed_integer(seed, f"worker {submission.digest}"),
        wanted=wanted_by(assignment),
    )


def _show(batch: Batch, report: ClassReport, students: Sequence[str]) -> None:
    """Show the class, what has changed, and the feedback where one student was asked for."""
    from rich.console import Console

    from autograder.reports.class_view import changes_view, class_view
    from autograder.reports.feedback import feedback
    from autograder.reports.student_view import feedback_view

    console = Console(highlight=False, width=None if os.isatty(1) else 120)
    console.print(class_view(report, batch.chosen if students else None))
    if changed := batch.changes():
        console.print(changes_view(changed))
    if len(batch.chosen) == 1 and batch.chosen[0] in batch.grades:
        console.print()
        console.print(feedback_view(feedback(batch.grades[batch.chosen[0]])))


def _say(text: str) -> None:
    """Say something on the standard error, without what a terminal would obey."""
    from autograder.reports.text import harmless

    click.echo(harmless(text), err=True)


def _say_names(what: str, names: Sequence[str]) -> None:
    if names:
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        _say(f"{what}: {', '.join(names[:10])}{more}")


def _compare_with_roster(roster: Path | None, found: Sequence[HandIn]) -> tuple[list[Absent], list[str]]:
    """Return who of the roster handed in nothing, and who handed in and is not in it."""
    from autograder.reports.class_report import Absent
    from autograder.submission import absent, read_roster, safe_name, unlisted

    if roster is None:
        return [], []
    entries = read_roster(roster)
    missing = [Absent(id=safe_name(each.student), name=each.name) for each in absent(entries, found)]
    return missing, [hand_in.student for hand_in in unlisted(entries, found)]


def _processors() -> int:
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _run(batch: Batch, runner: LocalRunner) -> tuple[int, bool]:
    """Grade, and show how it goes. Return how many were graded now, and whether Ctrl-C ended it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from autograder.whole_class.batch import Started

    console = Console(stderr=True, highlight=False)
    running: dict[str, None] = {}
    new = done = 0
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[who]}", markup=False),
    )
    size = len(batch.chosen)
    every = max(1, size // 10)
    try:
        with (
            Progress(*columns, console=console, transient=True) as progress,
            contextlib.closing(batch.run(runner)) as events,
        ):
            task = progress.add_task("", total=size, rate="", who="")
            for event in events:
                if isinstance(event, Started):
                    running[event.submission.partition("/")[0]] = None
                else:
                    running.pop(event.grade.submission, None)
                    new, done = new + event.is_new, done + 1
                    if not console.is_terminal and (done % every == 0 or done == size):
                        console.print(f"graded {done} of {size}")
                speed = progress.tasks[0].speed
                progress.update(
                    task, completed=done, rate=f"{speed:.1f}/s" if speed else "", who=_names(list(running))
                )
    except KeyboardInterrupt:
        return new, True
    return new, False


def _names(running: Sequence[str]) -> str:
    shown = ", ".join(running[:4])
    return f"{shown} and {len(running) - 4} more" if len(running) > 4 else shown


def _say_what_is_open(report: ClassReport, folder: ResultsFolder) -> None:
    """Say which rows have no grade, and what to do about each kind."""
    from autograder.results import Status

    for row in report.rows:
        grade = folder.read(row.submission) if row.provisional else None
        if grade is None or all(
            check.status is not Status.ERROR and check.details is not None
            for check in grade.checks
            if check.score is None
        ):
            continue  # graded, or awaiting marks
        first = row.remark.splitlines()[0][:400] if row.remark else "see its report"
        _say(f"no grade for {row.submission}: {first} ({folder.path / row.submission / 'report.json'})")
    if report.counts.reviews:
        _say(
            f"{report.counts.reviews} have a free answer that a person marks: autograder review {folder.path}"
        )
