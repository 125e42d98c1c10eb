"""The Evaluate pane: the verdict and what it rests on, a module per tab."""
