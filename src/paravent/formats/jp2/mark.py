"""Puts an XMP packet into a JP2 that this package wrote."""

from __future__ import annotations

from paravent.containers.isobmff import box

_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def with_packet(data: bytes, packet: bytes) -> bytes:
    """The file with the packet at its end."""
    return data + box(b"uuid", _XMP_UUID, packet)
