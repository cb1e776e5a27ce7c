"""Grading one submission in CI: where this runs, how far its result may be trusted, what is graded, and how.

``place`` looks at the environment, ``trust`` decides, ``checkout`` finds assignment and submission, ``run``
grades, ``writing`` leaves the files that were asked for.
"""
