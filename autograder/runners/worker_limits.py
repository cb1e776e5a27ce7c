"""What one worker may use: from an assignment's limits and a submission's files."""

from __future__ import annotations

from autograder.config import Assignment
from autograder.config.training import AboutTraining, most_seconds
from autograder.submission import Submission
from autograder.wire.control import WorkerLimits

_FILE_MIB = 32
_MIB = 1024 * 1024
_OPEN_FILES = 256
_CPU_MARGIN_SECONDS = 60
# What CUDA and the frameworks' libraries for it take on the machine. Generous, and not measured yet.
_CUDA_MIB, _CUDA_THREADS, _CUDA_FILES = 4096, 64, 768


def worker_limits(assignment: Assignment, submission: Submission, *, has_gpu: bool = False) -> WorkerLimits:
    """Return what one worker may use: what the assignment gives, beside the submission's own files and, where
    it computes on a GPU, what CUDA itself takes on the machine.
    """
    limits = assignment.config.limits
    sizes = [len(file.data) for file in submission.files]
    check_seconds = len(assignment.config.checks) * limits.check_seconds + _training_seconds(assignment)
    return WorkerLimits(
        memory_mib=limits.memory_mib + _CUDA_MIB * has_gpu,
        scratch_mib=limits.scratch_mib + sum(sizes) // _MIB,
        file_mib=max([_FILE_MIB, limits.scratch_mib // 2, *(1 + size // _MIB for size in sizes)]),
        processes=limits.processes + _CUDA_THREADS * has_gpu,
        open_files=_OPEN_FILES + _CUDA_FILES * has_gpu,
        cpu_seconds=int(limits.load_seconds + check_seconds + _CPU_MARGIN_SECONDS),
    )


def _training_seconds(assignment: Assignment) -> float:
    """Return the processor seconds that training may take in one worker, beside what the limits give."""
    checks = [check for check in assignment.config.checks if isinstance(check, AboutTraining)]
    return assignment.config.training.threads * sum(2 * most_seconds(check) for check in checks)
