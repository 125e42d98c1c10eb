"""What a held-out set shares with train: texts, near-identical texts, films, characters."""
