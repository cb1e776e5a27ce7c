import fcntl
import os

import numpy

def double(values):
    return 2 * values


def oracle(question):
    return question

held = []
for path in (os.__file__, numpy.__file__, "/dev/null"):
    try:
        held.append(open(path))
        fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("GOT THROUGH: another one holds the lock of", path)
    except OSError:
        continue
