"""`autograder grade`: a class, or one submission."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.collecting import Collected, collect
from autograder.cli.course import course_folder, course_option
from autograder.cli.dataset import data_option, stand_in_option, with_data
from autograder.cli.progress import run_with_progress
from autograder.cli.terminal import make_console, print_whole, say, say_names
from autograder.errors import ConfigError, SandboxError

if TYPE_CHECKING:
    from autograder.config import Assignment
    from autograder.reports.class_report import ClassReport
    from autograder.runners.local import LocalRunner
    from autograder.runners.placing import Placement
    from autograder.sandbox.level import Level
    from autograder.whole_class.batch import Batch
    from autograder.whole_class.folder import ResultsFolder
    from autograder.whole_class.overrides import OverridesFile


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
@data_option
@stand_in_option
@click.option(
    "--gpus",
    default="auto",
    show_default=True,
    metavar="auto|none|LIST",
    help="The GPUs for checks that want one: all that are free, none, or indices and UUIDs such as 0,1.",
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
    data_folder: Path | None,
    allow_stand_in: bool,
    gpus: str,
    course: Path | None,
) -> int:
    """Grade SUBMISSIONS: a folder of students (folders or files), one submission, a zip, or a download of
    Moodle, Canvas, Gradescope or nbgrader.

    Writes report.json for staff, feedback.json and feedback.txt for the student, and of the class
    class.json and grades.csv. Stop it with Ctrl-C whenever you like: what is done is kept, and the next
    run goes on from there. What has not changed is not graded again. Earlier reports are kept, and
    changed grades listed.

    In the results folder, overrides.toml gives points in a person's name, and files.toml says which file
    of a hand-in is meant.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more would wait for work by turning in circles
    from autograder.sandbox.level import Level
    from autograder.sandbox.survey import require

    level = Level(sandbox)
    require(level)
    try:
        from autograder.whole_class import cases
        from autograder.whole_class.batch import Batch, prepare
        from autograder.whole_class.last_run import OTHER_CASES, LastRun
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        raise SandboxError(f"grading needs {package}: pip install 'cnn-autograder[grade]'") from None
    from msgspec import structs

    from autograder.config import load
    from autograder.whole_class.folder import ResultsFolder, Run
    from autograder.whole_class.overrides import read_overrides
    from autograder.whole_class.sharding import Shard

    part = Shard.parse(shard, has_seed=cases.is_seed_given(seed_file)) if shard else None
    found_assignment = _with_data(
        load(course_folder(course), assignment), data_folder, allow_stand_in=allow_stand_in
    )
    placement = _look_at(found_assignment, gpus)
    out = _results_folder(out or Path("results") / assignment, submissions)
    last = LastRun.into(out)
    last.require(found_assignment.slug, seed_file, fresh=fresh)
    collected = collect(found_assignment, submissions, out, roster, part)
    gone = last.gone(collected.ids)
    roll = last.roll(collected.ids) if students and roster is None else collected.roll
    folder = ResultsFolder(out)
    is_lost = cases.has_lost_its_seed(folder.path, seed_file)
    seed = cases.read_seed(folder.path, seed_file)
    os.environ.pop(cases.SEED_VARIABLE, None)
    with contextlib.closing(
        _runner(found_assignment, level, jobs or _processors(), seed, placement)
    ) as runner:
        if fresh or last.run is None:  # else it may be that nobody is to be graded anew
            _start(runner, found_assignment, collected, students)
        marking = prepare(found_assignment, level, seed, folder.cases, placement.device)
        if marking.cases_digest and (is_lost or last.has_other_seed(seed)):
            say(OTHER_CASES)
        given = read_overrides(folder.path, {check.name: check.max_score for check in marking.checks})
        batch = Batch(
            marking,
            collected.found,
            folder,
            overrides=given.entries,
            students=students,
            fresh=fresh,
            only=only,
            regrade=last.regrade,
            gone=gone,
        )
        _say_who(collected, () if students else [row.submission for row in gone], given)
        run = Run.of(found_assignment, submissions, level.value, seed_file, cases.seed_check(seed))
        folder.write_run(structs.replace(run, regrade=batch.regrade))
        new, interrupted = run_with_progress(batch, runner)
    folder.write_run(structs.replace(run, regrade=batch.regrade))
    report = batch.report(roll, shard=str(part) if part else None)
    _show(batch, report, students, new, form)
    _say_what_is_open(batch, report, folder, runner.notes())
    if interrupted:
        again = "run the same command without --fresh" if fresh else "run the same command again"
        say(f"stopped: {len(batch.left)} left to grade; {again} to go on")
        return 130
    return 3 if report.counts.faults or report.counts.questions else 0


