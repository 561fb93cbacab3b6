"""How an exhausted memory shows, whoever ran into it."""

from __future__ import annotations


def is_exhausted(error: Exception) -> bool:
    """Whether an error says that there was no memory left. Libraries say so in kinds of their own."""
    return isinstance(error, MemoryError) or "alloc" in str(error)
