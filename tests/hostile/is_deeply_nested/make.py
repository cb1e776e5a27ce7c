def make(students, identity):
    folder = students / identity
    folder.mkdir()
    (folder / "work.py").write_text("double = " + "(" * 5_000 + ")" * 5_000 + "\nx = " + "-" * 90_000 + "1\n")
