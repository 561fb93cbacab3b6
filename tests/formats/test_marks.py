"""Marks that a person asks for: exactly one packet in exactly one form, and nothing of it by default."""

from __future__ import annotations

import io
import struct
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from exiftool_kit import MARKS, surplus
from paravent.engine.judging import opened_pages
from paravent.errors import Held, UsageProblem
from paravent.formats import marks, recognise, specs
from paravent.formats.base import Draft, Writing
from paravent.formats.shared import icc
from paravent.model.geometry import Ellipse
from paravent.model.limits import StillLimits
from paravent.model.policy import Policy
from paravent.model.style import Style, Styles
from paravent.stores.policy_files import load
from paravent.verify import judge, judge_file
from paravent.verify.decoding import decode_copy
from paravent.verify.marks import without_mark

pillow_heif = pytest.importorskip("pillow_heif")

CREDIT = "© Zoé & the <Club> of XMP"
PACKETS = {
    "request": marks.packet(ask_no_ai=True, credit=""),
    "credit": marks.packet(ask_no_ai=False, credit=CREDIT),
    "both": marks.packet(ask_no_ai=True, credit=CREDIT),
}
RDF, DC = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://purl.org/dc/elements/1.1/}"
PLUS, TDM = "{http://ns.useplus.org/ldf/xmp/1.0/}", "{http://www.w3.org/ns/tdmrep/}"


def saved(kind: str, **options: object) -> bytes:
    if kind == "HEIC":
        return heif()
    pixels = np.random.default_rng(0).integers(0, 255, (40, 60, 3), dtype=np.uint8)
    frames = [Image.fromarray(pixels), Image.fromarray(255 - pixels)] if options.pop("moving", False) else []
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **({"save_all": True, "append_images": frames} if frames else {}), **options)
    return buffer.getvalue()


def heif() -> bytes:
    pixels = np.random.default_rng(0).integers(0, 255, (40, 60, 4), dtype=np.uint8)
    buffer = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(pixels)).save(buffer)
    return buffer.getvalue()


KINDS: dict[str, tuple[str, dict[str, object]]] = {
    "jpeg": ("JPEG", {}),
    "png": ("PNG", {}),
    "apng": ("PNG", {"moving": True}),
    "webp": ("WEBP", {}),
    "webp lossless": ("WEBP", {"lossless": True}),
    "webp moving": ("WEBP", {"moving": True}),
    "gif": ("GIF", {}),
    "gif moving": ("GIF", {"moving": True}),
    "tiff": ("TIFF", {}),
    "tiff pages": ("TIFF", {"moving": True}),
    "tiff profile": ("TIFF", {"icc_profile": icc.build("display-p3")}),
    "heic": ("HEIC", {}),
    "avif": ("AVIF", {}),
    "avif profile": ("AVIF", {"icc_profile": icc.build("display-p3")}),
    "jp2": ("JPEG2000", {}),
}


def draft(data: bytes, shapes: tuple[Ellipse, ...] = ()) -> Draft:
    form = recognise(data[:64])
    assert form is not None
    source = form.open(data, StillLimits())
    return source.draft([shapes] * len(source.pages), Writing(Styles(Style("solid"))))


@pytest.fixture(params=KINDS)
def plain(request: pytest.FixtureRequest) -> Draft:
    kind, options = KINDS[request.param]
    return draft(saved(kind, **options))


def test_the_packet_holds_the_properties_and_nothing_else() -> None:
    root = ET.fromstring(PACKETS["both"].decode())
    leaves = [(leaf.tag, leaf.text) for leaf in root.iter() if leaf.text and leaf.text.strip()]
    assert leaves == [
        (f"{PLUS}DataMining", "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"),
        (f"{TDM}reservation", "1"),
        (f"{RDF}li", CREDIT),
    ]
    assert root.find(f".//{DC}rights") is not None
    assert marks.packet(ask_no_ai=False, credit="") == b""


