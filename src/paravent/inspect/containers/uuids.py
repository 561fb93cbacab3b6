"""Reads `uuid` boxes: what programs put into ISO media files and JPEG 2000 under numbers of their own."""

from __future__ import annotations

from collections.abc import Iterator

from paravent.containers.boxes import Box
from paravent.inspect.containers.trailing import hidden
from paravent.inspect.entry import Entry
from paravent.inspect.metadata.blocks import Blocks
from paravent.model.report import Kind

_LENGTH = 16
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_GEOTIFF = bytes.fromhex("b14bf8bd083d4b43a5ae8cd7d5a6ce03")
_BLOCKS = {
    _XMP: "XMP",
    b"JpgTiffExif->JP2": "EXIF",
    bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"): "EXIF",
    bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"): "IPTC",
    bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb"): "Photoshop",
}


def entries(data: bytes, box: Box, blocks: Blocks, where: str) -> Iterator[Entry]:
    """What one box gives away. where: for findings in boxes that are not known here."""
    name = data[box.content : box.content + _LENGTH]
    start, stop = box.content + _LENGTH, min(box.stop, len(data))
    if start > stop:
        return
    if name in _BLOCKS:
        yield from blocks.read_at(_BLOCKS[name], data, start, stop)
    elif name == _C2PA:
        # Version, flags and a purpose stand before the JUMBF box.
        at = data.find(b"jumb", start, min(stop, start + 256))
        yield from blocks.read_at("C2PA", data, max(start, at - 4), stop)
    elif name == _GEOTIFF:
        yield Entry(Kind.PLACE, where, "exact-position", stop - start)
    else:
        yield hidden(data, start, stop, where, "private-chunk")
