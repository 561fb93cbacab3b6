"""HEIC and AVIF files taken apart and put together, to plant things in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

Prop = tuple[bytes, bytes]


def box(name: bytes, *parts: bytes) -> bytes:
    return (8 + sum(map(len, parts))).to_bytes(4, "big") + name + b"".join(parts)


def boxes(data: bytes) -> Iterator[Prop]:
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        assert size >= 8
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def number(data: bytes) -> int:
    return int.from_bytes(data, "big")


@dataclass
class Part:
    """One item."""

    number: int
    kind: bytes
    content: bytes
    props: list[Prop] = field(default_factory=list)
    name: bytes = b""


@dataclass
class Heif:
    """A file, as tables. before, behind: boxes around; within: boxes at the end of meta; waste: of mdat, unreferenced."""

    ftyp: bytes
    parts: list[Part]
    links: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    primary: int = 1
    handler: bytes = bytes(8) + b"pict" + bytes(13)
    unused: list[Prop] = field(default_factory=list)
    within: bytes = b""
    before: bytes = b""
    behind: bytes = b""
    waste: bytes = b""
    references: bytes = b""

    def bytes(self) -> bytes:
        first = self._meta(0)
        start = 8 + len(self.ftyp) + len(self.before) + len(first) + 8
        mdat = box(b"mdat", *(part.content for part in self.parts), self.waste)
        return box(b"ftyp", self.ftyp) + self.before + self._meta(start) + mdat + self.behind

    def _meta(self, start: int) -> bytes:
        pool = list(dict.fromkeys(prop for part in self.parts for prop in part.props)) + self.unused
        iloc, infe, ipma = b"", b"", b""
        for part in self.parts:
            tag = part.number.to_bytes(2, "big")
            iloc += tag + b"\0\0\0\1" + start.to_bytes(4, "big") + len(part.content).to_bytes(4, "big")
            start += len(part.content)
            infe += box(b"infe", b"\2\0\0\0", tag, b"\0\0", part.kind, part.name, b"\0")
            marks = (pool.index(p) + 1 | (0x80 if p[0] in (b"hvcC", b"av1C", b"clap") else 0) for p in part.props)
            ipma += tag + bytes((len(part.props), *marks))
        count = len(self.parts)
        links = self.references + b"".join(
            box(k, a.to_bytes(2, "big"), len(to).to_bytes(2, "big"), *(t.to_bytes(2, "big") for t in to))
            for k, a, to in self.links
        )
        return box(
            b"meta",
            bytes(4),
            box(b"hdlr", self.handler),
            box(b"pitm", bytes(4), self.primary.to_bytes(2, "big")),
            box(b"iloc", bytes(4), b"\x44\0", count.to_bytes(2, "big"), iloc),
            box(b"iinf", bytes(4), count.to_bytes(2, "big"), infe),
            box(b"iref", bytes(4), links) if links else b"",
            box(b"iprp", box(b"ipco", *(box(*p) for p in pool)), box(b"ipma", bytes(4), count.to_bytes(4, "big"), ipma)),
            self.within,
        )

    def with_part(self, kind: bytes, content: bytes, link: bytes = b"cdsc", props: tuple[Prop, ...] = ()) -> Heif:
        """A further item that refers to the primary one."""
        new = max(part.number for part in self.parts) + 1
        links = [*self.links, (link, new, (self.primary,))] if link else self.links
        return replace(self, parts=[*self.parts, Part(new, kind, content, list(props))], links=links)

    def with_props(self, *props: Prop, index: int = 0) -> Heif:
        """Further properties of one item."""
        parts = [replace(p, props=[*p.props, *props]) if i == index else p for i, p in enumerate(self.parts)]
        return replace(self, parts=parts)

    def swapped(self, name: bytes, content: bytes, index: int = 0) -> Heif:
        """Another content of one item's property."""
        props = [(k, content if k == name else c) for k, c in self.parts[index].props]
        return replace(self, parts=[replace(p, props=props) if i == index else p for i, p in enumerate(self.parts)])

    def with_content(self, content: bytes, index: int = 0) -> Heif:
        """Another content of one item."""
        return replace(self, parts=[replace(p, content=content) if i == index else p for i, p in enumerate(self.parts)])

    def get(self, name: bytes, index: int = 0) -> bytes:
        """The content of one item's property."""
        return dict(self.parts[index].props)[name]


def parse(data: bytes) -> Heif:
    """A file as pillow-heif, Pillow or we write it: one extent an item, tables of the oldest version."""
    top = dict(boxes(data))
    meta = dict(boxes(top[b"meta"][4:]))
    where = {}
    iloc = meta[b"iloc"]
    at, extra, base = 8, 2 if iloc[0] else 0, iloc[5] >> 4
    for _ in range(number(iloc[6:8])):
        tag, inner = number(iloc[at : at + 2]), extra and iloc[at + 3] & 1
        at += 4 + extra
        start = number(iloc[at : at + base]) + number(iloc[at + base + 2 : at + base + 6])
        length = number(iloc[at + base + 6 : at + base + 10])
        where[tag] = (meta[b"idat"] if inner else data)[start : start + length]
        at += base + 10
    pool, ipma = (content for _, content in boxes(meta[b"iprp"]))
    pool = list(boxes(pool))
    marks: dict[int, list[int]] = {}
    at = 8
    while at < len(ipma):
        marks[number(ipma[at : at + 2])] = [value & 127 for value in ipma[at + 3 : at + 3 + ipma[at + 2]]]
        at += 3 + ipma[at + 2]
    parts = []
    for _, infe in boxes(meta[b"iinf"][6:]):
        tag = number(infe[4:6])
        props = [pool[i - 1] for i in marks.get(tag, [])]
        parts.append(Part(tag, infe[8:12], where[tag], props, infe[12:-1]))
    links = [
        (kind, number(c[:2]), tuple(number(c[i : i + 2]) for i in range(4, len(c), 2)))
        for kind, c in boxes(meta.get(b"iref", bytes(4))[4:])
    ]
    return Heif(top[b"ftyp"], parts, links, number(meta[b"pitm"][4:]), meta[b"hdlr"])


def numbers(*values: int) -> bytes:
    """32-bit numbers, as `clap` holds them."""
    return b"".join((value & 0xFFFFFFFF).to_bytes(4, "big") for value in values)
