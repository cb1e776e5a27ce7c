"""What an assignment's file may say: points, limits, and a structure for each kind of check."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import structs

from autograder.allowed import DEFAULT_PACKAGES
from autograder.calling.structure import CallConfig
from autograder.config.autoencoders import AutoencoderCheckConfig
from autograder.config.devices import Backend, OnDevice
from autograder.config.limits import Limits, Seconds
from autograder.config.models import ModelCheckConfig
from autograder.config.names import (
    DatasetName,
    DottedName,
    FileName,
    Folder,
    FunctionName,
    Name,
    Points,
    Tag,
    Variable,
)
from autograder.config.training import Training, TrainingCheckConfig


class CellsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which cells of a submission run: of a notebook, or of a Python file in the percent format.

    A notebook that takes too long, too much memory, or ends its process when all of it runs is run again
    with only its definitions, and a note says so.

    Attributes:
        run: All cells; only what defines something: imports, functions, classes, constants (of several
            definitions of a name, the last counts); or the cells that have one of `tags`.
        tags: The tags, where only tagged cells run.
        cell_seconds: Wall seconds for each cell of a notebook; all of them together have `load_seconds`.
        keep: Whether the executed notebook, with texts and figures, is written beside the report.
    """

    run: Literal["all", "definitions", "tagged"] = "all"
    tags: tuple[Tag, ...] = ()
    cell_seconds: Seconds | None = None
    keep: bool = False


class GroupPoints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points for a group of cases: for its visible examples, and for its hidden cases.

    Attributes:
        visible: Points for the group's visible examples.
        hidden: Points for the group's hidden cases.
    """

    visible: Points = 0.0
    hidden: Points = 0.0


class FunctionCheckConfig(
    OnDevice, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="function"
):
    """A `function` check: a function of the submission, called and compared with a problem's reference.

    Attributes:
        name: What the reports call the check.
        problem: The problem, by name.
        function: The student's function; the check's name where it is left out. Without `call` it must have
            exactly this name, capitals and underscores included.
        points: Points for each group of the problem's cases.
        changed_arguments: Whether changing an argument in place earns a note, or makes the case wrong.
        strict_type: Whether the result must have the reference's dtype.
        call: How the function is called, if not by the problem's own signature: a style's name, or a table.
        without: Groups of the problem's cases that are left out.
        accept: Conventions of the problem that count too: all cases are judged by the one that fits most.
        builds_on: The name of another check. An answer that is right but for the student's own version of
            that function counts as right: one mistake is paid for once.
    """

    name: Name
    problem: str
    points: dict[str, GroupPoints]
    function: FunctionName = ""
    changed_arguments: Literal["note", "wrong"] = "note"
    strict_type: bool = False
    call: str | CallConfig | None = None
    without: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    builds_on: str = ""


class Near(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A near miss: the value that a usual slip gives, and what to tell whoever has it.

    Attributes:
        value: The wrong value.
        note: What to tell whoever has it.
    """

    value: Any
    note: str


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value to be found in the submission.

    Attributes:
        name: What reports call it.
        variable: The variable that holds it.
        entry: Its key, where the variable is a dictionary.
        after: The tag of a cell, after which the variable is looked at; else at the end. In a Python file a
            cell begins with a line ``# %%``, as editors know it, and gets its tags there:
            ``# %% title tags=["first"]``. Without ``tags=`` it has none.
        accept: The right answers; one of them is enough. Texts are compared without regard to case. Only a
            student's kit may leave them out.
        tolerance: The largest distance from an accepted number.
        points: What it is worth.
        visible: Whether students see the right answer when they check their own work.
        near: Near misses.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    variable: Variable
    points: Points
    accept: Annotated[tuple[Any, ...], msgspec.Meta(min_length=1)] | None = None
    entry: str | None = None
    after: Tag | None = None
    tolerance: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    visible: bool = False
    near: tuple[Near, ...] = ()


class ValuesCheckConfig(
    OnDevice, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="values"
):
    """A `values` check: variables, or entries of dictionaries, against right answers.

    Attributes:
        name: What the reports call the check.
        items: The values, each worth its points.
    """

    name: Name
    items: Annotated[tuple[Item, ...], msgspec.Meta(min_length=1)]


