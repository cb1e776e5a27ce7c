import mmap

def double(values):
    return 2 * values


def oracle(question):
    return question

kept = []
try:
    for _ in range(12):
        kept.append(mmap.mmap(-1, 32 * 1024 * 1024))
    print("GOT THROUGH: mapped", 32 * len(kept), "MiB of shared memory")
except OSError:
    if kept:
        print("GOT THROUGH: mapped", 32 * len(kept), "MiB of shared memory")
