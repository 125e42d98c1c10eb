"""The Predict pane: a line or a scene, its probability and why."""
