"""Digests by which the same bytes are known again on this installation, and nowhere else."""

from __future__ import annotations

import hashlib
import hmac
from typing import BinaryIO

_PIECE = 1 << 20  # bytes


def keyed_hash(key: bytes, data: bytes) -> str:
    """HMAC-SHA-256 in hex: recognises the same bytes again here, and nowhere else."""
    return hmac.new(key, data, hashlib.sha256).hexdigest()


def keyed_hash_of(key: bytes, file: BinaryIO) -> str:
    """The same of all that is in a file, piece by piece."""
    digest = hmac.new(key, digestmod=hashlib.sha256)
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def is_hash_of(known: str, key: bytes, file: BinaryIO) -> bool:
    """Whether that is the keyed hash of all that is in a file."""
    return hmac.compare_digest(keyed_hash_of(key, file), known)
