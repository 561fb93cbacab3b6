"""Reads what a PNG gives away: its chunks, what stands behind the picture data and behind the end."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterator

from paravent.containers import chunks
from paravent.inspect.containers.trailing import behind, hidden
from paravent.inspect.entry import Entry, caption, decoded, time_precision
from paravent.inspect.metadata.blocks import Blocks
from paravent.inspect.metadata.exif_fields import FIELDS
from paravent.inspect.spans import unclaimed
from paravent.model.report import Kind

_SIGNATURE = 8
_MAX_CHUNKS = 50_000
# Text inflated from one file altogether; longer ones count by what was read.
_MAX_TEXT = 8 << 20
_MAX_KEYWORD = 79
_PIECE = 1 << 16
# Bytes inflated of one file's pictures: 200 megapixels of 64 bits, and some. Of one, so much behind its last row.
_MAX_INFLATED, _MAX_BEHIND_ROWS = 1_700_000_000, 16 << 20

# Needed to show the picture, or of no interest.
_PLAIN = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA sBIT sRGB bKGD pHYs cICP mDCV mDCv cLLI cLLi fcTL fdAT sTER oFFs".split()
)
# How long the content of plain chunks is; what follows is no part of it.
_SIZES = {
    name: size
    for size, names in (
        (0, b"IEND"),
        (1, b"sRGB sTER"),
        (4, b"gAMA cICP"),
        (7, b"tIME"),
        (8, b"acTL cLLI cLLi"),
        (9, b"pHYs oFFs"),
        (13, b"IHDR"),
        (24, b"mDCV mDCv"),
        (26, b"fcTL"),
        (32, b"cHRM"),
    )
    for name in names.split()
}
# Palettes that viewers may ignore, and all do.
_SUGGESTED = frozenset((b"sPLT", b"hIST"))
# Automatic1111, ComfyUI, InvokeAI, Fooocus, SwarmUI and their kin.
_AI_KEYWORDS = frozenset(
    (
        *("parameters", "prompt", "negative_prompt", "positive_prompt", "workflow", "generation_data"),
        *("dream", "sd-metadata", "invokeai_metadata", "invokeai_graph", "invokeai_workflow"),
        *("fooocus_scheme", "sui_image_params"),
    )
)
_KEYWORDS: dict[str, tuple[Kind, str]] = {
    "author": (Kind.PERSON_NAME, "author"),
    "artist": (Kind.PERSON_NAME, "author"),
    "copyright": (Kind.PERSON_NAME, "copyright"),
    "software": (Kind.SOFTWARE, ""),
    "source": (Kind.DEVICE, ""),
    "thumb::uri": (Kind.IDENTIFIER, ""),
    "location": (Kind.PLACE, "named-place"),
    "title": (Kind.CAPTION, ""),
    "description": (Kind.CAPTION, ""),
    "comment": (Kind.CAPTION, ""),
    "disclaimer": (Kind.CAPTION, ""),
    "warning": (Kind.CAPTION, ""),
}
_TIMES = ("creation time", "create-date", "modify-date", "date:", "exif:datetime", "photoshop:datecreated", "xmp:")
_PROFILES = {"exif": "EXIF", "app1": "EXIF", "iptc": "Photoshop", "8bim": "Photoshop", "xmp": "XMP"}
_XMP_KEYWORD = "XML:com.adobe.xmp"
_XMP_PREFIX = b"http://ns.adobe.com/xap/1.0/\0"


def entries(data: bytes) -> Iterator[Entry]:
    """Everything the file gives away, as far as its chunks can be followed."""
    reader = _PngReader(data)
    yield from _unseen(data)
    for name, start, end in _chunks(data):
        yield from reader.chunk(name, start, end)
        if name == b"IEND":
            yield from behind(data, end + 4, len(data))


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and end of each chunk's content up to IEND; a cut-off one reaches to the end of the data."""
    for name, start, stop, _ in chunks.png(data, _SIGNATURE, _MAX_CHUNKS):
        yield name, start, min(stop, len(data))


