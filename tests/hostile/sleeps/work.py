import threading
import time


def double(values):
    threading.Event().wait()
    time.sleep(1e6)


def oracle(question):
    return question
