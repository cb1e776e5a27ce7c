print("GOT THROUGH: the submission's own msgspec was imported")
