"""From a bundle to a probability for a typed line, with numpy alone."""
