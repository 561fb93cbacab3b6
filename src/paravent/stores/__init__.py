"""Where files come from and where copies appear."""
