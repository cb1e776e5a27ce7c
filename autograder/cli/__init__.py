"""The command line: parse, call, render, exit code. It computes nothing itself.

Modules of commands import only Click at their top, so that ``--help`` is fast.
"""
