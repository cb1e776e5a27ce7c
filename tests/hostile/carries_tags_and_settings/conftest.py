print("GOT THROUGH: conftest.py was run")
