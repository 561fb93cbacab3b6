"""Marks that a person wants in the copy: a request not to mine it, and one copyright line. One fixed XMP packet.

The properties are "data mining: prohibited" of the IPTC Photo Metadata Standard 2023.1 in the vocabulary of the PLUS
coalition, and `reservation` of the TDM Reservation Protocol as the final report (2024) of its W3C community group writes it
in XMP. The packet is put into a finished copy at one fixed place: behind the JFIF header of a JPEG, behind IHDR in a PNG,
at the end of a WebP and of a JP2, behind the header of a GIF, in the first directory of a TIFF, as the last item of a HEIC
or an AVIF. BMP and AVIF sequences have no place for it, and a remark says so.
"""

from __future__ import annotations

from dataclasses import replace
from xml.sax.saxutils import escape  # writes, parses nothing

from paravent.formats.base import Draft
from paravent.formats.registry import named

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
    data = named(draft.plan.format).mark(draft.data, mark)
    if data is None:
        return replace(draft, remarks=(*draft.remarks, NOT_WRITTEN))
    return replace(draft, data=data, plan=replace(draft.plan, mark=mark))
