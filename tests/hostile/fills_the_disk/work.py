import os
import tempfile

def double(values):
    return 2 * values


def oracle(question):
    return question

for place in ("/tmp", "/dev/shm", os.path.expanduser("~"), tempfile.gettempdir()):
    names = []
    total = 0
    try:
        for number in range(40):
            names.append(os.path.join(place, f"left-by-an-attack-{number}"))
            with open(names[-1], "wb") as file:
                file.write(bytes(1024 * 1024))
            total += 1
    except OSError:
        pass
    for name in names:
        try:
            os.unlink(name)
        except OSError:
            pass
    if total > 20:
        print("GOT THROUGH: wrote", total, "MiB into", place)
