"""What is said of a run: summary, HTML, JSON Lines, and the words for findings."""
