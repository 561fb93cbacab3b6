"""Finds whole persons."""
