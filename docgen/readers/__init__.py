"""Readers: files become Facts. Nothing that is read is ever imported or run, and what cannot be read is absent."""
