import os
import re

def double(values):
    return 2 * values


def oracle(question):
    return question

for folder, _, names in os.walk("."):
    for name in names:
        data = open(os.path.join(folder, name), "rb").read()
        for text in re.findall(rb"canary-[0-9a-f]{24}", data):
            print("GOT THROUGH: a link led to", text)
