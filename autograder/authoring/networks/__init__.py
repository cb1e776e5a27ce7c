"""Reference networks as submissions: handed in, changed in one place, trained as students' are."""
