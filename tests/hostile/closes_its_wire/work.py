import os
import time


def double(values):
    os.closerange(0, 64)
    time.sleep(30)


def oracle(question):
    return question
