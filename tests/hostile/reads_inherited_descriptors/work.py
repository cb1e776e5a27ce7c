import os
import stat

def double(values):
    return 2 * values


def oracle(question):
    return question

for number in range(4, 4096):
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        continue
    if stat.S_ISSOCK(mode) or stat.S_ISFIFO(mode) or stat.S_ISREG(mode):
        try:
            name = os.readlink(f"/proc/self/fd/{number}")
        except OSError:
            name = "?"
        print("GOT THROUGH: inherited", number, name)
