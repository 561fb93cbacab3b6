"""Whether a line has the form of a number plate."""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# L: a letter, D: a digit, written without gaps. Letters and digits change places often enough that nothing else looks so.
_SHAPES = _set(
    "LLDDDLL "  # France since 2009, Italy, Slovakia, Serbia
    "DDDLLDD DDDDLLDD DDDLLLDD DDDDLLLDD "  # France before
    "LLDDLLL LDDDLLL LDDLLL LLLDDDL LLLDDL "  # United Kingdom, Sweden
    "DLLLDDD DDDDLLL "  # Belgium, California, Spain
    "LLDDDL LDDDLL DLLLDD DDLLLD DLLDDD DDDLLD LLDDLL DDLLDD "  # Netherlands, Portugal
    "DLDDDDD LDDLLL DDLDDDDD DDDLDDDD"  # Czechia, Quebec, Ireland
)

# Forms that other things have as well; only with a gap between letters and digits, and read without doubt.
_VAGUE = re.compile(
    r"""(?x)
      [A-Z]{3}[\s.·-]\d{3,4}          # Hungary, Lithuania, Finland, many American states
    | [A-Z]{2}[\s.·-]\d{4,5}          # Luxembourg, Denmark, Norway
    | [A-Z]{2}[\s.·-]?\d\d[\s.·-]\d\d[\s.·-]?[A-Z]{0,2}
    | (?:AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH)[\s.·-]\d{1,6}  # Switzerland
    | [A-ZÄÖÜ]{1,3}[\s:.·-]+[A-Z]{1,2}[\s.·-]?\d{1,4}[EH]?   # Germany
    | [A-Z]{1,2}[\s.·-]\d{1,5}[\s.·-]?[A-Z]{1,3}            # Austria
    | [A-Z]{2,3}[\s.·-](?=[A-Z\d]*\d[A-Z\d]*\d)[A-Z\d]{4,5}  # Poland
    """
)
# What stands before a number elsewhere.
_NO_PLATE = _set("""
    AGE AM ANS AOU APR ART AT AUG AV AVR BD BOX BUS BY CAT CL CM DE DEC DIM DIN DU EAN EN EST EUR EXP FAX FEB FEV FOR
    FRI GATE GPS IN IS ISO JAN JEU JUI JUL JUN KG KM LA LE LIGNE LOT LUN MAI MAR MAX MAY MER METRO MIN ML MM MON NIV
    NO NOV NR OCT OF ON PAGE PM QUAI REF ROOM RUE SAM SAS SAT SEP ST SUN TAX TEL THE THU TO TOP TRAM TUE TVA UP USB
    VAT VEN VOIE VOL WED
""")
_DIGIT_FOR = dict(zip("OQDILZSBGTA", "00011258674", strict=True))
_LETTER_FOR = dict(zip("0158264", "OISBZGA", strict=True))
# Beside the plate's own characters: the blue bands with country and department.
_BANDS = re.compile(r"^(?:F|GB|UK|D|I|E|B|NL|L|P|CH|A|IRL|CZ|PL)\s+(?=\S{2})|\s+(?:\d{2}|2[AB]|97\d)$")
_DATE = re.compile(r"(?:LE|DU|AU|ON|BY)\s+\d\d\s+(?:JAN|FEV|FEB|MAR|AVR|APR|MAI|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)")
_GAPS = re.compile(r"[\s.,:;·•*_/|'’–—-]+")


def is_plate(text: str) -> bool:
    """Whether the whole line is a number plate of a form that is common in Europe or North America."""
    line = text.strip(" .,:;|'’-–—_[]()")
    if sum(c.islower() for c in line) > 1 or len(line) > 16:
        return False
    line = line.upper()
    if _DATE.fullmatch(line):
        return False
    return any(_is_clear(candidate) or _is_vague(candidate) for candidate in {line, _BANDS.sub("", line)})


def _is_clear(line: str) -> bool:
    first, *rest = _GAPS.split(line)
    if rest and len(first) > 2 and first in _NO_PLATE:
        return False
    joined = _GAPS.sub("", line)
    if not joined.isascii() or not joined.isalnum():
        return False
    return any(len(shape) == len(joined) and _fits(joined, shape) for shape in _SHAPES)


def _fits(joined: str, shape: str) -> bool:
    """Whether characters have a shape, at most two of them misread, and enough of each kind read for what they are."""
    wrong = digits = letters = 0
    for character, kind in zip(joined, shape, strict=True):
        if kind == "D":
            digits += character.isdigit()
            wrong += not character.isdigit()
            fits = character.isdigit() or character in _DIGIT_FOR
        else:
            letters += character.isalpha()
            wrong += not character.isalpha()
            fits = character.isalpha() or character in _LETTER_FOR
        if not fits:
            return False
    vowels = shape == "DDDDLLL" and any(c in "AEIOU" for c in joined[4:])  # Spain has none, and years stand before words
    return wrong <= (2 if shape.count("L") > 1 else 0) and digits >= 2 and letters >= 1 and not vowels


def _is_vague(line: str) -> bool:
    first = re.split(r"[^A-ZÄÖÜ]", line, maxsplit=1)[0]
    return first not in _NO_PLATE and _VAGUE.fullmatch(line) is not None
