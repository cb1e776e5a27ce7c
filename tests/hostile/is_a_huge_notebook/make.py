def make(students, identity):
    folder = students / identity
    folder.mkdir()
    with (folder / "work.ipynb").open("wb") as file:
        file.write(b'{"cells": [')
        file.truncate(1024**3)
