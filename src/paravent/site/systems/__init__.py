"""What is particular to each family of websites: one specification each, listed in `registry`."""
