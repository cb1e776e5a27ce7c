"""Grading a whole class: what is unchanged is used again, the rest is run, all of it is kept."""
