"""What is special about some networks: a penalty, frozen layers, sampling, routing, a stack of machines."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reference import activations, boltzmann, noise, penalties
from reference.models import build

keras = pytest.importorskip("keras")

from reference.models import capsules, subclassed  # noqa: E402
from reference.models.spatial_transformers import AffineSampling  # noqa: E402

TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}


def random(*shape):
    return np.random.default_rng(len(shape)).standard_normal(shape, dtype=np.float32)


def colours(examples, size, seed):
    """Images of one of two colours each, and which."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, examples)
    images = rng.uniform(0, 0.3, (examples, size, size, 3)).astype(np.float32)
    images[np.arange(examples), :, :, labels] += 0.6
    return images, labels


class TestPenalties:
    def test_sparse_codes_pay_for_their_activity(self):
        model = build("sparse_deep_autoencoder", pixels=20, widths=(16,), code_size=12)
        images = np.abs(random(6, 20))
        model(images)
        codes = keras.Model(model.inputs[0], model.get_layer("code").output)(images)
        (penalty,) = model.losses
        assert float(penalty) == pytest.approx(penalties.l1_activity_penalty(codes, 1e-5), rel=1e-4)
        assert float(penalty) > 0

    def test_the_contractive_one_is_numpys(self):
        codes, kernel = activations.sigmoid(random(5, 3)), random(7, 3)
        received = np.asarray(subclassed.contractive_penalty(codes, kernel))
        assert_allclose(received, penalties.contractive_penalty(codes, kernel), **TOLERANCE)

    def test_the_contractive_one_is_added_to_whichever_loss_there_is(self):
        images = np.random.default_rng(1).random((4, 6, 5, 1), dtype=np.float32)
        model = build("contractive_autoencoder", input_shape=(6, 5, 1), code_size=3, factor=10.0)
        model.compile(loss="mse")
        plain = np.mean((np.asarray(model(images)) - images) ** 2)
        kernel = model.encoder.get_layer("code").kernel
        penalty = penalties.contractive_penalty(np.asarray(model.encoder(images)), np.asarray(kernel)).mean()
        assert model.evaluate(images, images, verbose=0) == pytest.approx(plain + 10 * penalty, rel=1e-4)

    def test_contraction_makes_codes_follow_less(self):
        images = np.random.default_rng(2).random((64, 6, 6, 1), dtype=np.float32)
        stretches = {}
        for factor in (0.0, 1.0):
            keras.utils.set_random_seed(3)
            model = build("contractive_autoencoder", input_shape=(6, 6, 1), code_size=8, factor=factor)
            model.compile(keras.optimizers.Adam(0.01), "mse")
            model.fit(images, images, epochs=20, verbose=0)
            kernel = np.asarray(model.encoder.get_layer("code").kernel)
            codes = np.asarray(model.encoder(images))
            stretches[factor] = penalties.contractive_penalty(codes, kernel).mean()
        assert stretches[1.0] < stretches[0.0] / 2


class TestAutoencoders:
    def test_halves_are_networks_of_their_own(self):
        model = build("subclassed_autoencoder")
        images = np.random.default_rng(4).random((2, 28, 28, 1), dtype=np.float32)
        codes = model.encoder(images)
        assert codes.shape == (2, 64)
        assert_allclose(np.asarray(model.decoder(codes)), np.asarray(model(images)), **TOLERANCE)

    @pytest.mark.parametrize(
        ("name", "shape"),
        [
            ("autoencoder_32", (32,)),
            ("deep_autoencoder", (64,)),
            ("sparse_deep_autoencoder", (1024,)),
            ("convolutional_autoencoder", (4, 4, 8)),
            ("denoising_autoencoder", (7, 7, 32)),
        ],
    )
    def test_the_code_is_the_layer_of_that_name(self, name, shape):
        assert build(name).get_layer("code").output.shape == (None, *shape)

    def test_denoising_takes_noise_away(self):
        keras.utils.set_random_seed(5)
        rng = np.random.default_rng(5)
        quarters = (rng.random((256, 2, 2, 1)) > 0.5).astype(np.float32)
        clean = quarters.repeat(4, axis=1).repeat(4, axis=2)
        noisy = noise.gaussian_noise(clean, 0.6, rng)
        model = build("denoising_autoencoder", input_shape=(8, 8, 1), filters=(16, 16))
        model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
        model.fit(noisy[:192], clean[:192], epochs=20, verbose=0)
        restored = np.asarray(model(noisy[192:]))
        assert np.mean((restored - clean[192:]) ** 2) < np.mean((noisy[192:] - clean[192:]) ** 2) / 2


