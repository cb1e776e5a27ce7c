import os
import tempfile

def double(values):
    return 2 * values


def oracle(question):
    return question

places = {"/tmp", "/dev/shm", "/var/tmp", os.path.expanduser("~"), "/home/student", tempfile.gettempdir()}
paths = [os.path.join(place, "left-by-an-attack-in-files") for place in places]
for path in paths:
    if os.path.exists(path):
        print("GOT THROUGH: found", path, open(path).read())
for path in paths:
    try:
        with open(path, "w") as file:
            file.write("a message")
    except OSError:
        pass
