"""What a split leaks, and what each protocol is worth to a linear model."""