class TestTransfer:
    def test_convolutions_come_from_the_trained_network_and_stay(self):
        keras.utils.set_random_seed(6)
        trained = build("cifar10_cnn", classes=2)
        trained.compile(keras.optimizers.Adam(), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        trained.fit(*colours(96, 32, 0), epochs=2, verbose=0)
        taken = [[part.copy() for part in layer.get_weights()] for layer in trained.layers]
        model = build("transfer_learning", trained=trained, input_shape=(40, 36, 3), classes=2)
        assert all(layer.trainable for layer in trained.layers)
        images, labels = colours(96, 40, 1)
        model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(images[:64, :, :36], labels[:64], epochs=8, verbose=0)
        names = [layer.name for layer in trained.layers]
        for layer in model.layers:
            if layer.name.startswith("conv"):
                for received, expected in zip(
                    layer.get_weights(), taken[names.index(layer.name)], strict=True
                ):
                    assert_array_equal(received, expected)
        assert sum(layer.name.startswith("conv") for layer in model.layers) == 3
        _, accuracy = model.evaluate(images[64:, :, :36], labels[64:], verbose=0)
        assert accuracy > 0.9


class TestSampling:
    def sampled(self, images, *offsets):
        rows = np.tile(np.array(offsets, np.float32), (len(images), 1))
        return np.asarray(AffineSampling()(images, rows))

    def test_zeros_leave_images_as_they_are(self):
        images = random(2, 5, 4, 3)
        assert_allclose(self.sampled(images, 0, 0, 0, 0, 0, 0), images, **TOLERANCE)

    def test_a_shift_by_a_pixel_moves_columns_and_lets_zeros_in(self):
        images = random(2, 4, 5, 1)
        received = self.sampled(images, 0, 0, 2 / 4, 0, 0, 0)
        assert_allclose(received[:, :, :-1], images[:, :, 1:], **TOLERANCE)
        assert_allclose(received[:, :, -1], 0, atol=1e-6)
        received = self.sampled(images, 0, 0, 0, 0, 0, 2 / 3)
        assert_allclose(received[:, :-1], images[:, 1:], **TOLERANCE)

    def test_half_a_pixel_is_the_mean_of_two(self):
        images = random(1, 3, 5, 2)
        received = self.sampled(images, 0, 0, 1 / 4, 0, 0, 0)
        assert_allclose(received[:, :, :-1], (images[:, :, 1:] + images[:, :, :-1]) / 2, **TOLERANCE)

    def test_turns_and_mirrors_are_numpys(self):
        images = random(1, 5, 5, 1)
        assert_allclose(self.sampled(images, -2, 0, 0, 0, 0, 0), images[:, :, ::-1], **TOLERANCE)
        transposed = self.sampled(images, -1, 1, 0, 1, -1, 0)
        assert_allclose(transposed, images.transpose(0, 2, 1, 3), **TOLERANCE)

    def test_each_image_has_a_map_of_its_own(self):
        images = random(2, 4, 4, 1)
        offsets = np.array([[0, 0, 0, 0, 0, 0], [-2, 0, 0, 0, -2, 0]], np.float32)
        received = np.asarray(AffineSampling()(images, offsets))
        assert_allclose(received, [images[0], images[1, ::-1, ::-1]], **TOLERANCE)


class TestCapsules:
    def test_squash_keeps_the_direction_and_bounds_the_length(self):
        vectors = 3 * random(4, 5)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        expected = vectors / lengths * lengths**2 / (1 + lengths**2)
        assert_allclose(np.asarray(capsules.squash(vectors)), expected, **TOLERANCE)
        assert_array_equal(np.asarray(capsules.squash(np.zeros((1, 3), np.float32))), [[0, 0, 0]])

    @pytest.mark.parametrize("routings", [1, 2, 3])
    def test_routing_is_the_papers_procedure(self, routings):
        layer = capsules.RoutedCapsules(4, 6, routings)
        vectors = random(2, 5, 3)
        received = np.asarray(layer(vectors))
        kernel = np.asarray(layer.kernel)
        for vector, output in zip(vectors, received, strict=True):
            predictions = np.stack([[vector[i] @ kernel[i, c] for c in range(4)] for i in range(5)])
            logits = np.zeros((5, 4))
            for _ in range(routings):
                coupling = activations.softmax(logits)
                outputs = []
                for c in range(4):
                    total = sum(coupling[i, c] * predictions[i, c] for i in range(5))
                    length = np.linalg.norm(total)
                    outputs.append(total * length / (1 + length**2))
                logits += np.array([[predictions[i, c] @ outputs[c] for c in range(4)] for i in range(5)])
            assert_allclose(output, outputs, rtol=1e-2, atol=1e-5)

    def test_margin_loss_by_hand(self):
        received = capsules.margin_loss(np.array([[1, 0, 0]]), np.array([[0.5, 0.3, 0.05]], np.float32))
        assert_allclose(np.asarray(received), [0.4**2 + 0.5 * 0.2**2], rtol=1e-5)

    def test_lengths_stay_below_one(self):
        model = build("capsule_net", input_shape=(20, 20, 1), filters=8, classes=3)
        lengths = np.asarray(model(10 * random(4, 20, 20, 1)))
        assert lengths.shape == (4, 3)
        assert (lengths >= 0).all()
        assert (lengths < 1).all()


def test_a_belief_net_begins_with_what_its_machines_learned():
    examples = np.random.default_rng(7).random((40, 12))
    machines = boltzmann.pretrain(examples, [6, 4], np.random.default_rng(8), epochs=2)
    model = build("deep_belief_net", machines=machines, classes=3)
    expected = boltzmann.hidden_probabilities(
        machines[1], boltzmann.hidden_probabilities(machines[0], examples)
    )
    received = keras.Model(model.inputs[0], model.get_layer("hidden_2").output)(examples.astype(np.float32))
    assert_allclose(np.asarray(received), expected, **TOLERANCE)
    assert model.output_shape == (None, 3)
