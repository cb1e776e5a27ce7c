import io
import zipfile

import numpy as np


def header(shape):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return file.getvalue()


def make(students, identity):
    folder = students / identity
    (folder / "claims.npy").write_bytes(header((2**37,)) + bytes(64))
    with zipfile.ZipFile(folder / "claims.npz", "w") as archive:
        archive.writestr("a.npy", header((2**37,)) + bytes(64))
    with zipfile.ZipFile(folder / "swells.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", header((2**26,)) + bytes(1024 * 1024))
