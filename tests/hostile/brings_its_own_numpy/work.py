import numpy as np

def double(values):
    return 2 * values


def oracle(question):
    return question

if hasattr(np, "IS_MINE"):
    print("GOT THROUGH: the submission's own numpy was imported")
