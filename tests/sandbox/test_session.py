"""A submission in real workers: what calls cost, what travels, and what ends a worker."""

from __future__ import annotations

import hashlib
import textwrap
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from autograder.observation import Allowance, Call, Raised, Returned, Stopped
from autograder.results import Outcome
from autograder.runners.session import Session
from autograder.sandbox.level import Level
from autograder.sandbox.process import MAX_PRINTED_BYTES
from autograder.submission import Submission, SubmittedFile

if TYPE_CHECKING:
    from tests.sandbox.conftest import Laboratory

LEVELS = (Level.FULL, Level.CONTAINER, Level.PROCESS)
WALLED = (Level.FULL, Level.CONTAINER)
Open = Callable[..., Session]


@pytest.fixture
def opened(laboratory: Laboratory) -> Iterator[Open]:
    """Give sessions that are closed at the end."""
    sessions: list[Session] = []

    def open_one(source: str | bytes | Submission, level: Level = Level.FULL, **more: Any) -> Session:
        sessions.append(laboratory.session(source, level, **more))
        return sessions[-1]

    yield open_one
    for session in sessions:
        session.close()


def calls(session: Session, function: str, *arguments: Any, allowance: Allowance | None = None) -> list[Any]:
    """Return what was seen of one call for each argument."""
    return session.call(function, [Call((item,), {}) for item in arguments], allowance or Allowance(30.0))


def of(*files: tuple[str, bytes]) -> Submission:
    return Submission("somebody", tuple(SubmittedFile(*file) for file in files), files[0][0], "")


CULPRITS = """
import ctypes, os, sys, time
import numpy as np
kept = []
def hang(x):
    while x == 1:
        pass
    return x
def sleep(x):
    if x == 1:
        time.sleep(600)
    return x
def leave(x):
    if x == 1:
        os._exit(0)
    return x
def crash(x):
    if x == 1:
        ctypes.string_at(0)
    return x
def eat(x):
    while x == 1:
        if os.fork() == 0:
            kept.append(b"x" * (50 << 20))
            time.sleep(600)
        time.sleep(0.1)
    return x
def close(x):
    if x == 1:
        os.close(3)
        time.sleep(600)
    return x
"""


class TestCost:
    """A call that ends its worker costs its own case; the others get their values."""

    @pytest.mark.parametrize("level", LEVELS)
    @pytest.mark.parametrize(
        ("function", "outcome", "said"),
        [
            ("hang", Outcome.TIMEOUT, "a call of hang took longer than 0.5 s"),
            ("leave", Outcome.CRASHED, "a call of leave ended the Python process (exit code 0)"),
            ("crash", Outcome.CRASHED, "a call of crash ended the Python process (SIGSEGV)"),
        ],
    )
    def test_one_case_is_lost_and_the_others_have_values(
        self, opened: Open, level: Level, function: str, outcome: Outcome, said: str
    ) -> None:
        session = opened(CULPRITS, level, seconds=0.5 if level is not Level.PROCESS else 2.0)
        said = said.replace("0.5", "2") if level is Level.PROCESS else said
        first, second, third = calls(session, function, 0, 1, 2)
        assert (first, third) == (Returned(0, (), "int"), Returned(2, (), "int"))
        assert second == Stopped(outcome, said)

    @pytest.mark.parametrize("level", WALLED)
    @pytest.mark.parametrize(
        ("function", "outcome"),
        [("sleep", Outcome.TIMEOUT), ("eat", Outcome.MEMORY_LIMIT), ("close", Outcome.CRASHED)],
    )
    def test_one_case_is_lost_behind_walls(
        self, opened: Open, level: Level, function: str, outcome: Outcome
    ) -> None:
        seen = calls(opened(CULPRITS, level, seconds=1.0), function, 0, 1, 2)
        assert [item.value for item in seen if isinstance(item, Returned)] == [0, 2]
        assert isinstance(seen[1], Stopped)
        assert seen[1].outcome is outcome

    @pytest.mark.parametrize("level", LEVELS)
    def test_after_three_replacements_the_rest_is_not_run(self, opened: Open, level: Level) -> None:
        allowance = Allowance(30.0)
        seen = calls(opened(CULPRITS, level), "leave", *[1] * 4, 5, 6, allowance=allowance)
        assert [item.was_running for item in seen] == [True] * 4 + [False] * 2
        assert all(item.message.startswith("not run: a call of leave ended") for item in seen[4:])
        assert allowance.replacements == 0

    def test_the_total_of_a_check_is_kept(self, opened: Open) -> None:
        began = time.monotonic()
        seen = calls(opened(CULPRITS), "sleep", 1, 1, 1, allowance=Allowance(0.5))
        assert time.monotonic() - began < 2.0
        assert [item.outcome for item in seen] == [Outcome.TIMEOUT] * 3
        assert [item.was_running for item in seen] == [True, False, False]

    def test_the_rest_is_not_run_where_the_check_says_so(self, opened: Open) -> None:
        seen = opened(CULPRITS).call(
            "leave", [Call((x,), {}) for x in (0, 1, 2)], Allowance(30.0), go_on=False
        )
        assert isinstance(seen[0], Returned)
        assert [item.was_running for item in seen[1:] if isinstance(item, Stopped)] == [True, False]

    def test_processor_time_of_all_workers_is_told(self, opened: Open) -> None:
        session = opened(CULPRITS, seconds=0.5)
        calls(session, "hang", 1, 0)
        assert 0.3 < session.close() < 3.0


