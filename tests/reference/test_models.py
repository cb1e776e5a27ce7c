"""Every network of the course: its totals, its configuration, its docstring, and a step of training."""

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import reference.models
from reference.models import NAMES, build, configuration

keras = pytest.importorskip("keras")
losses = keras.losses

from reference.models.__main__ import own_text, text  # noqa: E402
from reference.models.capsules import margin_loss  # noqa: E402

ROOT = Path(reference.models.__file__).parents[2]

# The course's table: input, output, parameters, and how many of them are trained; its last two rows leave the
# layers open, as does the exercise "Overfitting": those totals are of the choice that each docstring tells.
DIGIT, COLOUR, FLAT = (28, 28, 1), (32, 32, 3), (784,)
TABLE = {
    "image_classifier": ((180, 180, 3), (5,), 3_989_285, 3_989_285),
    "cifar10_cnn": (COLOUR, (10,), 122_570, 122_570),
    "school_cnn": ((80, 80, 3), (4,), 333_492, 333_492),
    "everyday_augmented": ((80, 80, 3), (8,), 137_688, 137_688),
    "mnist_batch_normalised": (DIGIT, (10,), 597_738, 596_330),
    "mnist_low_level": (DIGIT, (10,), 3_274_634, 3_274_634),
    "fashion_mnist": (DIGIT, (10,), 1_199_882, 1_199_882),
    "zip_code_base": (DIGIT, (10,), 693_962, 693_962),
    "zip_code_improved": (DIGIT, (10,), 225_034, 225_034),
    "postcards": (COLOUR, (10,), 1_250_858, 1_250_858),
    "autoencoder_32": (FLAT, FLAT, 50_992, 50_992),
    "autoencoder_64": (FLAT, FLAT, 101_200, 101_200),
    "deep_autoencoder": (FLAT, FLAT, 1_149_520, 1_149_520),
    "sparse_deep_autoencoder": (FLAT, FLAT, 5_805_840, 5_805_840),
    "convolutional_autoencoder": (DIGIT, DIGIT, 4_385, 4_385),
    "denoising_autoencoder": (DIGIT, DIGIT, 28_353, 28_353),
    "contractive_autoencoder": (DIGIT, DIGIT, 101_200, 101_200),
    "subclassed_autoencoder": (DIGIT, DIGIT, 101_200, 101_200),
    "transfer_learning": ((80, 80, 3), (8,), 56_840, 520),
    "spatial_transformer_net": (DIGIT, (10,), 237_946, 237_946),
    "capsule_net": (DIGIT, (10,), 6_804_224, 6_804_224),
    "deep_belief_net": (FLAT, (10,), 1_665_010, 1_665_010),
}
LOSSES = {
    "image_classifier": losses.SparseCategoricalCrossentropy(from_logits=True),
    "cifar10_cnn": losses.SparseCategoricalCrossentropy(from_logits=True),
    "school_cnn": losses.CategoricalCrossentropy(),
    "everyday_augmented": losses.CategoricalCrossentropy(),
    "mnist_batch_normalised": losses.CategoricalCrossentropy(),
    "mnist_low_level": losses.CategoricalCrossentropy(from_logits=True),
    "fashion_mnist": losses.CategoricalCrossentropy(),
    "zip_code_base": losses.SparseCategoricalCrossentropy(from_logits=True),
    "zip_code_improved": losses.SparseCategoricalCrossentropy(from_logits=True),
    "postcards": losses.CategoricalCrossentropy(),
    "transfer_learning": losses.CategoricalCrossentropy(),
    "spatial_transformer_net": losses.SparseCategoricalCrossentropy(from_logits=True),
    "capsule_net": margin_loss,
    "deep_belief_net": losses.SparseCategoricalCrossentropy(),
} | {name: losses.BinaryCrossentropy() for name in TABLE if "autoencoder" in name}
LOSSES["subclassed_autoencoder"] = losses.MeanSquaredError()


def counted(weights):
    return sum(int(np.prod(weight.shape)) for weight in weights)


@pytest.fixture(scope="module", params=NAMES)
def built(request):
    """Each network once: the largest have millions of weights to draw."""
    return request.param, build(request.param)


def test_the_table_has_every_name():
    assert set(TABLE) == set(LOSSES) == set(NAMES)


