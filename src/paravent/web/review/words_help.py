"""Sentences of the help view; see `words`."""

from __future__ import annotations

from paravent.i18n.texts import N_
from paravent.report.letters import LAW

HELP: dict[str, str | tuple[str, str]] = {
    "help.title": N_("Help"),
    "help.lead": N_("Two different things, and who helps with each. This is no legal advice."),
    "help.call": N_("Call {number}"),
    "help.where": N_("anywhere"),
    "help.letters": N_("Letters"),
    "help.letters.text": N_(
        "You fill them in here. What you write stays in this page until you leave it: it is not kept and not sent. You"
        " print the letter, save it as a PDF from there, or save it as text."
    ),
    "help.choose": N_("Which letter"),
    "help.preview": N_("The letter"),
    "help.print": N_("Print the letter"),
    "help.save": N_("Save as text"),
    "help.file": N_("letter.txt"),
    "help.law": LAW,
}
