"""Where submissions run: a runner owns the sandboxes, decides how many run at once, and hands a worker
to the grading of each."""
