"""What a configuration may say of how a student's function is called, and of what it returns."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import msgspec

_NAME = r"^(?:[A-Za-z_][A-Za-z0-9_]*)?$(?!\n)"
_LAYOUT = r"^([A-Z]* ?-> ?(\[[A-Z]\])?[A-Z1]*)?$(?!\n)"
PATTERNS = {
    _NAME: "a name as Python has them",
    _LAYOUT: 'the axes here and there, as in "NHWC -> NCHW"',
}
"""What the patterns of this part ask for, in words."""
PythonName = Annotated[str, msgspec.Meta(pattern=_NAME)]
LayoutText = Annotated[str, msgspec.Meta(pattern=_LAYOUT)]
FunctionValue: TypeAlias = Literal["", "identity", "relu", "sigmoid", "tanh"]


class Argument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An argument of the student's function: where its value comes from, and in what form it is given.

    Attributes:
        name: What the handout calls the parameter; the input's name where it is left out. In a table that is
            packed, the key; of an object, the attribute.
        keyword: Whether it is given by this name, not by position.
        input: The problem's input that it takes. One that a case leaves out has its default.
        instead: The input that it takes where that one is None.
        words: What the function writes in the place of a value: `{ average = "avg" }`. A text there is
            given as it is, also beside `item` and `form`: a `pad` that is a number or `"same"` has
            `form = "number"` and `words = { valid = 0, same = "same" }`.
        item: Which item of a pair it takes; a single number is both.
        form: How the function takes a number or a pair of them: as one number (only where both are equal),
            as a tuple of two, or as a list of two. `function`: an input that is an activation's name, as
            that function of one array.
        layout: Of an array, the axes as the problem has them and as the function has them: `NHWC -> NCHW`.
            An axis that is not there on the right must be of length 1 in a case; `1` is a new axis;
            `[F]` stands for a list along this axis.
        length: Of an array, the axis whose length it takes in the place of the array.
        value: A value that is the same in every case, in the place of an input.
        function: A function of one array, the same in every case, in the place of an input: an activation.
        pack: The values that it packs into one dictionary or object, in the place of an input.
        packed: What they are packed into.
    """

    name: PythonName = ""
    keyword: bool = False
    input: PythonName = ""
    instead: PythonName = ""
    words: dict[str, Any] = {}
    item: Annotated[int, msgspec.Meta(ge=0, le=1)] | None = None
    form: Literal["", "number", "pair", "list", "function"] = ""
    layout: LayoutText = ""
    length: Annotated[int, msgspec.Meta(ge=0, le=15)] | None = None
    value: Any = None
    function: FunctionValue = ""
    pack: tuple[Argument, ...] = ()
    packed: Literal["dictionary", "object"] = "dictionary"


class Returns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is compared of all that a call leaves behind; what is returned, where nothing is said.

    Attributes:
        element: The place in the tuple that is returned, or the key of the dictionary. A function that
            returns the bare result is right too.
        attribute: The attribute that holds the result: of the object that was constructed, else of what is
            returned.
        argument: The argument that the result is written into, by the name it has above.
        layout: The axes of the result as the problem has them and as the function has them.
        through: The function that the result is to have gone through: an activation that is an argument.
        squeeze: Whether axes of length 1 do not matter.
    """

    element: int | str | None = None
    attribute: PythonName = ""
    argument: PythonName = ""
    layout: LayoutText = ""
    through: FunctionValue = ""
    squeeze: bool = False


class CallConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a student's function is called, where that is not the problem's own signature.

    Attributes:
        style: A ready-made style to start from: what is said besides takes the place of what it says.
        functions: The names that the function may have; the first that is defined is called. Capitals and
            underscores do not matter. With `methods`, the names of the class.
        arguments: The arguments, in their order.
        returns: What is compared.
        construct: With `methods`, the arguments of the class.
        attributes: With `methods`, what is set on the object before the call, like weights.
        methods: The names that the method may have that is called of a fresh object of the class.
        assumes: The values that the function takes for granted of inputs that no argument takes. An input
            with a default is taken to have it.
        zero: Inputs that the function has no place for: all cases have 0 there.
        dtype: The dtype of all arrays that are given; each its own where it is left out.
        tensors: Whether arrays are given as tensors to a submission that imports TensorFlow or PyTorch. One
            whose framework is not installed where it is graded is then a question for a person.
    """

    style: str = ""
    functions: tuple[PythonName, ...] = ()
    arguments: tuple[Argument, ...] = ()
    returns: Returns = Returns()
    construct: tuple[Argument, ...] = ()
    attributes: tuple[Argument, ...] = ()
    methods: tuple[PythonName, ...] = ()
    assumes: dict[str, Any] = {}
    zero: tuple[PythonName, ...] = ()
    dtype: Literal["", "float32", "float64"] = ""
    tensors: bool = False
