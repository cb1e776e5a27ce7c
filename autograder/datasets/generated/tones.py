"""Short sounds: tones, rising and falling chirps, warbles and beats of any pitch, in noise.

16-bit samples at 8,000 a second; each sound has 2,048, about a quarter of a second.
"""

from __future__ import annotations

import numpy as np

from autograder.datasets.arrays import Labelled
from autograder.datasets.drawing import Draws
from autograder.datasets.generated.canvas import Floats
from autograder.datasets.generated.mixing import shuffled

CLASSES = ("tone", "rising chirp", "falling chirp", "warble", "beats")
RATE, LENGTH = 8_000, 2_048
_LOUDEST = 32_767.0


def sine(turns: Floats) -> Floats:
    """Return the sine of angles given in whole turns, to seven digits; the same on every machine.

    >>> np.round(sine(np.array([0.0, 0.25, 0.5, 1.75])), 6).tolist()
    [0.0, 1.0, 0.0, -1.0]
    """
    turn = turns - np.floor(turns + 0.5)  # between −0.5 and 0.5
    turn = np.where(turn > 0.25, 0.5 - turn, np.where(turn < -0.25, -0.5 - turn, turn))
    angle = turn * (2.0 * 3.141592653589793)
    square = angle * angle
    series = 1.0 - square / 110.0
    for denominator in (72.0, 42.0, 20.0, 6.0):
        series = 1.0 - square / denominator * series
    result: Floats = angle * series
    return result


def draw(draws: Draws, count: int) -> Labelled:
    """Return so many sounds, about as many of each kind."""
    sounds = []
    for number, name in enumerate(CLASSES):
        own = draws.below(name)
        of_kind = len(range(number, count, len(CLASSES)))
        wave = _wave(name, own, of_kind)
        fade = np.minimum(np.arange(LENGTH) + 1.0, np.arange(LENGTH)[::-1] + 1.0) / 200.0
        loud = own.uniform("loudness", (of_kind, 1), 0.25, 0.8)
        noise = own.noise("noise", (of_kind, LENGTH)) * own.uniform("hiss", (of_kind, 1), 0.02, 0.15)
        sound = wave * np.minimum(fade, 1.0) * loud + noise * loud
        sounds.append(np.floor(np.clip(sound, -1.0, 1.0) * _LOUDEST + 0.5).astype(np.int16))
    labels = np.concatenate([np.full(len(each), number) for number, each in enumerate(sounds)])
    return shuffled(draws, np.concatenate(sounds), labels)


def _wave(name: str, draws: Draws, count: int) -> Floats:
    """Return sounds of one kind, between −1 and 1."""
    time = (np.arange(LENGTH, dtype=np.float64) / RATE)[None, :]
    whole = LENGTH / RATE
    pitch = draws.uniform("pitch", (count, 1), 300.0, 2_200.0)
    start = draws.uniform("phase", (count, 1))
    change = draws.uniform("change", (count, 1), 0.25, 0.6) * pitch
    match name:
        case "rising chirp" | "falling chirp":
            slope = change / whole if name == "rising chirp" else -change / whole
            return sine(start + (pitch - slope * whole / 2.0) * time + slope / 2.0 * time * time)
        case "warble":
            speed = draws.uniform("speed", (count, 1), 12.0, 25.0)
            return sine(start + pitch * time + change * 0.3 / speed * sine(speed * time) / 6.28)
        case "beats":
            speed = draws.uniform("speed", (count, 1), 12.0, 25.0)
            return sine(start + pitch * time) * (0.5 + 0.5 * sine(speed * time))
    return sine(start + pitch * time)
