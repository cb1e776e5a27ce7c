import os

line = b"x" * 65_535 + b"\n"
while True:
    os.write(1, line)
