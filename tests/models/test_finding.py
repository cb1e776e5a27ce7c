"""Which model of a submission is looked at, found in real workers."""

from __future__ import annotations

import pytest

from autograder.checks.counted_model import count_found
from autograder.observation import Raised, Sought
from tests.models.conftest import Models

NET = "keras.Sequential([Input((4,)), Dense({})])"
AUTOENCODER = """
    inputs, code = Input((6,)), Input((2,))
    first = keras.Model(inputs, Dense(2)(inputs))
    second = keras.Model(code, Dense(6)(code))
    """


def outputs(found) -> list[int | None]:
    return [shape[-1] for shape in found.seen.output_shapes]


class TestWithoutAPlace:
    @pytest.mark.parametrize(
        ("source", "place", "width"),
        [
            (f"anything = {NET.format(3)}", "anything", 3),
            (f"later = None\nfirst = {NET.format(3)}\nlater = {NET.format(5)}\nfirst = [first]", "later", 5),
            (f"def build_model():\n    return {NET.format(7)}", "build_model()", 7),
            (
                f"def makes(): return {NET.format(7)}\ndef create_net(n=8): return {NET.format('n')}",
                "create_net()",
                8,
            ),
            (
                f"class Net: ...\nnet = Net()\ndef get_model():\n    net.m = {NET.format(2)}\n    return net",
                "get_model().m",
                2,
            ),
            (f"history, kept = {{}}, {{'best': {NET.format(4)}, 'loss': 0.1}}", "kept['best']", 4),
            (f"model = {NET.format(3)}\nbest_model = model", "model", 3),
        ],
        ids=["variable", "last_built", "function", "named_function", "attribute", "dictionary", "alias"],
    )
    def test_it_is_found(self, models: Models, source: str, place: str, width: int) -> None:
        found = models.found(source)
        assert (found.seen.place, outputs(found)) == (place, [width])

    def test_the_one_that_was_fitted_comes_first(self, models: Models) -> None:
        found = models.found(
            f"""
            import numpy as np
            fitted, other = {NET.format(3)}, {NET.format(5)}
            fitted.compile("sgd", "mse")
            fitted.fit(np.zeros((2, 4)), np.zeros((2, 3)), verbose=0)
            """
        )
        assert (found.seen.place, found.seen.notes) == ("fitted", [])
        assert found.seen.compiled is not None
        assert (found.seen.compiled.optimizer, found.seen.compiled.losses[0].name) == ("SGD", "mse")

    def test_one_in_another_is_not_meant_and_what_is_left_open_is_noted(self, models: Models) -> None:
        base = f"base = {NET.format(3)}\nwhole = keras.Sequential([Input((4,)), base, Dense(2)])\n"
        assert models.found(base).seen.notes == []
        found = models.found(f"{base}again = {NET.format(9)}\n")
        assert found.seen.place == "again"
        assert found.seen.notes == ["2 models are there: whole, again; again, the last built, is looked at"]

    def test_a_class_of_models_is_made(self, models: Models) -> None:
        found = models.found(
            """
            class Net(keras.Model):
                def __init__(self, units=3):
                    super().__init__()
                    self.dense = Dense(units)
                def call(self, x):
                    return self.dense(x)
            """,
            Sought(input_shapes=[(4,)]),
        )
        assert (found.seen.place, outputs(found)) == ("Net()", [3])
        assert [(layer.name, [weight.shape for weight in layer.weights]) for layer in found.seen.layers] == [
            ("dense", [[4, 3], [3]])
        ]
        assert found.seen.notes == ["it was not built yet: it was built for an input of shape (4,)"]

    def test_a_class_is_made_with_arguments_and_read_as_the_graph_of_its_call(self, models: Models) -> None:
        source = """
            class Auto(keras.Model):
                def __init__(self, code, width=8):
                    super().__init__()
                    self.decoder = keras.Sequential([Dense(width, "relu"), Dense(6)])
                    self.encoder = keras.Sequential([Dense(width), ReLU(), Dense(code)])
                def call(self, x, training=None):
                    return self.decoder(self.encoder(x))
            """
        sought = Sought(function="Auto", arguments=[2], named={"width": 5}, input_shapes=[(6,)])
        found = models.found(source, sought)
        counted = count_found(found)
        assert [(each.kind, each.parameters) for each in counted.layers] == [
            ("Dense", 35), ("ReLU", 0), ("Dense", 12), ("Dense", 15), ("Dense", 36)
        ]  # fmt: skip
        assert (counted.doubts, counted.total, counted.has_graph) == ((), 98, True)

    def test_several_inputs_are_given_to_a_class_that_takes_them(self, models: Models) -> None:
        source = """
            class Two(keras.Model):
                def __init__(self):
                    super().__init__()
                    self.one, self.two = Dense(3), Dense(4)
                def call(self, given):
                    return self.one(given[0]), self.two(given[1])
            """
        found = models.found(source, Sought(input_shapes=[(2,), (5,)]))
        assert found.seen.input_shapes == [[None, 2], [None, 5]]
        assert (outputs(found), count_found(found).total) == ([3, 4], 9 + 24)

    def test_where_there_is_none_it_says_what_was_tried(self, models: Models) -> None:
        seen = models.seen("def build_model():\n    raise ValueError('not yet')\n")
        assert isinstance(seen, Raised)
        assert seen.error.type == ""
        assert seen.error.message.endswith("there is none; build_model() raised ValueError: not yet")


