"""Renderings of results: pure functions, from a grade to text, JSON or a page. They open no file."""