RAISERS = """
import sys
class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no")
class Named(type):
    @property
    def __name__(cls):
        raise RuntimeError("no")
class Nameless(Exception, metaclass=Named):
    pass
def leave(x):
    sys.exit(3)
def huge(x):
    raise ValueError("y" * 10_000_000)
def unprintable(x):
    raise Unprintable
def surrogates(x):
    raise ValueError("\\ud800 text")
def nameless(x):
    raise Nameless
def interrupt(x):
    raise KeyboardInterrupt
def deep(x):
    return deep(x)
def group(x):
    raise ExceptionGroup("all", [ValueError("one")])
def memory(x):
    return bytearray(1 << 40)
"""


class TestRaised:
    """Whatever a call raises is an observation, and the worker lives on."""

    @pytest.mark.parametrize("level", LEVELS)
    @pytest.mark.parametrize(
        ("function", "kind", "message"),
        [
            ("leave", "SystemExit", "3"),
            ("huge", "ValueError", "y" * 2_000),
            ("unprintable", "Unprintable", "(the exception cannot be shown)"),
            ("surrogates", "ValueError", "? text"),
            ("interrupt", "KeyboardInterrupt", ""),
            ("deep", "RecursionError", "maximum recursion depth exceeded"),
            ("group", "ExceptionGroup", "all (1 sub-exception)"),
            ("memory", "MemoryError", ""),
        ],
    )
    def test_an_exception_is_told(
        self, opened: Open, level: Level, function: str, kind: str, message: str
    ) -> None:
        session = opened(RAISERS, level)
        (seen,) = calls(session, function, 1)
        assert isinstance(seen, Raised)
        assert (seen.error.type, seen.error.message) == (kind, message)
        assert seen.error.traceback[-1].file == "code.py"
        (again,) = calls(session, "leave", 1)
        assert isinstance(again, Raised)

    def test_a_type_without_a_name_costs_its_case_alone(self, opened: Open) -> None:
        session = opened(RAISERS)
        assert isinstance(calls(session, "nameless", 1)[0], Raised | Stopped)
        assert calls(session, "leave", 1)[0].error.type == "SystemExit"

    def test_a_function_that_is_not_there_is_an_attribute_error(self, opened: Open) -> None:
        assert calls(opened(RAISERS), "no_such_function", 1)[0].error.type == "AttributeError"


