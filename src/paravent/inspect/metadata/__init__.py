"""Metadata blocks: EXIF, XMP, IPTC and their kin."""
