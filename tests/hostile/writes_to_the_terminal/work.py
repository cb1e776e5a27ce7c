ESCAPES = "\x1b[2J\x1b[H\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x9b31m\x1bP+q544e\x1b\\\x0e\x08\x7f\u202eowned"
print(ESCAPES)


def double(values):
    raise ValueError(ESCAPES)


def oracle(question):
    error = type(ESCAPES, (Exception,), {})
    raise error(ESCAPES)