class TestPrinting:
    """What is printed is kept to a cap, and never reaches the wire."""

    @pytest.mark.parametrize("level", LEVELS)
    def test_what_a_call_prints_is_captured(self, opened: Open, level: Level) -> None:
        source = """
            import os, sys
            print("while loading")
            def f(x):
                print("to stdout", x)
                print("to stderr", x, file=sys.stderr)
                os.write(1, b"unbuffered\\n")
                return x
            """
        session = opened(source, level)
        assert calls(session, "f", 7) == [Returned(7, (), "int")]
        printed = session.printed()
        for line in ("while loading", "to stdout 7", "to stderr 7", "unbuffered"):
            assert line in printed

    @pytest.mark.parametrize("level", LEVELS)
    def test_no_path_of_the_grader_s_is_told(self, opened: Open, level: Level) -> None:
        source = """
            import traceback
            print(f"here: {__file__}")
            def f(x):
                try:
                    1 / x
                except ZeroDivisionError:
                    traceback.print_exc()
                return open(__file__ + ".csv")
            """
        session = opened(source, level)
        [seen] = calls(session, "f", 0)
        assert isinstance(seen, Raised)
        [name] = [line.removeprefix("here: ") for line in session.printed().splitlines() if "here:" in line]
        assert "/" not in name
        assert f"'{name}.csv'" in seen.error.message
        assert f'File "{name}", line' in session.printed()

    @pytest.mark.parametrize("level", LEVELS)
    def test_printing_for_ever_is_cut_and_times_out(self, opened: Open, level: Level) -> None:
        source = """
            def f(x):
                while x == 1:
                    print("again and again " * 10)
                return x
            """
        session = opened(source, level, seconds=1.5)
        seen = calls(session, "f", 1, 0)
        assert seen[0].outcome is Outcome.TIMEOUT
        assert seen[1] == Returned(0, (), "int")
        assert "more bytes were cut" in session.printed()
        assert len(session.printed()) < MAX_PRINTED_BYTES + 200

    def test_closing_or_replacing_the_streams_harms_nobody(self, opened: Open) -> None:
        source = """
            import os, sys
            def f(x):
                sys.stdout = None
                sys.stderr.close()
                os.close(1)
                os.close(2)
                return x
            """
        assert calls(opened(source), "f", 1, 2)[0] == Returned(1, (), "int")


SPEAKER = """
import os, struct
import msgspec
import numpy as np
from autograder.wire import messages
from autograder.wire.frames import encode_frame
def speak(data):
    os.write(3, data)
def returned(id, case, value=1):
    return encode_frame(messages.Returned(id, case, value, [], "int"))
def garbage(x):
    speak(b"\\xff" * 64)
    return x
def text(x):
    speak(b"score: 100\\n" * 20)
    return x
def reply_twice(x):
    speak(returned(2, 0))
    return x
def wrong_id(x):
    speak(returned(77, 0))
    return x
def wrong_case(x):
    speak(returned(2, 1))
    return x
def ready(x):
    speak(encode_frame(messages.Ready()))
    return x
def loaded(x):
    speak(encode_frame(messages.Loaded(2, [], [], [], None)))
    return x
def wall_failed(x):
    speak(encode_frame(messages.WallFailed("seccomp", "blame the grader")))
    return x
def claims_much(x):
    speak(struct.pack("<II", 2**32 - 1, 2**32 - 1))
    return x
def array_beyond(x):
    speak(encode_frame(messages.Returned(2, 0, messages.encode_arguments([], {}, []), [], "")))
    return x
def lying_array(x):
    array = ["a", "<f8", [2**40], 0, 8]
    reply = {"type": "returned", "id": 2, "case": 0, "value": array, "changed": [], "type_name": ""}
    header = msgspec.msgpack.encode(reply)
    speak(struct.pack("<II", len(header), 8) + header + bytes(8))
    return x
def reopened(x):
    number = os.open("/proc/self/fd/3", os.O_RDWR)
    os.write(number, b"\\xff" * 64)
    return x
"""


