def make(students, identity):
    folder = students / identity
    folder.mkdir()
    depth = 100_000
    text = '{"cells": ' + "[" * depth + "]" * depth + ', "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    (folder / "work.ipynb").write_text(text)
