"""Notebooks inside the worker: read without trust in their form, run cell by cell through IPython, no kernel.

``reading`` gives the cells, ``shell`` is IPython, ``running`` runs the cells by the configuration's policy,
``definitions`` is what is left of a cell of which only definitions run, and ``order`` tells what the saved
execution counts say.
"""
