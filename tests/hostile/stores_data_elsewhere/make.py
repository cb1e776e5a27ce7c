import h5py


def make(students, identity):
    secret = str(students.parent / "course/grading_configs/sums.toml")
    with h5py.File(students / identity / "net.h5", "w") as file:
        file.create_dataset("stored", (400,), "u1", external=[(secret, 0, 400)])
        file["linked"] = h5py.ExternalLink(str(students.parent / "linked.h5"), "/secret")
        weights = file.create_group("model_weights")
        weights.create_dataset("stored", (400,), "u1", external=[(secret, 0, 400)])
        file.attrs["keras_version"] = "2.15.0"
        file.attrs["model_config"] = '{"class_name": "Sequential", "config": {"name": "s", "layers": []}}'
    with h5py.File(students.parent / "linked.h5", "w") as file:
        file["secret"] = [1, 2, 3]
