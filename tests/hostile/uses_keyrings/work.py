import ctypes
import platform

def double(values):
    return 2 * values


def oracle(question):
    return question

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
if platform.machine() == "x86_64":
    if libc.syscall(249, b"user", b"left-by-an-attack", None, 0) >= 0:
        print("GOT THROUGH: found the key of another")
    key = libc.syscall(248, b"user", b"left-by-an-attack", b"text", 4, ctypes.c_long(-4))
    if key >= 0:
        print("GOT THROUGH: made a key")
        libc.syscall(250, 21, ctypes.c_long(key))
