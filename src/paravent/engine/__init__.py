"""One run: found, planned, carried out in worker processes, written down."""
