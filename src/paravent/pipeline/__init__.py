"""The life of one still and of one video: read, inspect, detect, decide, cover, write, verify, publish."""
