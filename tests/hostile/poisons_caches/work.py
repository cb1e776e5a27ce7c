import os
import sys

def double(values):
    return 2 * values


def oracle(question):
    return question

home = os.path.expanduser("~")
for path in (
    ".keras/keras.json",
    ".config/matplotlib/matplotlibrc",
    ".ipython/profile_default/startup/evil.py",
    ".cache/evil",
    ".local/lib/python3.11/site-packages/evil.pth",
):
    target = os.path.join(home, path)
    if os.path.exists(target):
        print("GOT THROUGH: found", path)
    try:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w") as file:
            file.write("import os")
    except OSError:
        pass
for module in list(sys.modules.values()):
    cached = getattr(module, "__cached__", None)
    if cached and os.access(os.path.dirname(cached), os.W_OK):
        print("GOT THROUGH: could write", cached)
        break
