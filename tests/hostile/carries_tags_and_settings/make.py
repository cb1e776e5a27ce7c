def make(students, identity):
    for name in ("conftest.py", "setup.py", "noxfile.py", "__init__.py"):  # here, pytest itself would run them
        (students / identity / name).write_text(f"print('GOT THROUGH: {name} was run')\n")
