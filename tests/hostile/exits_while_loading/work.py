import sys

def double(values):
    return 2 * values


def oracle(question):
    return question

sys.exit(0)
raise RuntimeError("never reached")
