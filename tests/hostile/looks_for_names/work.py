import os

def double(values):
    return 2 * values


def oracle(question):
    return question

for path in ("/etc/passwd", "/etc/hostname", "/root", "/boot", "/var/lib", "/etc/shadow", "/bin/sh", "/usr/bin/env"):
    try:
        size = os.stat(path).st_size
    except OSError:
        continue
    print(f"GOT THROUGH: there is {path}, of {size} bytes")
