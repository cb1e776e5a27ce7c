"""Foreign signatures: from a problem's named inputs to the call of a student's function, and back.

`structure` says what a configuration may write, `style` makes calls of it, `layouts` and `values` turn one
input into what the function takes, `naming` finds the function, `ready` has the styles of well-known courses,
and `trying` refuses a style that cannot express what is to be graded. Only what cannot travel is left to the
worker, as a `Target`.
"""

from autograder.calling.layouts import InexpressibleError
from autograder.calling.naming import find_function
from autograder.calling.ready import ready_styles, style_config
from autograder.calling.structure import Argument, CallConfig, Returns
from autograder.calling.style import CallStyle, own_style, style_of

__all__ = [
    "Argument",
    "CallConfig",
    "CallStyle",
    "InexpressibleError",
    "Returns",
    "find_function",
    "own_style",
    "ready_styles",
    "style_config",
    "style_of",
]
