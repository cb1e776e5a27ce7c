import os
import stat

def double(values):
    return 2 * values


def oracle(question):
    return question

for name in os.listdir("."):
    mode = os.lstat(name).st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode) or mode & 0o6000:
        print("GOT THROUGH:", name, oct(mode))
