def double(values):
    return 2 * values


def oracle(question):
    return question

MAGICS = """
"""
# %% tags=["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
#                                                                                                               !
print("\x1b[" + "0;" * 20_000 + "\x1b]" * 5_000 + "\r" * 5_000 + "\b" * 5_000)