@pytest.mark.parametrize("name", PACKETS)
def test_a_marked_copy_passes_with_its_plan_and_without(plain: Draft, name: str, tmp_path: Path) -> None:
    marked = marks.marked(plain, PACKETS[name])
    judge(marked.data, marked.plan)
    assert marked.data.count(b"tdm:reservation>1<") == (name != "credit")
    (tmp_path / "copy").write_bytes(marked.data)
    verdict = judge_file((tmp_path / "copy").read_bytes(), None, opened_pages)
    assert verdict.ok
    assert len(verdict.notes) == 2 + (name == "both")
    form = plain.plan.format
    for copy, before in zip(*(decode_copy(one.data, form, StillLimits()) for one in (marked, plain)), strict=True):
        assert np.array_equal(copy, before)
    if form != "HEIC":  # a decoder without our reading of containers
        with Image.open(io.BytesIO(marked.data)) as shown, Image.open(io.BytesIO(plain.data)) as expected:
            assert np.array_equal(np.asarray(shown), np.asarray(expected))


def test_nothing_of_it_without_being_asked(plain: Draft) -> None:
    assert marks.marked(plain, b"") == plain
    assert b"xmp" not in plain.data.lower()
    assert plain.plan.mark == b""


@pytest.mark.parametrize("name", PACKETS)
def test_a_mark_that_is_not_the_planned_one_is_refused(plain: Draft, name: str) -> None:
    marked = marks.marked(plain, PACKETS[name])
    other = next(packet for key, packet in PACKETS.items() if key != name)
    for data, plan in (
        (marked.data, plain.plan),
        (plain.data, marked.plan),
        (marked.data, replace(marked.plan, mark=other)),
        (marks.marked(marked, PACKETS[name]).data, marked.plan),
    ):
        with pytest.raises(Held, match="not allowed"):
            judge(data, plan)


FOREIGN: dict[str, Callable[[bytes], bytes]] = {
    "another property": lambda packet: packet.replace(b" </rdf:RDF>", b"  <rdf:Description/>\n </rdf:RDF>"),
    "another value": lambda packet: packet.replace(b">1<", b">0<"),
    "another vocabulary": lambda packet: packet.replace(b"DMI-PROHIBITED", b"DMI-ALLOWED"),
    "padding": lambda packet: packet.replace(b"</x:xmpmeta>\n", b"</x:xmpmeta>\n" + b" " * 40),
    "behind": lambda packet: packet + b"\0",
    "two lines": lambda packet: packet.replace(b"Club", b"Cl\nub"),
    "a control character": lambda packet: packet.replace(b"Club", b"Cl\x1bub"),
    "turned writing": lambda packet: packet.replace(b"Club", "Cl\u202eub".encode()),
    "an element": lambda packet: packet.replace(b"Club", b"<b>Club</b>"),
    "another entity": lambda packet: packet.replace(b"Club", b"&x;"),
    "not UTF-8": lambda packet: packet.replace(b"Club", b"\xff\xfe"),
    "too long": lambda packet: packet.replace(b"Club", b"Club" * 50),
    "empty": lambda packet: packet[: packet.index(b"  <rdf:Desc")] + packet[packet.index(b" </rdf:RDF>") :],
    "someone's notes": lambda packet: b"<x:xmpmeta>Emma, Lyon</x:xmpmeta>",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_only_the_fixed_form_passes_without_a_plan(plain: Draft, name: str, tmp_path: Path) -> None:
    changed = FOREIGN[name](PACKETS["both"])
    assert changed != PACKETS["both"]
    (tmp_path / "copy").write_bytes(marks.marked(plain, changed).data)
    assert not judge_file((tmp_path / "copy").read_bytes(), None, opened_pages).ok


def test_only_the_fixed_place_passes() -> None:
    packet = PACKETS["both"]
    jpeg = draft(saved("JPEG")).data
    segment = b"\xff\xe1" + struct.pack(">H", 31 + len(packet)) + b"http://ns.adobe.com/xap/1.0/\0" + packet
    png = draft(saved("PNG")).data
    text = b"iTXtXML:com.adobe.xmp\0\0\0\0\0" + packet
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    webp = marks.marked(draft(saved("WEBP")), packet)
    behind = webp.data + b"XMP \0\0\0\0"
    behind = b"RIFF" + struct.pack("<I", len(behind) - 8) + behind[8:]
    at = jpeg.index(b"\xff\xdb")
    second = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    gif, tiff, jp2, avif = (marks.marked(draft(saved(kind)), packet).data for kind in ("GIF", "TIFF", "JPEG2000", "AVIF"))
    box = struct.pack(">I", 24 + len(packet)) + b"uuid" + bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + packet
    bare = jp2[: -len(box)]
    first = gif.index(b"XMP DataXMP") - 3
    extension = gif[first : gif.index(packet) + len(packet) + 258]
    bare_gif = gif.replace(extension, b"")
    tag = b"\xbc\2\1\0"
    files = {
        "GIF": (bare_gif[:-1] + extension + b";", gif.replace(b"\x0bXMP", b"\x0bXMp"), gif + b"\0"),
        "TIFF": (tiff.replace(tag, b"\xbc\2\7\0"), tiff.replace(tag, b"\xbb\2\1\0"), tiff + b"\0\0"),
        "JPEG2000": (
            bare[:32] + box + bare[32:],
            bare + b"\0\0\0\x18" + box[4:24],
            jp2.replace(b"\xbe\x7a", b"\xbe\x7b"),
            jp2 + b"\0",
        ),
        "AVIF": (
            avif.replace(b"rdf+xml", b"rdf+xmk"),
            avif.replace(b"cdsc", b"thmb"),
            avif.replace(b"infe\2\0\0\0", b"infe\2\0\0\1"),
            avif + b"\0",
        ),
        "JPEG": (jpeg[:second] + segment + jpeg[second:], jpeg + segment, jpeg[:2] + segment + jpeg[2:]),
        "PNG": (png[:-12] + chunk + png[-12:], png + chunk, png[:33] + chunk[:-1] + b"?" + png[33:]),
        "WebP": (behind, webp.data + b"\0", webp.data[:20] + b"\0" + webp.data[21:]),
    }
    for form, changed in files.items():
        for data in changed:
            with pytest.raises(Held):
                judge(data, replace(draft(saved(form.upper())).plan, mark=packet))
    rest, told = without_mark(jpeg[:20] + segment + jpeg[20:], "JPEG", None)
    assert (rest, told) == (jpeg, (True, True))


def test_where_there_is_no_place_it_is_said() -> None:
    plain = draft(saved("BMP"))
    marked = marks.marked(plain, PACKETS["both"])
    assert (marked.data, marked.plan) == (plain.data, plain.plan)
    assert marked.remarks == (*plain.remarks, "mark-not-written")
    made = (recognise(saved(kind, **options)[:64]) for kind, options in KINDS.values())
    assert {spec.name for spec in specs() if spec.fidelity} - {"BMP"} == {form.name for form in made if form}


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {}), ("PNG", {}), ("WEBP", {"lossless": True}), ("TIFF", {}), ("GIF", {})]
)
def test_what_was_covered_leaves_no_trace(kind: str, options: dict[str, object]) -> None:
    face = (Ellipse(8, 8, 8, 8, 0),)
    copies = []
    for seed in (3, 200):
        pixels = np.full((48, 64, 3), 90, np.uint8)
        pixels[4:12, 4:12] = seed  # wholly inside
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, kind, **{"quality": 100, **options} if kind in ("JPEG", "WEBP") else {})
        copies.append(marks.marked(draft(buffer.getvalue(), face), PACKETS["both"]).data)
    assert copies[0] == copies[1]


