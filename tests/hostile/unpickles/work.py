import os
import pickle

import numpy as np

def double(values):
    return 2 * values


def oracle(question):
    return question

for name in ("data.npy", "data.npz", "data.pkl"):
    try:
        loaded = np.load(name, allow_pickle=True)
        print(loaded if name != "data.npz" else loaded["a"])
    except Exception as error:
        print(type(error).__name__)
if os.path.exists("data.pkl"):
    pickle.load(open("data.pkl", "rb"))
