"""Each kind of check in an assignment's file: what it may say, and what is said of a mistake in it."""

import tomllib

import jsonschema
import pytest

from autograder import config
from autograder.errors import ConfigError

TEXT = """
schema = "autograder/assignment/v1"
title = "All kinds"
file = "sizes.py"
attempts = "best"
due = 2030-01-31T23:59:00+01:00

[[checks]]
kind = "function"
name = "output_size"
problem = "output_size"
points.basic = { visible = 1, hidden = 1 }
points.padding = { visible = 1, hidden = 1 }
points.stride = { visible = 1, hidden = 1 }

[[checks]]
kind = "function"
name = "network_shapes"
problem = "network_shapes"
builds_on = "output_size"
points.conv = { visible = 1 }
points.same = { visible = 1 }
points.pool = { hidden = 1 }
points.whole = { hidden = 1 }

[[checks]]
kind = "values"
name = "answers"
[[checks.items]]
name = "9 pixels"
variable = "ANSWERS"
entry = "size"
after = "answers"
accept = [7, [7, 7], "seven", { size = 7 }, true]
tolerance = 0.5
points = 1
near = [{ value = 6, note = "You forget the + 1." }]

[[checks]]
kind = "source"
name = "by_hand"
forbidden = ["scipy.signal", "eval", "for"]
required = ["numpy"]
within = ["network_shapes"]
voids = ["answers"]
reason = "Do it yourself."

[[checks]]
kind = "written"
name = "why"
question = "Why?"
variable = "ANSWERS"
entry = "why"
rubric = [{ points = 0.5, text = "says why" }, { points = 1 }]
"""
KINDS = '"function" or "values" or "source" or "written" or "model" or "training" or "autoencoder"'
ITEM_KEYS = "name, variable, points, accept, entry, after, tolerance, visible, near"

# what is changed: (old, new, the message after the file's name)
MISTAKES = {
    "another kind": (
        'kind = "values"',
        'kind = "value"',
        f'checks[2].kind: expected {KINDS}; received "value"',
    ),
    "no kind": ('kind = "values"\n', "", "checks[2].kind: expected this key; it is missing"),
    "another choice of attempts": (
        'attempts = "best"',
        'attempts = "first"',
        'attempts: expected "best" or "last"; received "first"',
    ),
    "a time without a zone": (
        "+01:00",
        "",
        (
            "due: expected a date and a time with a zone, like 2030-01-31T23:59:00+01:00; "
            "received 2030-01-31 23:59:00"
        ),
    ),
    "a basis that is no check": (
        'builds_on = "output_size"',
        'builds_on = "conv2d"',
        (
            "checks[1].builds_on: expected a check whose problem network_shapes can build on: output_size; "
            'received "conv2d"'
        ),
    ),
    "a basis that it cannot build on": (
        'builds_on = "output_size"',
        'builds_on = "network_shapes"',
        (
            "checks[1].builds_on: expected a check whose problem network_shapes can build on: output_size; "
            'received "network_shapes"'
        ),
    ),
    "a problem that builds on none": (
        'problem = "output_size"',
        'problem = "output_size"\nbuilds_on = "network_shapes"',
        (
            "checks[0].builds_on: expected a check whose problem output_size can build on: there is none; "
            'received "network_shapes"'
        ),
    ),
    "a misspelt key of an item": (
        "accept = [7,",
        "acept = [7,",
        (
            f"checks[2].items[0].acept: expected one of the keys {ITEM_KEYS}; received another. "
            "Did you mean accept?"
        ),
    ),
    "an item without its variable": (
        'name = "9 pixels"\nvariable = "ANSWERS"\n',
        'name = "9 pixels"\n',
        "checks[2].items[0].variable: expected this key; it is missing",
    ),
    "an item without an answer": (
        'accept = [7, [7, 7], "seven", { size = 7 }, true]\n',
        "",
        "checks[2].items[0].accept: expected this key; it is missing",
    ),
    "no answer accepted": (
        'accept = [7, [7, 7], "seven", { size = 7 }, true]',
        "accept = []",
        "checks[2].items[0].accept: expected at least one of them; received none",
    ),
    "an answer beside a list": (
        'accept = [7, [7, 7], "seven", { size = 7 }, true]',
        "accept = 7",
        "checks[2].items[0].accept: expected a list; received 7",
    ),
    "a tolerance below zero": (
        "tolerance = 0.5",
        "tolerance = -0.5",
        "checks[2].items[0].tolerance: expected a number of at least 0; received -0.5",
    ),
    "a variable that is none": (
        'variable = "ANSWERS"\nentry = "size"',
        'variable = "ANSWERS[0]"\nentry = "size"',
        'checks[2].items[0].variable: expected the name of a Python variable; received "ANSWERS[0]"',
    ),
    "a near miss without a note": (
        'near = [{ value = 6, note = "You forget the + 1." }]',
        "near = [{ value = 6 }]",
        "checks[2].items[0].near[0].note: expected this key; it is missing",
    ),
    "an item without a name": (
        'name = "9 pixels"',
        'name = ""',
        'checks[2].items[0].name: expected text of at least 1 characters; received ""',
    ),
    "a forbidden name that is none": (
        '"scipy.signal"',
        '"import scipy"',
        'checks[3].forbidden[0]: expected a name as in "scipy.signal", or a keyword; received "import scipy"',
    ),
    "a check that voids itself": (
        'voids = ["answers"]',
        'voids = ["by_hand"]',
        (
            "checks[3].voids: expected names of other checks: output_size, network_shapes, answers, why; "
            "received by_hand"
        ),
    ),
    "a check that voids none": (
        'voids = ["answers"]',
        'voids = ["answer"]',
        (
            "checks[3].voids: expected names of other checks: output_size, network_shapes, answers, why; "
            "received answer"
        ),
    ),
    "neither forbidden nor required": (
        'forbidden = ["scipy.signal", "eval", "for"]\nrequired = ["numpy"]\n',
        "",
        "checks[3]: expected forbidden, required or both; received neither",
    ),
    "a rubric without a line": (
        'rubric = [{ points = 0.5, text = "says why" }, { points = 1 }]',
        "rubric = []",
        "checks[4].rubric: expected at least one of them; received none",
    ),
    "a line of a rubric without points": (
        "{ points = 1 }]",
        '{ text = "more" }]',
        "checks[4].rubric[1].points: expected this key; it is missing",
    ),
    "a question that is no text": (
        'question = "Why?"',
        "question = 5",
        "checks[4].question: expected text; received 5",
    ),
}
BEYOND_THE_SCHEMA = {
    "a basis that is no check",
    "a basis that it cannot build on",
    "a problem that builds on none",
    "an item without an answer",
    "a check that voids itself",
    "a check that voids none",
    "neither forbidden nor required",
}


