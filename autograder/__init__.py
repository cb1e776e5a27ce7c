"""A toolkit that grades deep-learning coursework. Importing it imports nothing else."""


def __getattr__(name: str) -> object:
    """Return `autograder.check`, for notebooks; what it needs is imported when it is asked for."""
    if name == "check":
        from autograder.self_check.notebook import check  # noqa: PLC0415

        return check
    raise AttributeError(f"module 'autograder' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the names of the module, `check` among them: a notebook completes it."""
    return sorted({*globals(), "check"})
