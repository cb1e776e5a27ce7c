"""The submissions in the folders beside this file are attacks: nothing collects, imports or formats them."""

collect_ignore_glob = ["*/*"]
