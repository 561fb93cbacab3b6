"""Finds writing: all of it, or what identifies."""
