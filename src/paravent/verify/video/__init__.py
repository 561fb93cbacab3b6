"""Judges written films."""
