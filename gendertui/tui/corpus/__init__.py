"""The Corpus pane: where lines come from, what is in them, every line."""
