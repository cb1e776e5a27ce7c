import zipfile


def make(students, identity):
    with zipfile.ZipFile(students / f"{identity}.zip", "w") as archive:
        archive.writestr("work.py", "def double(values): return 2 * values\n")
        archive.writestr("../../alone/work.py", "def double(values): raise SystemExit\n")
