import ctypes
import platform

def double(values):
    return 2 * values


def oracle(question):
    return question

libc = ctypes.CDLL(None, use_errno=True)
for name, identity, remove in (
    ("shm", libc.shmget(0x5EC0, 4096, 0o1600), lambda it: libc.shmctl(it, 0, None)),
    ("sem", libc.semget(0x5EC0, 1, 0o1600), lambda it: libc.semctl(it, 0, 0)),
    ("msg", libc.msgget(0x5EC0, 0o1600), lambda it: libc.msgctl(it, 0, None)),
):
    if identity >= 0:
        print("GOT THROUGH: made a System V", name)
        remove(identity)
if platform.machine() == "x86_64" and libc.syscall(240, b"left-by-an-attack", 0o102, 0o600, None) >= 0:
    libc.syscall(241, b"left-by-an-attack")
    print("GOT THROUGH: made a message queue")
