"""Geometry of regions, and the fillings painted over them."""
