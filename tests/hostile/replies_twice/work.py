import os

write = os.write
caught = []


def double(values):
    import socket
    import struct

    wire = socket.socket(fileno=os.dup(3))
    header = b"\x93\xa8returned\x01\x00"
    wire.send(struct.pack("<II", len(header), 0) + header)
    wire.send(struct.pack("<II", len(header), 0) + header)
    return 2 * values


def oracle(question):
    return question
