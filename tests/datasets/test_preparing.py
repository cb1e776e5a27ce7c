"""Preparing: from the true files where they are, with a part held back; files that anybody can open."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import importlib.util
import io
import pickle
import stat
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.datasets import Kind, Labelled, Prepared, hidden_set, prepare, preparing, true_files
from autograder.datasets.finding import obtain, places
from autograder.datasets.prepared import differences, read
from autograder.datasets.sets import SETS
from autograder.datasets.true_files import Original
from autograder.errors import ConfigError
from tests.datasets.conftest import SEED

TEST, HELD = 200, 50


def samples(count: int, *shape: int) -> Labelled:
    rng = np.random.default_rng(count)
    return Labelled(rng.integers(0, 256, (count, *shape)).astype(np.uint8), rng.integers(0, 10, count))


def write_mnist(folder: Path) -> Labelled:
    train, test = samples(300, 28, 28), samples(TEST, 28, 28)
    np.savez(
        folder / "mnist.npz",
        x_train=train.inputs,
        y_train=train.labels.astype(np.uint8),
        x_test=test.inputs,
        y_test=test.labels.astype(np.uint8),
    )
    return test


def write_garments(folder: Path) -> Labelled:
    test = samples(TEST, 28, 28)
    (folder / "fashion-mnist").mkdir()
    for prefix, part in (("train", samples(300, 28, 28)), ("t10k", test)):
        images = struct.pack(">4I", 2051, len(part), 28, 28) + part.inputs.tobytes()
        labels = struct.pack(">2I", 2049, len(part)) + part.labels.astype(np.uint8).tobytes()
        (folder / "fashion-mnist" / f"{prefix}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (folder / "fashion-mnist" / f"{prefix}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels))
    return test


def batch(part: Labelled) -> bytes:
    flat = part.inputs.transpose(0, 3, 1, 2).reshape(len(part), -1)
    return pickle.dumps({b"data": np.ascontiguousarray(flat), b"labels": part.labels.tolist()}, protocol=4)


def write_archive(folder: Path) -> Labelled:
    test = samples(TEST, 32, 32, 3)
    contents = {f"data_batch_{number}": batch(samples(60 + number, 32, 32, 3)) for number in range(1, 6)}
    with tarfile.open(folder / "cifar-10-batches-py-target_archive", "w:gz") as archive:
        for name, data in {**contents, "test_batch": batch(test)}.items():
            entry = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return test


def write_extracted(folder: Path) -> Labelled:
    test = write_archive(folder)
    path = folder / "cifar-10-batches-py-target_archive"
    with tarfile.open(path) as archive:
        for entry in archive:
            extracted = folder / entry.name
            extracted.parent.mkdir(exist_ok=True)
            extracted.write_bytes(archive.extractfile(entry).read())
    path.unlink()
    return test


def trust(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the files of a data set that are in a folder count as the true ones."""
    originals = []
    for original in SETS[name].originals:
        paths = {each: folder / each for each in original.digests}
        if all(path.is_file() for path in paths.values()):
            digests = {each: hashlib.sha256(path.read_bytes()).hexdigest() for each, path in paths.items()}
            originals.append(Original(digests, original.read))
    assert originals
    monkeypatch.setattr(preparing, "HELD_BACK_OF_REAL", HELD)
    monkeypatch.setitem(SETS, name, dataclasses.replace(SETS[name], originals=tuple(originals)))


