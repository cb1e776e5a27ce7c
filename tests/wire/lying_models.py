"""What a lying worker says of models: how they train, what they are made of, what they predict."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from autograder.wire import messages
from autograder.wire.frames import encode_frame
from autograder.wire.models import CompiledSeen, DataSeen, FitSeen, LayerSeen, LossSeen, ModelSeen, WeightSeen
from autograder.wire.trained import MAX_PROGRESS, Epoch, FitRun, Progress, Trained
from autograder.wire.training import Predict, Preparation, Rebuild, Train
from autograder.wire.values import Array, List, WireError, encode_value
from tests.wire.odd_values import FLOATS, array, error, text, value

_COUNTS = (0, 1, 2, 9, 2**31, 2**40)
_LENGTHS = (None, 0, 1, 4, 64, -1, 2**40, 10**30, "x", [1], {}, 1e300)
_PREFIX = struct.Struct("<II")


def replies_to(rng: random.Random, request: Train | Predict | Rebuild) -> Iterator[bytes]:
    """Yield the frames of an answer that keeps the protocol, whatever it says."""
    match request:
        case Train(id):
            yield from trained(rng, id)
        case Predict():
            yield predictions(rng, request)
        case Rebuild(id):
            yield encode_frame(messages.Returned(id, 0, None, [], ""))


def seen(rng: random.Random, identity: int) -> bytes:
    """Return what is said of a model that was found."""
    weights = [WeightSeen(number, [3, rng.randrange(5)], True) for number in range(rng.randrange(3))]
    layers = [LayerSeen(text(rng), rng.choice(("Dense", "Conv2D", text(rng))), weights)] * rng.randrange(4)
    shapes = [[None, rng.randrange(9)]]
    found = DataSeen(text(rng), [None, *shapes[0]] * rng.randrange(20), text(rng), *rng.choices(FLOATS, k=2))
    fits = [
        FitSeen(
            rng.random() < 0.5,
            [found] * rng.randrange(3),
            [found] * rng.randrange(3),
            rng.choices(("", "integers", "one_hot", "as_x", "numbers"), k=rng.randrange(3)),
            *rng.choices(_COUNTS, k=4),
            validation=rng.choice(("", "split", "data")),
            validation_split=rng.choice(FLOATS),
            validation_x=[found],
            validation_is=rng.choice(("", "training", "test", "evaluated")),
            has_test_set=rng.random() < 0.5,
        )
    ] * rng.randrange(20)
    losses = [LossSeen(text(rng), rng.random() < 0.5, rng.choice((None, True, False)), text(rng))]
    compiled = CompiledSeen(True, text(rng), rng.choice(FLOATS), losses * rng.randrange(3), [text(rng)])
    told = ModelSeen(
        identity,
        text(rng),
        "Sequential",
        rng.random() < 0.8,
        layers,
        shapes,
        shapes,
        rng.choice(("", text(rng))),
        rng.choice((None, compiled)),
        [text(rng)],
        fits,
    )
    return encode_frame(told, [configuration(rng)])


def trained(rng: random.Random, identity: int) -> Iterator[bytes]:
    """Yield how a training goes, and the model that comes of it, or why none does."""
    for number in range(rng.randrange(4)):
        yield _progress(rng, identity, 1 + number // 2, 1 + number)
    if rng.random() < 0.1:
        yield encode_frame(messages.Raised(identity, 0, error(rng)))
        return
    text_of_it = net(rng) if rng.random() < 0.6 else configuration(rng)
    arrays = [np.frombuffer(text_of_it, np.uint8), *weights_of_net(rng)]
    yield _trained(rng, identity, arrays)


def progress_that_lies(rng: random.Random, identity: int) -> list[bytes]:
    """Return words on a training that are not due: repeated, backwards, of another one, or without end."""
    first = _progress(rng, identity, 1, 2)
    match rng.randrange(5):
        case 0:
            return [first, first]
        case 1:
            return [first, _progress(rng, identity, 1, 1)]
        case 2:
            return [_progress(rng, identity + 1, 1, 1)]
        case 3:
            return [_progress(rng, identity, 0, 0)]
    count = MAX_PROGRESS + 2 if rng.random() < 0.02 else 3
    return progress_without_end(identity, count)


def progress_without_end(identity: int, count: int) -> list[bytes]:
    """Return so many words on a training that goes on, in their order."""
    return [
        encode_frame(Progress(identity, 1, 1 + number, 1, 1.0, Epoch([("loss", 0.5)])))
        for number in range(count)
    ]


def trained_that_lies(rng: random.Random, identity: int) -> bytes:
    """Return a frame with a model that is none: no arrays, arrays of objects, claims that do not fit."""
    match rng.randrange(4):
        case 0:
            return _trained(rng, identity, value(rng))
        case 1:
            return _trained(
                rng,
                identity,
                [array(rng) for _ in range(4_000 if rng.random() < 0.02 else rng.choice((0, 1, 9)))],
            )
        case 2:
            huge = (0, 1, -1, 64, 2**31, 2**62)
            shape = tuple(rng.choice(huge) for _ in range(rng.choice((0, 1, 2, 40))))
            lie = Array(rng.choice(("|O", "|u1", "<f8", "|V8", "<M8")), shape, *rng.choices(huge, k=2))
            told = Trained(identity, "net", "Sequential", "grader", List([lie] * rng.choice((1, 3))), [])
            return encode_frame(told, [bytes(64)])
    header = {
        "type": rng.choice(("trained", "progress")),
        "id": identity,
        "place": "net",
        "kind": "Sequential",
        "by": rng.choice(("grader", "nobody", "somebody", 3)),
        "model": rng.choice((None, 3, [], ["l", []], ["l", [["l", [["l", []]]]]], ["a"])),
        "paths": rng.choice(([], ["x"] * 300, 3)),
        "fit": rng.choice((None, [2**60, 1, 1, 1.0, ""], [1, 1, 1, float("nan"), "epochs", []], [])),
        "outputs": rng.choice(([], [-1], [2**60], [None] * 99)),
        "preparation": rng.choice((None, [[1.0], [0.0], [-1], "float32", ""], [[], [], [], "object", ""])),
        "public_accuracy": rng.choice((None, float("nan"), 1e308, "1")),
    }
    packed = msgspec.msgpack.encode(header)
    return _PREFIX.pack(len(packed), 0) + packed


def predictions(rng: random.Random, request: Predict) -> bytes:
    """Return what a model predicts, for as many samples as are asked for or for others."""
    asked = request.inputs.shape[0] if isinstance(request.inputs, Array) and request.inputs.shape else 1
    count = rng.choice((asked, asked, asked, asked, asked + 1, asked - 1, 0, 1))
    count = max(0, count)
    if rng.random() < 0.08:
        return encode_frame(messages.Raised(request.id, 0, error(rng)))
    shape = rng.choice(
        ((count, 10), (count, 64), (count, 8, 8), (count,), (count, 1), (count, 0), (), (0, 10))
    )
    numbers = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.choice((1, 1, 1e30, 1e300)), shape)
    with np.errstate(over="ignore", invalid="ignore"):
        found = numbers.astype(rng.choice(("f4", "f4", "f4", "f8", "f2", "i8", "u1", "c16", "?")))
    if found.size and found.dtype.kind in "fc" and rng.random() < 0.2:
        found.flat[rng.randrange(found.size)] = rng.choice((np.nan, np.inf, -np.inf))
    returned: Any = found if rng.random() < 0.9 else value(rng)
    buffers: list[bytes] = []
    try:
        encoded = encode_value(returned, buffers)
    except WireError:
        encoded, buffers = None, []
    return encode_frame(messages.Returned(request.id, 0, encoded, [], text(rng)), buffers)


def weights_of_net(rng: random.Random) -> list[Any]:
    """Return weights: such as fit, such as do not, and such as are no numbers."""
    shapes = [(64, 4), (4,), (4, 64), (64,)][: rng.choice((4, 4, 4, 3, 0))]
    found: list[Any] = [
        np.full(shape, 0.5, rng.choice(("f4", "f4", "f4", "f2", "i8", "?"))) for shape in shapes
    ]
    if found and found[0].dtype.kind == "f" and rng.random() < 0.2:
        found[0].flat[0] = rng.choice((np.nan, np.inf))
    return [*found, array(rng)] if rng.random() < 0.1 else found


def net(rng: random.Random) -> bytes:
    """Return the configuration of a model whose weights are `weights_of_net`, as Keras writes it."""
    code = rng.choice((4, 4, 4, 2, 0, -1, 2**40, 10**30))
    layers = [
        _layer("InputLayer", "in", {"batch_shape": [None, 64]}),
        _layer("Dense", rng.choice(("code", "in", "z")), {"units": code, "activation": "relu"}),
        _layer("Dense", "out", {"units": rng.choice((64, 10)), "activation": "sigmoid"}),
    ]
    return msgspec.json.encode(_layer("Sequential", "net", {"layers": layers}))


def configuration(rng: random.Random) -> bytes:
    """Return the text of a model's configuration: right, odd, deep, huge, of itself, or none."""
    match rng.randrange(9):
        case 0:
            return rng.choice(
                (b"[" * 5_000, b"\xff" * 9, b"", b"{", b'{"class_name":' * 400, b"1e999", b"NaN")
            )
        case 1:
            return _deep(900 if rng.random() < 0.1 else rng.choice((3, 40)))
        case 2:
            count = 3_000 if rng.random() < 0.05 else 50
            many = [_layer("Dense", f"d{number % 7}", {"units": 3}) for number in range(count)]
            return msgspec.json.encode(_layer("Sequential", "net", {"layers": many}))
        case 3:
            return msgspec.json.encode(_of_itself(rng))
        case 4:
            return msgspec.json.encode(_layer("Sequential", "net", {"layers": _odd_layers(rng)}))
    layers = [
        _layer("InputLayer", "i", {"batch_shape": [None, rng.choice((4, -1, None, 2**40, "x"))]}),
        _layer(
            rng.choice(("Dense", "Conv2D", "Nothing", 3)), "d", {"units": rng.choice((3, -1, 1e9, None, [1]))}
        ),
    ]
    found = _layer(rng.choice(("Sequential", "Functional")), "s", {"layers": layers})
    made = msgspec.json.encode(rng.choice((found, layers, None, 3, {"config": found})))
    return made if rng.random() < 0.7 else made[: rng.randrange(len(made))]


