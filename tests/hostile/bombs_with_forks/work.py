import os
import time

def double(values):
    return 2 * values


def oracle(question):
    return question

started = 0
for _ in range(12):
    for _ in range(5):
        try:
            if os.fork() == 0:
                try:
                    os.fork()
                except OSError:
                    pass
                time.sleep(20)
                os._exit(0)
        except OSError:
            break
        started += 1
if started > 30:
    print("GOT THROUGH: started", started, "processes")
