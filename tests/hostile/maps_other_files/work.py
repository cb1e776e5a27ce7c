import io
import zipfile

import h5py

def double(values):
    return 2 * values


def oracle(question):
    return question

data = zipfile.ZipFile("net.keras").read("model.weights.h5")
with h5py.File(io.BytesIO(data)) as file:
    try:
        if file["layers/dense/vars/0"][()].any():
            print("GOT THROUGH: read another student's weights")
    except OSError:
        pass
