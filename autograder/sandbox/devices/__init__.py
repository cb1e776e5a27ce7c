"""GPUs: which there are, which of them may be used, and what of one is shown in a sandbox.

``nvml`` asks the driver; ``visible`` keeps to what the environment leaves to this process; ``finding`` looks
at who uses what; ``choosing`` makes slots; ``nodes`` is what a sandbox is shown of a slot's GPU, ``inside``
its environment; ``watching`` looks at the memory of a worker on it and at what is left there; ``survey`` is
what ``autograder doctor`` says of all that.

Not run on a GPU yet: see ``docs/gpus.md``.
"""