def _layer(kind: Any, name: Any, config: Any) -> dict[str, Any]:
    settings = {"name": name, **config} if isinstance(config, dict) else config
    return {"module": "keras.layers", "class_name": kind, "config": settings, "name": name}


def _deep(depth: int) -> bytes:
    head = b'{"class_name":"Sequential","config":{"name":"s","layers":['
    return head * depth + b'{"class_name":"Dense","config":{"name":"d","units":2}}' + b"]}}" * depth


def _odd_layers(rng: random.Random) -> list[Any]:
    kinds = ("Dense", "Conv2D", "Conv2DTranspose", "MaxPooling2D", "Reshape", "LSTM", "Embedding", "Wrapper")
    keys = (
        "units",
        "filters",
        "kernel_size",
        "strides",
        "pool_size",
        "target_shape",
        "dilation_rate",
        "layer",
    )
    start = _layer("InputLayer", "in", {"batch_shape": [None, *rng.choices(_LENGTHS, k=rng.randrange(4))]})
    more = [
        _layer(
            rng.choice(kinds),
            rng.choice(("a", "b", None, 3, text(rng))),
            {key: rng.choice((*_LENGTHS, [2**40, 2**40], [0, 0])) for key in rng.sample(keys, 4)},
        )
        for _ in range(rng.randrange(1, 6))
    ]
    return [start, *more]


