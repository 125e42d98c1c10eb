"""The baselines beside every result: majority, TF-IDF with a linear model."""
