import json

CELLS = (
    "def double(values):\n    return 2 * values\n\ndef oracle(question):\n    return question",
    'class Huge:\n    def _repr_png_(self):\n        return b"\\x89PNG\\r\\n\\x1a\\n" + bytes(20_000_000)\n'
    '    def _repr_html_(self):\n        return "<b>" * 5_000_000\n'
    '    def __repr__(self):\n        return "x" * 20_000_000\n\nHuge()',
    'class Odd:\n    def _repr_mimebundle_(self, **more):\n        return {"image/png": self, "text/plain": 10**6 * "y"}\n\nOdd()',
    "from IPython.display import Image, display\nsmall = Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(100_000))\n"
    "while True:\n    display(small, 'z' * 100_000, Huge)",
)


def make(students, identity):
    (students / identity).mkdir()
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text, "id": f"c{n}"}
        for n, text in enumerate(CELLS)
    ]
    found = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (students / identity / "work.ipynb").write_text(json.dumps(found))
