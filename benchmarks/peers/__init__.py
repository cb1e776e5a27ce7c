"""Other graders, measured on the class that this project's own throughput is measured on.

A class answers the questions of an `exercise`, each in as many correct variations as there are students;
every submission imports TensorFlow, as coursework in deep learning does, and is judged by the same five
tests a question, two of them hidden. Each peer gets the exercise in the form that its own
tools make from an instructor's notebook, runs in a virtual environment of its own with this
environment's versions of TensorFlow, Keras and NumPy, and is started by the command that its manual
gives an instructor, with default settings:

=========  =======  ========================================================================
peer       version  command
=========  =======  ========================================================================
nbgrader   0.9.6    ``nbgrader autograde NAME``: one process for the class, one kernel for
                    each notebook, one notebook after another
otter      7.0.0    ``otter run``: one process and one kernel for each notebook
=========  =======  ========================================================================

Neither command has an option for the number of processes; ``jobs`` above one runs that many
instances side by side. Neither command isolates the submission: both execute it with the rights of
the person who grades.

The clock runs while those commands run, and not while environments are made, courses are laid out
and grades are read back. CPU time is that of the commands and of all their descendants, the kernels
among them. What counts as right is read from what the tool itself wrote: a submission that did not
get full marks shows that the work was not done, and that its time means nothing.
"""

from dataclasses import dataclass

__all__ = ["Measured", "PeerError"]


class PeerError(RuntimeError):
    """A peer could not be installed, set up or run: a fault of the benchmark, not of the peer's speed."""


@dataclass(frozen=True)
class Measured:
    """What grading one class cost.

    Attributes:
        wall_seconds: Time from the start of the first command to the end of the last.
        cpu_seconds: User and system time of the commands and their descendants.
        submissions: How many submissions the class has.
        right: How many of them got full marks; equal to `submissions` when the work was done.
    """

    wall_seconds: float
    cpu_seconds: float
    submissions: int
    right: int

    def __str__(self) -> str:
        wall, cpu = self.wall_seconds / self.submissions, self.cpu_seconds / self.submissions
        return f"{wall:.2f} s of wall, {cpu:.2f} s of CPU a submission; {self.right}/{self.submissions} right"