@pytest.mark.parametrize(
    ("name", "write", "train"),
    [
        ("mnist", write_mnist, 300),
        ("fashion_mnist", write_garments, 300),
        ("cifar10", write_archive, 315),
        ("cifar10", write_extracted, 315),
    ],
)
def test_of_the_true_files_a_part_is_held_back(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    write: Callable[[Path], Labelled],
    train: int,
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    test = write(source)
    trust(source, name, monkeypatch)
    prepared = prepare(name, tmp_path / "data", sources=(source,))
    assert prepared.kind is Kind.REAL
    assert not prepared.is_stand_in
    assert prepared.masked == ()
    shown_train, shown = prepared.public()
    assert (len(shown_train), len(shown), len(prepared.held_back())) == (train, TEST, HELD)
    everything, public = ({each.tobytes() for each in part} for part in (test.inputs, shown.inputs))
    held = {each.tobytes() for each in prepared.held_back().inputs}
    assert public | held == everything
    assert public & held == set()
    labels = {each.tobytes(): label for each, label in zip(test.inputs, test.labels, strict=True)}
    for part in (shown, prepared.held_back()):
        assert [labels[each.tobytes()] for each in part.inputs] == part.labels.tolist()


def test_what_is_scored_on_is_not_in_the_true_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    test = write_mnist(tmp_path)
    trust(tmp_path, "mnist", monkeypatch)
    hidden = hidden_set(prepare("mnist", tmp_path / "data", sources=(tmp_path,)), SEED)
    assert len(hidden) == HELD
    known = {each.tobytes() for each in test.inputs}
    assert all(each.tobytes() not in known for each in hidden.inputs)


def test_other_files_of_these_names_are_not_taken(tmp_path: Path) -> None:
    write_mnist(tmp_path)
    with pytest.raises(
        ConfigError, match=r"mnist\.npz: expected the files that Keras fetches; their digests"
    ):
        prepare("mnist", tmp_path / "data", sources=(tmp_path,))
    assert not (tmp_path / "data").exists()


def test_a_batch_that_would_run_code_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_extracted(tmp_path)
    bad = tmp_path / "cifar-10-batches-py" / "test_batch"
    bad.write_bytes(pickle.dumps({b"data": print, b"labels": []}))
    trust(tmp_path, "cifar10", monkeypatch)
    with pytest.raises(pickle.UnpicklingError, match="numbers alone in a batch"):
        prepare("cifar10", tmp_path / "data", sources=(tmp_path,))


def test_the_digests_are_those_that_keras_asks_for() -> None:
    found = importlib.util.find_spec("keras")
    if found is None or found.origin is None:
        pytest.skip("Keras is not installed")
    keras = Path(found.origin).parent / "src" / "datasets"
    for name, digest in (
        ("mnist", true_files.MNIST[0].digests["mnist.npz"]),
        ("cifar10", true_files.CIFAR10[0].digests["cifar-10-python.tar.gz"]),
    ):
        assert digest in (keras / f"{name}.py").read_text()


class TestFiles:
    def test_the_public_ones_are_for_everybody_and_what_is_held_back_for_nobody(
        self, every: dict[str, Prepared]
    ) -> None:
        for prepared in every.values():
            public = [prepared.folder, *prepared.folder.rglob("*")]
            assert all(path.stat().st_mode & stat.S_IROTH for path in public)
            assert not [path for path in public if "held" in path.name]
        hidden = every["mnist"].place / "held_back.npz"
        assert stat.S_IMODE(hidden.stat().st_mode) == 0o600
        assert [name for name in every if (every[name].place / "held_back.npz").exists()] == ["mnist"]

    def test_what_people_read_them_with_reads_them(self, every: dict[str, Prepared]) -> None:
        _, test = every["cifar10"].public()
        folder = every["cifar10"].folder / "cifar-10-batches-py"
        for encoding, key in (("bytes", b"data"), ("latin1", "data")):
            content = pickle.loads((folder / "test_batch").read_bytes(), encoding=encoding)
            images = content[key].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
            assert np.array_equal(images, test.inputs)
        garments = every["fashion_mnist"].folder / "fashion-mnist" / "train-images-idx3-ubyte.gz"
        magic, count, height, width = struct.unpack(">4I", gzip.decompress(garments.read_bytes())[:16])
        assert (magic, count, height, width) == (2051, 2_000, 28, 28)
        with np.load(every["everyday"].folder / "everyday.npz") as arrays:
            assert arrays["names"].tolist()[-1] == "person"
            assert arrays["y_train"].dtype == np.uint8

    def test_a_change_is_seen(self, tmp_path: Path) -> None:
        prepared = prepare("mnist", tmp_path, sources=())
        assert read(tmp_path / "mnist") == prepared
        assert differences(prepared) == []
        (prepared.folder / "more.txt").write_text("")
        (prepared.folder / "mnist.npz").write_bytes(b"other")
        (prepared.place / "held_back.npz").write_bytes(b"other")
        assert differences(prepared) == [
            "public/more.txt was added",
            "public/mnist.npz was changed",
            "held_back.npz was changed",
        ]
        with pytest.raises(ConfigError, match="it was changed"):
            hidden_set(prepared, SEED)
        assert differences(prepare("mnist", tmp_path, sources=())) == []

    def test_a_manifest_that_is_not_one_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "mnist").mkdir()
        (tmp_path / "mnist" / "prepared.json").write_text("{}")
        with pytest.raises(ConfigError, match="expected what `autograder data prepare` writes"):
            read(tmp_path / "mnist")