class SourceCheckConfig(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="source"
):
    """A `source` check: what the code may not use, and what it must.

    Attributes:
        name: What the reports call the check.
        forbidden: Modules, or what they hold, by full name (``"scipy.signal"``), whatever the submission
            calls them; functions of Python itself (``"eval"``); ``"for"`` and ``"while"``.
        required: The same, of which each must be used.
        within: The functions that this is about, with all that they call; the whole submission where it
            is left out.
        voids: The checks that lose their points where this one fails.
        points: What it is worth itself.
        reason: Why, for the student.
    """

    name: Name
    forbidden: tuple[DottedName, ...] = ()
    required: tuple[DottedName, ...] = ()
    within: tuple[Variable, ...] = ()
    voids: tuple[str, ...] = ()
    points: Points = 0.0
    reason: str = ""


class Criterion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of a rubric: points, and what earns them.

    Attributes:
        points: What it is worth.
        text: What earns the points; a students' kit leaves it out.
    """

    points: Points
    text: str = ""


class WrittenCheckConfig(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="written"
):
    """A `written` check: a free answer, which a person marks by a rubric.

    Attributes:
        name: What the reports call the check.
        question: What was asked.
        variable: The variable that holds the answer, a text.
        entry: Its key, where the variable is a dictionary.
        rubric: What earns points; the check is worth their sum.
    """

    name: Name
    question: str
    variable: Variable
    rubric: Annotated[tuple[Criterion, ...], msgspec.Meta(min_length=1)]
    entry: str | None = None


CheckConfig: TypeAlias = (
    FunctionCheckConfig
    | ValuesCheckConfig
    | SourceCheckConfig
    | WrittenCheckConfig
    | ModelCheckConfig
    | TrainingCheckConfig
    | AutoencoderCheckConfig
)


class AssignmentConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file in ``grading_configs/``.

    Attributes:
        schema: The version of this format.
        title: What people call the assignment.
        file: The file that students hand in. Where a Python file is asked for, a notebook of that name is as
            good, and the other way round.
        checks: What is checked, in the order of the report.
        preload: Modules that the fork server imports once, before any submission.
        packages: What a submission may import, with all that these require; the toolkit's default, as far
            as it is installed, where it is left out. What is named must be installed where work is graded.
        limits: What one submission may use.
        cells: Which cells of a notebook run, and what is kept of them.
        attempts: Which counts of several attempts: the last, or the one with the most points.
        due: When work is to be handed in by; later work is marked as late. With a time zone.
        compatibility: Whether names of NumPy and Keras that are gone are an error, as they are with the
            versions here, or work as in their time, with a note: ``"period"``.
        data: A folder, from the course's root, which every submission may read. It must hold nothing that
            students may not see.
        dataset: A data set of the toolkit's, in the place of such a folder: what `keras.datasets` calls
            ``mnist``, ``fashion_mnist`` or ``cifar10``, or ``everyday``, ``tones`` or ``photographs``, which
            lie beside the submission as ``everyday.npz`` and so on. What models are scored on is held back.
        training: What becomes of `model.fit`.
        backend: What Keras computes with. It must be installed where work is graded, and need not stand in
            `packages` or `preload`.
        kit: Whether this is a student's kit, as `autograder release` makes it.
    """

    schema: Literal["autograder/assignment/v1"]
    title: str
    file: FileName
    checks: Annotated[tuple[CheckConfig, ...], msgspec.Meta(min_length=1)]
    preload: tuple[str, ...] = ()
    packages: tuple[str, ...] = DEFAULT_PACKAGES
    limits: Limits = Limits()
    cells: CellsConfig = CellsConfig()
    attempts: Literal["last", "best"] = "last"
    due: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    compatibility: Literal["strict", "period"] = "strict"
    data: Folder = ""
    dataset: DatasetName | None = None
    training: Training = Training()
    backend: Backend = "tensorflow"
    kit: bool = False


def points_of(check: CheckConfig) -> float:
    """Return the points that a check is worth."""
    match check:
        case FunctionCheckConfig():
            worth = sum(group.visible + group.hidden for group in check.points.values())
        case ValuesCheckConfig():
            worth = sum(item.points for item in check.items)
        case SourceCheckConfig() | TrainingCheckConfig():
            worth = check.points
        case WrittenCheckConfig():
            worth = sum(criterion.points for criterion in check.rubric)
        case ModelCheckConfig() | AutoencoderCheckConfig():
            worth = sum(structs.astuple(check.points))
    return round(worth, 2)


def worth_of(check: FunctionCheckConfig) -> dict[str, tuple[bool, bool]]:
    """Return of each group whether its visible examples, and whether its hidden cases, are worth points."""
    return {name: (points.visible > 0, points.hidden > 0) for name, points in check.points.items()}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of an assignment's file."""
    return msgspec.json.schema(AssignmentConfig)