def _unseen(data: bytes) -> Iterator[Entry]:
    """Pictures of an animation that no viewer shows: a default image that is no frame, frames beyond the stated number."""
    stated, frames, before = None, 0, False
    for name, start, end in _chunks(data):
        if name == b"acTL":
            stated = int.from_bytes(data[start : min(start + 4, end)], "big")
        elif name == b"IDAT":
            before = before or not frames
        elif name == b"fcTL":
            frames += 1
    if stated is not None and before:
        yield Entry(Kind.HIDDEN_PICTURE, "PNG IDAT", "further-picture")
    if stated is not None and frames > stated:
        yield Entry(Kind.HIDDEN_PICTURE, "PNG fcTL", "further-picture")


class _PngReader:
    """Reads the chunks of one file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._blocks = Blocks()
        self._text_left = _MAX_TEXT

    def chunk(self, name: bytes, start: int, end: int) -> Iterator[Entry]:
        """What one chunk gives away."""
        yield from unclaimed(self._data, ((start + _SIZES.get(name, end - start), end),), f"PNG {name.decode('latin-1')}")
        if name in _PLAIN:
            return
        if name in (b"tEXt", b"zTXt", b"iTXt"):
            yield from self._text_chunk(name.decode("ascii"), self._data[start:end])
        elif name == b"eXIf":
            yield from self._blocks.read("EXIF", self._data[start:end])
        elif name == b"caBX":
            yield from self._blocks.read("C2PA", self._data[start:end])
        elif name == b"tIME":
            yield _time(self._data[start:end])
        elif name == b"iCCP":
            yield Entry(Kind.COLOUR_PROFILE, "ICC", "", end - start)
        elif name == b"acTL":
            yield Entry(Kind.OTHER_METADATA, "PNG acTL", "animation")
        elif name in _SUGGESTED:
            yield hidden(self._data, start, end, f"PNG {name.decode('ascii')}", "private-chunk")
        else:
            yield hidden(self._data, start, end, "PNG private chunk", "private-chunk")

    def _text_chunk(self, name: str, content: bytes) -> Iterator[Entry]:
        keyword, _, rest = content.partition(b"\0")
        text = self._text(name, rest)
        label = keyword[:_MAX_KEYWORD].decode("latin-1")
        profile = label.lower().removeprefix("raw profile type ")
        if label == _XMP_KEYWORD:
            yield from self._blocks.read("XMP", text)
        elif profile != label.lower():
            yield from self._profile(profile, text)
        elif text.strip():
            yield _text_entry(f"PNG {name}", label, decoded(text))

    def _text(self, name: str, rest: bytes) -> bytes:
        """The text behind the keyword, inflated if need be."""
        if name == "tEXt":
            return rest
        if name == "zTXt":
            return self._inflate(rest[1:])
        compressed = rest[:1] == b"\x01"
        # Behind the two flags: language, translated keyword, text, set apart by zeros.
        parts = rest[2:].split(b"\0", 2)
        text = parts[2] if len(parts) == 3 else b""
        return self._inflate(text) if compressed else text

    def _inflate(self, packed: bytes) -> bytes:
        if self._text_left <= 0:
            return b""
        try:
            text = zlib.decompressobj().decompress(packed, self._text_left)
        except zlib.error:
            return b""
        self._text_left -= len(text)
        return text

    def _profile(self, kind: str, text: bytes) -> Iterator[Entry]:
        """ImageMagick's way: a name, a length, then the bytes in hexadecimal."""
        try:
            block = bytes.fromhex(b"".join(text.split()[2:]).decode("ascii"))
        except ValueError:
            block = b""
        if kind in ("icc", "icm"):
            yield Entry(Kind.COLOUR_PROFILE, "ICC", "", len(block))
        elif kind not in _PROFILES or not block:
            yield Entry(Kind.OTHER_METADATA, "PNG text profile", "unreadable", len(text))
        elif block.startswith(_XMP_PREFIX):
            yield from self._blocks.read("XMP", block.removeprefix(_XMP_PREFIX))
        elif block.startswith(b"\x1c"):
            yield from self._blocks.read("IPTC", block)
        else:
            yield from self._blocks.read(_PROFILES[kind], block)