class TestProtocol:
    """Speaking on the wire ends the worker with a violation, and there are no further calls."""

    @pytest.mark.parametrize("level", WALLED)
    @pytest.mark.parametrize(
        "function",
        [
            "garbage",
            "text",
            "wrong_id",
            "wrong_case",
            "ready",
            "loaded",
            "wall_failed",
            "claims_much",
            "lying_array",
            "array_beyond",
        ],
    )
    def test_a_frame_that_is_not_due_ends_the_worker(self, opened: Open, level: Level, function: str) -> None:
        session = opened(SPEAKER, level)
        seen = calls(session, function, 1, 2)
        assert [item.outcome for item in seen] == [Outcome.PROTOCOL_VIOLATION] * 2
        assert [item.was_running for item in seen] == [True, False]

    @pytest.mark.parametrize("level", WALLED)
    def test_replying_twice_or_early_earns_nothing_further(self, opened: Open, level: Level) -> None:
        seen = calls(opened(SPEAKER, level), "reply_twice", 5, 6, 7)
        assert seen[0] == Returned(1, (), "int")  # its own answer to its own question
        assert [item.outcome for item in seen[1:]] == [Outcome.PROTOCOL_VIOLATION] * 2

    @pytest.mark.parametrize("level", WALLED)
    def test_later_calls_of_the_same_check_are_not_run_either(self, opened: Open, level: Level) -> None:
        session, allowance = opened(SPEAKER, level), Allowance(30.0)
        calls(session, "garbage", 1, allowance=allowance)
        (later,) = calls(session, "no_such_function", 1, allowance=allowance)
        assert later.outcome is Outcome.PROTOCOL_VIOLATION
        assert not later.was_running

    def test_the_socket_cannot_be_opened_again(self, opened: Open) -> None:
        assert isinstance(calls(opened(SPEAKER), "reopened", 1)[0], Raised)

    @pytest.mark.parametrize("level", WALLED)
    def test_speaking_while_loading_is_a_violation(self, opened: Open, level: Level) -> None:
        loading = opened("import os; os.write(3, bytes(64))", level).load()
        assert loading.stopped is not None
        assert loading.stopped.outcome is Outcome.PROTOCOL_VIOLATION


RETURNS = """
import numpy as np
class Liar(np.ndarray):
    def __eq__(self, other):
        return np.True_
    def __array_function__(self, *_):
        raise RuntimeError("no")
    def tobytes(self):
        return b""
class Tensor:
    def __init__(self, value):
        self.value = value
    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.value, dtype)
class Text(str):
    pass
def make(name):
    return VALUES[name]()
VALUES = {
    "none": lambda: None,
    "list": lambda: [1, 2.5, [True]],
    "tuple": lambda: (1, "a", None),
    "dict": lambda: {"a": [1], "b": (2,)},
    "NumPy scalar": lambda: np.float32(1.5),
    "NumPy bool": lambda: np.bool_(True),
    "zero dimensions": lambda: np.array(3),
    "complex": lambda: 1 + 2j,
    "subclass of str": lambda: Text("own"),
    "fortran order": lambda: np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "big endian": lambda: np.arange(3, dtype=">i4"),
    "strided": lambda: np.arange(10)[::-3],
    "liar": lambda: np.arange(3.0).view(Liar),
    "masked": lambda: np.ma.masked_array([1.0, 2.0], [False, True]),
    "tensor": lambda: Tensor([[1.0]]),
    "long double": lambda: np.longdouble("1.5"),
    "nan": lambda: float("nan"),
    "empty": lambda: np.zeros((0, 3)),
    "object array": lambda: np.array([object()], object),
    "strings": lambda: np.array(["a"]),
    "structured": lambda: np.zeros(2, "i4,f8"),
    "datetime": lambda: np.array(["2020-01-01"], "M8[D]"),
    "surrogates": lambda: "\\ud800",
    "surrogates in a list": lambda: ["\\ud800"],
    "surrogates in a key": lambda: {"\\ud800": 1},
    "huge int": lambda: 2**70,
    "generator": lambda: (x for x in range(3)),
    "set": lambda: {1},
    "function": lambda: make,
    "object": object,
    "keys that are ints": lambda: {1: 2},
    "endless list": lambda: endless(),
    "deep list": lambda: deep(),
    "too large": lambda: np.zeros(9 * 1024 * 1024),
    "many numbers": lambda: list(range(600_000)),
}
def endless():
    own = []
    own.append(own)
    return own
def deep():
    value = []
    for _ in range(100):
        value = [value]
    return value
"""
TRAVEL: dict[str, Any] = {
    "none": None,
    "list": [1, 2.5, [True]],
    "generator": [0, 1, 2],
    "tuple": (1, "a", None),
    "dict": {"a": [1], "b": (2,)},
    "NumPy scalar": np.array(1.5, np.float32),
    "NumPy bool": np.array(True),
    "zero dimensions": np.array(3),
    "complex": np.array(1 + 2j),
    "subclass of str": "own",
    "fortran order": np.arange(6.0).reshape(2, 3),
    "big endian": np.arange(3, dtype="<i4"),
    "strided": np.array([9, 6, 3, 0]),
    "liar": np.arange(3.0),
    "masked": np.array([1.0, 2.0]),
    "tensor": np.array([[1.0]]),
    "long double": np.array(1.5),
    "empty": np.zeros((0, 3)),
}
STAY = (
    "object array",
    "strings",
    "structured",
    "datetime",
    "surrogates",
    "surrogates in a list",
    "surrogates in a key",
    "huge int",
    "set",
    "function",
    "object",
    "keys that are ints",
    "endless list",
    "deep list",
    "too large",
    "many numbers",
)


