taken = []


def double(values):
    for _ in range(16):
        taken.append(bytearray(b"x" * (32 * 1024 * 1024)))
    print("GOT THROUGH: took", 32 * len(taken), "MiB")
    taken.clear()
    return 2 * values


def oracle(question):
    return question
