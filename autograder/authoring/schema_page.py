"""The reference of an assignment's file as a page: every key with type, default, bounds and meaning.

Made from the structures themselves, so that it cannot say anything else than what is read.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from importlib.resources import files as resources_of
from typing import Any

import msgspec
from msgspec import NODEFAULT
from msgspec import inspect as types

from autograder.calling import Argument, CallConfig, Returns
from autograder.config import (
    AssignmentConfig,
    CellsConfig,
    FunctionCheckConfig,
    GroupPoints,
    Item,
    Limits,
    SourceCheckConfig,
    Training,
    ValuesCheckConfig,
    WrittenCheckConfig,
)
from autograder.config.autoencoders import (
    Anomalies,
    AutoencoderCheckConfig,
    AutoencoderPoints,
    Contraction,
    Denoising,
    Reconstruction,
    Sparsity,
)
from autograder.config.model_layers import ExpectedLayer, PatternItem, Range
from autograder.config.models import ModelCheckConfig, ModelLints, ModelPoints, Span
from autograder.config.names import PATTERNS
from autograder.config.structure import Criterion, Near
from autograder.config.training import Preprocess, TrainingBudget, TrainingCheckConfig, TrainingRecipe
from autograder.problems import built_in

# Of each structure: the section's title, and where it stands in the file.
_SECTIONS: dict[type[msgspec.Struct], tuple[str, str]] = {
    AssignmentConfig: ("The file", "at the top"),
    Limits: ("Limits", "below `[limits]`"),
    CellsConfig: ("Cells", "below `[cells]`"),
    Training: ("Training", "below `[training]`"),
    FunctionCheckConfig: ("Functions", 'below `[[checks]]`, with `kind = "function"`'),
    CallConfig: ("Calls", 'below `[checks.call]`, or `call = "STYLE"`'),
    Argument: ("Arguments", "in a call, `arguments = [{ … }]`; also `construct`, `attributes` and `pack`"),
    Returns: ("Results", "in a call, `returns = { … }`"),
    GroupPoints: ("Points of a group", "in a function check, `points.GROUP = { … }`"),
    ValuesCheckConfig: ("Values", 'below `[[checks]]`, with `kind = "values"`'),
    Item: ("Items", "below `[[checks.items]]`, after the values check that they belong to"),
    Near: ("Near misses", "in an item, `near = [{ … }]`"),
    SourceCheckConfig: ("Sources", 'below `[[checks]]`, with `kind = "source"`'),
    WrittenCheckConfig: ("Free answers", 'below `[[checks]]`, with `kind = "written"`'),
    ModelCheckConfig: ("Models", 'below `[[checks]]`, with `kind = "model"`'),
    ModelPoints: ("Points of a model", "in a model check, `points = { … }`"),
    Range: ("Bounds", "in a model check, `parameters = { least = …, most = … }`"),
    Span: ("Bounds of a rate", "in a model check, `learning_rate = { least = …, most = … }`"),
    TrainingCheckConfig: ("Trained models", 'below `[[checks]]`, with `kind = "training"`'),
    TrainingBudget: ("Budgets", "in a training or an autoencoder check, `budget = { … }`"),
    TrainingRecipe: ("Recipes", "in a training or an autoencoder check, `recipe = { … }`"),
    Preprocess: ("Preparing inputs", "in a training or an autoencoder check, `preprocess = { … }`"),
    AutoencoderCheckConfig: ("Autoencoders", 'below `[[checks]]`, with `kind = "autoencoder"`'),
    AutoencoderPoints: ("Points of an autoencoder", "in an autoencoder check, `points = { … }`"),
    Reconstruction: ("Giving back", "in an autoencoder check, `reconstruction = { … }`"),
    Denoising: ("Taking noise off", "in an autoencoder check, `denoising = { … }`"),
    Sparsity: ("Silent codes", "in an autoencoder check, `sparsity = { … }`"),
    Contraction: ("Contractive codes", "in an autoencoder check, `contraction = { … }`"),
    Anomalies: ("Odd samples", "in an autoencoder check, `anomalies = { … }`"),
    ExpectedLayer: ("Layers", "below `[[checks.layers]]`, after the model check that they belong to"),
    PatternItem: ("Layers of a pattern", 'in a model check, `pattern = ["Conv2D", { … }, "..."]`'),
    ModelLints: ("Notes on a model", "in a model check, `lints = { … }`"),
    Criterion: ("Rubrics", "in a written check, `rubric = [{ … }]`"),
}
_INTRODUCTION = """\
# The configuration of an assignment

