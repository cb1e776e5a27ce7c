"""Write the configuration of each network, as its builder makes it by default, beside the builders."""

import json
from pathlib import Path
from typing import Any

from reference.models import NAMES, build


def text(model: Any) -> str:
    """Return a model's configuration as the files have it: sorted keys, one entry a line."""
    return json.dumps(json.loads(model.to_json()), indent=1, sort_keys=True) + "\n"


def own_text(model: Any) -> str | None:
    """Return, in that form, what a configuration with classes of its own leaves untold; None of any other."""
    import keras  # noqa: PLC0415 - when it is used

    if '"registered_name": "' not in model.to_json():
        return None
    graph = model
    if not hasattr(model, "layers") or type(model).__module__.startswith(__package__):
        given = keras.Input(model.get_build_config()["input_shape"][1:], name="images")
        graph = keras.Model(given, model.call(given), name=model.name)
    layers = [layer for layer in graph.layers if not isinstance(layer, keras.Model | keras.layers.InputLayer)]
    told = {
        "configuration": None if graph is model else json.loads(graph.to_json()),
        "weights": {
            layer.name: [[list(weight.shape), bool(weight.trainable)] for weight in layer.weights]
            for layer in layers
        },
        "output_shapes": {layer.name: list(layer.output.shape[1:]) for layer in layers},
    }
    return json.dumps(told, indent=1, sort_keys=True) + "\n"


def write(folder: Path) -> None:
    """Write ``NAME.json`` for each name into a folder that exists."""
    for name in NAMES:
        model = build(name)
        (folder / f"{name}.json").write_text(text(model), encoding="utf-8")
        if (told := own_text(model)) is not None:
            (folder / f"{name}.own.json").write_text(told, encoding="utf-8")


if __name__ == "__main__":
    write(Path(__file__).parent / "configurations")
