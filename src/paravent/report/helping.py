"""Whom to turn to: two paths, which are kept apart, and where each leads. `docs/sources.md` says where each line is from.

A link or a number stands here only if the sources name it, and with what was checked of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from paravent.i18n.texts import N_

# read: a stored copy of it was read. named: others name it, and nobody here has opened it.
State: TypeAlias = Literal["read", "named"]
STATES: dict[State, str] = {
    "read": N_("a stored copy was read in November 2026"),
    "named": N_("not checked: named by others in November 2026, not opened"),
}


@dataclass(frozen=True, slots=True)
class Help:
    """Somebody who helps. where: a country, "" for any. number: to call, "" for none. address: on the web."""

    name: str
    about: str
    where: str
    address: str
    number: str = ""
    state: State = "named"


@dataclass(frozen=True, slots=True)
class Path:
    """What to do, in this order, and who helps."""

    name: str
    title: str
    about: str
    steps: tuple[str, ...]
    helps: tuple[Help, ...]


_FRANCE, _UK = N_("France"), N_("United Kingdom")
_REPORTS = N_("takes reports of what stands online")

_ORDINARY = Path(
    "ordinary",
    N_("A picture stands somewhere, and you want it to go"),
    N_("Posted by a relative, a school, a club, a newspaper: mostly without bad intent."),
    (
        N_("Look at the privacy settings and old posts of your own accounts first."),
        N_("Note the exact address, and the day on which you saw the picture."),
        N_("Ask whoever posted it, kindly. One of the letters below may help."),
        N_("Use the form for reports that the platform has."),
        N_("Nothing happened within a month? Turn to the data protection authority of your country."),
    ),
    (
        Help(
            "CNIL",
            N_("the right to have data erased that stand online"),
            _FRANCE,
            "https://cnil.fr/le-droit-leffacement-supprimer-vos-donnees-en-ligne",
        ),
        Help("service-public.fr", N_("the right to one's own picture: page F32103"), _FRANCE, "https://service-public.fr/"),
        Help(
            "Académie de Paris",
            N_("pictures at school, with models of consent (June 2022): look for \"droit à l'image à l'école\""),
            _FRANCE,
            "https://ac-paris.fr/",
        ),
        Help(
            "IWF, NCA",
            N_("a guide for parents: settings, old posts, consent at schools and clubs (2026)"),
            _UK,
            "https://www.iwf.org.uk/resources",
        ),
    ),
)

_MISUSE = Path(
    "misuse",
    N_("You fear that a picture is being misused"),
    N_("It was altered, or it stands where it does not belong."),
    (
        N_("Note the address, the day and the hour. That is enough."),
        N_("Do not copy it, do not save it, do not pass it on, not even as proof."),
        N_("Report it to one of those below, or to the police. They know what to do with the address."),
        N_("Talk with the child. It is not its fault."),
    ),
    (
        Help("3018 (e-Enfance)", N_("for young people and their parents"), _FRANCE, "https://3018.fr/", "3018"),
        Help("Point de Contact", _REPORTS, _FRANCE, "https://pointdecontact.net/signaler"),
        Help("internet-signalement.gouv.fr", _REPORTS, _FRANCE, "https://internet-signalement.gouv.fr/"),
        Help(
            "service-public.fr", N_("how to report what stands online: page F31979"), _FRANCE, "https://service-public.fr/"
        ),
        Help("IWF", N_("guides for parents"), _UK, "https://www.iwf.org.uk/resources"),
        Help(
            "Take It Down (NCMEC)",
            N_("for pictures of people under 18; the pictures stay on your device"),
            "",
            "https://takeitdown.ncmec.org/",
            state="read",
        ),
        Help("StopNCII", N_("for pictures of adults"), "", "https://stopncii.org/"),
    ),
)

PATHS = (_ORDINARY, _MISUSE)
