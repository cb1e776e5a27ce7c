import h5py

def double(values):
    return 2 * values


def oracle(question):
    return question

with h5py.File("net.h5") as file:
    try:
        data = file["model_weights/dense/kernel"][()]
        print("GOT THROUGH: read", data.nbytes, "bytes")
    except (MemoryError, OSError, ValueError):
        pass