class TestAPlace:
    def test_a_variable_and_a_function_with_arguments(self, models: Models) -> None:
        source = f"def net(width, depth):\n    return {NET.format('width + depth')}\nkept = {NET.format(3)}\n"
        assert outputs(models.found(source, Sought(function="net", arguments=(2, 4)))) == [6]
        assert outputs(models.found(source, Sought(variable="kept"))) == [3]

    @pytest.mark.parametrize(
        ("sought", "message"),
        [
            (Sought(variable="modell"), "there is no variable modell; there is kept, build_model()"),
            (Sought(variable="count"), "expected a Keras model in count; it is of the type int"),
            (Sought(function="wrong"), "expected a Keras model from wrong(); it returns int"),
            (Sought(file="gone.keras"), "there is no file gone.keras in the submission"),
            (Sought(file="bad.h5"), "bad.h5 cannot be opened as a Keras model: "),
        ],
    )
    def test_what_is_missing_is_said(self, models: Models, sought: Sought, message: str) -> None:
        source = f"kept, count = {NET.format(3)}, 3\ndef build_model(): return kept\ndef wrong(): return 3\n"
        seen = models.seen(source, sought, {"bad.h5": b"no model"})
        assert isinstance(seen, Raised)
        assert seen.error.type == ""
        assert seen.error.message.startswith(message)

    def test_what_a_function_raises_is_the_students(self, models: Models) -> None:
        seen = models.seen("def net():\n    return 1 // 0\n", Sought(function="net"))
        assert isinstance(seen, Raised)
        assert (seen.error.type, seen.error.traceback[-1].source) == ("ZeroDivisionError", "return 1 // 0")

    def test_a_saved_file(self, models: Models) -> None:
        source = f"""
            net = {NET.format(5)}
            net.compile("sgd", "mse")
            net.save("net.keras"), net.save("net.h5")
            """
        for file, is_compiled in (("net.keras", True), ("net.h5", False)):
            found = models.found(source, Sought(file=file))
            assert (found.seen.place, outputs(found)) == (file, [5])
            assert found.seen.compiled is not None
            assert found.seen.compiled.of_this_model is is_compiled


class TestParts:
    @pytest.mark.parametrize(
        "returned",
        [
            "def autoencoder():\n    return first, second, keras.Model(inputs, second(first(inputs)))",
            "a, b, c = keras.Model(inputs, second(first(inputs))), second, first",
            "parts = {'x': second, 'y': keras.Model(inputs, second(first.output)), 'z': first}",
        ],
        ids=["returned", "variables", "dictionary"],
    )
    @pytest.mark.parametrize(
        ("part", "ends"), [("autoencoder", (6, 6)), ("encoder", (6, 2)), ("decoder", (2, 6))]
    )
    def test_they_are_told_apart_by_their_layers(
        self, models: Models, returned: str, part: str, ends: tuple[int, int]
    ) -> None:
        sought = Sought(part=part)  # type: ignore[arg-type]
        if "def" in returned:
            sought = sought._replace(function="autoencoder")
        found = models.found(AUTOENCODER + _indented(returned), sought)
        assert (found.seen.input_shapes[0][1], outputs(found)[0]) == ends
        assert found.seen.notes == []

    def test_without_a_part_the_whole_is_meant(self, models: Models) -> None:
        found = models.found(
            AUTOENCODER + _indented("all_three = first, second, keras.Model(inputs, second(first(inputs)))")
        )
        assert (found.seen.place, found.seen.notes) == ("all_three[2]", [])

    def test_parts_that_share_no_layer_are_told_apart_by_counts(self, models: Models) -> None:
        copied = "whole = keras.Sequential([Input((6,)), Dense(2), Dense(6)])"
        found = models.found(AUTOENCODER + _indented(copied), Sought(part="decoder"))
        assert (found.seen.place, len(found.seen.notes)) == ("second", 1)
        assert "counts of parameters" in found.seen.notes[0]


class TestUnbuilt:
    def test_it_is_built_only_for_the_input_that_is_asked_for(self, models: Models) -> None:
        source = "net = keras.Sequential([Flatten(), Dense(3)])"
        bare = models.found(source)
        assert (bare.seen.is_built, bare.seen.input_shapes) == (False, [])
        built = models.found(source, Sought(input_shapes=[(2, 2)]))
        assert (built.seen.is_built, built.seen.output_shapes) == (True, [[None, 3]])

    def test_a_file_without_keras_imports_none(self, models: Models) -> None:
        seen = models.seen(
            "import sys\nfor n in [n for n in sys.modules if n.startswith('keras')]:\n    del sys.modules[n]"
        )
        assert isinstance(seen, Raised)
        assert seen.error.message == "expected a Keras model; the submission does not import Keras"


def _indented(source: str) -> str:
    return "".join(f"\n    {line}" for line in source.splitlines()) + "\n"
