"""Formats: what each is stands in its family's `spec.py`, all of them in `registry`. Importing this loads no decoder."""

from paravent.formats.registry import named, recognise, register, specs
from paravent.formats.spec import HEAD, FormatSpec, Media

__all__ = ["HEAD", "FormatSpec", "Media", "named", "recognise", "register", "specs"]
