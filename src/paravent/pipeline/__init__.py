"""The life of one still and of one film: read, inspect, detect, decide, cover, write, verify, publish."""