An assignment is one file, `grading_configs/SLUG.toml`, in the format TOML. It is data, never code.
This page is made by `autograder schema --markdown` from what is read, and a test keeps it equal.
`autograder schema` prints the same as a JSON Schema, with which editors complete and check the file;
`autograder show SLUG` loads a file and says by key what is wrong in it. How to come to an assignment of your
own is in [write-an-assignment.md](write-an-assignment.md).

A key that is not listed here is a mistake, not a comment. A whole number may stand wherever a number may.
"""
_RULES = """\
## What must hold besides

- Checks have names that differ; so have the items of a check.
- `problem` names one of the toolkit's problems, which are listed below, or one of the course's own, from
  `problems/*.py`; `points` has exactly its groups, less those that `without` leaves out.
- `call` can say a visible example and a hidden case of each of these groups: see
  [call-styles.md](call-styles.md). `accept` names conventions of the problem.
- In a call, `input`, `instead`, `assumes` and `zero` name inputs of the problem; an argument has one of
  `input`, `value`, `function` and `pack`; arguments with `keyword` come last; a result has one of `element`,
  `attribute` and `argument` at most; `construct` and `attributes` go with `methods`.
- Where a function check has no `function`, its `name` is that of a function.
- `builds_on` names another check, whose problem is one that this check's problem can build on, as
  `network_shapes` can on `output_size`.
- `voids` names other checks. A source check has `forbidden`, `required`, or both.
- A model check has one of `variable`, `function` and `file` at most, one at least of what it has points for,
  and points for nothing that it does not ask for; `model` or `layers`, not both. `arguments` go with
  `function`, `fixed` with `model`, `between` and `credit` with layers or a pattern.
- A layer is asked for settings that it has. An item of a pattern has `kind` or `repeat`; with `repeat` and
  `"..."` goes nothing that is asked of a layer; a pattern has at most 500 layers with all repetitions.
- `gpu_mib` stands beside a `gpu` that is preferred or needed.
- A training check has one of `variable`, `function` and `file` at most, a `threshold` or a `curve` whose
  accuracies ascend and which ends with the share 1, and `recipe.epochs` within `budget.epochs`; with it, the
  file has a `dataset`. `preprocess.scale = "standard"` goes with `mean` and `std`.
- An autoencoder check has points for nothing that it does not ask for, and asks for something; each part that
  is measured has a bound or a curve, whose first numbers ascend and which reaches the share 1 at the bound:
  `factor` goes with `against`, `most` without. `anomalies` has `normal`, or with MNIST
  `foreign = "fashion_mnist"`. The file has a `dataset` of images; the rest is as in a training check.
- One check at least has points.
"""


def schema_page() -> str:
    """Return the page, as Markdown."""
    lines = [_INTRODUCTION]
    for struct, (title, place) in _SECTIONS.items():
        lines += [f"## {title}", "", f"{_first_paragraph(struct)} In the file: {place}.", ""]
        lines += ["| key | type | default | bounds | meaning |", "|---|---|---|---|---|", *_rows(struct), ""]
    lines += [_RULES, "| problem | signature | groups |", "|---|---|---|", *_problems(), ""]
    lines += ["## An example with every key", "", "```toml", example().rstrip(), "```"]
    return "\n".join(lines) + "\n"


def _problems() -> Iterator[str]:
    for problem in built_in().values():
        yield f"| `{problem.name}` | `{problem.signature}` | {', '.join(problem.groups)} |"


def example() -> str:
    """Return the example at the end of the page."""
    return resources_of("autograder.authoring").joinpath("templates", "example.toml").read_text("utf-8")


def _rows(struct: type[msgspec.Struct]) -> Iterator[str]:
    info = types.type_info(struct)
    assert isinstance(info, types.StructType)
    if info.tag_field:
        yield f'| `{info.tag_field}` | text | required | `"{info.tag}"` | What kind of check this is. |'
    told = _attributes(struct)
    own = struct.__annotations__  # what several structures share comes last
    for field in sorted(info.fields, key=lambda field: field.name not in own):
        meaning = told[field.encode_name]
        cells = (f"`{field.encode_name}`", _type(field.type), _default(field), _bounds(field.type), meaning)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _first_paragraph(struct: type[msgspec.Struct]) -> str:
    return _markdown(" ".join((inspect.getdoc(struct) or "").partition("\n\n")[0].split()))


def _attributes(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Return what a structure's docstring says of its keys."""
    told: dict[str, str] = {}
    for each in reversed(struct.__mro__):
        section = (inspect.cleandoc(each.__doc__ or "")).partition("Attributes:\n")[2]
        found = re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", section, re.MULTILINE)
        told |= {name: _markdown(" ".join(text.split())) for name, text in found}
    return told