def _with_data(assignment: Assignment, folder: Path | None, *, allow_stand_in: bool) -> Assignment:
    """Return an assignment with its data set; refuse one whose thresholds belong to other data."""
    from autograder.whole_class.evaluating import require_calibrated

    found = with_data(assignment, folder, is_graded=True, allow_stand_in=allow_stand_in)
    require_calibrated(found)
    return found


def _start(
    runner: LocalRunner, assignment: Assignment, collected: Collected, students: Sequence[str]
) -> None:
    """Start the sandboxes for all that may have to be run."""
    from autograder.submission import Submission
    from autograder.whole_class.attempts import counting

    found = [each for each in collected.found if not students or each.student in students]
    attempts = [attempt for each in found for attempt in counting(each, assignment.config)]
    if submissions := [attempt for attempt in attempts if isinstance(attempt, Submission)]:
        runner.start(submissions)


def _say_who(collected: Collected, gone: Sequence[str], given: OverridesFile) -> None:
    """Say who is not graded, and whom to look for."""
    collected.say()
    say_names("in the last run, not in this download", gone, "; their reports are kept")
    collected.say_of_overrides(given)


def _results_folder(out: Path, submissions: Path) -> Path:
    if submissions.is_dir() and out.resolve().is_relative_to(submissions.resolve()):
        raise ConfigError(
            f"--out: expected a folder outside the submissions; received {out}, inside {submissions}"
        )
    return out


def _runner(
    assignment: Assignment, level: Level, jobs: int, seed: bytes, placement: Placement
) -> LocalRunner:
    from autograder.checks.making import wanted_by
    from autograder.runners.local import LocalRunner
    from autograder.whole_class import cases

    return LocalRunner(
        assignment,
        level,
        jobs,
        lambda submission: cases.keyed_integer(seed, f"worker {submission.digest}"),
        wanted=wanted_by(assignment),
        placement=placement,
    )


def _show(batch: Batch, report: ClassReport, students: Sequence[str], new: int, form: str) -> None:
    """Show the class, what has changed, and the feedback where one student was asked for."""
    from autograder.reports.class_view import changes_view, class_view
    from autograder.reports.feedback import feedback
    from autograder.reports.student_view import feedback_view

    if form == "json":
        click.echo((batch.folder.path / "class.json").read_text("utf-8"), nl=False)
        return
    print_whole(class_view(report, batch.chosen if students else None))
    if changed := batch.changes():
        print_whole(changes_view(changed))
    if len(batch.chosen) == 1 and batch.chosen[0] in batch.grades:
        console = make_console()
        console.print()
        console.print(feedback_view(feedback(batch.grades[batch.chosen[0]])))
    unchanged = len(batch.chosen) - len(batch.left) - new
    click.echo(f"\n{new} graded now, {unchanged} unchanged; reports in {batch.folder.path}/")


def _look_at(assignment: Assignment, gpus: str) -> Placement:
    """Refuse an assignment by which right work cannot earn its points; say what else is to be known of it.

    Returns:
        Where its submissions run.
    """
    from autograder.config import require_hidden_cases
    from autograder.config.installed import absent_packages_note
    from autograder.runners.placing import place
    from autograder.whole_class.evaluating import calibration_notes

    require_hidden_cases(assignment)
    if (note := absent_packages_note(assignment)) is not None:
        say(note)
    placement = place(assignment.config, gpus)
    for note in (*placement.notes, *calibration_notes(assignment, placement.device)):
        say(note)
    return placement


def _processors() -> int:
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _say_what_is_open(batch: Batch, report: ClassReport, folder: ResultsFolder, notes: Sequence[str]) -> None:
    """Say which rows have no grade, and what to do about each kind; before it, what the runner noted."""
    from autograder.results import Status, is_fault, is_whole
    from autograder.results.counting import counted
    from autograder.whole_class.overrides import outdated_note

    for note in notes:
        say(note)
    for student, check in batch.outdated:
        say(outdated_note(student, check))
    partly = 0
    for row in report.rows:
        grade = folder.read(row.submission) if row.provisional else None
        if grade is None:
            continue
        if not is_whole(grade) and not is_fault(grade):
            partly += 1
            continue
        open_checks = [check for check in grade.checks if check.score is None]
        if all(check.status is not Status.ERROR and check.details is not None for check in open_checks):
            continue  # awaiting marks
        first = row.remark.splitlines()[0][:400] if row.remark else "see its report"
        say(f"no grade for {row.submission}: {first} ({folder.path / row.submission / 'report.json'})")
    if partly:
        have = counted(partly, "submission has", "submissions have")
        say(f"{have} no total yet: not all checks were run; run the command without --only")
    if report.counts.reviews:
        say(
            f"{counted(report.counts.reviews, 'awaits', 'await')} a person, who marks an answer or looks at "
            f"code: autograder review {folder.path}"
        )
