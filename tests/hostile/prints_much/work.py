import os

def double(values):
    return 2 * values


def oracle(question):
    return question

for _ in range(300):
    os.write(2, b"y" * 65_535 + b"\n")
