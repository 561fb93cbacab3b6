"""Films: every frame decoded, covered, encoded and judged; the container built anew."""
