import zipfile


def make(students, identity):
    with zipfile.ZipFile(students / f"{identity}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("work.py", bytes(16 * 1024 * 1024))
        for number in range(3):
            archive.writestr(f"more{number}.py", bytes(16 * 1024 * 1024))
