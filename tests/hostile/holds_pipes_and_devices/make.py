import contextlib
import os
import socket
import stat


def make(students, identity):
    folder = students / identity
    os.mkfifo(folder / "pipe.py")
    with socket.socket(socket.AF_UNIX) as server:
        here = os.getcwd()
        os.chdir(folder)
        server.bind("s.py")
        os.chdir(here)
    with contextlib.suppress(PermissionError):
        os.mknod(folder / "device.py", 0o600 | stat.S_IFCHR, os.makedev(1, 5))
    (folder / "setuid.txt").write_text("x")
    (folder / "setuid.txt").chmod(0o6755)
