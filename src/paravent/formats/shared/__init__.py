"""What several format families build on."""
