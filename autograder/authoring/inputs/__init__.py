"""Inputs around those of an assignment's cases."""
