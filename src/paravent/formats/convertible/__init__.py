"""Formats that are read, and written as JPEG only."""
