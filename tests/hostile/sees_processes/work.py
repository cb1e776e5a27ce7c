import os

def double(values):
    return 2 * values


def oracle(question):
    return question

others = [name for name in os.listdir("/proc") if name.isdigit() and name != str(os.getpid())]
if others:
    print("GOT THROUGH: sees", len(others), "other processes")
