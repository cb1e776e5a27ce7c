"""Figures that the project promises, each measured by `python -m benchmarks.<name> [--json FILE]`."""
