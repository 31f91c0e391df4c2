"""Hostile text for everything that reads a repository: entry points, pieces that texts are made of, and seeds that are kept."""
