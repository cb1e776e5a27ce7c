import array
import os
import socket

def double(values):
    return 2 * values


def oracle(question):
    return question

opened = []
try:
    for _ in range(2_000):
        opened.append(os.dup(0))
except OSError:
    pass
if len(opened) > 1_000:
    print("GOT THROUGH: has", len(opened), "descriptors")
for descriptor in opened:
    os.close(descriptor)
one, other = socket.socketpair()
sent = 0
try:
    one.setblocking(False)
    for _ in range(3_000):
        one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0] * 200))])
        sent += 200
except OSError:
    pass
one.close()
other.close()
if sent > 20_000:
    print("GOT THROUGH: has", sent, "descriptors under way")
