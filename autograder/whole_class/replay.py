"""A script that replays one case without the toolkit: NumPy and the submission are all that it needs."""

from __future__ import annotations

import inspect
import re
from typing import Any

import numpy as np

from autograder.calling.writing import Said
from autograder.submission import is_notebook
from autograder.whole_class.explaining import Explanation
from autograder.wire.making import ACTIVATIONS, CountingArray
from autograder.wire.target import Slot

_SCRIPT = '''"""Replay of {call}

Run it with Python and NumPy: python {name}. It runs the submission that lies beside it, without a sandbox.
"""

{imports}
HERE = Path(__file__).resolve().parent / "submission"
sys.path.append(str(HERE))
MAIN = HERE / {main!r}
NAME = {module!r}

{inputs}
EXPECTED = {expected}

{load}
if {function!r} not in submission:
    sys.exit(f"{{MAIN.name}} defines no {function} here: mend what is said above, or install what it imports")
print("expected:")
print(EXPECTED)
{received}
print("received:", type(received).__name__)
print(received)
'''


_LOAD_FILE = """# The file runs as it does when it is graded: what stands before an error is defined.
submission = {"__name__": NAME, "__file__": str(MAIN)}
try:
    exec(compile(MAIN.read_bytes(), str(MAIN), "exec"), submission)
except (Exception, SystemExit) as error:
    print(f"{MAIN.name} ended with {type(error).__name__}: {error}", file=sys.stderr)
"""
_LOAD_NOTEBOOK = '''PYTHON_BELOW = ("%%time", "%%timeit", "%%capture", "%%prun")


def code_cells():
    """Return the text of each code cell, also of a notebook of nbformat 3."""
    notebook = json.JSONDecoder(strict=False).decode(MAIN.read_bytes().decode("utf-8-sig", "replace"))
    cells = [cell for sheet in notebook.get("worksheets") or [notebook] for cell in sheet["cells"]]
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type", "code") == "code":
            source = cell.get("source", cell.get("input")) or ""
            yield source if isinstance(source, str) else "".join(source)


def python_of(source):
    """Return a cell's Python: less the lines for IPython alone, and what stands under %%bash and its like."""
    try:
        compile(source, "cell", "exec", dont_inherit=True)
    except SyntaxError:
        first = source.split()[:1]
        if first and first[0].startswith("%%") and first[0] not in PYTHON_BELOW:
            return ""
        source = re.sub(r"^(\\s*)%time +", r"\\1", source, flags=re.MULTILINE)
        source = re.sub(r"^([ \\t]*)([\\w, ]+= *)?[%!].*", r"\\1pass", source, flags=re.MULTILINE)
    return source


# The cells run from top to bottom, as when they are graded: one that fails ends only itself. So does Ctrl-C.
submission = {"__name__": NAME, "display": print}
for number, source in enumerate(code_cells(), start=1):
    try:
        exec(compile(python_of(source), f"{MAIN.name}, cell {number}", "exec", dont_inherit=True), submission)
    except (Exception, SystemExit, KeyboardInterrupt) as error:
        print(f"code cell {number} ended with {type(error).__name__}: {error}", file=sys.stderr)
'''


def replay_script(explanation: Explanation, name: str) -> str:
    """Return the source of a script that calls the student's function as the explained case does.

    Args:
        explanation: The case.
        name: What the script will be called.
    """
    prepared = explanation.prepared
    said = prepared.style.said(prepared.case.inputs)
    lines: list[str] = []
    for argument, slot, value in zip(said.names, said.slots, said.values, strict=True):
        lines.append(_assignment(argument, slot, value))
        if prepared.case.as_tensors and isinstance(value, np.ndarray):
            lines.append(f"{argument} = tf.convert_to_tensor({argument})")
    main = explanation.submission.main
    standard = ["import json", "import re"] if is_notebook(main) else []
    standard += ["import sys", "from pathlib import Path"]
    standard += ["from types import SimpleNamespace"] if any(s.make == "object" for s in said.slots) else []
    others = ["import tensorflow as tf"] if prepared.case.as_tensors else []
    if any(slot.make == "counting" for slot in said.slots):
        lines.insert(0, _source(CountingArray))
    return _SCRIPT.format(
        call=explanation.call,
        name=name,
        imports="\n".join([*standard, "", "import numpy as np", *others, ""]),
        main=main,
        module="__main__" if is_notebook(main) else main.removesuffix(".py"),
        inputs="\n".join(lines),
        expected=literal(prepared.expected),
        function=explanation.function,
        load=_LOAD_NOTEBOOK if is_notebook(main) else _LOAD_FILE,
        received="\n".join(_calling(f"submission[{explanation.function!r}]", said)),
    )


def _assignment(name: str, slot: Slot, value: Any) -> str:
    """Return the lines that set a variable to an argument."""
    if slot.make == "function":
        source = _source(ACTIVATIONS[value])
        return source if name == value else f"{source}\n{name} = {value}"
    if slot.make == "counting":
        return f"{name} = {literal(value)}.view(CountingArray)"
    if slot.make == "object":
        inside = ", ".join(f"{key}={literal(item)}" for key, item in value.items())
        return f"{name} = SimpleNamespace({inside})"
    return f"{name} = {literal(value)}"


def _source(defined: Any) -> str:
    """Return the source of what stands in `autograder.wire.making`, without its annotations."""
    text = re.sub(r"\[Any, Any\]|: Any| -> \w+(?=:\n)", "", inspect.getsource(defined))
    return text.rstrip() + "\n\n"


def _calling(function: str, said: Said) -> list[str]:
    """Return the lines that call a function or a method, and take of the outcome what is judged."""
    parts: dict[str, list[str]] = {"construct": [], "attribute": [], "call": []}
    for name, slot in zip(said.names, said.slots, strict=True):
        parts[slot.to].append(f"{slot.name}={name}" if slot.name else name)
    call = ", ".join(parts["call"])
    if not said.methods:
        if said.written:
            return [f"{function}({call})", f"received = {said.written}"]
        return [f"received = {function}({call}){said.after}"]
    lines = [f"layer = {function}({', '.join(parts['construct'])})"]
    lines += [f"layer.{each.replace('=', ' = ', 1)}" for each in parts["attribute"]]
    if said.written or said.is_attribute:
        taken = said.written or f"layer{said.after}"
        return [*lines, f"layer.{said.methods[0]}({call})", f"received = {taken}"]
    return [*lines, f"received = layer.{said.methods[0]}({call}){said.after}"]


def literal(value: Any) -> str:
    """Return Python source for a value, exact to the last bit.

    >>> literal(np.array([[1, 2]], dtype=np.uint8))
    'np.array([[1, 2]], dtype=np.uint8)'
    """
    match value:
        case np.generic():
            return literal(np.asarray(value)) + "[()]"
        case np.ndarray():
            text = repr(value.tolist()).replace("nan", "np.nan").replace("inf", "np.inf")
            shape = f".reshape({value.shape})" if value.size == 0 else ""
            return f"np.array({text}, dtype=np.{value.dtype.name}){shape}"
        case dict():
            return "{" + ", ".join(f"{key!r}: {literal(item)}" for key, item in value.items()) + "}"
        case tuple():
            return "(" + "".join(f"{literal(item)}, " for item in value).rstrip() + ")"
        case list():
            return "[" + ", ".join(map(literal, value)) + "]"
    return repr(value)
