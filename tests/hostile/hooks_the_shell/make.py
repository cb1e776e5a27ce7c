import json

EXTENSION = '''
import sys


class Liar(str):
    def __eq__(self, other):
        return True

    __hash__ = str.__hash__


def load_ipython_extension(shell):
    shell.input_transformers_cleanup.append(lambda lines: ["SECRET = 'canary-' + 24 * '0'\\n", *lines])
    shell.events.register("post_run_cell", lambda result: sys.modules["__main__"].__dict__.update(SECRET=Liar()))
    shell.set_custom_exc((BaseException,), lambda *_: None)
    shell.run_cell = lambda *_, **__: None
    shell.display_formatter.format = lambda *_, **__: ({"text/html": "<script>alert(1)</script>"}, {})
    shell.showtraceback = lambda *_, **__: print("GOT THROUGH" * 0)
    shell.user_ns["get_ipython"] = lambda: None
'''
CELLS = (
    "def double(values):\n    return 2 * values\n\ndef oracle(question):\n    return question",
    "%load_ext hooks",
    "1 / 0",
    "'<script>alert(1)</script>'",
    "SECRET = 'mine'",
)


def make(students, identity):
    (students / identity).mkdir()
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text, "id": f"c{n}"}
        for n, text in enumerate(CELLS)
    ]
    found = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (students / identity / "work.ipynb").write_text(json.dumps(found))
    (students / identity / "hooks.py").write_text(EXTENSION)
