"""Bundles of a trained model, the store they are published in, and the networks (the only part that needs torch)."""