class TestValues:
    """What travels is plain data, made in the worker; the rest is said to be none."""

    @pytest.mark.parametrize("name", TRAVEL)
    def test_a_value_that_travels(self, opened: Open, name: str) -> None:
        (seen,) = calls(opened(RETURNS), "make", name)
        assert isinstance(seen, Returned), seen
        expected = TRAVEL[name]
        assert type(seen.value) is type(expected)
        if isinstance(expected, np.ndarray):
            assert seen.value.dtype == expected.dtype
            np.testing.assert_array_equal(seen.value, expected, strict=True)
        else:
            assert seen.value == expected

    def test_not_a_number_travels(self, opened: Open) -> None:
        (seen,) = calls(opened(RETURNS), "make", "nan")
        assert np.isnan(seen.value)

    @pytest.mark.parametrize("level", [Level.FULL, Level.PROCESS])
    def test_a_value_that_does_not_travel_costs_its_case_alone(
        self, laboratory: Laboratory, opened: Open, level: Level
    ) -> None:
        limits = msgspec.structs.replace(laboratory.limits, memory_mib=1024)
        session = opened(RETURNS, level, seconds=10.0, limits=limits)
        seen = {name: calls(session, "make", name)[0] for name in STAY}
        assert not {name: item for name, item in seen.items() if not isinstance(item, Raised)}
        kinds = {name: item.error.type for name, item in seen.items() if item.error.type}
        assert kinds == {"endless list": "RecursionError"}
        assert calls(session, "make", "list")[0] == Returned([1, 2.5, [True]], (), "list")

    def test_bfloat16_travels_as_float32(self, laboratory: Laboratory) -> None:
        pytest.importorskip("ml_dtypes")
        from autograder.sandbox.fork_server import ForkServer
        from autograder.sandbox.packages import closure
        from autograder.sandbox.start import ServerSpec

        laboratory.spec(Level.FULL)
        server = ForkServer(ServerSpec(Level.FULL, (), tuple(closure(["numpy", "ml_dtypes"]))), 1)
        source = """
            import ml_dtypes
            import numpy as np
            def attack():
                return np.array([1.5, -2.0], ml_dtypes.bfloat16)
            """
        try:
            value = laboratory.attack_from(server, source).value
        finally:
            server.close()
        np.testing.assert_array_equal(value, np.array([1.5, -2.0], np.float32), strict=True)


class TestArguments:
    """Every case gets copies of its own; what it changes is told."""

    @pytest.mark.parametrize("level", [Level.FULL, Level.PROCESS])
    def test_changed_arguments_are_named(self, opened: Open, level: Level) -> None:
        source = """
            def f(x, y, *, z):
                x += 1
                z.append(1)
                return y
            """
        given = Call((np.zeros(3), np.ones(2)), {"z": [1]})
        seen = opened(source, level).call("f", [given, given], Allowance(10.0))
        assert [item.changed for item in seen if isinstance(item, Returned)] == [("0", "z")] * 2
        assert given.positional[0].tolist() == [0.0] * 3

    def test_every_case_gets_fresh_copies(self, opened: Open) -> None:
        source = """
            kept = []
            def f(x):
                total = float(x.sum()) + sum(float(old.sum()) for old in kept)
                x[:] = 100
                kept.append(x)
                for old in kept:
                    old[:] = 1
                return total
            """
        array = np.zeros(2)
        seen = calls(opened(source), "f", array, array, array)
        assert [item.value for item in seen] == [0.0, 2.0, 4.0]

    def test_a_change_that_leaves_the_bytes_is_none(self, opened: Open) -> None:
        seen = calls(opened("def f(x): x += 0; return 1"), "f", np.arange(3))
        assert seen[0].changed == ()


