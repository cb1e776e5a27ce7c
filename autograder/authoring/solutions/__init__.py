"""From references to a submission that needs nothing of this toolkit."""
