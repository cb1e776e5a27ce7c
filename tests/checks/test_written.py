"""The `written` check: an answer awaits a person, and no answer earns nothing."""

import msgspec
import pytest

from autograder.checks.check import Seen
from autograder.checks.written import MOST_CHARACTERS, WrittenCheck
from autograder.config import WrittenCheckConfig
from autograder.observation import Allowance, Loading, Raised, Returned, Stopped
from autograder.results import Outcome, RubricLine, Status
from autograder.wire.messages import Error, Place

RUBRIC = [{"points": 0.4, "text": "names the neighbourhood"}, {"points": 0.6, "text": "shuffles pixels"}]


def check(**settings):
    named = {"name": "why", "question": "Why?", "variable": "ANSWERS", "entry": "why", "rubric": RUBRIC}
    return WrittenCheck(msgspec.convert(named | settings, WrittenCheckConfig))


def judge(seen):
    return check().judge(Loading(), Seen([seen]))


class TestAnAnswer:
    def test_it_awaits_a_person_and_has_no_score_till_then(self):
        result = judge(Returned("The neighbourhood is lost."))
        assert (result.status, result.score, result.max_score) == (Status.NEEDS_REVIEW, None, 1.0)
        assert (result.outcome, result.hint) == (Outcome.COMPLETED, "")
        assert result.message == "an answer of 4 words, which a person marks"
        assert judge(Returned(" Lost.\n")).message == "an answer of 1 word, which a person marks"

    def test_it_is_kept_with_the_question_and_the_rubric(self):
        details = judge(Returned("Lost.\n\nAll of it.")).details
        assert (details.question, details.answer) == ("Why?", "Lost.\n\nAll of it.")
        assert details.rubric == (
            RubricLine(points=0.4, text="names the neighbourhood"),
            RubricLine(points=0.6, text="shuffles pixels"),
        )

    def test_an_endless_one_is_cut(self):
        result = judge(Returned("word " * 1_000_000))
        assert len(result.details.answer) == MOST_CHARACTERS
        assert result.message == "an answer of 1000000 words, which a person marks"

    def test_where_it_is_to_be_is_asked_for_once(self):
        class Worker:
            def fetch(self, places, allowance):
                self.asked = places
                return [Returned("Lost.")]

        worker = Worker()
        seen = check().observe_visible(worker, Loading(), Allowance(1.0))
        assert worker.asked == [Place("ANSWERS", "why")]
        assert check().observe_hidden(None, Loading(), None, seen) == seen
        assert check().judge(Loading(), seen).status is Status.NEEDS_REVIEW


class TestNoAnswer:
    @pytest.mark.parametrize(
        ("seen", "message"),
        [
            (Returned(""), "no answer: expected a text; received an empty text"),
            (Returned(" \n\t "), "no answer: expected a text; received an empty text"),
            (Returned(None), "no answer: expected a text; received NoneType"),
            (Returned(["a", "b"]), "no answer: expected a text; received list"),
            (Returned(3), "no answer: expected a text; received int"),
            (
                Raised(Error("KeyError", "ANSWERS has no entry 'why'", [])),
                "no answer: ANSWERS has no entry 'why'",
            ),
            (Raised(Error("", "a value of type set", [])), "no answer: a value of type set"),
        ],
    )
    def test_it_earns_nothing_and_awaits_nobody(self, seen, message):
        result = judge(seen)
        assert (result.status, result.score, result.outcome) == (Status.FAILED, 0.0, Outcome.COMPLETED)
        assert result.message == message
        assert (result.details.answer, result.details.question) == ("", "Why?")

    def test_an_end_while_reading_it(self):
        result = judge(Stopped(Outcome.TIMEOUT, "reading a variable took longer than 5 s"))
        assert (result.status, result.score, result.outcome) == (Status.FAILED, 0.0, Outcome.TIMEOUT)
        assert result.message == "reading a variable took longer than 5 s"

    @pytest.mark.parametrize(
        ("loading", "outcome", "message"),
        [
            (Loading(unreadable="code.py is no text"), Outcome.UNREADABLE_SUBMISSION, "code.py is no text"),
            (Loading(stopped=Stopped(Outcome.CRASHED, "it ended")), Outcome.CRASHED, "it ended"),
        ],
    )
    def test_a_file_that_could_not_be_run(self, loading, outcome, message):
        seen = check().observe_visible(None, loading, None)
        assert seen == Seen()
        result = check().judge(loading, seen)
        assert (result.status, result.score) == (Status.FAILED, 0.0)
        assert (result.outcome, result.message) == (outcome, message)
