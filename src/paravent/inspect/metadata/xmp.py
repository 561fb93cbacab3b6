"""Reads XMP packets: RDF in XML, from cameras, editors, tagging programs and image generators."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError  # for types; parsing goes through defusedxml

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from paravent.inspect.entry import Entry, caption, time_precision
from paravent.inspect.metadata.position import text_precision
from paravent.inspect.metadata.xmp_fields import FIELDS, NAMESPACES
from paravent.model.report import Kind

_XMP = "XMP"
# Old camera programs put whole pictures into a packet as text; more than this is reported by size alone.
_MAX_PACKET = 12 << 20
_MAX_ELEMENTS = 20_000
_MAX_ATTRIBUTES = 20_000
_QUALIFIED = re.compile(r"\{([^}]*)\}(.*)", re.DOTALL)
# Their own names say nothing: the property they stand in counts.
_TRANSPARENT = ("rdf:", "x:")
# Digital source types of the IPTC that name a generative model.
_AI_SOURCES = ("trainedalgorithmicmedia", "algorithmicmedia", "compositesynthetic")


def entries(packet: bytes | memoryview) -> Iterator[Entry]:
    """Everything the packet gives away; "unreadable" if it is no XML, has a DTD or is too large."""
    root = _parsed(packet)
    if root is None:
        yield Entry(Kind.OTHER_METADATA, _XMP, "unreadable", len(packet))
        return
    for name, text in _leaves(root):
        yield from _property(name, text)


def _parsed(packet: bytes | memoryview) -> Element | None:
    if len(packet) > _MAX_PACKET:
        return None
    data = bytes(packet).strip(b"\0 \r\n\t")
    if data.count(b"<") > 2 * _MAX_ELEMENTS or data.count(b"=") > _MAX_ATTRIBUTES:
        return None
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return root


def _leaves(root: Element) -> Iterator[tuple[str, str]]:
    """Every value with the qualified name (`dc:title`) of the property it belongs to."""
    waiting: list[tuple[Element, str]] = [(root, "")]
    while waiting:
        element, inherited = waiting.pop()
        own = _name(element.tag)
        name = inherited if own.startswith(_TRANSPARENT) else own
        for key, value in element.attrib.items():
            attribute = _name(key)
            if attribute == "rdf:resource":
                yield name, value
            elif not attribute.startswith(("rdf:", "xml:", "x:")):
                yield attribute, value
        text = (element.text or "").strip()
        if text and not len(element):
            yield name, text
        waiting.extend((child, name) for child in reversed(element))


def _name(tag: Any) -> str:
    match = _QUALIFIED.fullmatch(str(tag))
    if match is None:
        return f"?:{tag}"
    return f"{NAMESPACES.get(match[1], '?')}:{match[2]}"


def _property(name: str, text: str) -> Iterator[Entry]:
    if not text.strip():
        return
    kind, precision = FIELDS.get(name, (Kind.OTHER_METADATA, "editing"))
    if kind is Kind.CAPTION:
        yield caption(_XMP, name, text, precision)
    elif kind is Kind.HIDDEN_PICTURE or kind is Kind.HIDDEN_DATA:
        # Base64: four characters for three bytes.
        yield Entry(kind, _XMP, precision, len(text) * 3 // 4)
    elif name == "Iptc4xmpExt:DigitalSourceType":
        generated = text.lower().endswith(_AI_SOURCES)
        yield Entry(Kind.AI_PROMPT if generated else kind, _XMP, "made-by-ai" if generated else "", 0, name, text)
    else:
        yield from _measured(kind, precision, name, text)


def _measured(kind: Kind, precision: str, name: str, text: str) -> Iterator[Entry]:
    """Entries whose precision, or whose being told at all, depends on the value."""
    if kind is Kind.TIME and not precision:
        precision = time_precision(text) or ""
        if not precision:
            return
    if precision == "position":
        precision = text_precision(text)
        if not precision:
            return
    size = len(text) if kind is Kind.AI_PROMPT else 0
    yield Entry(kind, _XMP, precision, size, name, text)
