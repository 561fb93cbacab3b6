"""What a line of text gives away: pure functions from what was read to a kind, and nothing else.

French and English forms; whatever else has the form of a number plate, a telephone number, an address of mail or web. Where
a form could be either, it counts: a covered price list is a smaller harm than a telephone number left visible.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from paravent.detect.text.plates import is_plate
from paravent.detect.text.words import plain, says_any

Kind: TypeAlias = Literal["plate", "text"]


def kind_of(text: str, words: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Kind | None:
    """ "plate" for a number plate, "text" for any other text that identifies, None for all that does not.

    text: what was read, one line or a few joined. words: of the user's list. names: standing in the file's metadata, each
    part of which counts.
    """
    told = _spaced(text)
    if is_plate(text) and not _phone(told):
        return "plate"
    if any(rule(told) for rule in _RULES) or _team(text) or says_any(text, words + _parts(names)):
        return "text"
    return None


def could_identify(text: str) -> bool:
    """Whether a line that was read badly may be one that identifies: several digits, or signs of an address."""
    digits = sum(c.isdigit() or c in "OIl" for c in text)
    return "@" in text or (digits >= 4 and any(c.isdigit() for c in text))


def _spaced(text: str) -> str:
    """Plain, with the spaces that readers lose: between small and capital letters, between house number and street."""
    parted = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", text)
    return re.sub(r"(?<=\d)(?=(?:rue|avenue|boulevard|allee|impasse|chemin|place)[^s])", " ", plain(parted)).strip()


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PARTICLES = _set("and aus bin das del della den der des die dos from les the van von with pour avec dans")


def _parts(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names, and the words in them that say something alone."""
    parts = (part for name in names for part in re.findall(r"[^\W\d_]{3,}", name))
    return names + tuple(part for part in parts if plain(part) not in _PARTICLES)


# Telephone numbers.

_DIGITS = re.compile(r"(?<![\w.])(?:\+|00)?\(?[\doil][\doil\s().\-–/·]{4,22}[\doil](?!\w)")
_CALL = re.compile(
    r"\b(?:tel|telephone|phone|mobile|mob|portable|port|gsm|fax|call|appelez|appeler|whatsapp|sms|contact)\b|☎|📞"
)
_HOURS = re.compile(r"\d\d?[.:h]\d\d\s*[-–/a]\s*\d\d?[.:h]\d\d")
_GROUPS = re.compile(
    r"\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}|\d{3}-\d{4}|\d{3}([\s.-])\d{3}\1\d{3}|\d{3}([\s.-])\d\d\2\d\d\2\d\d"
)


def _phone(told: str) -> bool:
    if _HOURS.search(told):
        return False
    called = _CALL.search(told) is not None
    return any(_is_number(match.group(), called) for match in _DIGITS.finditer(told))


def _is_number(seen: str, called: bool) -> bool:
    read = seen.translate(str.maketrans("oil", "011"))
    digits = re.sub(r"\D", "", read)
    if sum(c.isdigit() for c in seen) < 0.6 * len(digits) or _DATE.fullmatch(read.strip()):
        return False
    if called or read.startswith("+"):
        return 6 <= len(digits) <= 15
    if digits.startswith("00"):
        return 10 <= len(digits) <= 15
    if digits.startswith("0"):
        return 9 <= len(digits) <= 11
    return _GROUPS.fullmatch(read.strip()) is not None


# Addresses of mail and web, names in networks.

