"""What helps an instructor to write problems: does a problem's own set of cases catch what is wrong?

Nothing here takes part in grading. Sources of references are changed in one place (`mutation`), made into
submissions (`solution`), and told apart by inputs around the cases (`exploring`).
"""
