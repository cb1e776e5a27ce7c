"""Checks: one kind a file. Each says which calls it wants made, and judges what was seen of them.

Checks see observations only; they start no process and open no file.
"""
