def make(students, identity):
    (students / identity).mkdir()
    for name in ("work.py", "Work.py"):
        (students / identity / name).write_text("def double(values): return 2 * values\n")
