"""HEIC and AVIF, still and animated."""
