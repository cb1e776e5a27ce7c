"""What the launcher does, outside: bubblewrap, the user id, cgroups, the seccomp filter, the processes.

``layout`` says what a sandbox contains; ``launch`` starts a fork server in it; ``process`` is one worker
seen from outside; ``survey`` says which walls stand on this machine.
"""
