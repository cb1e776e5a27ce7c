import atexit
import os
import tempfile

file = open(os.path.join(tempfile.gettempdir(), "inputs"), "a+")


def double(values, kept=[]):
    kept.append(values.tolist())
    file.write(repr(kept))
    file.flush()
    return 2 * values


def oracle(question, kept=[]):
    kept.append(question)
    file.write(repr(kept))
    file.flush()
    file.seek(0)
    print(file.read())
    return question


atexit.register(lambda: print(open(file.name).read()))
