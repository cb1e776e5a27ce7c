"""Downloads made of a table of files: as a folder and as a zip."""

import shutil
import zipfile

import pytest


def write_folder(folder, contents):
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return folder


def write_zip(path, contents):
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def folder(tmp_path):
    return lambda contents, name="class": write_folder(tmp_path / name, contents)


@pytest.fixture
def zipped(tmp_path):
    """Return the bytes of a zip."""
    return lambda contents: write_zip(tmp_path / "inner" / "packed.zip", contents).read_bytes()


@pytest.fixture(params=["folder", "zip"])
def download(request, tmp_path):
    """Write a download, as a folder or as a zip."""
    if request.param == "folder":
        return lambda contents, name="class": write_folder(tmp_path / name, contents)
    return lambda contents, name="class": write_zip(tmp_path / f"{name}.zip", contents)
