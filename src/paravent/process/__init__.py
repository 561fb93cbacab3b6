"""What this process keeps to itself: files in memory, signs of life."""
