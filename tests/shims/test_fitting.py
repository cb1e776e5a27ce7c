"""`model.fit` under the assignment's budget."""

from __future__ import annotations

import pytest

from autograder.wire.surroundings import Surroundings
from tests.shims.conftest import Place

SOURCE = """
    import numpy as np, {imported}
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile("sgd", "mse", metrics=["mae"])
    before = model.get_weights()[0].copy()
    x, y = np.ones((8, 4)), np.zeros((8, 2))
    history = model.fit(x, y, 2, epochs={epochs}, verbose=0, validation_split=0.5)
    print("SEEN", {{key: len(value) for key, value in sorted(history.history.items())}}, len(history.epoch))
    print("SAME", bool(np.array_equal(before, model.get_weights()[0])))
    """
KERAS, TENSORFLOW = "keras", "tensorflow.keras as keras"


def lines(printed: str) -> list[str]:
    return [line for line in printed.splitlines() if line.startswith(("SEEN", "SAME"))]


@pytest.mark.slow
class TestFit:
    @pytest.mark.parametrize("imported", [KERAS, TENSORFLOW])
    def test_it_is_shortened_to_so_many_epochs(self, place: Place, imported: str) -> None:
        surroundings = Surroundings(fit="shorten", epochs=3, seconds=600.0)
        seen = place.run(SOURCE.format(imported=imported, epochs=50), surroundings).has_run()
        assert lines(seen.printed) == [
            "SEEN {'loss': 3, 'mae': 3, 'val_loss': 3, 'val_mae': 3} 3",
            "SAME False",
        ]
        assert seen.notes == ("model.fit was shortened: epochs asked 50, run 3",)

    def test_it_ends_when_its_seconds_are_up(self, place: Place) -> None:
        surroundings = Surroundings(fit="shorten", epochs=1_000_000, seconds=0.3)
        seen = place.run(SOURCE.format(imported=KERAS, epochs=1_000_000), surroundings).has_run()
        [note] = seen.notes
        assert note.startswith("model.fit ended after its 0.3 s: epochs asked 1000000, run ")

    def test_what_is_short_enough_is_not_noted(self, place: Place) -> None:
        surroundings = Surroundings(fit="shorten", epochs=3, seconds=600.0)
        assert place.run(SOURCE.format(imported=KERAS, epochs=2), surroundings).has_run().notes == ()

    def test_it_is_skipped_with_an_empty_history(self, place: Place) -> None:
        seen = place.run(SOURCE.format(imported=KERAS, epochs=50), Surroundings(fit="skip")).has_run()
        assert lines(seen.printed) == [
            "SEEN {'loss': 0, 'mae': 0, 'val_loss': 0, 'val_mae': 0} 0",
            "SAME True",
        ]
        assert seen.notes == ("model.fit was skipped: epochs asked 50, run 0; its history is empty",)

    def test_otherwise_it_runs_as_it_is_written(self, place: Place) -> None:
        seen = place.run(SOURCE.format(imported=KERAS, epochs=4)).has_run()
        assert lines(seen.printed)[0].endswith(" 4")
        assert seen.notes == ()

    def test_generators_of_keras_2_come_under_the_budget(self, place: Place) -> None:
        source = SOURCE.format(imported=KERAS, epochs=50).replace(
            "model.fit(x, y, 2, epochs=50, verbose=0, validation_split=0.5)",
            "model.fit_generator(zip([x] * 200, [y] * 200), steps_per_epoch=1, epochs=50, verbose=0)",
        )
        surroundings = Surroundings(period=True, fit="shorten", epochs=2, seconds=600.0)
        seen = place.run(source, surroundings).has_run()
        assert "model.fit was shortened: epochs asked 50, run 2" in seen.notes
        assert "model.fit takes no zip since Keras 3: it worked here as a generator" in seen.notes


def test_a_budget_alone_imports_no_framework(place: Place) -> None:
    source = 'import sys, numpy\nprint({"keras", "tensorflow", "IPython"} & set(sys.modules))'
    seen = place.run(source, Surroundings(period=True, fit="shorten", epochs=2, seconds=1.0))
    assert seen.has_run().printed == "set()\n"
