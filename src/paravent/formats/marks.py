"""Marks that a person wants in the copy: a request not to mine it, and one copyright line. One fixed XMP packet.

The properties are "data mining: prohibited" of the IPTC Photo Metadata Standard 2023.1 in the vocabulary of the PLUS
coalition, and `reservation` of the TDM Reservation Protocol as the final report (2024) of its W3C community group writes it
in XMP. The packet is put into a finished copy at one fixed place: behind the JFIF header of a JPEG, behind IHDR in a PNG,
at the end of a WebP and of a JP2, behind the header of a GIF, in the first directory of a TIFF, as the last item of a HEIC
or an AVIF. BMP and AVIF sequences have no place for it, and a remark says so.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from xml.sax.saxutils import escape  # writes, parses nothing

from paravent.containers import isobmff
from paravent.formats.base import Draft
from paravent.formats.jpeg import segments as jpeg_segments
from paravent.formats.png import chunks as png_chunks
from paravent.formats.tiff import mark as tiff_mark
from paravent.formats.webp import chunks as webp_chunks

NOT_WRITTEN = "mark-not-written"

_HEAD = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
    ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
)
_ASK_NO_AI = (
    '  <rdf:Description rdf:about="" xmlns:plus="http://ns.useplus.org/ldf/xmp/1.0/"'
    ' xmlns:tdm="http://www.w3.org/ns/tdmrep/">\n'
    "   <plus:DataMining>http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED</plus:DataMining>\n"
    "   <tdm:reservation>1</tdm:reservation>\n"
    "  </rdf:Description>\n"
)
_CREDIT = (
    '  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
    '   <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:rights>\n'
    "  </rdf:Description>\n"
)
_TAIL = ' </rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="r"?>'

_JFIF_END = len(jpeg_segments.SOI + jpeg_segments.JFIF)
_GIF_HEADER = 13
_XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_IHDR_END = len(png_chunks.SIGNATURE) + 25


def packet(*, ask_no_ai: bool, credit: str) -> bytes:
    """The XMP packet, UTF-8; empty where nothing is asked for. credit: see `model.policy.is_credit`."""
    if not (ask_no_ai or credit):
        return b""
    line = _CREDIT.format(escape(credit)) if credit else ""
    return f"{_HEAD}{_ASK_NO_AI * ask_no_ai}{line}{_TAIL}".encode()


def marked(draft: Draft, mark: bytes) -> Draft:
    """The draft with the packet in its file and its plan; where the format takes none, with a remark instead."""
    if not mark:
        return draft
    form = draft.plan.format
    insert = None if form == "AVIF" and draft.plan.timing else _INSERTS.get(form)
    if insert is None:
        return replace(draft, remarks=(*draft.remarks, NOT_WRITTEN))
    return replace(draft, data=insert(draft.data, mark), plan=replace(draft.plan, mark=mark))


def _into_jpeg(data: bytes, mark: bytes) -> bytes:
    content = b"http://ns.adobe.com/xap/1.0/\0" + mark
    segment = b"\xff\xe1" + struct.pack(">H", 2 + len(content)) + content
    return data[:_JFIF_END] + segment + data[_JFIF_END:]


def _into_png(data: bytes, mark: bytes) -> bytes:
    # Keyword; not compressed; no language; no translated keyword.
    chunk = png_chunks.chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + mark)
    return data[:_IHDR_END] + chunk + data[_IHDR_END:]


def _into_webp(data: bytes, mark: bytes) -> bytes:
    return webp_chunks.with_last(data, b"XMP ", mark, webp_chunks.FLAG_XMP)


def _into_gif(data: bytes, mark: bytes) -> bytes:
    # XMP specification, part 3, 2.1.2: not in data blocks; the trailer leads readers of blocks out of it.
    extension = b"\x21\xff\x0bXMP DataXMP" + mark + b"\1" + bytes(range(255, -1, -1)) + b"\0"
    return data[:_GIF_HEADER] + extension + data[_GIF_HEADER:]


def _into_heif(data: bytes, mark: bytes) -> bytes:
    read = isobmff.Items(data)
    items = [read.item(number, content=True) for number in read.numbers]
    packet = isobmff.Item(len(items) + 1, b"mime", (), mark, {b"cdsc": (read.primary,)})
    stop = int.from_bytes(data[:4], "big")
    return isobmff.write([data[at : at + 4] for at in range(16, stop, 4)], [*items, packet])


def _into_jp2(data: bytes, mark: bytes) -> bytes:
    return data + isobmff.box(b"uuid", _XMP_UUID, mark)


_INSERTS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "JPEG": _into_jpeg,
    "PNG": _into_png,
    "WebP": _into_webp,
    "GIF": _into_gif,
    "TIFF": tiff_mark.with_packet,
    "HEIC": _into_heif,
    "AVIF": _into_heif,
    "JP2": _into_jp2,
}