class TestLoading:
    """How a file runs, and what is there afterwards."""

    @pytest.mark.parametrize("level", LEVELS)
    def test_a_syntax_error_has_its_line(self, opened: Open, level: Level) -> None:
        loading = opened("x = 1\ndef f(:\n    pass\n", level).load()
        assert loading.error is not None
        assert loading.error.type == "SyntaxError"
        assert (loading.error.traceback[0].line, loading.error.traceback[0].source) == (2, "def f(:")
        assert loading.callables == frozenset()

    @pytest.mark.parametrize("level", LEVELS)
    def test_an_error_on_the_last_line_keeps_what_was_defined(self, opened: Open, level: Level) -> None:
        session = opened("def f(x): return x + 1\nnot_defined\n", level)
        loading = session.load()
        assert loading.error is not None
        assert (loading.error.type, loading.error.traceback[-1].line) == ("NameError", 2)
        assert loading.functions == ("f",)
        assert calls(session, "f", 1) == [Returned(2, (), "int")]

    @pytest.mark.parametrize("level", LEVELS)
    def test_leaving_while_loading_just_ends_the_running(self, opened: Open, level: Level) -> None:
        session = opened("import sys\ndef f(x): return x\nsys.exit(1)\n", level)
        assert session.load().error is None
        assert calls(session, "f", 1) == [Returned(1, (), "int")]

    @pytest.mark.parametrize("level", LEVELS)
    @pytest.mark.parametrize(
        ("source", "said"),
        [
            (b"# coding: utf-8\nname = '\xff\xfe'\n", "is not text in its declared encoding"),
            (b"# coding: no-such-encoding\n", "is not text in its declared encoding"),
            (b"x = 1\n" * 51_200, "has 307,200 bytes; a source file may have 262,144"),
        ],
    )
    def test_what_is_no_source_is_unreadable(
        self, opened: Open, level: Level, source: bytes, said: str
    ) -> None:
        loading = opened(source, level).load()
        assert loading.unreadable is not None
        assert said in loading.unreadable

    def test_a_declared_encoding_is_kept(self, opened: Open) -> None:
        session = opened("# coding: latin-1\ndef f(x): return 'é'\n".encode("latin-1"))
        assert calls(session, "f", 1) == [Returned("é", (), "str")]

    @pytest.mark.parametrize(
        "source", [b"\x00", b"x = (" * 5_000, b"-" * 200_000 + b"1", b"(" * 90 + b")" * 90, b"x = 1\x00"]
    )
    def test_source_that_is_hard_to_parse_is_an_error_or_an_end_of_its_own(
        self, opened: Open, source: bytes
    ) -> None:
        loading = opened(source).load()
        assert loading.error or loading.stopped or source == b"(" * 90 + b")" * 90

    @pytest.mark.parametrize("level", LEVELS)
    def test_an_endless_loop_while_loading_is_a_timeout(self, opened: Open, level: Level) -> None:
        session = opened("while True: pass\n", level, seconds=1.0)
        loading = session.load()
        assert loading.stopped == Stopped(Outcome.TIMEOUT, "running the file took longer than 1 s")
        (seen,) = calls(session, "f", 1)
        assert isinstance(seen, Stopped)
        assert not seen.was_running

    @pytest.mark.parametrize("level", LEVELS)
    def test_a_file_named_like_a_package_does_not_stand_in_for_it(self, opened: Open, level: Level) -> None:
        shadow = b"raise RuntimeError('the wrong one')\n"
        main = b"import json, numpy, own\ndef f(x): return [float(numpy.sum(x)), own.NAME, json.dumps(1)]\n"
        session = opened(
            of(("code.py", main), ("numpy.py", shadow), ("json.py", shadow), ("own.py", b"NAME = 'own'\n")),
            level,
        )
        assert calls(session, "f", np.ones(3)) == [Returned([3.0, "own", "1"], (), "list")]

    def test_files_in_folders_and_large_files_arrive_whole(self, opened: Open) -> None:
        data = bytes(range(256)) * 12 * 1024  # three pieces
        main = textwrap.dedent("""
            import hashlib, pathlib
            from package.part import NAME
            def f(x):
                return [NAME, hashlib.sha256(pathlib.Path("data/big.bin").read_bytes()).hexdigest()]
            """).encode()
        session = opened(
            of(
                ("code.py", main),
                ("package/part.py", b"NAME = 1\n"),
                ("data/big.bin", data),
                ("empty.txt", b""),
            )
        )
        assert calls(session, "f", 1)[0].value == [1, hashlib.sha256(data).hexdigest()]

    def test_names_that_can_be_called_are_listed(self, opened: Open) -> None:
        source = """
            from math import sqrt
            import numpy as np
            def own(): pass
            class Model: pass
            value = 3
            globals()[5] = own
            globals()["\\ud800"] = own
            """
        loading = opened(source).load()
        assert loading.error is None
        assert {"sqrt", "own", "Model"} <= loading.callables
        assert set(loading.functions) == {"own", "Model"}

    def test_atexit_and_hooks_change_nothing(self, opened: Open) -> None:
        source = """
            import atexit, sys
            atexit.register(lambda: print("at exit"))
            sys.excepthook = lambda *_: print("hook")
            def f(x):
                raise ValueError(x)
            """
        session = opened(source)
        assert calls(session, "f", 1)[0].error.message == "1"
        session.close()
        assert session.printed() == ""


