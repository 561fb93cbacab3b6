"""The sentences people read, in their language (gettext; catalogues in `locale/`)."""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from itertools import takewhile

_LOCALE_DIR = os.path.join(os.path.dirname(__file__), "locale")  # noqa: PTH118, PTH120  (pathlib takes time to load)
_SOURCE = ("en", "C", "POSIX")  # languages that need no catalogue


def _languages() -> list[str]:
    named = [os.environ.get(name, "") for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")]
    wanted = [part.split(".")[0] for value in named if value for part in value.split(":")]
    if wanted:
        return wanted
    import locale  # noqa: PLC0415  (only where the environment says nothing)

    system = locale.getlocale()[0]
    return [system] if system else []


# In which a sentence may be asked for, besides the language of the system.
LANGUAGES = ("en", "fr")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Read when a sentence is first asked for in that language."""
    languages = [language] if language else _languages()
    foreign = list(takewhile(lambda one: one.split("_")[0] not in _SOURCE, languages))
    return gettext.translation("paravent", _LOCALE_DIR, foreign, fallback=True) if foreign else gettext.NullTranslations()


_SYSTEM = ""  # what the environment says
_spoken = ContextVar("spoken", default=_SYSTEM)


def _(message: str) -> str:
    """The sentence in the language that is spoken here."""
    return _catalogue(_spoken.get()).gettext(message)


def ngettext(one: str, more: str, count: int) -> str:
    """The sentence for that many, in the language that is spoken here."""
    return _catalogue(_spoken.get()).ngettext(one, more, count)


def spoken() -> str:
    """One of `LANGUAGES`: that of the sentences given here."""
    return _catalogue(_spoken.get()).info().get("language", _SOURCE[0])


def in_every_language(message: str) -> list[str]:
    """The sentence in each of `LANGUAGES`, first in the one that is spoken here."""
    return list(dict.fromkeys((_(message), *(_catalogue(language).gettext(message) for language in LANGUAGES))))


def speak(language: str) -> None:
    """Speak one of `LANGUAGES` from here on in this task or thread, whatever the system speaks."""
    _spoken.set(language)


def N_(message: str) -> str:  # noqa: N802  (gettext's customary name: marked here, translated when shown)
    """Mark a message for extraction without translating it yet."""
    return message


def NN_(one: str, more: str) -> tuple[str, str]:  # noqa: N802
    """Mark a message that counts for extraction without translating it yet."""
    return one, more


# Why a file is held back: code -> sentence. Each says what to do next.
HOLDS: dict[str, str] = {
    "no-media": N_("neither a picture nor a film, so there is no copy of it; look at it yourself before you post it"),
    "unknown-format": N_("a kind of picture that Paravent does not know; convert it to JPEG, PNG or WebP first"),
    "unknown-film": N_("a kind of film that Paravent does not know; convert it to MP4 first"),
    "no-film": N_(
        "it is named like a film, but holds none that can be read: it is damaged, or something else; "
        "open it in another program and save it anew"
    ),
    "no-picture": N_(
        "it is named like a picture, but holds none that can be read: it is damaged, or something else; "
        "open it in another program and save it anew"
    ),
    "unsupported-format": N_("{format} files cannot be prepared yet; convert it to JPEG, PNG or WebP first"),
    "unsupported-film": N_("{format} films cannot be prepared; convert it to MP4 first"),
    "values-of-film": N_("values are shown of pictures, not of films; leave out --show-values"),
    "convertible": N_(
        "{format} files cannot be written as such; save it as JPEG or PNG first, or run again with --convert jpeg"
    ),
    "damaged": N_("the picture is damaged or cut off; open it in a photo program and save it anew"),
    "too-large": N_("the picture is larger than {limit} megapixels; make it smaller first"),
    "file-too-large": N_("the file is larger than {limit} MB; make it smaller first"),
    "empty": N_("the file is empty"),
    "unreadable": N_("the file cannot be read ({reason}); check its permissions"),
    "archive-member": N_("the archive holds something else there than its list says; download it again"),
    "not-a-file": N_("not an ordinary file (a link, device or pipe); name the file itself"),
    "system-file": N_("a file that the computer keeps for itself, no picture"),
    "hidden": N_("hidden, or kept aside by a program (trash, previews); name it itself to have it prepared"),
    "sidecar": N_("notes that a program keeps beside a picture; they give it away, do not post them"),
    "companion-film": N_(
        "a film that belongs to a picture of the same name; it shows what the copy covers, do not post it"
    ),
    "animated": N_("moving pictures cannot be prepared yet; save single pictures first"),
    "deep-colour": N_("{format} with {bits} bits a colour cannot be kept yet; save it with 8 bits first"),
    "deep-profile": N_(
        "16 bits a colour with an unusual colour profile cannot be kept; save it as sRGB or with 8 bits first"
    ),
    "film-damaged": N_("the film is damaged or cut off; run again with --salvage to prepare what comes before the damage"),
    "film-too-large": N_("the film has more or larger frames than Paravent takes; cut it or make it smaller first"),
    "subtitles": N_(
        "its subtitles ({detail}) are pictures, or stored in a way that cannot be written anew; leave out --keep-subtitles"
    ),
    "film-codec": N_("this way of storing a film ({detail}) is not supported; save it anew as ordinary MP4"),
    "film-lost": N_("the film is damaged so that none of it can be saved; copy it anew from where it was recorded"),
    "film-colour": N_("colours of a film stored as {detail} cannot be read; save it anew as ordinary MP4 (BT.709)"),
    "library": N_("a library that reads such files failed on it ({reason}); save it anew with another program"),
    "no-pictures": N_("the file holds no moving pictures; name a film or a picture"),
    "empty-part": N_("the part asked for holds no frame; see --from and --to"),
    "track-lost": N_("at {time} nobody knows where a face went; a human must look"),
    "wrong-timing": N_("the frames of the copy do not have the times they should; please report this"),
    "too-many-pages": N_("the file holds more than {limit} pictures; save fewer of them into one file"),
    "encoding": N_("this way of storing a picture ({detail}) is not supported; save it anew as ordinary JPEG"),
    "hdr": N_("a picture of high dynamic range ({detail}), which no copy can keep; save it without (SDR) first"),
    "library-missing": N_("{format} needs a further package; install it with: pip install 'paravent[{extra}]'"),
    "changed-while-reading": N_("the file changed while it was read; try again when nothing writes to it"),
    "copy-changed": N_("the copy is not there any more as it was written; accept it again"),
    "changed-since-decided": N_("the file changed since it was looked at; open the folder again and decide anew"),
    "decision-damaged": N_("what was decided about it cannot be read any more; decide anew: paravent review"),
    "do-not-post": N_("somebody decided in the review page not to publish it; decide anew there: paravent review"),
    "site-unchanged": N_(
        "nothing to cover and nothing that tells of anybody was found; leave the file on the website as it is"
    ),
    "not-looked-at": N_("nobody has looked at it yet; wait a moment"),
    "doubt": N_("there may be a face here that the detector is not sure of; a human must look"),
    "detector": N_("the detector {name!r} failed ({reason}); tell whoever made it, or leave it out"),
    "still-seen": N_("after {rounds} rounds the detector still finds an uncovered face; cover it by hand"),
    "container": N_("the copy contains something that is not allowed ({detail}); please report this"),
    "not-covered": N_("a covered place does not hold the filling; please report this"),
    "outside-changed": N_("the copy differs outside the covered places; please report this"),
    "wrong-size": N_("the copy does not have the expected size; please report this"),
    "exists": N_(
        "a file of that name is already there and was not written by Paravent, or was changed since; move it away"
    ),
    "no-space": N_("the disk is full; make room and run the same command again"),
    "cannot-write": N_("the copy cannot be written ({reason}); check the output folder"),
    "crashed": N_("the program that read it crashed twice; nothing was written, please report this"),
    "timeout": N_("it took longer than {seconds} seconds; raise --timeout or make it smaller"),
    "memory": N_("it needed more than {megabytes} MB of memory; raise --memory or make it smaller"),
    "internal": N_("Paravent failed on it ({detail}); nothing was written, please report this"),
}


# Holds that are a defect of ours.
DEFECTS = frozenset(("wrong-timing", "container", "not-covered", "outside-changed", "wrong-size", "crashed", "internal"))


def how_to_report() -> str:
    """What to say of a defect, and what not to send."""
    return _(
        "To report it, copy that sentence and say which command it was, the version (paravent --version), your system and"
        " the kind of file. PARAVENT_DEBUG=1 before the command shows where in the program it was. Send no picture, no film"
        " and no names: nobody needs them."
    )


def hold_text(code: str, params: Mapping[str, str | int]) -> str:
    """The sentence for a hold in the user's language. Raises KeyError for an unknown code."""
    return _(HOLDS[code]).format(**params)
