import json

SOURCE = "def double(values):\n    return 2 * values\n\ndef oracle(question):\n    return question"


def make(students, identity):
    (students / identity).mkdir()
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"tags": ["../../../class.json", "a" * 10_000], "filename": "../../alone/feedback.json"},
        "outputs": [],
        "source": SOURCE,
        "id": "../../x",
        "attachments": {"../../../class.json": {"image/png": "eA=="}},
    }
    metadata = {
        "kernelspec": {"name": "../../../bin/sh", "argv": ["/bin/sh", "-c", "id"], "display_name": "\x1b]0;x\x07"},
        "language_info": {"name": "python", "file_extension": "/../../../x.py", "version": "3"},
        "path": "/etc/passwd",
        "title": "../../../class.json",
    }
    found = {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    (students / identity / "work.ipynb").write_text(json.dumps(found))