def _text_entry(where: str, label: str, text: str) -> Entry:
    key = label.lower()
    entry = caption(where, label, text)
    if key in _AI_KEYWORDS or entry.kind is Kind.AI_PROMPT:
        return Entry(Kind.AI_PROMPT, where, "", len(text), label, text)
    if key.startswith(_TIMES):
        precision = time_precision(text)
        return Entry(Kind.TIME, where, precision or "", 0, label, text)
    if key.startswith("exif:gps"):
        return Entry(Kind.PLACE, where, "", 0, label, text)
    # ImageMagick copies EXIF fields into texts of their own.
    kind, precision = _KEYWORDS.get(key) or FIELDS.get(label.removeprefix("exif:"), (Kind.OTHER_METADATA, ""))
    return entry if kind is Kind.CAPTION else Entry(kind, where, precision, 0, label, text)


def _time(content: bytes) -> Entry:
    year, *rest = (int.from_bytes(content[:2], "big"), *content[2:7])
    shown = "{:04}-{:02}-{:02} {:02}:{:02}:{:02}".format(year, *rest) if len(rest) == 5 else ""
    return Entry(Kind.TIME, "PNG tIME", "to-the-second", 0, "tIME", shown)


def behind_stream(data: bytes) -> Iterator[Entry]:
    """Bytes behind the end of a compressed picture, or behind its last row: inflated to know where that is, not looked at.

    That takes about as long as decoding, so it is apart from `entries`.
    """
    header = data[_SIGNATURE + 8 : _SIGNATURE + 21]
    if len(header) < 13:
        return
    size = header[:8]
    parts: list[tuple[int, int]] = []
    left = _MAX_INFLATED
    for name, start, end in _chunks(data):
        if name in (b"fcTL", b"IEND"):
            left -= yield from _surplus(data, parts, _inflated_size(size, header), left)
            parts = []
            size = data[start + 4 : min(start + 12, end)] if name == b"fcTL" else size
        elif name == b"IDAT":
            parts.append((start, end))
        elif name == b"fdAT":
            parts.append((start + 4, end))


def _inflated_size(size: bytes, header: bytes) -> int | None:
    """Bytes of all rows with their filter bytes; None for an interlaced picture, whose rows are cut up."""
    if len(size) < 8 or header[12]:
        return None
    width, height = int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(header[9], 4)
    return int(height * (1 + (width * channels * header[8] + 7) // 8))


def _surplus(data: bytes, parts: list[tuple[int, int]], rows: int | None, limit: int) -> Generator[Entry, None, int]:
    """What follows the stream in these parts, and in the stream what follows the rows; nothing for more than `limit`.

    The generator's value is how many bytes were inflated.
    """
    stream = zlib.decompressobj()
    view = memoryview(data)
    left = sum(max(0, end - start) for start, end in parts)
    inflated = 0
    most = limit if rows is None else min(limit, rows + _MAX_BEHIND_ROWS)
    try:
        for start, end in parts:
            for at in range(start, end, _PIECE):
                piece = view[at : min(at + _PIECE, end)]
                left -= len(piece)
                while piece and not stream.eof and inflated <= most:
                    inflated += len(stream.decompress(piece, _PIECE * 4))
                    piece = memoryview(stream.unconsumed_tail)
                if inflated > limit:
                    return inflated
                if stream.eof or inflated > most:
                    behind_rows = max(0, inflated - rows) if rows is not None else 0
                    size = left + len(stream.unused_data) + behind_rows
                    if size:
                        yield Entry(Kind.HIDDEN_DATA, "PNG picture data", "unknown", size)
                    return inflated
    except zlib.error:
        pass
    return inflated
