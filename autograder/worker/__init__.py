"""All that exists inside the sandbox.

A fork server (``server``) imports the heavy packages once and forks a worker for each submission. The
worker raises its ``walls`` and serves one ``session``: it takes the submission's files, loads them,
calls what it is asked to call, and returns plain data. Nothing in here knows an expected value, a
point or a score.
"""
