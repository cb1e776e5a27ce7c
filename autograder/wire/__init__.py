"""The wire: all that crosses the trust line, and how.

``values`` travel inside ``messages``, which travel as ``frames`` between a grader and a worker;
``control`` is what a launcher and its fork server say, both trusted.
"""
