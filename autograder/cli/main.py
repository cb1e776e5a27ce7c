"""The command `autograder`, and what every command's errors end as."""

from __future__ import annotations

import contextlib
import errno
import gc
import io
import signal
import sys
import traceback

import click

from autograder.cli.calibrate import calibrate
from autograder.cli.check import check
from autograder.cli.ci import ci
from autograder.cli.data import data
from autograder.cli.diff import diff
from autograder.cli.doctor import doctor
from autograder.cli.explain import explain
from autograder.cli.export import export
from autograder.cli.grade import grade
from autograder.cli.merge import merge
from autograder.cli.new import new
from autograder.cli.release import release
from autograder.cli.review import review
from autograder.cli.show import schema, show
from autograder.cli.terminal import say
from autograder.cli.validate import validate
from autograder.cli.watch import watch
from autograder.errors import AutograderError

INTERRUPTED = 130
_OBJECTS_BETWEEN_COLLECTIONS = 50_000  # what is imported stays: to look through it again and again is in vain


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cnn-autograder", prog_name="autograder")
def autograder() -> None:
    """Grade deep-learning coursework: run it in a sandbox, judge it outside.

    Students: `autograder check` in the folder with your file.
    Instructors: `autograder grade ASSIGNMENT SUBMISSIONS`.

    Exit codes: 0 done (check, ci: and everything passed), 1 a check did not pass, 2 the command or a
    configuration is wrong, 3 a fault of ours, missing walls, or a submission without a grade.
    """


for command in (
    grade,
    check,
    ci,
    watch,
    show,
    validate,
    explain,
    review,
    diff,
    merge,
    new,
    release,
    export,
    data,
    calibrate,
    schema,
    doctor,
):
    autograder.add_command(command)


def _interrupt(number: int, frame: object) -> None:  # noqa: ARG001
    """End as Ctrl-C does: nothing is lost."""
    raise KeyboardInterrupt


def _of_the_system(error: OSError) -> str:
    """Return in words what the operating system refused, and what to do where that is known."""
    said = error.strerror or str(error)
    if error.filename is not None:
        said = f"{error.filename}: {said}"
    if error.errno == errno.ENOSPC:
        return f"{said}. What was finished is kept: make room, and run the same command again"
    return said


def main() -> None:
    """Run the command, and end the process with its exit code."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console that has no ✓ shows ?
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, _interrupt)
    try:
        status = autograder.main(prog_name="autograder", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(INTERRUPTED)
    except AutograderError as error:
        say(f"error: {error}")
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        say(f"error: {_of_the_system(error)}")
        sys.exit(AutograderError.exit_code)
    except Exception:  # a mistake of ours: shown whole, and never taken for a check that did not pass
        say(traceback.format_exc())
        sys.exit(AutograderError.exit_code)
    sys.exit(status if isinstance(status, int) else 0)
