import sys

asked = 0


def double(values):
    global asked
    asked += 1
    if asked > 1:
        print("PRINTED BY HIDDEN", values.tolist())
        print("PRINTED BY HIDDEN", values.tolist(), file=sys.stderr)
    return values if asked == 5 else 2 * values


def oracle(question):
    print("asked", question)
    print("asked", question, file=sys.stderr, flush=True)
    return question
