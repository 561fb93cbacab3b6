"""Paravent prepares photos for publication."""
