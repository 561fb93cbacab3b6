"""Bounded readers and writers of containers, shared by formats, inspection and video."""
