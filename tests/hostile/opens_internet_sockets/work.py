import socket

def double(values):
    return 2 * values


def oracle(question):
    return question

for family, kind in (
    (socket.AF_INET, socket.SOCK_STREAM),
    (socket.AF_INET6, socket.SOCK_DGRAM),
    (socket.AF_NETLINK, socket.SOCK_RAW),
    (socket.AF_PACKET, socket.SOCK_RAW),
):
    try:
        with socket.socket(family, kind):
            print("GOT THROUGH: a socket of", family.name)
    except OSError:
        pass
