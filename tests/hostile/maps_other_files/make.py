import io
import json
import zipfile

import h5py


def make(students, identity):
    with h5py.File(students.parent / "weights.h5", "w") as file:
        file["secret"] = [[1.0]]
    target = io.BytesIO()
    with h5py.File(target, "w", libver="latest") as file:
        layout = h5py.VirtualLayout((1, 1), "f4")
        layout[:, :] = h5py.VirtualSource(str(students.parent / "weights.h5"), "secret", (1, 1))
        group = file.create_group("layers/dense/vars")
        group.create_virtual_dataset("0", layout)
        group.create_dataset("1", (1,), "f4")
    layers = [
        {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [None, 1], "name": "i"}},
        {"module": "keras.layers", "class_name": "Dense", "config": {"name": "dense", "units": 1}},
    ]
    config = {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": layers}}
    with zipfile.ZipFile(students / identity / "net.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1", "date_saved": ""}))
        archive.writestr("model.weights.h5", target.getvalue())
