"""What a worker does to itself after the fork and before any byte of a submission is read.

One wall a file. Each raises ``OSError`` where the kernel refuses it, and the worker then ends: a wall
that was asked for and does not stand is a fault of ours, never a worker without it.
"""

NAMESPACES = "namespaces"
LANDLOCK = "landlock"
SECCOMP = "seccomp"
LIMITS = "limits"
GPU_MEMORY = "limit of GPU memory"

FULL = (NAMESPACES, LANDLOCK, SECCOMP, LIMITS)
CONTAINER = (LANDLOCK, SECCOMP, LIMITS)
