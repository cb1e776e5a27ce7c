def double(values):
    return 2 * values[:, :1] if values.shape[0] > 1 else 2 * values[0]


def oracle(question):
    return [question, question]
