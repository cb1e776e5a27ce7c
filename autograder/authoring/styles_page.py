"""The page about foreign signatures: the ready-made styles, conventions, and an example with every key."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files as resources_of
from textwrap import fill

from autograder.calling import ready_styles
from autograder.problems import built_in

_COLUMNS = 116
_INTRODUCTION = """\
# Foreign signatures

A `function` check gives the student's function the inputs of a problem. Where a course's function has
another signature than the problem, `call` says so: as the name of a ready-made style, or spelt out. No code
is written, and one problem with its hidden cases and known mistakes serves many courses. Reports, `explain`
and its replay show the call as the student would write it, arrays in the student's own layout.

This page is made by `autograder show --styles --markdown`, and a test keeps it equal. All keys are in
[configuration.md](configuration.md#calls).

## Ready-made styles

    call = "cs231n/conv_forward_naive"

Some groups of a problem cannot be said in a style: a function that takes one number as its stride cannot
be asked for two. Such groups are named in `without`; what is not named and cannot be said is a mistake of
the configuration, told when it is loaded. Of the groups that stay, cases that cannot be said are left out.

A style is called by position, so that parameters may have any names. The function may differ from its name in
capitals and underscores. One that returns the bare result where a tuple is asked for is right too. Both are
noted.

| style | signature | problem | without |
|---|---|---|---|
"""
_CONVENTIONS = """\
## Conventions

`accept` names conventions of the problem that count as right too. A check is judged as a whole by the
problem's own convention and by each of these; the one by which most of its cases are right counts, and the
report names it. They are never mixed within a check.

| problem | convention | what it is |
|---|---|---|
"""
_FRAMEWORKS = """\
## Tensors

With `tensors = true`, as in the styles of `d2l`, a file that uses TensorFlow or PyTorch is given tensors of
that framework, another one NumPy arrays; what is returned, tensors with gradients too, is taken as an array.
What students may use is what is installed and named. For PyTorch, install `torch` and write

    packages = ["numpy", "torch"]
    preload = ["torch"]

with a memory limit of 1024 MiB or more. A function that fails because `torch`, `tensorflow`, `keras`, `jax`,
`mxnet` or `d2l` is not there is a question for you (`autograder review`), and costs nothing until you decide.
MXNet has no release for the Python versions here: mark such work by hand.

"""
_MORE = """\
## Whole assignments

`grading_configs/` has an assignment for each of these courses: `deeplearning-ai`, `cs231n`, `holberton` and
`d2l`, with a handout, a starter and a sample class in `assignments/`. `autograder show holberton` lists one.

`autograder validate` tries references and their mutants by the problem's own signature, with the cases that
the style can say, and says so.

## An example with every key
"""


def styles_page() -> str:
    """Return the page, as Markdown."""
    lines = [_INTRODUCTION.rstrip(), *_styles(), "", *_remarks(), "", _CONVENTIONS.rstrip(), *_conventions()]
    return "\n".join([*lines, "", _FRAMEWORKS + _MORE, "```toml", calls_example().rstrip(), "```"]) + "\n"


def calls_example() -> str:
    """Return the example at the end of the page."""
    return resources_of("autograder.authoring").joinpath("templates", "calls.toml").read_text("utf-8")


def _styles() -> Iterator[str]:
    for name, style in ready_styles().items():
        without = ", ".join(style.without) or "–"
        yield f"| `{name}` | `{style.signature}` | `{style.problem}` | {without} |"


def _remarks() -> Iterator[str]:
    for name, style in ready_styles().items():
        if style.says:
            said = f"- `{name}`: {style.says}"
            yield fill(said, _COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


def _conventions() -> Iterator[str]:
    for problem in built_in().values():
        for name, convention in problem.conventions.items():
            yield f"| `{problem.name}` | `{name}` | {convention.name}: {convention.explanation} |"
