"""What is said of files that are not prepared: by what they are, and by what their owner takes them for."""

from __future__ import annotations

import pytest

from paravent.formats.refusing import NO_MEDIA, refusal

_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")


@pytest.mark.parametrize(
    ("head", "name", "code", "form"),
    [
        (b"just text", "notes.txt", NO_MEDIA, None),
        (b"", "empty.txt", NO_MEDIA, None),
        (b"PK\x03\x04", "list.xlsx", NO_MEDIA, None),
        (b"no ending at all", "README", NO_MEDIA, None),
        (b"just text", "a.jpg", "no-picture", None),
        (b"just text", "A.HEIC", "no-picture", None),
        (b"just text", "a.mp4", "no-film", None),
        (b"\0\0\0\0", "a.cr2", "unknown-format", None),
        (b"\0\0\0\0", "a.psd", "unknown-format", None),
        (b"\0\0\0\0", "a.wmv", "unknown-film", None),
        (b"%PDF-1.7", "a.pdf", "unsupported-format", "PDF"),
        (b"%PDF-1.7", "a.txt", "unsupported-format", "PDF"),
        (b"\xff\x0a\xfa", "a.jxl", "unsupported-format", "JPEG XL"),
        (_ASF, "a.wmv", "unsupported-film", "WMV"),
        (b"FLV\x01\x05", "a.flv", "unsupported-film", "FLV"),
        (b"\0\0\x01\xba\x44", "a.mpg", "unsupported-film", "MPEG"),
        (b"\0\0\x01\xb3\x14", "a.m2v", "unsupported-film", "MPEG"),
        (b"\x1f\x07\0\x3f", "a.dv", "unsupported-film", "DV"),
    ],
)
def test_a_file_is_called_what_it_is(head: bytes, name: str, code: str, form: str | None) -> None:
    held = refusal(head, name)
    assert (held.code, held.params.get("format")) == (code, form)
    advice = str(held)
    assert ("MP4" in advice) == (code in ("unknown-film", "unsupported-film"))
    assert ("JPEG" in advice) == (code in ("unknown-format", "unsupported-format"))
