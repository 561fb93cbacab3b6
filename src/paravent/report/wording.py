"""The words for findings and remarks. English here; `texts` brings the user's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from paravent.i18n.texts import N_, _, ngettext
from paravent.inspect.entry import BEHIND, BETWEEN
from paravent.model.report import Finding, Kind

# What a kind is called where nothing more precise is known.
KINDS: dict[Kind, str] = {
    Kind.PLACE: N_("a place"),
    Kind.TIME: N_("time of the picture"),
    Kind.DEVICE: N_("make or model of the device"),
    Kind.SERIAL: N_("a serial number"),
    Kind.PERSON_NAME: N_("a person's name"),
    Kind.CAPTION: N_("a caption"),
    Kind.AI_PROMPT: N_("instructions to an image generator"),
    Kind.SOFTWARE: N_("the programs used"),
    Kind.IDENTIFIER: N_("an identifier that other files may share"),
    Kind.HIDDEN_PICTURE: N_("a hidden picture"),
    Kind.HIDDEN_VIDEO: N_("a film"),
    Kind.HIDDEN_DATA: N_("hidden data"),
    Kind.TRAILING_BYTES: N_("bytes that belong to no picture"),
    Kind.COLOUR_PROFILE: N_("a colour profile"),
    Kind.OTHER_METADATA: N_("other metadata"),
    Kind.SOUND: N_("sound, in which voices and names may be heard"),
    Kind.FACE: N_("faces"),
    Kind.HEAD: N_("heads"),
    Kind.PERSON: N_("persons"),
    Kind.TEXT: N_("writing"),
    Kind.PLATE: N_("number plates"),
    Kind.CODE: N_("codes"),
    Kind.LOGO: N_("logos"),
}
# The same, what tells strangers most first.
MOST_FIRST = (
    *(Kind.PLACE, Kind.PERSON_NAME, Kind.HIDDEN_PICTURE, Kind.HIDDEN_VIDEO, Kind.CAPTION, Kind.SOUND, Kind.SERIAL),
    *(Kind.IDENTIFIER, Kind.HIDDEN_DATA, Kind.TRAILING_BYTES, Kind.TIME, Kind.DEVICE, Kind.AI_PROMPT, Kind.SOFTWARE),
    *(Kind.OTHER_METADATA, Kind.COLOUR_PROFILE),
)
# What is looked for in pictures, as a policy has it.
LOOKED_FOR = {
    "faces": N_("faces"),
    "people": N_("whole persons"),
    "text-identifying": N_("writing that identifies"),
    "text-all": N_("all writing"),
    "codes": N_("QR and bar codes"),
    "logos": N_("logos that you give"),
}
# For whom copies are: `policy.PRESETS`. How is covered: `style.STYLES`.
PRESETS = {"family": N_("Family and friends"), "school": N_("A school or a club"), "press": N_("Everybody, the press")}
STYLES = {"veil": N_("veil"), "solid": N_("one colour"), "pixelate": N_("squares"), "sticker": N_("sticker")}
# What is seen in the picture itself; all else is read from the file.
IN_PICTURE = frozenset((Kind.FACE, Kind.HEAD, Kind.PERSON, Kind.TEXT, Kind.PLATE, Kind.CODE, Kind.LOGO))

# What a precision code means, in a few words of its own.
PRECISIONS: dict[str, str] = {
    "exact-position": N_("the exact position, to some metres"),
    "rough-position": N_("a rough position, to some hundred metres or more"),
    "direction": N_("the direction the camera looked or moved in"),
    "altitude": N_("the altitude"),
    "named-place": N_("the name of a place"),
    "to-the-subsecond": N_("to a fraction of a second"),
    "to-the-second": N_("to the second"),
    "to-the-minute": N_("to the minute"),
    "date-only": N_("the date alone"),
    "time-zone": N_("the time zone"),
    "body": N_("serial number of the camera"),
    "lens": N_("serial number of the lens"),
    "author": N_("name of an author"),
    "owner": N_("name of the camera's owner"),
    "depicted": N_("name of a person in the picture"),
    "copyright": N_("name of a rights holder"),
    "contact": N_("contact details of an author"),
    "keywords": N_("keywords"),
    "made-by-ai": N_("a note that an AI model was used"),
    "thumbnail": N_("a thumbnail"),
    "preview": N_("a preview picture"),
    "page": N_("a further page"),
    "further-picture": N_("a further picture"),
    "layers": N_("the layers the picture was made of"),
    "overlaid": N_("pictures of which others cover parts"),
    "outside-canvas": N_("a frame that reaches out of the picture"),
    "matte": N_("a mask that shows the outlines of people or things"),
    "transparency": N_("a mask of what is transparent"),
    "gain-map": N_("a gain map that shows the picture again"),
    "depth-map": N_("a depth map that shows the picture's outlines"),
    "multi-view": N_("another view of the scene"),
    "cropped-rest": N_("a part that was cropped away"),
    "multi-picture": N_("a list of further pictures in the file"),
    "archive": N_("an archive or document"),
    "program": N_("a program"),
    "text": N_("text"),
    "sound": N_("sound"),
    "subtitles": N_("text that runs with the film"),
    "chapters": N_("names of chapters"),
    "data-track": N_("measurements recorded along with the film, often place and movement"),
    "padding": N_("empty padding"),
    "unknown": N_("data of unknown meaning"),
    "file-path": N_("the path of a file, often with a person's name"),
    "camera-settings": N_("camera settings"),
    "maker-note": N_("the camera maker's own notes, often with a serial number"),
    "editing": N_("traces of editing"),
    "content-credentials": N_("signed content credentials"),
    "motion-photo": N_("a note that a film belongs to the picture"),
    "panorama": N_("a note that the picture is a panorama"),
    "face-region": N_("a mark where a face is"),
    "animation": N_("an animation"),
    "private-chunk": N_("data of some program's own"),
    "unreadable": N_("metadata that cannot be read"),
    "file-name": N_("a file name that may say something"),
    "extended-attributes": N_("attributes attached to the file"),
    "transparent-colour": N_("colours under transparent pixels"),
    "unused-colours": N_("colours that no pixel uses"),
    "messages": N_("messages that showing the picture does not need"),
}

# Precisions that say how, not what: they follow the kind instead of standing for it.
_FOLLOWING = frozenset(("to-the-subsecond", "to-the-second", "to-the-minute", "date-only"))

# Places described rather than named; all others are names of the formats' own and stay as they are.
PLACES: dict[str, str] = {
    BEHIND: N_("behind the picture"),
    BETWEEN: N_("between the parts of the JPEG"),
    "EXIF maker note": N_("EXIF maker note"),
    "JPEG comment": N_("JPEG comment"),
    "PNG picture data": N_("behind the PNG's picture data"),
    "PNG private chunk": N_("private PNG chunk"),
    "WebP private chunk": N_("private WebP chunk"),
    "between GIF blocks": N_("between the parts of the GIF"),
    "between TIFF parts": N_("between the parts of the TIFF"),
    "between BMP parts": N_("between the parts of the BMP"),
    "between HEIF items": N_("between the parts of the HEIF file"),
    "between JPEG 2000 parts": N_("between the parts of the JPEG 2000 file"),
    "BMP row padding": N_("in the padding of the BMP's rows"),
    "GIF comment": N_("GIF comment"),
    "GIF plain text": N_("GIF text"),
    "GIF extension": N_("GIF extension"),
    "GIF application extension": N_("GIF extension of a program's own"),
    "GIF frame": N_("GIF frame"),
    "TIFF private tag": N_("private TIFF tag"),
    "HEIF item": N_("HEIF item"),
    "HEIF item name": N_("name of a HEIF item"),
    "HEIF item property": N_("property of a HEIF item"),
    "HEIF track": N_("HEIF track"),
    "HEIF box": N_("HEIF box"),
    "JPEG 2000 box": N_("JPEG 2000 box"),
    "JPEG 2000 comment": N_("JPEG 2000 comment"),
    "Samsung trailer": N_("Samsung's own notes"),
    "file system": N_("file system"),
    "palette": N_("palette"),
    "transparent pixels": N_("transparent pixels"),
    "BMP pixels": N_("unused bytes of the BMP's pixels"),
    "HEIF picture data": N_("HEIF picture data"),
    "GIF picture data": N_("behind the GIF's picture data"),
    "JPEG picture data": N_("behind the JPEG's picture data"),
    "WebP picture data": N_("behind the WebP's picture data"),
}
_STANDING_ALONE = frozenset(
    (
        *(
            BEHIND,
            BETWEEN,
            "PNG picture data",
            "GIF picture data",
            "JPEG picture data",
            "WebP picture data",
            "BMP row padding",
            "between GIF blocks",
            "between TIFF parts",
        ),
        *("between BMP parts", "between HEIF items", "between JPEG 2000 parts"),
    )
)

# What the user should know about how a copy was made: codes of `formats.base.Draft.remarks`.
REMARKS: dict[str, str] = {
    "re-encoded-cmyk": N_("encoded anew: its colours are stored in a way that cannot be covered without it"),
    "re-encoded-asked": N_("encoded anew, as asked"),
    "re-encoded-lossy": N_("encoded anew: its format cannot be covered without it"),
    "beyond-shown": N_("its file held more than the picture shows (beyond white, black or the edges): that was coded anew"),
    "no-lossless-library": N_("encoded anew: it cannot be covered without that on this computer"),
    "colour-converted": N_("its unusual colour profile was replaced: the colours were converted to sRGB"),
    "bogus-profile": N_("its colour profile was broken and was left out"),
    "resized": N_("made smaller"),
    "other-pictures-left-out": N_("it held further pictures or film besides what it shows; those were not kept"),
    "mark-not-written": N_("the mark or copyright line was not written: Paravent has no place for it in this format"),
    "decided-visible": N_(
        "covered, although somebody decided in the review page that people may stay visible: only the page carries that out"
    ),
    "film-codec-changed": N_("its pictures are coded as H.264 or HEVC now: there is no encoder here for the way they were"),
    "sound-encoded": N_("its sound was encoded anew: what it was stored in may hold more than sound"),
    "subtitles-kept": N_("its subtitles were kept as plain text: words that are said in them may name people"),
    "sound-disguised": N_("voices are harder to recognise; words and names can still be heard, and it may be undone"),
    "salvaged": N_("the film was damaged or cut off: the copy ends before that"),
    "times-mended": N_(
        "the times of its frames contradicted each other (doubles, or a clock that starts over): they follow each other now"
    ),
    "deinterlaced": N_("it was interlaced: each frame shows one moment now, the lines of the other were computed"),
    "sizes-joined": N_("its frames had several sizes: all have the first one now"),
    "further-pictures-left-out": N_("it held a further film, which was left out: only the first is prepared"),
    "sound-left-out": N_("it held sound of a kind that cannot be read, which was left out"),
    "converted": N_("written as JPEG, as asked: its own format cannot be written"),
    "site-unconfirmed": N_(
        "named like a file of another picture, which its pixels do not confirm; it stands by itself: look at it"
    ),
    "palette-became-true-colour": N_("its palette was too full for the covering: stored in true colour, a larger file"),
}

_MEASURED_IN_CHARACTERS = frozenset((Kind.CAPTION, Kind.AI_PROMPT))


def describe(finding: Finding) -> str:
    """One finding in the user's language: "the exact position, to some metres (EXIF GPS)". Never holds a value."""
    what = _what(finding)
    if finding.size and finding.kind is not Kind.COLOUR_PROFILE:
        joined = _("{what}, {size}") if finding.kind is Kind.OTHER_METADATA else _("{what} of {size}")
        what = joined.format(what=what, size=_size(finding))
    place = _(PLACES[finding.where]) if finding.where in PLACES else finding.where
    if finding.where in _STANDING_ALONE:
        what = _("{what} {place}").format(what=what, place=place)
        return what if finding.count == 1 else f"{what} ({_entries(finding.count)})"
    inside = place if finding.count == 1 else f"{place}, {_entries(finding.count)}"
    return f"{what} ({inside})" if inside else what


