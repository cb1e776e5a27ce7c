"""A script that replays one case without the toolkit: NumPy and the submission are all that it needs."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.whole_class.explaining import Explanation

_SCRIPT = '''"""Replay of {call}

Run it with Python and NumPy: python {name}. It runs the submission that lies beside it, without a sandbox.
"""

import sys
from pathlib import Path

import numpy as np
{imports}
HERE = Path(__file__).resolve().parent / "submission"
sys.path.append(str(HERE))
MAIN = HERE / {main!r}

{inputs}
EXPECTED = {expected}

# The file runs as it does when it is graded: what stands before an error is defined.
submission = {{"__name__": {module!r}, "__file__": str(MAIN)}}
try:
    exec(compile(MAIN.read_bytes(), str(MAIN), "exec"), submission)
except (Exception, SystemExit) as error:
    print(f"{{MAIN.name}} ended with {{type(error).__name__}}: {{error}}", file=sys.stderr)

print("expected:")
print(EXPECTED)
received = submission[{function!r}]({arguments})
print("received:", type(received).__name__)
print(received)
'''


def replay_script(explanation: Explanation, name: str) -> str:
    """Return the source of a script that calls the student's function as the explained case does.

    Args:
        explanation: The case.
        name: What the script will be called.
    """
    inputs = explanation.case.inputs
    arguments = list(inputs)[: explanation.positional]
    arguments += [f"{each}={each}" for each in list(inputs)[explanation.positional :]]
    lines = [f"{each} = {literal(value)}" for each, value in inputs.items()]
    if explanation.case.as_tensors:
        arrays = [each for each, value in inputs.items() if isinstance(value, np.ndarray)]
        lines += [f"{each} = tf.convert_to_tensor({each})" for each in arrays]
    return _SCRIPT.format(
        call=explanation.call,
        name=name,
        imports="import tensorflow as tf\n" if explanation.case.as_tensors else "",
        main=explanation.submission.main,
        module=explanation.submission.main.removesuffix(".py"),
        inputs="\n".join(lines),
        expected=literal(explanation.expected),
        function=explanation.function,
        arguments=", ".join(arguments),
    )


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
