import numpy as np


def double(values):
    return np.full(values.shape, np.nan)


def oracle(question):
    return float("inf")
