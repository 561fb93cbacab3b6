"""Every sentence about a file, in every state it can appear in: whole, without leftovers, fit for what it is said of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from string import Formatter

import pytest

from paravent.i18n import texts
from paravent.i18n.texts import HOLDS, LANGUAGES, hold_text
from paravent.model.report import Finding, Kind
from paravent.report import wording

# What a value in a sentence may be.
_VALUES: dict[str, tuple[str | int, ...]] = {
    "format": ("HEIC", "WMV"),
    "detail": ("HDR", "ValueError: paravent.engine.runs scan 3"),
    "limit": (1, 200),
    "bits": (10, 16),
    "extra": ("heif", "video"),
    "name": ("faces:other",),
    "reason": ("Permission denied",),
    "rounds": (4,),
    "seconds": (120,),
    "megabytes": (2048,),
    "time": ("1:02:03",),
}
# Of which kind of file a hold can be said; those that are not named here can be said of pictures and films.
_OF_PICTURES = frozenset(
    (
        *("unknown-format", "no-picture", "unsupported-format", "convertible", "damaged", "too-large", "animated"),
        *("deep-colour", "deep-profile", "too-many-pages", "encoding", "hdr", "sidecar"),
    )
)
_OF_VIDEOS = frozenset(
    (
        *(
            "unknown-film",
            "no-film",
            "unsupported-film",
            "values-of-film",
            "film-damaged",
            "film-lost",
            "film-colour",
            "film-too-large",
            "film-codec",
        ),
        *("subtitles", "no-pictures", "empty-part", "track-lost", "wrong-timing", "companion-film"),
    )
)
_OF_OTHERS = frozenset(("no-media", "system-file", "hidden"))

_PICTURE_ADVICE = re.compile(r"\b(JPEG|PNG|WebP|the picture|photo program)\b")
_VIDEO_ADVICE = re.compile(r"\b(MP4|the film|--salvage)\b")


def holds() -> Iterator[tuple[str, dict[str, str | int]]]:
    for code, sentence in HOLDS.items():
        names = [name for _, name, _, _ in Formatter().parse(sentence) if name]
        for values in product(*(_VALUES[name] for name in names)):
            yield code, dict(zip(names, values, strict=True))


def findings() -> Iterator[Finding]:
    for kind, precision in product(Kind, ("", *wording.PRECISIONS)):
        yield from (Finding(kind, "", count, precision, size) for count, size in ((1, 0), (2, 1), (1, 999), (3, 2_500_000)))
    for place in (*wording.PLACES, "EXIF GPS"):
        yield from (Finding(kind, place, count) for kind in (Kind.PLACE, Kind.HIDDEN_DATA) for count in (1, 2))


def assert_whole(sentence: str) -> None:
    assert sentence == sentence.strip() != ""
    assert not re.search(r"[{}]", sentence), sentence
    assert not re.search(r"[.,;:]\s*[.,;]", sentence), sentence
    assert "  " not in sentence, sentence
    assert "()" not in sentence, sentence
    assert sentence.count("(") == sentence.count(")"), sentence
    assert not sentence.endswith((".", ";", ",")), sentence  # it stands in a list, or another goes on behind it


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    texts.speak(request.param)
    yield request.param
    texts.speak("")


def test_every_hold_is_whole(language: str) -> None:
    for code, params in holds():
        assert_whole(hold_text(code, params))


def test_every_remark_is_whole(language: str) -> None:
    for code in wording.REMARKS:
        assert_whole(wording.remark(code))


def test_every_finding_is_whole(language: str) -> None:
    for finding in findings():
        assert_whole(wording.describe(finding))


def test_every_region_is_whole(language: str) -> None:
    for number in (1, 2):
        assert_whole(wording.regions(dict.fromkeys(("face", "head", "person", "text", "plate", "code", "drawn"), number)))


@pytest.mark.parametrize("code", sorted(HOLDS))
def test_advice_fits_what_it_is_said_of(code: str) -> None:
    sentence = HOLDS[code]
    pictures, videos = _PICTURE_ADVICE.search(sentence), _VIDEO_ADVICE.search(sentence)
    if code in _OF_PICTURES:
        assert not videos, sentence
    elif code in _OF_VIDEOS:
        assert not pictures, sentence
    else:
        assert not pictures, sentence
        assert not videos, sentence
    if code in _OF_OTHERS:
        assert not re.search(r"\b(convert|save)\b", sentence), sentence


@pytest.mark.parametrize("code", sorted(texts.DEFECTS))
def test_what_is_a_defect_of_ours_asks_to_be_told(code: str) -> None:
    assert "report this" in HOLDS[code]


def test_only_what_is_a_defect_of_ours_asks_to_be_told() -> None:
    assert {code for code, sentence in HOLDS.items() if "report this" in sentence} == texts.DEFECTS
