import json

CELLS = (
    "def double(values):\n    return 2 * values\n\ndef oracle(question):\n    return question",
    "!cat /etc/passwd /proc/1/environ; env; echo left > /tmp/left-by-an-attack",
    "%%bash\ngrep -r canary- / 2>/dev/null | head",
    "%run ../alone/work.py",
    "%load_ext autoreload\n%cd /\n%env AUTOGRADER_SEED",
    "%%writefile /packages/evil.py\nprint('x')",
    "import os\nprint('GOT THROUGH: a command was run') if os.path.exists('/tmp/left-by-an-attack') else None",
    "get_ipython().system('id')\nget_ipython().getoutput('ls /')",
)


def make(students, identity):
    (students / identity).mkdir()
    cells = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text, "id": f"c{n}"}
        for n, text in enumerate(CELLS)
    ]
    found = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (students / identity / "work.ipynb").write_text(json.dumps(found))
