kept = []


class Inputs(Exception):
    def __str__(self):
        return f"it was {kept}"


def double(values):
    kept.append(values.tolist())
    raise ValueError(f"I was given {values.tolist()}, before {kept}")


def oracle(question):
    kept.append(question)
    error = Inputs()
    error.__cause__ = ValueError(str(question))
    error.add_note(str(question))
    raise error
