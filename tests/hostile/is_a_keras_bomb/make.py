import zipfile


def make(students, identity):
    with zipfile.ZipFile(students / identity / "net.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("config.json", "w", force_zip64=True) as file:
            for _ in range(300):
                file.write(b"[" * (4 * 1024 * 1024))
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", bytes(8))
