import io
import json
import zipfile

import h5py


def make(students, identity):
    where = {"filepath": str(students / identity / "saved"), "call_endpoint": "serve", "name": "t"}
    layers = [
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [None, 1], "name": "i"}},
        {"module": "keras.layers", "class_name": "TFSMLayer", "config": where},
    ]
    config = {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    weights = io.BytesIO()
    h5py.File(weights, "w").close()
    with zipfile.ZipFile(students / identity / "net.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1", "date_saved": ""}))
        archive.writestr("model.weights.h5", weights.getvalue())
    (students / identity / "saved").mkdir()
    (students / identity / "saved" / "saved_model.pb").write_bytes(b"\x08\x01\x12" + bytes(64))
