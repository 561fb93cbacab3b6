"""Puts an XMP packet into a HEIC or an AVIF that this package wrote."""

from __future__ import annotations

from paravent.containers.isobmff import write
from paravent.containers.items import Item, Items
from paravent.formats.heif.avif_track import is_sequence


def with_packet(data: bytes, packet: bytes) -> bytes | None:
    """The file with the packet as its last item; None for a sequence, which has no place for it."""
    if is_sequence(data):
        return None
    read = Items(data)
    items = [read.item(number, content=True) for number in read.numbers]
    mark = Item(len(items) + 1, b"mime", (), packet, {b"cdsc": (read.primary,)})
    stop = int.from_bytes(data[:4], "big")
    return write([data[at : at + 4] for at in range(16, stop, 4)], [*items, mark])