class TestObtaining:
    """What is used where several would do, and where nothing would."""

    def test_a_stand_in_needs_to_be_allowed(self, tmp_path: Path) -> None:
        where = places(None, tmp_path)
        with pytest.raises(ConfigError, match="mnist: expected the real data set; it is not in ") as caught:
            obtain("mnist", where, is_graded=True, allow_stand_in=False, say=lambda _: None)
        assert "--allow-stand-in (scikit-learn's 1,797 handwritten digits" in str(caught.value)
        assert list(tmp_path.iterdir()) == []

    def test_also_one_that_is_prepared(self, tmp_path: Path) -> None:
        prepare("mnist", tmp_path, sources=())
        with pytest.raises(ConfigError, match="expected the real data set"):
            obtain("mnist", places(None, tmp_path), is_graded=True, allow_stand_in=False, say=lambda _: None)

    def test_what_is_generated_everywhere_is_no_stand_in(self, tmp_path: Path) -> None:
        said: list[str] = []
        found = obtain(
            "photographs", places(None, tmp_path), is_graded=True, allow_stand_in=False, say=said.append
        )
        assert found.kind is Kind.GENERATED
        assert said == [f"preparing photographs in {tmp_path / 'photographs'}"]

    def test_true_files_go_before_a_stand_in(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        prepare("mnist", tmp_path, sources=())
        (tmp_path / "keras" / "datasets").mkdir(parents=True)
        write_mnist(tmp_path / "keras" / "datasets")
        trust(tmp_path / "keras" / "datasets", "mnist", monkeypatch)
        for _ in range(2):
            found = obtain(
                "mnist", places(None, tmp_path), is_graded=True, allow_stand_in=False, say=lambda _: None
            )
            assert found.kind is Kind.REAL

    def test_one_without_what_is_held_back_is_not_graded_with(self, tmp_path: Path) -> None:
        kit = prepare("mnist", tmp_path / "data", sources=())
        (kit.place / "held_back.npz").unlink()
        where = places(tmp_path)
        checked = obtain("mnist", where, is_graded=False, allow_stand_in=True, say=lambda _: None)
        graded = obtain("mnist", where, is_graded=True, allow_stand_in=True, say=lambda _: None)
        assert checked.place == tmp_path / "data" / "mnist"
        assert graded.place == tmp_path / "cache" / "autograder" / "data" / "mnist"
        with pytest.raises(ConfigError, match="as in a student's kit"):
            hidden_set(checked, SEED)

    def test_what_was_changed_is_refused(self, tmp_path: Path) -> None:
        prepared = prepare("photographs", tmp_path, sources=())
        (prepared.folder / "photographs.npz").write_bytes(b"")
        with pytest.raises(ConfigError, match=r"photographs\.npz was changed\. Prepare it again"):
            obtain(
                "photographs",
                places(None, tmp_path),
                is_graded=False,
                allow_stand_in=True,
                say=lambda _: None,
            )

    def test_what_another_version_made_is_not_graded_with(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        prepare("photographs", tmp_path, sources=())
        other = dataclasses.replace(SETS["photographs"], digest="sha256:other")
        monkeypatch.setitem(SETS, "photographs", other)
        with pytest.raises(ConfigError, match="made by another one"):
            obtain(
                "photographs",
                places(None, tmp_path),
                is_graded=True,
                allow_stand_in=False,
                say=lambda _: None,
            )

    def test_a_folder_that_is_named_is_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(ConfigError, match="--data: expected a folder"):
            places(tmp_path, tmp_path / "nothing")
        monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "nothing"))
        with pytest.raises(ConfigError, match="AUTOGRADER_DATA: expected a folder"):
            places(tmp_path)
        assert places(tmp_path, tmp_path).folders == (tmp_path,)
