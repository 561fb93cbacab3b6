"""Detectors: each finds one kind of thing in a picture. One module a detector, and the model store."""