def _markdown(text: str) -> str:
    return text.replace("``", "`")


def _type(kind: types.Type) -> str:
    match _bare(kind):
        case types.StrType() | types.LiteralType():
            return "text"
        case types.IntType():
            return "whole number"
        case types.FloatType():
            return "number"
        case types.BoolType():
            return "true or false"
        case types.DateTimeType():
            return "date and time"
        case types.DictType(value_type=types.AnyType()):
            return "table of values"
        case types.DictType(value_type=value):
            return f"table, of {_type(value)} by group"
        case types.UnionType(types=several):
            return " or ".join(_type(each) for each in several if not isinstance(each, types.NoneType))
        case types.VarTupleType(item_type=item):
            return f"list of {_plural(item)}"
        case types.StructType(cls=struct):
            return f"[table](#{_anchor(_SECTIONS[struct][0])})"
        case types.AnyType():
            return "any value"
    raise TypeError(f"expected a type that the page can tell; received {kind}")


def _plural(kind: types.Type) -> str:
    match _bare(kind):
        case types.StrType() | types.LiteralType():
            return "texts"
        case types.IntType():
            return "whole numbers"
        case types.VarTupleType(item_type=item):
            return f"lists of {_plural(item)}"
        case types.UnionType(types=(types.StrType(), types.StructType(cls=struct))):
            return f"texts or [tables](#{_anchor(_SECTIONS[struct][0])})"
        case types.FloatType():
            return "numbers"
        case types.TupleType(item_types=several):
            return f"lists of {len(several)} {_plural(several[0])}"
        case types.AnyType():
            return "values"
        case types.UnionType():
            return "tables, one for each check"
        case types.StructType(cls=struct):
            return f"[tables](#{_anchor(_SECTIONS[struct][0])})"
    raise TypeError(f"expected a type that the page can tell in a list; received {kind}")


def _bounds(kind: types.Type) -> str:
    match _bare(kind):
        case types.StrType(pattern=str(pattern)):
            return PATTERNS[pattern]
        case types.StrType(min_length=int(least), max_length=int(most)):
            return f"{least} to {most} characters"
        case types.LiteralType(values=values):
            return " or ".join(f"`{json.dumps(value)}`" for value in values)
        case types.IntType() | types.FloatType() as number:
            return _range(number)
        case types.DateTimeType():
            return "with a time zone"
        case types.VarTupleType(min_length=1):
            return "at least one"
        case types.VarTupleType(max_length=int(most)):
            return f"at most {most}"
        case types.VarTupleType(item_type=item):
            return f"each {inside}" if (inside := _bounds(item)) else ""
    return ""


def _range(kind: types.IntType | types.FloatType) -> str:
    if kind.ge is not None and kind.le is not None:
        return f"{kind.ge:,} to {kind.le:,}"
    said = ((kind.gt, "above"), (kind.ge, "at least"), (kind.lt, "below"), (kind.le, "at most"))
    return ", ".join(f"{word} {bound:,}" for bound, word in said if bound is not None)


def _default(field: types.Field) -> str:
    value: Any = field.default
    if field.required:
        return "required"
    if isinstance(value, msgspec.Struct):
        return "its defaults"
    if value is NODEFAULT or value is None or value in ("", [], {}, ()):
        return "none" if not isinstance(value, tuple) else "`[]`"
    return f"`{json.dumps(value)}`"


def _bare(kind: types.Type) -> types.Type:
    """Return a type without what is said about it, and without that it may be left out."""
    if isinstance(kind, types.Metadata):
        return _bare(kind.type)
    if isinstance(kind, types.UnionType):
        rest = [each for each in kind.types if not isinstance(each, types.NoneType)]
        return _bare(rest[0]) if len(rest) == 1 else kind
    return kind


def _anchor(title: str) -> str:
    """Return what GitHub links a heading by."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
