"""Numbers against scikit-learn and the references, and where the code is, by configurations alone."""

from __future__ import annotations

import json
import math
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score

from autograder.checks.code_layer import Build, build_of
from autograder.checks.reconstruction import (
    NotImages,
    contraction,
    fitting_range,
    in_range,
    outputs_of,
    peak_signal_to_noise,
    probes,
    ranges_of,
    roc_auc,
    rows_of,
    silent_share,
)
from autograder.wire.training import Preparation
from reference.penalties import contractive_penalty
from tests.autoencoders.conftest import hidden_digits
from tests.autoencoders.scripted import chain, dense, past_the_code

UNIT = Preparation([1 / 255], [0.0], [64], "float32", "0..1")
RNG = np.random.default_rng(7)


class TestAgainstScikitLearn:
    @pytest.mark.parametrize("code_size", [1, 8, 40])
    def test_the_error_of_pca(self, code_size: int) -> None:
        hidden = hidden_digits()
        found = PCA(code_size, svd_solver="full").fit(rows_of(hidden.train))
        back = found.inverse_transform(found.transform(rows_of(hidden.normal)))
        wanted = np.square(back - rows_of(hidden.normal)).mean()
        assert hidden.error_of_pca(code_size) == pytest.approx(wanted, rel=1e-9)

    @pytest.mark.parametrize("levels", [3, 1_000_000], ids=["with ties", "without"])
    def test_the_area_under_the_roc_curve(self, levels: int) -> None:
        scores, is_odd = RNG.integers(0, levels, 500) / levels, RNG.random(500) < 0.3
        assert roc_auc(scores, is_odd) == pytest.approx(roc_auc_score(is_odd, scores), rel=1e-12)


class TestTheCode:
    def test_contraction_is_the_penalty_of_a_sigmoid_code(self) -> None:
        images = RNG.integers(0, 256, (32, 8, 8)).astype(np.uint8)
        kernel = RNG.normal(0, 0.3, (64, 6))

        def coded(inputs: Any) -> Any:
            return 1 / (1 + np.exp(-(inputs.reshape(len(inputs), -1) / 255) @ kernel))

        wanted = contractive_penalty(coded(images.astype(np.float64)), kernel).mean()
        assert contraction(coded(probes(images))) == pytest.approx(wanted, rel=0.05)

    def test_a_code_that_is_made_small_is_as_silent_as_before(self) -> None:
        codes = np.maximum(RNG.normal(0, 1, (200, 10)), 0)
        assert silent_share(codes * 1e-6, 0.01) == silent_share(codes, 0.01) == pytest.approx(0.5, abs=0.05)

    def test_no_unit_that_shouts_makes_the_others_silent(self) -> None:
        codes = np.hstack([RNG.uniform(0.5, 1, (50, 9)), np.full((50, 1), 1e6)])
        assert silent_share(codes, 0.01) == 0


class TestRanges:
    @pytest.mark.parametrize(
        ("said", "scaled"),
        [
            ("0..1", lambda rows: rows),
            ("-1..1", lambda rows: 2 * rows - 1),
            ("0..255", lambda rows: 255 * rows),
            ("as the inputs", lambda rows: (255 * rows - 33) / 79),
            ("logits of 0..1", lambda rows: np.log((rows + 1e-9) / (1 - rows + 1e-9))),
        ],
    )
    def test_outputs_count_in_their_own_range(self, said: str, scaled: Any) -> None:
        rows = rows_of(hidden_digits().normal)
        prepared = Preparation([1 / 79], [-33 / 79], [8, 8], "float32", "standard")
        found = fitting_range(scaled(rows), rows, ranges_of(prepared))
        assert found.said == said
        assert np.allclose(in_range(scaled(rows), found), rows)

    def test_channels_first_come_back_as_the_data_have_them(self) -> None:
        like = RNG.integers(0, 256, (5, 4, 6, 3)).astype(np.uint8)
        prepared = Preparation([1.0], [0.0], [3, 4, 6], "float32", "0..255")
        assert np.array_equal(outputs_of(np.moveaxis(like, -1, 1), like, prepared), like.reshape(5, -1))

    @pytest.mark.parametrize(
        ("predicted", "said"),
        [
            (np.zeros((300, 10)), "as many numbers as go in, 64"),
            (np.full((300, 64), np.nan), "300 of 300 samples is NaN"),
            (np.zeros((299, 64)), "expected 300 images"),
            (np.array("x"), "expected 300 images"),
        ],
    )
    def test_what_is_no_image_is_refused(self, predicted: Any, said: str) -> None:
        with pytest.raises(NotImages, match=said):
            outputs_of(predicted, hidden_digits().normal, UNIT)

    def test_a_ratio_has_an_end(self) -> None:
        assert peak_signal_to_noise(0.0) == 100.0
        assert peak_signal_to_noise(0.5) == pytest.approx(10 * math.log10(2))


def reference(name: str) -> bytes:
    text = files("reference.models").joinpath("configurations", f"{name}.json").read_bytes()
    found = json.loads(text)
    return json.dumps(found.get("configuration", found)).encode()


class TestWhereTheCodeIs:
    @pytest.mark.parametrize(
        ("name", "code_size"),
        [
            ("autoencoder_32", 32),
            ("autoencoder_64", 64),
            ("deep_autoencoder", 64),
            ("sparse_deep_autoencoder", 1024),
            ("convolutional_autoencoder", 128),
        ],
    )
    def test_the_references_are_symmetric_and_have_their_codes(self, name: str, code_size: int) -> None:
        build = build_of(reference(name))
        assert (build.code_size, build.is_symmetric, build.bypass) == (code_size, True, "")

    def test_an_activation_of_its_own_belongs_to_the_code(self) -> None:
        normal = ("BatchNormalization", {"axis": -1, "center": True, "scale": True})
        build = build_of(chain(dense(32, "linear"), normal, ("ReLU", {}), dense(64)))
        assert (build.layer, build.code_size) == ("layer_2", 32)

    def test_of_layers_as_narrow_the_middle_one_is_the_code(self) -> None:
        build = build_of(chain(dense(8), dense(8), dense(8), dense(64)))
        assert build.layer == "layer_1"

    @pytest.mark.parametrize(
        ("layers", "is_symmetric"),
        [
            ((dense(48), dense(16), dense(48), dense(64)), True),
            ((dense(48), dense(16), dense(64)), False),
            ((dense(48), dense(16), dense(40), dense(64)), False),
        ],
    )
    def test_widths_that_mirror_each_other(self, layers: Any, is_symmetric: bool) -> None:
        assert build_of(chain(*layers)).is_symmetric is is_symmetric

    def test_one_layer_has_no_code(self) -> None:
        build = build_of(chain(dense(64)))
        assert (build.code_size, build.unknown) == (None, "")

    @pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"\xff\xfe"])
    def test_what_no_keras_writes_is_not_known(self, text: bytes) -> None:
        build = build_of(text)
        assert build.code_size is None
        assert build.unknown

    def test_a_way_past_the_code_is_found(self) -> None:
        assert build_of(past_the_code()) == Build(
            size=64,
            code_size=4,
            layer="small",
            widths=(4, 64),
            in_encoder=1,
            is_symmetric=True,
            bypass="sum",
            last="linear",
        )
