"""Building the seccomp filter, outside, with libseccomp. Its bytes are loaded inside by the worker.

A deny list, because TensorFlow and its like make more kinds of calls than anybody can list. It names
what reads or steers other processes, what reaches parts of the kernel that a submission has no business
with, and what would undo another wall.
"""

from __future__ import annotations

import errno
import tempfile
from typing import Any

from autograder.errors import SandboxError

_DENIED = (
    # other processes
    "ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp "
    # keys, tracing, and wide doors into the kernel
    "keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup io_uring_enter "
    "io_uring_register kexec_load kexec_file_load init_module finit_module delete_module "
    "open_by_handle_at name_to_handle_at lookup_dcookie quotactl quotactl_fd acct swapon swapoff reboot "
    "syslog vhangup iopl ioperm modify_ldt uselib personality nfsservctl fanotify_init "
    # mounts and namespaces
    "mount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr "
    "unshare setns "
    # one's own place in the line for a processor, which the time limits take into account
    "setpriority ioprio_set sched_setscheduler sched_setparam sched_setattr "
    # clocks and names of the machine
    "settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname "
    # shared memory that outlives a process, or that no limit counts
    "shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl "
    "mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify memfd_secret"
).split()
_CLONE_NAMESPACES = (
    0x0002_0000,  # mount
    0x0200_0000,  # cgroup
    0x0400_0000,  # host name
    0x0800_0000,  # IPC
    0x1000_0000,  # user
    0x2000_0000,  # process ids
    0x4000_0000,  # network
    0x0000_0080,  # time
)
_TERMINAL_INJECTION = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX
_AF_UNIX = 1
_PR_SET_CHILD_SUBREAPER = 36
_32_BITS = 0xFFFF_FFFF
_SHARED_ANONYMOUS = 0x21
# Calls that change something of a process, and which argument names it; 0 is the caller itself.
_ON_A_PROCESS = {
    "prlimit64": 0,
    "sched_setaffinity": 0,
}


def build(*, memory_is_bounded: bool, is_namespaced: bool, has_gpu: bool = False) -> bytes:
    """Return the filter, as the kernel takes it.

    Args:
        memory_is_bounded: Whether a cgroup bounds the worker's memory. Otherwise memfd_create and
            shared anonymous mappings are denied, because no other limit counts what they hold.
        is_namespaced: Whether the worker has namespaces of its own. Otherwise the machine's own sockets
            could be reached, so that only pairs of sockets may be made; and the fork server, which has
            the same user id, could be given other limits and priorities, so that only one's own may be
            changed.
        has_gpu: Whether the worker computes on a GPU. CUDA does not start without memfd_create and shared
            anonymous mappings: then they are allowed, and what they hold is bounded by a cgroup alone.

    Raises:
        SandboxError: If pyseccomp or libseccomp is not installed.
    """
    try:
        import pyseccomp as seccomp  # noqa: PLC0415  # loads libseccomp, which may be missing
    except (ImportError, OSError, RuntimeError) as error:
        raise SandboxError(
            "the seccomp filter cannot be built: expected pyseccomp and libseccomp.so.2; "
            f"received {error}. Install cnn-autograder[grade] and the system package libseccomp2"
        ) from error
    may_share = memory_is_bounded or has_gpu
    rules: Any = seccomp.SyscallFilter(seccomp.ALLOW)
    denied = seccomp.ERRNO(errno.EPERM)
    for name in [*_DENIED, *([] if may_share else ["memfd_create"])]:
        _deny(rules, denied, name)
    _deny(rules, seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags lie in memory; glibc then uses clone
    for flag in _CLONE_NAMESPACES:
        rules.add_rule(denied, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    for request in _TERMINAL_INJECTION:
        rules.add_rule(denied, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, _32_BITS, request))
    # The worker is the subreaper of what it starts, so that its memory is counted.
    rules.add_rule(denied, "prctl", seccomp.Arg(0, seccomp.MASKED_EQ, _32_BITS, _PR_SET_CHILD_SUBREAPER))
    if not may_share:
        shared = seccomp.Arg(3, seccomp.MASKED_EQ, _SHARED_ANONYMOUS, _SHARED_ANONYMOUS)
        rules.add_rule(denied, "mmap", shared)
    if not is_namespaced:
        for name, process in _ON_A_PROCESS.items():
            rules.add_rule(denied, name, seccomp.Arg(process, seccomp.NE, 0))
    families = [seccomp.Arg(0, seccomp.NE, _AF_UNIX)] if is_namespaced else []
    rules.add_rule(seccomp.ERRNO(errno.EAFNOSUPPORT), "socket", *families)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _deny(rules: Any, action: Any, name: str) -> None:
    try:
        rules.add_rule(action, name)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a call that this libseccomp does not know, nor this kernel then
            raise
