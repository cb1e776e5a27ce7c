import json

CELLS = (
    "def double(values):\n    return 2 * values\n\ndef oracle(question):\n    return question",
    "from IPython.display import HTML, SVG, Javascript, display\n"
    "display(HTML('<script>alert(1)</script>'), Javascript('alert(2)'))\n"
    "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(3)\"/>'))\n"
    "display({'text/html': '<img src=x onerror=alert(4)>', 'application/javascript': 'alert(5)'}, raw=True)",
    "class Rich:\n    def _repr_html_(self):\n        return '<script>alert(6)</script>'\nRich()",
)
OLD = {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<script>alert(7)</script>"}}


def make(students, identity):
    (students / identity).mkdir()
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [OLD], "source": text, "id": f"c{n}"}
        for n, text in enumerate(CELLS)
    ]
    found = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (students / identity / "work.ipynb").write_text(json.dumps(found))
