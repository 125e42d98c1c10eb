"""A trained model as files: manifest, weights, card."""
