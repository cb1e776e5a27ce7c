import os
import tempfile

def double(values):
    return 2 * values


def oracle(question):
    return question

place = os.path.join(tempfile.gettempdir(), "left-by-an-attack")
made = 0
try:
    os.mkdir(place)
    for number in range(3_000):
        os.close(os.open(f"{place}/{number}", os.O_CREAT | os.O_WRONLY))
        made += 1
    os.chdir(place)
    for _ in range(400):
        os.mkdir("a")
        os.chdir("a")
except OSError:
    pass
os.chdir("/")
