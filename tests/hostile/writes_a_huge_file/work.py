import os
import tempfile

def double(values):
    return 2 * values


def oracle(question):
    return question

with tempfile.TemporaryFile() as file:
    try:
        os.truncate(file.fileno(), 200 * 1024 * 1024)
        print("GOT THROUGH: made a file of 200 MiB")
    except OSError:
        pass
