import struct
import zipfile

SIZE = 20 * 1024 * 1024


def make(students, identity):
    path = students / f"{identity}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("work.py", bytes(SIZE))
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", SIZE), struct.pack("<I", 100)))
