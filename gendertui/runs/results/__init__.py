"""What is read or measured after a run: folds, test-set evaluations, reports, comparisons."""