@pytest.mark.parametrize("credit", ["x" * 201, "a\nb", "a\x1b[31m", "a\u202eb", " a", "a\udcff", "\t"])
def test_what_is_no_copyright_line(credit: str) -> None:
    with pytest.raises(UsageProblem):
        Policy().with_options(credit=credit)


def test_a_policy_file_may_ask(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('ask_no_ai = true\ncredit = "© Verein"\nconvert = "jpeg"\n', encoding="utf-8")
    policy = load(path)
    assert (policy.ask_no_ai, policy.credit, policy.convert) == (True, "© Verein", "jpeg")
    for wrong in ('ask_no_ai = "yes"', "credit = 5", 'convert = "gif"'):
        path.write_text(wrong)
        with pytest.raises(UsageProblem):
            load(path)


@pytest.mark.exiftool
@pytest.mark.slow
def test_exiftool_sees_the_marks_only_where_asked(plain: Draft, tmp_path: Path) -> None:
    (tmp_path / "marked").write_bytes(marks.marked(plain, PACKETS["both"]).data)
    (tmp_path / "plain").write_bytes(plain.data)
    assert surplus([tmp_path / "plain"]) == []
    assert surplus([tmp_path / "marked"], MARKS) == []
    seen = {name.rpartition(" ")[2] for name in surplus([tmp_path / "marked"])}
    assert seen == {f"{group}:{tag}" for group, tags in MARKS.items() for tag in tags}
