import os


def make(students, identity):
    with open(os.fsencode(students / identity) + b"/\xff\xfe.txt", "wb") as file:
        file.write(b"1")
