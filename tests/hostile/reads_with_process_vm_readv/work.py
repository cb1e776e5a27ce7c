import ctypes
import os
import time

def double(values):
    return 2 * values


def oracle(question):
    return question

libc = ctypes.CDLL(None, use_errno=True)
kept = ctypes.create_string_buffer(b"mine")
child = os.fork()
if child == 0:
    time.sleep(2)
    os._exit(0)
buffer = ctypes.create_string_buffer(8)
local = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 4)
remote = (ctypes.c_size_t * 2)(ctypes.addressof(kept), 4)
libc.process_vm_readv.restype = ctypes.c_ssize_t
for pid in {child, os.getppid()} - {0}:
    if libc.process_vm_readv(pid, local, 1, remote, 1, 0) > 0:
        print("GOT THROUGH: read the memory of", "its child" if pid == child else "its parent")
os.kill(child, 9)
os.waitpid(child, 0)
