import threading
import time

def double(values):
    return 2 * values


def oracle(question):
    return question

threading.stack_size(65536)
started = 0
try:
    for _ in range(60):
        threading.Thread(target=time.sleep, args=(20,), daemon=True).start()
        started += 1
except RuntimeError:
    pass
if started > 30:
    print("GOT THROUGH: started", started, "threads")
