"""A submission's Keras model: found, told apart from others, and described. Nothing here judges.

Keras is what the submission imported; it is imported here only to open a file that a model is saved in.
"""
