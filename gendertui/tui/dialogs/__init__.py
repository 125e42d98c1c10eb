"""Modal screens: a choice, a question that needs an answer, the help of a pane."""
