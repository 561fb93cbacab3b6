"""What an installation is like, in lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from paravent.i18n.texts import N_, _
from paravent.inspect.values import shown
from paravent.model.diagnosis import Diagnosis, Lack, Place, PlaceName

# What lacks: code -> sentence.
LACKS: dict[str, str] = {
    "library-missing": N_("the extra {of} is not installed"),
    "library-broken": N_("the extra {of} is installed, but cannot be loaded"),
    "jpeg-exact": N_("JPEG pictures are compressed anew as a whole, because {of} is not installed"),
    "models-missing": N_("models are not installed ({of}); connect to the network"),
    "not-writable": N_("{of}: nothing can be written there; take another folder"),
    "little-room": N_("{of}: the disk is nearly full; make room, or take a folder on another disk"),
    "network-drive": N_("{of}: on a network drive, where it cannot be kept"),
    "no-publishing": N_("{of}: no copy can appear there in one step; take an output folder elsewhere"),
    "no-memory-limit": N_("a worker that takes too much memory is not stopped; take few of them"),
    "trial": N_("a drawn picture could not be prepared ({of}); this shows more, please report it"),
}
_PLACES: dict[PlaceName, str] = {
    "state": N_("private state"),
    "models": N_("model store"),
    "temporary": N_("temporary files"),
    "current": N_("this folder"),
}
_DETECTORS = {
    "faces": N_("faces"),
    "people": N_("whole persons"),
    "text": N_("writing and number plates"),
    "codes": N_("QR and bar codes"),
    "logo": N_("logos that you give"),
}
_LANGUAGES = {"en": N_("English"), "fr": N_("French")}
_PUBLISHING = {
    "nameless": N_("copies appear in this folder in one step, and have no name before"),
    "staged": N_("copies appear in this folder in one step, out of a staging folder beside it"),
    "none": N_("copies cannot appear in this folder in one step"),
}
_MEMORY = {
    "works": N_("workers that take too much memory are stopped"),
    "fails": N_("workers that take too much memory are not stopped"),
}
_TRIAL = {
    "works": N_("a drawn picture was prepared and checked"),
    "fails": N_("a drawn picture could not be prepared"),
}


def lines(told: Diagnosis, paths: Mapping[PlaceName, Path]) -> Iterator[str]:
    """All that is told, then what lacks with the command that mends it. paths: where the places are."""
    languages = ", ".join(_(_LANGUAGES[one]) for one in told.languages)
    yield f"Paravent {told.version}, Python {told.python}, {told.system}"
    yield _("Languages: {languages}; here: {spoken}").format(languages=languages, spoken=_(_LANGUAGES[told.language]))
    yield from _formats(told)
    yield from _detectors(told)
    yield _("Libraries: {names}").format(
        names=_names(f"{one.name} {one.version}".strip() for one in told.libraries if one.state == "there")
    )
    yield _("Computes with: {names}").format(names=_names(told.providers))
    yield _("Models: {names}").format(names=_names(f"{one.name} ({one.precision})" for one in told.models if one.precision))
    for place in told.places:
        yield _place(place, paths[place.name])
    for tried in (_PUBLISHING[told.publishing], _MEMORY.get(told.memory_limit), _TRIAL.get(told.trial)):
        if tried:
            yield _("Tried: {what}").format(what=_(tried))
    yield from _lacks(told)


def _formats(told: Diagnosis) -> Iterator[str]:
    for sentence, video in ((_("Pictures: {names}"), False), (_("Films: {names}"), True)):
        works = [
            one.name + (_(" (with --convert)") if one.on_request else "")
            for one in told.formats
            if one.works and one.video is video
        ]
        yield sentence.format(names=_names(works))
    if not_here := [one.name for one in told.formats if not one.works]:
        yield _("Not here: {names}").format(names=_names(not_here))
    if shallow := [one.name for one in told.formats if one.works and one.needs]:
        yield _("Not here above 8 bits a colour: {names}").format(names=_names(shallow))


def _detectors(told: Diagnosis) -> Iterator[str]:
    for sentence, works in ((_("Covers: {names}"), True), (_("Cannot cover here: {names}"), False)):
        found = [
            _(_DETECTORS[one.name]) + (f" ({one.option})" if one.option else "")
            for one in told.detectors
            if one.works is works
        ]
        if found:
            yield sentence.format(names=_names(found))
    if told.other_detectors:
        yield _("Detectors from other packages: {names}").format(names=_names(map(shown, told.other_detectors)))


def kept(told: Diagnosis, paths: Mapping[PlaceName, Path]) -> tuple[str, ...]:
    """What stays together in a line: commands, and where the places are."""
    return (*(lack.command for lack in told.lacks), *map(_short, paths.values()))


def _place(place: Place, path: Path) -> str:
    called = _(_PLACES[place.name])
    sentence = _("{place}: {path}, {number:.1f} GB free")
    return sentence.format(place=called[:1].upper() + called[1:], path=_short(path), number=place.free / 1e9)


def _short(path: Path) -> str:
    """With ~ for the user's own folder."""
    home = Path.home()
    inside = path.is_relative_to(home) and home != Path(home.anchor)
    return shown(str("~" / path.relative_to(home) if inside else path))


def _lacks(told: Diagnosis) -> Iterator[str]:
    for needed, title in ((True, _("Needed before anything is prepared:")), (False, _("For more:"))):
        some = [lack for lack in told.lacks if lack.needed is needed]
        if some:
            yield title
            for lack in some:
                yield _("  {lack}: {command}").format(lack=_sentence(lack), command=lack.command)
    yield _("Ordinary pictures can be prepared here.") if told.works else _("Pictures cannot be prepared here yet.")


def _sentence(lack: Lack) -> str:
    places: Mapping[str, str] = {name: _(words) for name, words in _PLACES.items()}
    return _(LACKS[lack.code]).format(of=places.get(lack.of, lack.of))


def _names(names: Iterator[str] | tuple[str, ...] | list[str]) -> str:
    return ", ".join(names) or _("none")
