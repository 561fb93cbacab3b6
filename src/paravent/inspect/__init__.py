"""What a file's container gives away, read from its bytes without decoding the picture."""
