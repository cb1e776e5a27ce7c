"""Finding the model that is meant: where the assignment says, or else by what was fitted, built, defined."""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from autograder.wire.models import AskModel
from autograder.worker.models.parts import Candidate, outermost, part_of
from autograder.worker.models.walking import is_model, models_within, name_of, said_of, tried
from autograder.worker.shims.watching import Watch

_NAMES = ("build_model", "create_model", "make_model", "get_model", "model")
_BEGINNINGS = ("build_", "create_", "make_", "get_")
_MOST_ITEMS = 16
_NOTHING: list[tuple[str, Any]] = []
_MOST_TRIED = 6
_MOST_NAMED = 6


class NotFound(Exception):
    """There is no such model; the message says what is there."""


class Found(NamedTuple):
    """A model, where it was, Keras, and what to note."""

    model: Any
    place: str
    keras: Any
    notes: tuple[str, ...]


def find(
    names: Mapping[str, Any],
    asked: AskModel,
    arguments: Sequence[Any],
    home: Path | None,
    watch: Watch,
    *,
    named: Mapping[str, Any] | None = None,
) -> Found:
    """Return the model that is meant.

    Args:
        names: What the submission has defined.
        asked: Which is meant.
        arguments: What the function is called with, where one is named.
        home: The folder of the submission's files, where there is one.
        watch: What was built and fitted.
        named: What the function is called with by name.

    Raises:
        NotFound: If there is none.
    """
    if asked.file:
        import keras  # noqa: PLC0415  # the submission need not have imported it
    elif (keras := sys.modules.get("keras")) is None:
        raise NotFound("expected a Keras model; the submission does not import Keras")
    search = _Search({key: names[key] for key in list(names) if type(key) is str}, keras, watch)
    if asked.file:
        found = [Candidate(asked.file, _opened(keras, asked.file, search.names, home))]
    elif asked.variable:
        if asked.variable not in names:
            raise NotFound(f"there is no variable {asked.variable}{search.there()}")
        found = list(search.models_in(asked.variable, names[asked.variable]))
        if not found:
            kind = type(names[asked.variable]).__name__
            raise NotFound(f"expected a Keras model in {asked.variable}; it is of the type {kind}")
    elif asked.function:
        found = search.returned_by(asked.function, arguments, named or {})
    else:
        return search.anywhere(asked.part)
    return search.chosen(found, asked.part)


