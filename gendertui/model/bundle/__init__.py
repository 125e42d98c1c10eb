"""A trained model as files: manifest, weights, archive, card."""
