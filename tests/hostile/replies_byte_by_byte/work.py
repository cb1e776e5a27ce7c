import os
import struct
import time


def double(values):
    data = struct.pack("<II", 4096, 0) + bytes(4096)
    for byte in data:
        os.write(3, bytes([byte]))
        time.sleep(0.02)


def oracle(question):
    return question