_ENDINGS = (
    "com|org|net|info|biz|eu|fr|be|ch|lu|ca|qc|uk|ie|de|at|it|es|pt|nl|us|io|me|tv|app|dev|edu|gov|gouv|school|academy|club|sport|"
    "example|bzh|paris|asso|online|shop|site|link|page|blog|photo"
)
_WEB = re.compile(
    rf"https?\b|\bw{{2,3}}[.,·]|\b(?:vvv|vvw|wvv)w?[.,]|(?<![\w@])[a-z0-9][a-z0-9-]{{1,}}(?:[.,][a-z0-9-]+)*[.,](?:{_ENDINGS})(?![\w-])"
)
_AT = re.compile(
    r"[a-z0-9][\s]?[@]\s?[a-z0-9-]{2}|(?<!\w)[@©®][a-z_][\w.]|[a-z0-9](?:\(at\)|\[at\])[a-z0-9]|[a-z0-9][©®][a-z0-9]{2}"
)
_NETWORK = re.compile(
    r"\b(?:instagram|insta|facebook|fb|tiktok|tik tok|snapchat|snap|twitter|linkedin|youtube|discord|telegram|twitch)\b"
    r"\s*(?:[:/=>-]\s*\w{2}|\s\w*[._\d]\w)"
)


def _address_online(told: str) -> bool:
    return any(form.search(told) for form in (_WEB, _AT, _NETWORK))


# Dates of birth. A date that stands alone may be one, or the day the picture was taken.

_MONTH = (
    "(?:janv(?:ier)?|jan(?:uary)?|fevr?(?:ier)?|feb(?:ruary)?|mars|mar(?:ch)?|avr(?:il)?|apr(?:il)?|mai|may|juin|june?|juil(?:let)?|"
    r"july?|aout|aug(?:ust)?|sept?(?:embre|ember)?|oct(?:obre|ober)?|nov(?:embre|ember)?|dec(?:embre|ember)?)\.?"
)
_DATE = re.compile(
    r"[0-3]?\d\s?[./-]\s?[0-3]?\d\s?[./-]\s?(?:19|20)?\d\d|(?:19|20)\d\d[./-][01]\d[./-][0-3]\d"
    rf"|[0-3]?\d(?:er|st|nd|rd|th)?\s*{_MONTH},?\s*(?:19|20)\d\d|{_MONTH}\s*[0-3]?\d(?:st|nd|rd|th)?,?\s*(?:19|20)\d\d"
)
_BORN = re.compile(
    r"\bne\s?(?:e|\(e\)|\.e)?\s*le\b|\bnaissance\b|\bborn\b|\bd\.?o\.?b\b|\bbirth\b|\bbirthdate\b|\bdate of b"
)


def _birth(told: str) -> bool:
    if _DATE.fullmatch(told.strip(" .,:;*-")):
        return True
    return _BORN.search(told) is not None and re.search(r"\d", told) is not None


# Places: postal addresses and street signs.

_WAY = "rue|avenue|boulevard|impasse|allees?|chemin|ruelle|venelle|faubourg"
_NUMBERED_FR = re.compile(
    rf"\b\d{{1,4}}\s?(?:bis|ter|quater|[a-d])?\s?[,.]?\s+(?:(?:{_WAY})(?:d[eu]s?)?|av|ave|bd|bld|blvd|place|pl|cours|square|sq|passage|route|rte|quai|"
    r"residence|lotissement|hameau|cite|chaussee|sentier|voie|esplanade|promenade|domaine|clos|chem|imp|all)\b\.?,?\s*\w{2}"
)
_SIGN_FR = re.compile(
    rf"^(?:{_WAY})\s+(?!prive|pieton|barre|interdit|ferme|sans|dangereu|cyclable|glissant)\S*[^\W\d_]{{2}}"
    r"|^(?:place|square|route|quai|cours|passage|pont)\s+(?:du|des|de la|de l['’ ]|d['’])\s*[^\W\d_]{3}"
)
_WAY_EN = (
    "street|st|road|rd|avenue|ave|lane|ln|crescent|cres|terrace|gardens|grove|boulevard|blvd|mews|close|drive|dr|court|ct"
)
_NUMBERED_EN = re.compile(
    rf"\b\d{{1,5}}[a-d]?\s?,?\s+(?!one\b)(?:[^\W\d_]['’.\w-]*\s+){{1,3}}(?:{_WAY_EN}|way|square|sq|hill|place|row|walk|view|rise)\b"
)
_NOT_NAMED = (
    "a|across|all|at|bike|bus|by|closed|cycle|dead|disk|do|doors?|end|entry|flash|food|for|gates?|hard|in|keep|left|must|no|not|of|off|on|"
    "one|open|please|private|right|ring|test|the|this|through|to|toll|usb|we|will|you"
)
_SIGN_EN = re.compile(
    rf"^(?:(?!(?:{_NOT_NAMED})\b)[^\W\d_]['’.\w-]+\s+){{1,3}}(?:{_WAY_EN})\b\.?(?:\s+[nesw]{{1,2}}\d{{0,2}})?$"
)
_POSTAL = re.compile(
    r"(?<![\d.,])(?:f-|l-|b-|d-|ch-|a-)?\d{5}\s+(?!euros?|eur|points?|pieces|places|personnes|visit|metres?|watts?|km|ans\b)[^\W\d_]{3}"
    r"|\b(?:ch|b|l|a)\s?-\s?\d{4}\s+[^\W\d_]{3}|\b[a-z]{1,2}\d[a-z\d]?\s\d[a-z]{2}\b|\b[a-z]\d[a-z]\s?\d[a-z]\d\b"
    r"|\b(?:b\.?p\.?|p\.?\s?o\.?\s?box)\s*\d{1,6}\b|\bcedex\b|[^\W\d_]{3},?\s[a-z]{2}\s\d{5}(?:-\d{4})?$"
)


