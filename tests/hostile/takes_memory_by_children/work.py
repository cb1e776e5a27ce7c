import os
import time


def double(values):
    return 2 * values


def oracle(question):
    return question


def take():
    """Take memory in four processes, and hold it for a second once all of them have it."""
    told, tell = os.pipe()
    for _ in range(4):
        if os.fork() == 0:
            os.setsid()
            kept = b"x" * (90 * 1024 * 1024)
            os.write(tell, b"x")
            time.sleep(20)
            os._exit(len(kept) % 2)
    for _ in range(4):
        os.read(told, 1)
    time.sleep(1.0)
    print("GOT THROUGH: four processes took 360 MiB")


take()