def _of_itself(rng: random.Random) -> Any:
    """Return a functional model whose layers take what they put out, in a ring, or out of nothing."""

    def node(*names: str) -> dict[str, Any]:
        tensors = [
            {
                "class_name": "__keras_tensor__",
                "config": {
                    "shape": [None, rng.choice((4, 2**40))],
                    "keras_history": [name, rng.choice((0, -1, 7)), 0],
                },
            }
            for name in names
        ]
        return {"args": [tensors if len(tensors) > 1 else tensors[0]], "kwargs": {}}

    names = ["in", "a", "b", "c"]
    layers = []
    for name in names:
        layer = _layer(rng.choice(("Dense", "Add", "Concatenate", "Reshape")), name, {"units": 4})
        layer["inbound_nodes"] = [node(*rng.choices(names, k=rng.choice((1, 2, 200)))) for _ in range(2)]
        layers.append(layer)
    ends = {"input_layers": [["in", 0, 0]], "output_layers": [[rng.choice((*names, "none")), 0, 0]]}
    return _layer("Functional", "net", {"layers": layers * rng.choice((1, 2)), **ends})


def _progress(rng: random.Random, identity: int, fit: int, epoch: int) -> bytes:
    metrics = [(text(rng), rng.choice((None, *FLOATS))) for _ in range(40 if rng.random() < 0.05 else 1)]
    told = Progress(identity, fit, epoch, rng.choice(_COUNTS), rng.choice(FLOATS), Epoch(metrics))
    return encode_frame(told)


def _trained(rng: random.Random, identity: int, model: Any) -> bytes:
    buffers: list[bytes] = []
    try:
        encoded = encode_value(model, buffers)
    except WireError:
        encoded, buffers = None, []
    curve = [Epoch([("loss", rng.choice((0.5, *FLOATS)))])] * (1_500 if rng.random() < 0.01 else 3)
    ended: Any = rng.choice(("", "", "epochs", "seconds", "overtime", "reached", "hopeless"))
    told = Trained(
        identity,
        text(rng),
        text(rng),
        rng.choice(("nobody", "submission", "file", "function", "grader")),
        encoded,
        [text(rng)] * rng.randrange(6),
        rng.choice(("", "", text(rng))),
        rng.choice((_prepared(rng), None)) if rng.random() < 0.5 else _SOUND,
        rng.choice(("", text(rng))),
        rng.choice((None, FitRun(*rng.choices(_COUNTS, k=3), rng.choice(FLOATS), ended, curve))),
        text(rng),
        text(rng),
        rng.choice(([], [10], [None, 2**40] * 40)),
        rng.choice((None, 0.5, *FLOATS)),
        [text(rng)] * rng.choice((0, 1, 50)),
    )
    return encode_frame(told, buffers)


_SOUND = Preparation([1 / 255], [0.0], [64], "float32", "0..1")


def _prepared(rng: random.Random) -> Preparation:
    factors = rng.choices((*FLOATS, 1 / 255), k=rng.choice((0, 1, 1, 1, 3, 64, 100)))
    offsets = rng.choices(FLOATS, k=rng.choice((len(factors), len(factors), 2)))
    shape = rng.choice(([64], [8, 8], [8, 8, 1], [1, 8, 8], [2**39], [0], [], [2] * 6, [1] * 40))
    return Preparation(
        factors, offsets, shape, rng.choice(("float32", "float16", "float64", "uint8")), text(rng)
    )
