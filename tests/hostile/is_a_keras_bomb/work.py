def double(values):
    return 2 * values


def oracle(question):
    return question
