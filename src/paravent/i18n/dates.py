"""Days and moments as people write them, in the language that is spoken."""

from __future__ import annotations

from datetime import UTC, date, datetime

from paravent.i18n.texts import N_, _

_MONTHS = (
    *(N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June")),
    *(N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December")),
)


def now() -> str:
    """This moment in UTC, to the second, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def day(when: date) -> str:
    """ "30 November 2026"."""
    # Translators: a date, like "30 November 2026".
    return _("{day} {month} {year}").format(day=when.day, month=_(_MONTHS[when.month - 1]), year=when.year)


def moment(iso: str) -> str:
    """ "30 November 2026, 18:04", on the clock of this computer. iso: as `now` gives it."""
    local = datetime.fromisoformat(iso).astimezone()
    return _("{day}, {time}").format(day=day(local), time=f"{local:%H:%M}")