class TestEach:
    def test_totals_and_shapes_are_the_tables(self, built):
        name, model = built
        input_shape, output_shape, total, trainable = TABLE[name]
        assert model.count_params() == counted(model.weights) == total
        assert counted(model.trainable_weights) == trainable
        images = np.random.default_rng(0).random((2, *input_shape), dtype=np.float32)
        output = np.asarray(model(images))
        assert output.shape == (2, *output_shape)
        assert np.isfinite(output).all()

    def test_its_configuration_lies_beside_it(self, built):
        name, model = built
        place = ROOT / "reference" / "models" / "configurations" / f"{name}.json"
        assert place.read_text() == text(model), "python -m reference.models writes them anew"
        assert configuration(name) == json.loads(model.to_json())
        own = place.with_name(f"{name}.own.json")
        told = own_text(model)
        assert (own.read_text() if own.is_file() else None) == told

    def test_its_configuration_makes_it_again(self, built):
        name, model = built
        again = keras.models.model_from_json(json.dumps(configuration(name)))
        assert type(again) is type(model)
        assert again.count_params() == model.count_params()
        assert counted(again.trainable_weights) == counted(model.trainable_weights)
        again.set_weights(model.get_weights())
        images = np.random.default_rng(1).random((2, *TABLE[name][0]), dtype=np.float32)
        outputs = (np.asarray(each(images, training=False)) for each in (again, model))
        np.testing.assert_allclose(*outputs, rtol=1e-5, atol=1e-6)

    def test_is_named_and_not_compiled(self, built):
        name, model = built
        assert model.name == name
        assert not model.compiled

    def test_docstring_says_what_goes_in_and_out_and_the_loss_and_the_source(self, built):
        name, model = built
        documented = inspect.getdoc(getattr(reference.models, name))
        for part in ("\nInput: (N, ", "\nOutput: (N, ", "\nLoss: ", "\nSource: "):
            assert part in documented
        is_linear = getattr(model.layers[-1], "activation", None) is keras.activations.linear
        assert ("logits" in documented.partition("Output:")[2].partition("\n")[0]) == is_linear
        assert ("from_logits=True" in documented) == is_linear

    def test_training_with_its_loss_changes_what_is_trained_and_nothing_else(self, built):
        name, model = built
        input_shape, output_shape, _, _ = TABLE[name]
        rng = np.random.default_rng(2)
        images = rng.random((3, *input_shape), dtype=np.float32)
        labels = np.array([0, 1, 3])
        if input_shape == output_shape:
            targets = images
        elif isinstance(LOSSES[name], losses.SparseCategoricalCrossentropy):
            targets = labels
        else:
            targets = np.eye(output_shape[0], dtype=np.float32)[labels]
        model.compile(keras.optimizers.SGD(0.1), LOSSES[name], run_eagerly=True)
        before = [weight.numpy().copy() for weight in model.weights]
        for _ in range(2):  # with the first the spatial transformer's offsets leave zero
            assert np.isfinite(model.train_on_batch(images, targets))
        trained = {id(weight) for weight in model.trainable_weights}
        counting = {
            id(weight) for weight in model.weights if "moving" in weight.path or "seed" in weight.path
        }
        for weight, old in zip(model.weights, before, strict=True):
            changed = bool((weight.numpy() != old).any())
            assert changed == (id(weight) in trained | counting), weight.path


class TestHyperparameters:
    @pytest.mark.parametrize(
        ("name", "options", "total"),
        [
            ("school_cnn", {"filters": (4,), "units": 5, "classes": 2}, 112 + 39 * 39 * 4 * 5 + 5 + 12),
            (
                "zip_code_improved",
                {"input_shape": (12, 10, 3), "filters": (2, 3)},
                56 + 57 + 3 * 128 + 128 + 1290,
            ),
            ("autoencoder_32", {"pixels": 64, "code_size": 5}, 64 * 5 + 5 + 5 * 64 + 64),
            ("deep_autoencoder", {"pixels": 8, "widths": (), "code_size": 2}, 8 * 2 + 2 + 2 * 8 + 8),
            ("subclassed_autoencoder", {"input_shape": (4, 3, 2), "code_size": 5}, 24 * 5 + 5 + 5 * 24 + 24),
            ("deep_belief_net", {"pixels": 64, "widths": (7,)}, 64 * 7 + 7 + 7 * 10 + 10),
        ],
    )
    def test_change_the_totals(self, name, options, total):
        assert build(name, **options).count_params() == total

    @pytest.mark.parametrize(
        ("name", "shape"),
        [("convolutional_autoencoder", (32, 32, 1)), ("denoising_autoencoder", (30, 28, 1))],
    )
    def test_sizes_that_do_not_come_back_are_refused(self, name, shape):
        with pytest.raises(
            ValueError, match="input_shape: expected one that poolings and upsamplings bring back"
        ):
            build(name, input_shape=shape)

    def test_positional_ones_are_refused(self):
        with pytest.raises(TypeError):
            reference.models.school_cnn((80, 80, 3))


class TestNames:
    def test_other_names_are_refused(self):
        for function in (build, configuration):
            with pytest.raises(
                ValueError, match=r"name: expected one of image_classifier, .*; received 'vgg16'"
            ):
                function("vgg16")
        with pytest.raises(AttributeError, match="vgg16"):
            _ = reference.models.vgg16

    def test_configurations_have_no_others(self):
        folder = ROOT / "reference" / "models" / "configurations"
        assert {path.name.partition(".")[0] for path in folder.iterdir()} == set(NAMES)

    def test_configurations_need_no_keras(self):
        code = "import sys, reference.models as m; [m.configuration(n) for n in m.NAMES]; print(*sys.modules)"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert not {"keras", "tensorflow", "numpy"} & set(done.stdout.split())


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_builders_are_neutral_as_to_the_backend(backend):
    """Keras's backend of NumPy imports jax."""
    pytest.importorskip(
        "torch" if backend == "torch" else "jax", reason=f"Keras's {backend} backend needs it"
    )
    code = f"""
import json, numpy as np, reference.models as m, keras
assert keras.backend.backend() == "{backend}"
for name in m.NAMES:
    model = m.build(name)
    assert json.loads(model.to_json()) == m.configuration(name), name
    shape = model.input_shape if hasattr(model, "input_shape") else (None, 28, 28, 1)
    output = keras.ops.convert_to_numpy(model(np.zeros((1, *shape[1:]), "float32")))
    assert np.isfinite(output).all(), name
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
