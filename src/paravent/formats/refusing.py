"""Why a file that is of none of our formats is not prepared: what it is instead, and what helps."""

from __future__ import annotations

from pathlib import PurePosixPath

from paravent.errors import Held
from paravent.formats.registry import specs
from paravent.inspect.signatures import known_format

NO_MEDIA = "no-media"
_VIDEOS = frozenset(("WMV", "FLV", "MPEG", "DV", "RealMedia"))  # by `known_format`; none of our readers knows them


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


# Ends of names of pictures and films that Paravent does not prepare: whoever has one expects a copy, or to be told why not.
_PICTURE_ENDINGS = _words(
    ".arw .cr2 .cr3 .crw .dcr .dng .erf .iiq .kdc .mef .mos .mrw .nef .nrw .orf .pef .raf .raw .rw2 .sr2 .srw .x3f"
    " .ai .dds .djvu .emf .eps .exr .fits .hdr .icns .ico .jng .jxl .jxr .kra .mng .odg .pcx .pdf .pfm .pict"
    " .ps .psb .qoi .ras .sgi .svg .svgz .tga .wbmp .wdp .wmf .xbm .xcf .xpm"
)
_VIDEO_ENDINGS = _words(
    ".3gpp .asf .divx .dv .f4v .flv .insv .m1v .m2p .m2v .mjpeg .mjpg .mod .mpe .mpeg .mpg .mxf .nsv .nut .ogm .ogv"
    " .rm .rmvb .tod .vob .wmv .wtv .y4m"
)


def refusal(head: bytes, name: str) -> Held:
    """Why a file of no known format is not prepared. head: its first bytes (`spec.HEAD` are enough). name: how its name
    ends tells what its owner takes it for. `NO_MEDIA` is the code of what is neither a picture nor a film."""
    other = known_format(head)
    if other:
        return Held("unsupported-film" if other in _VIDEOS else "unsupported-format", format=other)
    ending = PurePosixPath(name).suffix.lower()
    if any(ending in spec.endings for spec in specs() if not spec.on_request):
        video = any(ending in spec.endings for spec in specs() if spec.is_video)
        return Held("no-film" if video else "no-picture")
    if ending in _VIDEO_ENDINGS:
        return Held("unknown-film")
    return Held("unknown-format" if ending in _PICTURE_ENDINGS or _is_on_request(ending) else NO_MEDIA)


def _is_on_request(ending: str) -> bool:
    return any(ending in spec.all_endings for spec in specs() if spec.on_request)
