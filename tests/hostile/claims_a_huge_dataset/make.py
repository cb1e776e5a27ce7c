import json

import h5py

LAYERS = [
    {"class_name": "InputLayer", "config": {"batch_shape": [None, 1], "name": "i"}},
    {"class_name": "Dense", "config": {"name": "dense", "units": 1}},
]


def make(students, identity):
    with h5py.File(students / identity / "net.h5", "w") as file:
        group = file.create_group("model_weights/dense")
        group.create_dataset("kernel", (2**38,), "f8", chunks=(2**16,), compression="gzip")
        file.attrs["keras_version"] = "3.15.1"
        file.attrs["backend"] = "tensorflow"
        config = {"class_name": "Sequential", "config": {"name": "s", "layers": LAYERS}}
        file.attrs["model_config"] = json.dumps(config)
        file["model_weights"].attrs["layer_names"] = [b"dense"]
        group.attrs["weight_names"] = [b"kernel"]
