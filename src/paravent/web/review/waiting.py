"""For what a picture waits, in few words that fit under it."""

from __future__ import annotations

from paravent.i18n.texts import _, ngettext
from paravent.web.review.album import Picture, State


def why(picture: Picture) -> str:
    """One sentence; "" where it waits for nothing, or its state says all."""
    if picture.state is State.ASKS:
        return _why_again(picture)
    if picture.state is not State.OPEN or picture.proposal is None:
        return ""
    if picture.proposal.facts.video and not picture.proposal.followed:
        return _("Open it once, so that all of it is looked through.")
    if picture.ended:
        return _ended(picture)
    if picture.shows_nobody:
        return "" if picture.seen else _("Look yourself whether somebody is there.")
    return _("Seen; accept it.") if picture.seen else _("You have not seen it yet.")


def _why_again(picture: Picture) -> str:
    if picture.lost:
        return _("What was decided cannot be read any more.")
    if picture.ended:
        return _ended(picture)
    asked = sum(item.asked for item in picture.review.items)
    if asked and picture.review.version:
        return ngettext(
            "{count} place is new since you decided.", "{count} places are new since you decided.", asked
        ).format(count=asked)
    doubtful = sum(item.doubtful for item in picture.review.items)
    if doubtful:
        return ngettext("Not sure at {count} place.", "Not sure at {count} places.", doubtful).format(count=doubtful)
    return _("Something has changed.")


def _ended(picture: Picture) -> str:
    forms = [form for form in picture.ended if form]
    if not forms:
        return _("A permission has ended.")
    return _("Permission over: {forms}.").format(forms=", ".join(forms))
