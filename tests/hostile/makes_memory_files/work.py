import ctypes
import os

def double(values):
    return 2 * values


def oracle(question):
    return question

for name, make in (
    ("memfd", lambda: os.memfd_create("left-by-an-attack")),
    ("secret", lambda: ctypes.CDLL(None, use_errno=True).syscall(447, 0)),
):
    try:
        descriptor = make()
    except OSError:
        continue
    if descriptor >= 0 and name == "memfd":
        os.write(descriptor, bytes(1024 * 1024))
        print("GOT THROUGH: made a file of memory:", name)
    if descriptor >= 0:
        os.close(descriptor)
