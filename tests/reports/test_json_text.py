"""JSON that a terminal may show: nothing in it is obeyed, and programs read what was there."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.reports.json_text import json_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë 李 🙂", "Zoë 李 🙂"),
        ("\x9b2J", "\\u009b2J"),
        ("\x7f\x1b[2J", "\\u007f\\u001b[2J"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("\U000e0041", "\\udb40\\udc41"),
        ("\u2028", "\\u2028"),
    ],
)
def test_control_and_format_characters_are_escaped(text, shown):
    assert json_text({"answer": text}) == '{\n  "answer": "' + shown + '"\n}'


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_it_says_the_same(value):
    text = json_text(value)
    assert json.loads(text) == msgspec.json.decode(text) == value
    assert all(character.isprintable() or character == "\n" for character in text)
