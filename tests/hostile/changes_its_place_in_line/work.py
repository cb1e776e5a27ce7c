import os

def double(values):
    return 2 * values


def oracle(question):
    return question

for name, act in (
    ("setpriority", lambda: os.setpriority(os.PRIO_PROCESS, 0, 5)),
    ("setpriority of all", lambda: os.setpriority(os.PRIO_USER, 0, 5)),
    ("setscheduler", lambda: os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))),
):
    try:
        act()
    except OSError:
        continue
    print("GOT THROUGH:", name)