class _Search:
    """What a submission has defined, looked through for models."""

    def __init__(self, names: dict[str, Any], keras: Any, watch: Watch) -> None:
        self.names, self.keras, self.base, self.watch = names, keras, keras.Model, watch

    def anywhere(self, part: str) -> Found:
        """Return the model that was fitted, else the last built, else what a function returns."""
        found = [
            each
            for name, value in self.names.items()
            if not name.startswith("_") and name not in ("In", "Out")
            for each in self.models_in(name, value, with_attributes=False)
        ]
        if part and found:
            return self.chosen(found, part)
        if fitted := self.watch.fitted:
            places = {id(each.model): each.place for each in found}
            named = [model for model in fitted if id(model) in places] or fitted
            place = places.get(id(named[-1]), "the model that was fitted")
            notes: tuple[str, ...] = ()
            if len(named) > 1:
                others = _listed([places.get(id(each), "one without a variable") for each in named])
                notes = (f"{len(named)} models were fitted: {others}; {place}, the last, is looked at",)
            return self.found(named[-1], place, notes)
        return self.chosen(found, part) if found else self._of_a_function(part)

    def chosen(self, found: Sequence[Candidate], part: str) -> Found:
        """Return the model that is meant of several."""
        found = list({id(each.model): each for each in reversed(found)}.values())[::-1]
        if part:
            within = {id(each.model): each for each in found}
            for each in found:
                for model in models_within(each.model, self.base):
                    place = f"{each.place}, {name_of(model)}"
                    within.setdefault(id(model), Candidate(place, model))
            told, note = part_of(list(within.values()), part, self.base)
            if told is None and part == "autoencoder" and len(found) == 1:
                told = found[0]
            if told is None:
                listed = _listed([each.place for each in within.values()])
                raise NotFound(
                    f"expected {part}, decoder and encoder to be told apart; the models are {listed}"
                )
            return self.found(told.model, told.place, (note,) if note else ())
        outer = outermost(found, self.base) or found
        last = max(enumerate(outer), key=lambda each: (self.watch.place_of(each[1].model), each[0]))[1]
        notes: tuple[str, ...] = ()
        if len(outer) > 1:
            listed = _listed([each.place for each in outer])
            notes = (f"{len(outer)} models are there: {listed}; {last.place}, the last built, is looked at",)
        return self.found(last.model, last.place, notes)

    def found(self, model: Any, place: str, notes: tuple[str, ...] = ()) -> Found:
        """Return a model as it is found."""
        return Found(model, place, self.keras, notes)

    def models_in(self, place: str, value: Any, *, with_attributes: bool = True) -> Iterator[Candidate]:
        """Return the models that a value is or holds."""
        if is_model(value, self.base):
            yield Candidate(place, value)
            return
        inside: list[tuple[str, Any]] = []
        if type(value) is list or issubclass(type(value), tuple):
            inside = [(f"{place}[{at}]", each) for at, each in enumerate(value[:_MOST_ITEMS])]
        elif type(value) is dict:
            inside = [(f"{place}[{key!r}]", each) for key, each in list(value.items())[:_MOST_ITEMS]]
        elif with_attributes and not issubclass(type(value), type | types.ModuleType | types.FunctionType):
            own: list[tuple[str, Any]] = tried(lambda: list(vars(value).items()), _NOTHING)
            inside = [(f"{place}.{name}", each) for name, each in own[:_MOST_ITEMS]]
        for name, each in inside:
            if is_model(each, self.base):
                yield Candidate(name, each)

    def returned_by(
        self, function: str, arguments: Sequence[Any], named: Mapping[str, Any]
    ) -> list[Candidate]:
        """Return the models that a function returns, or that a class makes."""
        called = self.names.get(function)
        if not callable(called):
            raise NotFound(f"there is no function {function}{self.there()}")
        said = f"{function}({'…' if arguments or named else ''})"
        value = called(*arguments, **named)
        if found := list(self.models_in(said, value)):
            return found
        raise NotFound(f"expected a Keras model from {said}; it returns {type(value).__name__}")

    def there(self) -> str:
        """Return where there are models, for whoever looks at the wrong place."""
        places = [each.place for name in self.names for each in self.models_in(name, self.names[name])]
        places += [f"{name}()" for name in self._functions()]
        return f"; there is {_listed(places)}" if places else ""

    def _functions(self) -> list[str]:
        """Return the functions, and classes of models, whose names say that they make a model."""
        own = [name for name, value in self.names.items() if not name.startswith("_") and self._is_own(value)]
        ranked = [name for name in _NAMES if name in own]
        ranked += [name for name in own if name.startswith(_BEGINNINGS) or name.endswith("_model")]
        ranked += [name for name in own if isinstance(self.names[name], type)]
        return [name for name in dict.fromkeys(ranked) if self._takes_nothing(name)]

    def _is_own(self, value: object) -> bool:
        if issubclass(type(value), type):
            is_meant = tried(lambda: issubclass(value, self.base), False)  # type: ignore[arg-type]
        else:
            is_meant = type(value) is types.FunctionType
        module = tried(lambda: str(value.__module__), "")
        return is_meant and module.partition(".")[0] not in ("keras", "tensorflow")

    def _takes_nothing(self, name: str) -> bool:
        try:
            parameters = inspect.signature(self.names[name]).parameters.values()
        except (TypeError, ValueError):
            return False
        several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        return all(each.default is not each.empty or each.kind in several for each in parameters)

    def _of_a_function(self, part: str) -> Found:
        functions = self._functions()
        failed = ""
        for name in functions[:_MOST_TRIED]:
            try:
                found = self.returned_by(name, (), {})
            except NotFound:
                continue
            except Exception as error:  # the next may do
                failed = failed or f"; {name}() raised {said_of(error)}"
                continue
            chosen = self.chosen(found, part)
            if len(functions) > 1:
                note = f"{_listed(functions)} are there; {name}() was called, since its name says most"
                return chosen._replace(notes=(*chosen.notes, note))
            return chosen
        raise NotFound(
            "expected a Keras model: in a variable, or returned by a function like build_model() that takes "
            f"no arguments; there is none{failed}"
        )


def _opened(keras: Any, file: str, names: Mapping[str, Any], home: Path | None) -> Any:
    """Return the model that a file of the submission holds. Nothing that it names is run but Keras' own."""
    if home is None:
        raise NotFound(f"{file} is looked at where work is graded")
    path = (home / file).resolve()
    if not path.is_relative_to(home.resolve()) or not path.is_file():
        raise NotFound(f"there is no file {file} in the submission")
    own = {
        name: value
        for name, value in names.items()
        if isinstance(value, type) and issubclass(value, keras.layers.Layer)
    }

    def load(*, is_compiled: bool) -> Any:
        return keras.saving.load_model(path, custom_objects=own, compile=is_compiled, safe_mode=True)

    try:
        model = tried(lambda: load(is_compiled=True), None) if path.suffix == ".keras" else None
        model = load(is_compiled=False) if model is None else model  # a loss of one's own cannot be read
    except Exception as error:  # damaged, of another version, or with code in it
        raise NotFound(f"{file} cannot be opened as a Keras model: {said_of(error)}") from None
    if not is_model(model, keras.Model):
        raise NotFound(f"expected a Keras model in {file}; it holds {type(model).__name__}")
    return model


def _listed(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))
    return ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
