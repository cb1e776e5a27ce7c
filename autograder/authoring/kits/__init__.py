"""What students get: the visible part of an assignment, which checks their work by itself."""