def _place(told: str) -> bool:
    return any(form.search(told) for form in (_NUMBERED_FR, _SIGN_FR, _NUMBERED_EN, _SIGN_EN, _POSTAL))


# Schools and clubs: what they are, and beside it who they are.

_SCHOOL = re.compile(
    r"\b(?:ecoles?|college|lycee|maternelle|elementaire|creche|garderie|groupe scolaire|centre de loisirs|"
    r"centre aere|colonie|mjc|conservatoire|school|academy|primary|nursery|kindergarten|preschool|"
    r"grammar|institut|internat|club|union sportive|association sportive|etoile sportive|athletic|"
    r"athletique|football|judo|gym|basket|handball|rugby|natation|swim(?:ming)?|tennis|scouts?|guides|"
    r"eclaireurs|eclaireuses|louveteaux|brownies|cubs|rovers|united|wanderers)\b"
)
_SAYS_NOTHING = _set("""
    a ages attention au aux back ball bar basket boots bus by cafe caution child children classe classes closed club
    college cours court creche cross crossing danger de des driving du ecole ecoles elementaire en enfant enfants
    entree entry equipment et fermee fete fitness football for free garderie gym handball her high holiday holidays
    home house in inscription inscriptions inscrivez interdit judo keep kit la le lent les lessons lycee match matches
    maternelle natation national new night no nursery of on open ouvert ouverte ouverture parking patrol people photo
    please pool porte practice primaire primary public publique ralentir ralentissez rentree reserve rugby salle
    sandwich school shop slow sortie stop superstar supplies supply swim swimming team tennis terrain the time to
    training trip vacances visitors welcome young your zone
""")
_TEAM = re.compile(
    r"^(?:\W*)(?:FC|RC|TC|BC|HC|VC|SC|AC|AS|US|ES|AJ|CS|USM|ASC|RFC|AFC|SU)\.?\s+[A-ZÀ-Þ]['’\w-]{2,}(?:\s[A-ZÀ-Þ][\w-]+)?$"
)
_TEAM_AFTER = re.compile(r"[A-ZÀ-Þ][\w'’-]{2,}\s+(?:FC|F\.C\.|RFC|AFC|CC|RC|SC)\b")


def _school(told: str) -> bool:
    if not _SCHOOL.search(told):
        return False
    others = [word for word in re.findall(r"[^\W\d_]{3,}", told) if word not in _SAYS_NOTHING]
    return any(not _SCHOOL.fullmatch(word) for word in others) or len(set(others)) > 1


def _team(text: str) -> bool:
    line = text.strip()
    return any(form.search(line) for form in (_TEAM, _TEAM_AFTER))


_RULES: tuple[Callable[[str], bool], ...] = (_phone, _address_online, _birth, _place, _school)
