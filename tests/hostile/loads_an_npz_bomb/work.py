import os

import numpy as np

def double(values):
    return 2 * values


def oracle(question):
    return question

for name in ("claims.npz", "swells.npz", "claims.npy"):
    if not os.path.exists(name):
        continue
    try:
        loaded = np.load(name)
        size = loaded.nbytes if hasattr(loaded, "nbytes") else sum(loaded[key].nbytes for key in loaded.files)
        if size > 300 * 1024 * 1024:
            print("GOT THROUGH: loaded", size, "bytes")
    except (MemoryError, ValueError, OSError):
        pass