def as_json(text):
    content = tomllib.loads(text)
    return content | {"due": content["due"].isoformat()}


def load(folder, text):
    (folder / "grading_configs").mkdir(exist_ok=True)
    (folder / "grading_configs" / "sizes.toml").write_text(text)
    return config.load(folder, "sizes")


def message_of(folder, text):
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return str(caught.value).removeprefix(f"{folder / 'grading_configs' / 'sizes.toml'}: ")


class TestAllKinds:
    def test_each_is_worth_its_parts(self, tmp_path):
        assignment = load(tmp_path, TEXT)
        assert [config.points_of(check) for check in assignment.config.checks] == [6.0, 4.0, 1.0, 0.0, 1.5]
        assert assignment.max_score == 12.5
        assert assignment.functions == {"output_size", "network_shapes"}
        assert assignment.problems.keys() == {"output_size", "network_shapes"}
        assert assignment.course == tmp_path

    def test_an_answer_may_be_any_value(self, tmp_path):
        [item] = load(tmp_path, TEXT).config.checks[2].items
        assert item.accept == (7, [7, 7], "seven", {"size": 7}, True)
        assert (item.entry, item.after, item.tolerance, item.visible) == ("size", "answers", 0.5, False)

    def test_the_deadline_has_its_zone(self, tmp_path):
        assert load(tmp_path, TEXT).config.due.isoformat() == "2030-01-31T23:59:00+01:00"

    def test_students_see_no_answer_near_miss_or_rubric(self, tmp_path):
        theirs = config.for_students(load(tmp_path, TEXT).config)
        [item] = theirs.checks[2].items
        assert (item.accept, item.near, item.tolerance) == (None, (), 0.0)
        assert [(line.points, line.text) for line in theirs.checks[4].rubric] == [(1.5, "")]
        assert [config.points_of(check) for check in theirs.checks] == [6.0, 4.0, 1.0, 0.0, 1.5]

    def test_they_see_the_answers_of_what_is_visible(self, tmp_path):
        text = TEXT.replace("tolerance = 0.5", "tolerance = 0.5\nvisible = true")
        whole = load(tmp_path, text).config
        assert config.for_students(whole).checks[2] == whole.checks[2]

    def test_the_schema_accepts_it(self, tmp_path):
        jsonschema.validate(as_json(TEXT), config.json_schema())

    @pytest.mark.parametrize("name", sorted(MISTAKES.keys() - BEYOND_THE_SCHEMA - {"a time without a zone"}))
    def test_the_schema_refuses_the_mistakes_that_it_can_know(self, name):
        old, new, _ = MISTAKES[name]
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(as_json(TEXT.replace(old, new, 1)), config.json_schema())


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_explained(old, new, expected, tmp_path):
    assert old in TEXT
    assert message_of(tmp_path, TEXT.replace(old, new, 1)) == expected


def test_an_assignment_without_any_points(tmp_path):
    head, _, _ = TEXT.partition("[[checks]]")
    text = head + '[[checks]]\nkind = "source"\nname = "by_hand"\nforbidden = ["eval"]\n'
    assert message_of(tmp_path, text) == "checks: expected points for one of them at least; received none"


def test_two_items_of_one_name(tmp_path):
    text = TEXT.replace(
        'near = [{ value = 6, note = "You forget the + 1." }]\n',
        '[[checks.items]]\nname = "9 pixels"\nvariable = "X"\naccept = [1]\npoints = 1\n',
    )
    assert message_of(tmp_path, text) == (
        "checks[2].items: expected names that differ; received 9 pixels, 9 pixels"
    )


def test_a_kit_has_the_answers_of_what_is_visible_and_no_others(tmp_path):
    from autograder.problems import PROBLEMS
    from autograder.problems.recorded import write_recording

    head, _, rest = TEXT.partition("[[checks]]")
    text = head + "kit = true\n[[checks]]" + rest
    text = text.replace('accept = [7, [7, 7], "seven", { size = 7 }, true]\n', "")
    (tmp_path / "grading_configs").mkdir()
    data = write_recording([PROBLEMS["output_size"], PROBLEMS["network_shapes"]], {})
    (tmp_path / "grading_configs" / "sizes.examples.json").write_bytes(data)
    assert load(tmp_path, text).config.checks[2].items[0].accept is None
    text = text.replace("tolerance = 0.5", "visible = true")
    assert message_of(tmp_path, text) == "checks[2].items[0].accept: expected this key; it is missing"
