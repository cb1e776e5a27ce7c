import itertools

import numpy as np

asked = 0


def double(values):
    global asked
    asked += 1
    if asked == 1:
        return np.array([object(), print, None], dtype=object)
    if asked == 2:
        return np.zeros(3, dtype=[("a", "i4"), ("b", "O")])
    endless = []
    endless.append(endless)
    return endless


def oracle(question):
    return itertools.count()
