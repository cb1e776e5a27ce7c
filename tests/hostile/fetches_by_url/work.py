import os
import urllib.request

import keras

def double(values):
    return 2 * values


def oracle(question):
    return question

for number, url in enumerate(("http://127.0.0.1:9/x", "file:///etc/passwd", "file:///proc/1/environ", "ftp://127.0.0.1/x")):
    for fetch in (
        lambda: open(keras.utils.get_file(f"x{number}", url, cache_dir="/tmp")).read(),
        lambda: urllib.request.urlopen(url, timeout=0.2).read(),
    ):
        try:
            data = fetch()
        except Exception:
            continue
        if data and not (os.getpid() == 1 and "proc/1" in url):
            print("GOT THROUGH: fetched", url, str(data)[:60])
