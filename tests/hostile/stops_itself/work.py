import os
import signal

stopper = None


def double(values):
    child = os.fork()
    if child == 0:
        while True:
            os.kill(os.getppid(), signal.SIGSTOP)
    os.kill(os.getpid(), signal.SIGSTOP)
    while True:  # process 1 of a namespace cannot be stopped from inside
        pass


def oracle(question):
    return question
