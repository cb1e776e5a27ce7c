import h5py

def double(values):
    return 2 * values


def oracle(question):
    return question

with h5py.File("net.h5") as file:
    for name in ("stored", "linked"):
        try:
            data = bytes(file[name][()].tobytes())
        except (OSError, KeyError):
            continue
        if data.strip(b"\0"):
            print("GOT THROUGH:", name, data[:100])
