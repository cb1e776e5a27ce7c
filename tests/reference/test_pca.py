"""PCA agrees with scikit-learn's, on more examples than dimensions and fewer, and on degenerate ones."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from reference.pca import PCA, code, errors_by_code_size, fit, reconstruct, reconstruction_error

decomposition = pytest.importorskip("sklearn.decomposition")
datasets = pytest.importorskip("sklearn.datasets")


def drawn(rows, columns, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((rows, columns)) * np.linspace(3, 1, columns) + rng.uniform(-5, 5, columns)


@pytest.mark.parametrize(
    ("rows", "columns", "code_size"), [(50, 7, 3), (50, 7, 7), (6, 40, 4), (9, 9, 1), (30, 1, 1)]
)
def test_directions_codes_and_reconstructions_are_scikit_learns(rows, columns, code_size):
    examples, others = drawn(rows, columns), drawn(5, columns, 1)
    theirs = decomposition.PCA(code_size, svd_solver="full").fit(examples)
    ours = fit(examples, code_size)
    signs = np.sign(np.sum(ours.components * theirs.components_, axis=1))
    assert_allclose(ours.mean, theirs.mean_)
    assert_allclose(ours.components, signs[:, None] * theirs.components_, atol=1e-9)
    assert_allclose(code(ours, others), signs * theirs.transform(others), atol=1e-9)
    expected = theirs.inverse_transform(theirs.transform(others))
    assert_allclose(reconstruct(ours, code(ours, others)), expected, atol=1e-9)
    assert reconstruction_error(ours, others) == pytest.approx(np.mean((expected - others) ** 2), abs=1e-12)


def test_errors_on_real_digits_are_scikit_learns_and_fall():
    digits = datasets.load_digits().data
    seen, unseen = digits[:1000], digits[1000:]
    sizes = [1, 2, 8, 32, 64]
    received = errors_by_code_size(seen, sizes, unseen)
    for size in sizes:
        theirs = decomposition.PCA(size, svd_solver="full").fit(seen)
        expected = np.mean((theirs.inverse_transform(theirs.transform(unseen)) - unseen) ** 2)
        assert received[size] == pytest.approx(expected, rel=1e-8, abs=1e-12)
        assert received[size] == pytest.approx(
            reconstruction_error(fit(seen, size), unseen), rel=1e-8, abs=1e-12
        )
    on_themselves = list(errors_by_code_size(seen, sizes).values())
    assert sorted(on_themselves, reverse=True) == on_themselves
    assert on_themselves[-1] == pytest.approx(0, abs=1e-12)


def test_directions_are_orthonormal_also_where_examples_span_less():
    examples = np.outer(np.arange(6.0), [1.0, 2.0, 2.0, 0.0])
    pca = fit(examples, 3)
    assert_allclose(pca.components[0], np.array([1, 2, 2, 0]) / 3, atol=1e-12)
    assert_allclose(pca.components @ pca.components.T, np.eye(3), atol=1e-12)
    assert reconstruction_error(pca, examples) == pytest.approx(0, abs=1e-20)


@pytest.mark.parametrize("examples", [np.full((4, 3), 7.0), [[1.0, 2.0, 3.0]]])
def test_examples_without_variance_are_their_mean(examples):
    pca = fit(examples, 1)
    assert_allclose(code(pca, examples), 0)
    assert reconstruction_error(pca, examples) == 0


@pytest.mark.parametrize(
    ("dtype", "result"), [(np.uint8, np.float64), (np.float32, np.float32), (bool, np.float64)]
)
def test_types(dtype, result):
    examples = (drawn(20, 5) > 0).astype(dtype)
    before = examples.copy()
    pca = fit(examples, 2)
    assert pca.mean.dtype == pca.components.dtype == code(pca, examples).dtype == result
    assert reconstruct(pca, code(pca, examples)).dtype == result
    assert (examples == before).all()
    expected = fit(examples.astype(np.float64), 2)
    assert_allclose(reconstruction_error(pca, examples), reconstruction_error(expected, examples), rtol=1e-4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fit([1.0, 2.0], 1), "examples: expected a non-empty array of real numbers with 2 axes"),
        (lambda: fit(np.ones((3, 5)), 4), "code_size must be from 1 to 3 for shape (3, 5); received 4"),
        (lambda: errors_by_code_size(np.ones((3, 5)), [1, 0]), "code_size must be from 1 to 3"),
        (lambda: errors_by_code_size(np.ones((3, 5)), []), "code_sizes: expected at least one"),
        (
            lambda: code(PCA(np.zeros(2), np.ones((1, 2))), [[1.0]]),
            "examples: expected shape (N, 2), received shape (1, 1)",
        ),
        (
            lambda: reconstruct(PCA(np.zeros(2), np.ones((1, 2))), [[1.0, 2.0]]),
            "codes: expected shape (N, 1), received shape (1, 2)",
        ),
    ],
)
def test_says_what_was_expected(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
