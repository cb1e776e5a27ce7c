"""A student's own check: once, at each save, or of a live function in a notebook. No sandbox, any system."""
