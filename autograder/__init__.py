"""A toolkit that grades deep-learning coursework. Importing it imports nothing else."""
