import ctypes
import os
import time

def double(values):
    return 2 * values


def oracle(question):
    return question

libc = ctypes.CDLL(None, use_errno=True)
secret = os.open("/dev/null", os.O_RDONLY)
child = os.fork()
if child == 0:
    time.sleep(2)
    os._exit(0)
for pid in {child, os.getppid()} - {0}:
    try:
        pidfd = os.pidfd_open(pid)
    except OSError:
        continue
    for number in range(8):
        if libc.syscall(438, pidfd, number, 0) >= 0:
            print("GOT THROUGH: took a descriptor of", "its child" if pid == child else "its parent")
            break
    if libc.syscall(312, os.getpid(), pid, 1, 0, 0) >= 0:
        print("GOT THROUGH: compared itself with another process")
os.kill(child, 9)
os.waitpid(child, 0)
