import os
import sys

def double(values):
    return 2 * values


def oracle(question):
    return question

os.environ["PYTHONPATH"] = os.getcwd()
os.environ["PYTHONSTARTUP"] = os.path.join(os.getcwd(), "sitecustomize.py")
for folder in sys.path:
    try:
        with open(os.path.join(folder, "evil.pth"), "w") as file:
            file.write("import os; print('GOT THROUGH: a .pth file was run')")
    except OSError:
        continue
    if not folder.startswith((os.getcwd(), "/tmp", "/home")):
        if "scratch" not in folder and folder:
            print("GOT THROUGH: wrote into", folder)