def regions(covered: Mapping[str, int]) -> str:
    """How many regions of which kind, in the user's language: "3 faces, 1 number plate". covered: as in `FileReport`."""
    words: dict[str, Callable[[int], str]] = {
        "face": lambda count: ngettext("{count} face", "{count} faces", count),
        "head": lambda count: ngettext("{count} head", "{count} heads", count),
        "person": lambda count: ngettext("{count} person", "{count} persons", count),
        "text": lambda count: ngettext("{count} piece of writing", "{count} pieces of writing", count),
        "plate": lambda count: ngettext("{count} number plate", "{count} number plates", count),
        "code": lambda count: ngettext("{count} code", "{count} codes", count),
        "logo": lambda count: ngettext("{count} logo", "{count} logos", count),
        "drawn": lambda count: ngettext("{count} place drawn by hand", "{count} places drawn by hand", count),
    }
    return ", ".join(word(count).format(count=count) for kind, word in words.items() if (count := covered.get(kind, 0)))


def remark(code: str) -> str:
    """The words for a remark in the user's language. Raises KeyError for an unknown code."""
    return _(REMARKS[code])


def _what(finding: Finding) -> str:
    kind = _(KINDS[finding.kind])
    if finding.precision not in PRECISIONS:
        return kind
    precision = _(PRECISIONS[finding.precision])
    return f"{kind}, {precision}" if finding.precision in _FOLLOWING else precision


def _entries(count: int) -> str:
    return ngettext("{count} entry", "{count} entries", count).format(count=count)


def _size(finding: Finding) -> str:
    size = finding.size
    if finding.kind in _MEASURED_IN_CHARACTERS:
        return ngettext("{count} character", "{count} characters", size).format(count=size)
    if size < 1000:
        return ngettext("{count} byte", "{count} bytes", size).format(count=size)
    if size < 1_000_000:
        return _("{number} KB").format(number=round(size / 1000))
    return _("{number:.1f} MB").format(number=size / 1_000_000)
