"""Lines with labels, from anywhere, as one table; splits, balance, figures."""
