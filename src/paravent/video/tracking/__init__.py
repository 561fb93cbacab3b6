"""One thing through time."""
