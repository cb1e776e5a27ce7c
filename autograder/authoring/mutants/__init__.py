"""Small changes of a reference, by syntax tree: what an assignment's cases should tell from it."""
