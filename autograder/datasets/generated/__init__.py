"""Data sets that are drawn under a key, so varied that neither a mean colour nor a linear model is enough."""
