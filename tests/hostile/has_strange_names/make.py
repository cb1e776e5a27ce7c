import os


def make(students, identity):
    folder = os.fsencode(students / identity)
    for name in (b"a\nb.txt", "‮gnp.txt".encode(), b"\x1b[2Jx.txt", b"x" * 251 + b".txt", b"sp ace.txt", b"-rf"):
        with open(folder + b"/" + name, "wb") as file:
            file.write(b"1")
