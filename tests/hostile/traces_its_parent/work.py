import ctypes
import os
import time

def double(values):
    return 2 * values


def oracle(question):
    return question

libc = ctypes.CDLL(None, use_errno=True)
child = os.fork()
if child == 0:
    time.sleep(2)
    os._exit(0)
for pid in {child, os.getppid()} - {0}:
    if libc.ptrace(16, pid, None, None) == 0:
        print(f"GOT THROUGH: traces process {'of its own' if pid == child else 'that is its parent'}")
        libc.ptrace(17, pid, None, None)
os.kill(child, 9)
os.waitpid(child, 0)
