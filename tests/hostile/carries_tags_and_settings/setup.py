print("GOT THROUGH: setup.py was run")