def test_results_that_are_too_much_in_all_end_the_submission(opened: Open) -> None:
    session = opened("import numpy as np\ndef big(x):\n    return np.zeros(1_000_000)\n")
    seen = calls(session, "big", *range(40))
    fitting = Allowance(1.0).result_bytes // 8_000_000
    assert [type(each) for each in seen[:fitting]] == [Returned] * fitting
    assert isinstance(seen[fitting], Stopped)
    assert (seen[fitting].outcome, seen[fitting].was_running) == (Outcome.OUTPUT_LIMIT, True)
    assert "is too much" in seen[fitting].message
    assert {each.was_running for each in seen[fitting + 1 :]} == {False}


def test_a_check_that_used_its_time_up_takes_none_of_the_next_ones(opened: Open) -> None:
    source = "import time\ntime.sleep(0.6)\ndef hang(x): time.sleep(60)\ndef good(x): return x\n"
    session = opened(source, seconds=5.0)
    assert session.load().stopped is None
    spent = Allowance(0.3)
    assert {type(each) for each in calls(session, "hang", 1, 2, 3, allowance=spent)} == {Stopped}
    assert spent.seconds <= 0
    slow = Allowance(0.3, replacements=3)  # too little to run the file again
    assert {type(each) for each in calls(session, "good", 1, allowance=slow)} == {Stopped}
    (seen,) = calls(session, "good", 7)
    assert isinstance(seen, Returned)
    assert seen.value == 7


def test_too_much_of_one_function_costs_no_other(opened: Open) -> None:
    source = "import numpy as np\ndef big(x): return np.zeros(1_000_000)\ndef good(x): return x\n"
    session = opened(source)
    assert calls(session, "big", *range(20))[-1].outcome is Outcome.OUTPUT_LIMIT
    assert [each.value for each in calls(session, "good", 1, 2)] == [1, 2]


def test_small_objects_count_for_what_they_take(opened: Open) -> None:
    session = opened("def many(x): return [{'k': 0}] * 100_000\n")
    seen = calls(session, "many", *range(12))
    assert isinstance(seen[0], Returned)
    assert isinstance(seen[-1], Stopped)
    assert seen[-1].outcome is Outcome.OUTPUT_LIMIT
